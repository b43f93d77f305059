import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gaussian, seeded } from "../random/mod.ts";
import { createEngine } from "./engine/engine.ts";
import { takeLock } from "../locks/mod.ts";
import { KernelError } from "./kernel_error.ts";
import { checkNative, type InstructionSet, NATIVE_FOLDER, nativeFileName } from "./native.ts";
import { checkOwnFolder, closeToOthers, recordBuild, recordName, SOURCES } from "./own_library.ts";
import { Graph } from "./graph/graph.ts";
import type { GraphShape } from "./graph/graph_shape.ts";

/**
 * For every file. Sums keep their order, so that results are the same every time; a product and a sum may be one
 * instruction.
 */
const FLAGS = ["-std=c11", "-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-strict-aliasing", "-fPIC"];

/** For the arithmetic alone: what asks the machine must run on any. */
const INSTRUCTION_FLAGS: Record<InstructionSet, string[]> = {
  avx512: ["-mavx512f", "-mavx2", "-mfma"],
  avx2: ["-mavx2", "-mfma"],
  neon: [],
  plain: [],
};

/** How {@linkcode buildNative} builds. */
export interface BuildOptions {
  /**
   * What to build of.
   *
   * @default {the best that this machine has}
   */
  instructions?: InstructionSet;
  /**
   * Where to put it.
   *
   * @default {`data/cache/native/`}
   */
  folder?: URL;
  /**
   * The C compiler, and what it is always given.
   *
   * @default {the environment variable CC, otherwise `cc`}
   */
  compiler?: string;
  /**
   * More definitions for the compiler.
   *
   * @default {[]}
   */
  defines?: readonly string[];
}

/**
 * Builds the native kernel. A build that was there before is replaced in one
 * move, so that a process which has it loaded keeps the old one.
 *
 * @returns The path of the library.
 * @throws {KernelError} If there is no compiler (then a {@linkcode NoCompilerError}), or it fails.
 */
export async function buildNative(options: BuildOptions = {}): Promise<string> {
  const { folder = NATIVE_FOLDER, compiler = Deno.env.get("CC") || "cc", defines = [] } = options;
  const instructions = options.instructions ?? await bestInstructions(compiler);
  await Deno.mkdir(folder, { recursive: true });
  await closeToOthers(toPath(folder));
  checkOwnFolder(toPath(folder));
  const workshop = pathToFileURL(await Deno.makeTempDir({ dir: fileURLToPath(folder), prefix: "building-" }) + "/");
  try {
    const given = [...FLAGS, `-DNOTENBUCH_${instructions.toUpperCase()}`, ...defines.map((define) => `-D${define}`)];
    const file = (name: string) => fileURLToPath(new URL(name, workshop));
    const source = (name: string) => fileURLToPath(new URL(name, SOURCES));
    await compile(compiler, [...given, "-c", source("probe.c"), "-o", file("probe.o")]);
    const more = INSTRUCTION_FLAGS[instructions];
    await compile(compiler, [...given, ...more, "-c", source("kernel.c"), "-o", file("kernel.o")]);
    const name = nativeFileName(instructions);
    await compile(compiler, ["-shared", file("probe.o"), file("kernel.o"), "-lm", "-o", file(name)]);
    await recordBuild(file(name));
    for (const each of [name, recordName(name)]) {
      await Deno.rename(new URL(each, workshop), new URL(each, folder));
    }
    await closeToOthers(toPath(folder));
    return fileURLToPath(new URL(name, folder));
  } finally {
    await Deno.remove(workshop, { recursive: true });
  }
}

/** A folder's path, without a slash at its end. */
function toPath(folder: URL): string {
  return resolve(fileURLToPath(folder));
}

/** What the compiler would use if it were to build for this machine alone. */
async function bestInstructions(compiler: string): Promise<InstructionSet> {
  if (Deno.build.arch === "aarch64") return "neon";
  const macros = await compile(compiler, ["-march=native", "-dM", "-E", "-x", "c", "/dev/null"]);
  if (macros.includes("#define __AVX512F__ ")) return "avx512";
  return macros.includes("#define __AVX2__ ") && macros.includes("#define __FMA__ ") ? "avx2" : "plain";
}

