/**
 * Runs one of our own variants for bench/train.ts, in a process of its own:
 * what it computes on depends on whether it may load the native kernel, which
 * `--deny-ffi=data/cache/native` forbids it.
 *
 *     deno run --allow-read --allow-env --allow-sys --allow-ffi bench/peers/notenbuch.ts JOB portable|native
 *
 * Says `{"ready": what it runs on}` or `{"missing": why}`; then answers each
 * line, a number of steps, with `{"ms": [one per step], "megabytes": …}`.
 */
import * as tf from "@tensorflow/tfjs";
import { createEngine, kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { Program } from "../../lib/kernels/program.ts";
import { rowBytes } from "../../lib/kernels/layer_shape.ts";
import { paperEncoding } from "../../lib/encodings/mod.ts";
import { paperHeads } from "../../lib/heads/mod.ts";
import { lstm } from "../../lib/layers/mod.ts";
import { type Prng, seeded } from "../../lib/random/mod.ts";
import { networkModel, sampleEvents } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { fusedStep, matchOf } from "../../lib/training/mod.ts";
import { INPUTS, type Job, PRODUCT } from "../job.ts";
import { lines } from "../lines.ts";

/** Does steps and says how many milliseconds each took. */
type Runner = (steps: number) => number[];

const { learningRate, lossWeights } = settings("published");
const [job, kernel] = [JSON.parse(Deno.args[0]) as Job, Deno.args[1]];
const prng = seeded(42);

/** The paper's model, of as many layers as the job has. Weights as tfjs draws them: they do not change the cost. */
function noteModel({ length, units }: Job): tf.LayersModel {
  const notes = tf.input({ shape: [length, INPUTS] });
  const hidden = units.reduce<tf.SymbolicTensor>((below, width, i) => {
    const returnSequences = i < units.length - 1;
    // tfjs takes seconds for its orthogonal default.
    const recurrentInitializer = "glorotUniform";
    const layer = lstm({ units: width, recurrentActivation: "sigmoid", recurrentInitializer, returnSequences });
    return layer.apply(below) as tf.SymbolicTensor;
  }, notes);
  const head = (name: string, size: number) =>
    tf.layers.dense({ name, units: size }).apply(hidden) as tf.SymbolicTensor;
  return tf.model({ inputs: notes, outputs: [head("pitch", 128), head("step", 1), head("duration", 1)] });
}

const draw = (length: number, prng: Prng) => Float32Array.from({ length }, () => prng());
const drawPitches = (size: number) => Int32Array.from({ length: size }, () => 128 * prng());

function timed(steps: number, step: () => void): number[] {
  return Array.from({ length: steps }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  });
}

/** The fused trainer. */
function fusedRunner(): Runner {
  const { batch: size, length } = job;
  const model = noteModel(job),
    heads = paperHeads(),
    match = matchOf(model, { encoding: paperEncoding(), length }, heads);
  const { step } = fusedStep(model, { heads, lossWeights, supervision: "last", match });
  if (!step) throw new TypeError("The kernel cannot train this model");
  const inputs = { notes: draw(size * length * INPUTS, prng) };
  const targets = { pitch: drawPitches(size), step: draw(size, prng), duration: draw(size, prng) };
  const batch = { size, inputs, steps: { notes: length }, targets };
  return (steps) => timed(steps, () => void step.run(batch, { learningRate, dropoutSeed: 1 }));
}

/** A note at a time: heard, and the next one drawn. */
function sampleRunner(): Runner {
  const paper = { encoding: paperEncoding(), heads: paperHeads() };
  const model = networkModel(noteModel(job), { name: "sampled", carryState: true, ...paper });
  const listener = model.listen();
  listener.hear({ pitch: 64, step: 0.5, duration: 0.5 });
  const notes = sampleEvents(model, listener, { temperature: 1, prng });
  return (steps) => timed(steps, () => void notes.next());
}

/** The kernel's product of two matrices that stay in the cache, over and over, on one thread. */
async function peakRunner(): Promise<[Runner, string]> {
  const engine = await createEngine({ threads: 1 });
  const { rows, depth, columns, times } = PRODUCT;
  const aRow = rowBytes(depth), cRow = rowBytes(columns);
  const [a, panels, c] = [rows * aRow / 4, depth * columns, rows * cRow / 4].map((floats) => engine.arena.take(floats));
  engine.arena.floats.fill(0.5, a / 4, a / 4 + rows * aRow / 4).fill(0.5, panels / 4, panels / 4 + depth * columns);
  const program = new Program(engine.arena).begin();
  for (let i = 0; i < times; i++) {
    program.add("multiply", {
      ...{ a, aRow, aStep: 0, depth, panels, panelRows: depth, panelCount: columns / 16 },
      ...{ c, cRow, cStep: 0, steps: 1, batch: rows, accumulate: 0 },
    });
  }
  program.end();
  return [(steps) => timed(steps, () => engine.execute(program, 1)), engine.description];
}

async function start(): Promise<[Runner, string]> {
  if (job.work === "peak") return await peakRunner();
  // startBackend takes as many threads as the machine says that it has.
  Object.defineProperty(navigator, "hardwareConcurrency", { value: job.threads });
  // Its line goes to the one who asked, with `ready`.
  console.warn = () => {};
  await startBackend();
  const runner = { fused: fusedRunner, sample: sampleRunner }[job.work]();
  return [runner, kernelEngine()?.description ?? "tfjs"];
}

const say = (answer: unknown) => console.log(JSON.stringify(answer));
const [run, description] = await start();
if (description.includes("native") !== (kernel === "native")) {
  say({ missing: `it would run on ${description} (deno task native builds the native kernel)` });
  Deno.exit();
}
say({ ready: description });
let highest = 0;
for await (const line of lines(Deno.stdin.readable)) {
  const ms = run(Number(line));
  // The buffers of a step are kept for the next, so that they are all still there.
  highest = Math.max(highest, Deno.memoryUsage().rss);
  say({ ms, megabytes: highest / 1e6 });
}
Deno.exit();
