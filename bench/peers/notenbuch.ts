/**
 * Runs one of our own variants for bench/train.ts, in a process of its own:
 * what it computes on depends on whether it may load the native kernel, which
 * `--deny-ffi=data/cache/native` forbids it.
 *
 *     deno run --allow-read --allow-env --allow-sys --allow-ffi bench/peers/notenbuch.ts JOB portable|native
 *
 * Says `{"ready": what it runs on, "weights": how many learn, "flops": of a
 * step}` or `{"missing": why}`; then answers each line, a number of steps, with
 * `{"ms": [one per step], "megabytes": …}`. In a check it says at once what
 * PyTorch needs to do the same.
 */
import * as tf from "@tensorflow/tfjs";
import { type Engine, kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { rowBytes } from "../../lib/kernels/layer_shape.ts";
import { Program } from "../../lib/kernels/engine/program.ts";
import { paperEncoding } from "../../lib/encodings/mod.ts";
import { paperHeads } from "../../lib/heads/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel, sampleEvents } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { fusedStep } from "../../lib/training/mod.ts";
import { type Job, PRODUCT, trainingFlops } from "../job.ts";
import { linesOf } from "../../lib/files/mod.ts";
import { batchFor, modelToTrain } from "../models.ts";
import { productsOf } from "../products.ts";

/** Does steps and says how many milliseconds each took. */
type Runner = (steps: number) => number[];

/** What is to be run and, of a model, how many weights learn and how many floating-point operations a step has. */
interface Started {
  run: Runner;
  weights?: number;
  flops?: number;
}

const { learningRate } = settings("published");
const [job, kernel] = [JSON.parse(Deno.args[0]) as Job, Deno.args[1]];
const prng = seeded(42);

/** Steps of a check. */
const CHECKED_STEPS = 5;

function timed(steps: number, step: () => void): number[] {
  return Array.from({ length: steps }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  });
}

/** A model with the step that `fit` trains it by, and a batch. */
function training() {
  const toTrain = modelToTrain(job);
  const { model, heads, lossWeights, supervision, batchSize } = toTrain;
  const match = { inputs: model.inputNames, answersEvery: supervision === "every" };
  const batch = batchFor(toTrain, prng);
  const start = () => {
    const { step, obstacle } = fusedStep(model, { heads, lossWeights, supervision, match });
    if (!step) throw new TypeError(`The kernel cannot train the model ${job.model}: ${obstacle}`);
    return step;
  };
  const { graph } = graphOf(model, { every: supervision === "every" });
  const flops = trainingFlops(batchSize, productsOf(graph!.shape, batch.steps));
  return { model, lossWeights, batch, start, flops };
}

/** Forwards, losses, backwards and Adam, with other masks of dropout in each step. */
function trainingRunner(): Started {
  const { model, batch, start, flops } = training();
  const step = start();
  let dropoutSeed = 0;
  const run = () => void step.run(batch, { learningRate, dropoutSeed: dropoutSeed++ });
  return { run: (steps: number) => timed(steps, run), weights: model.countParams(), flops };
}

/** A note at a time: heard, and the next one drawn. */
function sampleRunner(): Runner {
  const paper = { encoding: paperEncoding(), heads: paperHeads() };
  const model = networkModel(modelToTrain(job).model, { name: "sampled", carryState: true, ...paper });
  const listener = model.listen();
  listener.hear({ pitch: 64, step: 0.5, duration: 0.5 });
  const notes = sampleEvents(model, listener, { temperature: 1, prng });
  return (steps) => timed(steps, () => void notes.next());
}

/** The kernel's product of two matrices that stay in the cache, over and over, on each thread. */
function peakRunner(engine: Engine): Runner {
  const { rows, depth, columns, steps, times } = PRODUCT, batch = rows * job.threads;
  const aRow = rowBytes(depth), cRow = rowBytes(columns);
  const sizes = [batch * aRow / 4, depth * columns, batch * cRow / 4];
  const [a, panels, c] = sizes.map((floats) => engine.arena.take(floats));
  engine.arena.floats.fill(0.5, a / 4, a / 4 + sizes[0]).fill(0.5, panels / 4, panels / 4 + sizes[1]);
  const program = new Program(engine.arena).begin();
  for (let i = 0; i < times; i++) {
    program.add("multiply", {
      ...{ a, aRow, aStep: 0, depth, panels, panelRows: depth, panelCount: columns / 16 },
      ...{ c, cRow, cStep: 0, steps, batch, accumulate: 0 },
    });
  }
  program.end();
  return (steps) => timed(steps, () => engine.execute(program, job.threads));
}

/** The weights of a model's layers, a batch, and the losses of the first steps on it: what PyTorch is held against. */
function check() {
  const { model, lossWeights, batch, start } = training();
  // Biases and distances begin at 0, behind which a difference could hide.
  model.setWeights(
    model.getWeights().map((weight) => weight.add(tf.randomNormal(weight.shape, 0, 0.02, "float32", 42))),
  );
  const layers = Object.fromEntries(
    model.layers.filter(({ weights }) => weights.length > 0).map(({ name, weights }) => [
      name,
      weights.map((weight) => ({ shape: weight.shape, values: base64(weight.read().dataSync()) })),
    ]),
  );
  const columns = Object.entries({ ...batch.inputs, ...batch.targets }).map(([name, values]) => [name, base64(values)]);
  const step = start();
  const losses = Array.from({ length: CHECKED_STEPS }, () => {
    const means = step.run(batch, { learningRate, dropoutSeed: 0 }) as Record<string, number>;
    return Object.entries(means).reduce((sum, [head, loss]) => sum + lossWeights[head] * loss, 0);
  });
  return { weights: model.countParams(), layers, columns: Object.fromEntries(columns), losses };
}

function base64({ buffer, byteOffset, byteLength }: tf.TypedArray): string {
  return new Uint8Array(buffer, byteOffset, byteLength).toBase64();
}

/** What it is to run; or why it cannot. */
function startedOn(engine: Engine): Started | { missing: string } {
  try {
    return runnerOf(engine);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return { missing: error.message };
    throw error;
  }
}

function runnerOf(engine: Engine): Started {
  if (job.work === "train") return trainingRunner();
  return { run: job.work === "peak" ? peakRunner(engine) : sampleRunner() };
}

const say = (answer: unknown) => console.log(JSON.stringify(answer));

// startBackend takes as many threads as the machine says that it has.
Object.defineProperty(navigator, "hardwareConcurrency", { value: job.threads });
// Its line goes to the one who asked, with `ready`.
console.warn = () => {};
await startBackend();
const engine = kernelEngine(), description = engine?.description ?? "tfjs";
if (!engine || description.includes("native") !== (kernel === "native")) {
  say({ missing: `it would run on ${description} (deno task native builds the native kernel)` });
} else if (job.work === "check") {
  say(check());
} else {
  const started = startedOn(engine);
  if ("missing" in started) {
    say(started);
    Deno.exit();
  }
  const { run, weights, flops } = started;
  say({ ready: description, weights, flops });
  let highest = 0;
  for await (const line of linesOf(Deno.stdin.readable)) {
    const ms = run(Number(line));
    // The buffers of a step are kept for the next, so that they are all still there.
    highest = Math.max(highest, Deno.memoryUsage().rss);
    say({ ms, megabytes: highest / 1e6 });
  }
}
Deno.exit();