/** Runs the compiler and returns what it prints. */
async function compile(compiler: string, args: string[]): Promise<string> {
  const [program, ...first] = compiler.split(" ");
  let output;
  try {
    output = await new Deno.Command(program, { args: [...first, ...args] }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new NoCompilerError(
      `There is no C compiler called ${program}. Install one (Debian, Ubuntu: apt install gcc libc6-dev; ` +
        `Fedora: dnf install gcc; macOS: xcode-select --install), or name yours: CC=clang deno task native`,
      { cause: error },
    );
  }
  if (!output.success) {
    throw new KernelError(
      `${compiler} failed on the native kernel:\n${new TextDecoder().decode(output.stderr).trim()}`,
    );
  }
  return new TextDecoder().decode(output.stdout);
}

/** Largest difference to the portable kernel, relative to the largest number of the same array. */
const TOLERANCE = 1e-5;

/**
 * Computes a training step of a small graph on a native build and on the portable kernel.
 *
 * @param file The build.
 * @returns The largest difference between the two in losses, gradients and new weights, each relative to the largest
 * number of its array.
 */
export async function differenceToPortable(file: string): Promise<number> {
  const [native, portable] = [await trainOnce(file), await trainOnce(false)];
  return Math.max(...native.map((values, i) => difference(values, portable[i])));
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0, apart = 0;
  for (let i = 0; i < a.length; i++) {
    // Not Math.max, which a NaN would have to win in both.
    if (!(Math.abs(a[i] - b[i]) <= apart)) apart = Math.abs(a[i] - b[i]);
    largest = Math.max(largest, Math.abs(b[i]));
  }
  return apart / largest;
}

/** A graph with a layer of nearly every kind. */
const TRIAL: GraphShape = {
  weights: [
    ...[[9, 20], [20, 160], [40, 160], [160], [40], [40]],
    ...[[40, 40], [40], [40, 40], [40], [40, 40], [40], [4, 6, 10]],
    ...[[40, 60], [20, 60], [60], [20, 21], [21], [20, 1], [1]],
  ].map((shape, i) => ({ name: `weight ${i}`, shape })),
  nodes: [
    { name: "class", op: "input", classes: 9, width: 1, from: [] },
    { name: "embedded", op: "embedding", weights: [0], from: ["class"] },
    { name: "lstm", op: "lstm", weights: [1, 2, 3], every: true, backwards: false, from: ["embedded"] },
    { name: "dropout", op: "dropout", rate: 0.2, from: ["lstm"] },
    { name: "normal", op: "layerNormalization", weights: [4, 5], epsilon: 1e-5, from: ["dropout"] },
    { name: "queries", op: "dense", weights: [6, 7], activation: "linear", from: ["normal"] },
    { name: "keys", op: "dense", weights: [8, 9], activation: "gelu", from: ["normal"] },
    { name: "values", op: "dense", weights: [10, 11], activation: "tanh", from: ["normal"] },
    { name: "heard", op: "attention", heads: 4, weights: [12], from: ["queries", "keys", "values"] },
    { name: "sum", op: "add", from: ["heard", "dropout"] },
    { name: "gru", op: "gru", weights: [13, 14, 15], every: false, backwards: false, from: ["sum"] },
    { name: "pitch", op: "dense", weights: [16, 17], activation: "linear", from: ["gru"] },
    { name: "step", op: "dense", weights: [18, 19], activation: "linear", from: ["gru"] },
  ],
  outputs: ["pitch", "step"],
  losses: [
    { node: "pitch", target: "pitch", loss: "crossEntropy", weight: 0.5 },
    { node: "step", target: "step", loss: "pressedError", weight: 1, pressure: 10 },
  ],
};

/** Losses, gradients and new weights. */
async function trainOnce(native: string | false): Promise<ArrayLike<number>[]> {
  const engine = await createEngine({ native, threads: 1 });
  const graph = new Graph(engine, TRIAL);
  try {
    const prng = seeded(42);
    const draw = (length: number) => Float32Array.from({ length }, () => 0.2 * gaussian(prng));
    graph.weights = graph.weights.map(({ length }) => draw(length));
    const size = 19, steps = 17;
    const classes = (length: number, of: number) => Int32Array.from({ length }, (_, i) => i * 5 % of);
    const batch = {
      ...{ size, inputs: { class: classes(size * steps, 9) }, steps: { class: steps } },
      targets: { pitch: classes(size, 21), step: draw(size) },
    };
    // A large epsilon: where a gradient is rounding noise, Adam would make a full step of it, in any direction.
    const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-3, iteration: 1 };
    const losses = graph.train(batch, adam);
    // The gradients one after the other: of a weight that does not matter, they are noise.
    return [losses, graph.gradients.flatMap((gradient) => [...gradient]), ...graph.weights];
  } finally {
    graph.dispose();
    engine.dispose();
  }
}

/** The system has no C compiler of the name that is asked for. */
export class NoCompilerError extends KernelError {}

/** A build, as far as it could be tried out. */
export interface TriedBuild {
  /** Path of the library. */
  file: string;
  /** What {@linkcode differenceToPortable} says of it; nothing where this machine cannot run it. */
  difference?: number;
  /** Why it has not been tried out. */
  untried?: string;
}

/**
 * Builds the native kernel and tries it out: a build that computes something
 * else than the portable kernel does not stay.
 *
 * @throws {KernelError} If there is no compiler (then a {@linkcode NoCompilerError}), it fails, or what it has built is
 * wrong.
 */
export async function buildAndTry(options: BuildOptions = {}): Promise<TriedBuild> {
  const { folder = NATIVE_FOLDER } = options;
  // A build beside another would be tried out while it is replaced.
  using _lock = await takeLock(fileURLToPath(new URL("lock", folder)), { what: "The native kernel", wait: 120 });
  const file = await buildNative(options);
  try {
    checkNative(file);
  } catch (error) {
    return { file, untried: (error as Error).message };
  }
  const difference = await differenceToPortable(file);
  if (difference < TOLERANCE) return { file, difference };
  for (const each of [file, join(dirname(file), recordName(file))]) await Deno.remove(each);
  throw new KernelError(
    `The native kernel is wrong by ${difference} of the largest number, and has been removed: try another compiler (CC=clang)`,
  );
}
