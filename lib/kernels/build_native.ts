import { fileURLToPath, pathToFileURL } from "node:url";
import { gaussian, seeded } from "../random/mod.ts";
import { createEngine } from "./engine.ts";
import { KernelError } from "./kernel_error.ts";
import { checkNative, type InstructionSet, NATIVE_FOLDER, nativeFileName } from "./native.ts";
import { Network } from "./network.ts";

/** The C sources. */
const SOURCES = new URL("./native/", import.meta.url);

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
    await Deno.rename(new URL(name, workshop), new URL(name, folder));
    return fileURLToPath(new URL(name, folder));
  } finally {
    await Deno.remove(workshop, { recursive: true });
  }
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
 * Computes a training step of a small network on a native build and on the portable kernel.
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

/** Losses, gradients and new weights. */
async function trainOnce(native: string | false): Promise<ArrayLike<number>[]> {
  const engine = await createEngine({ native, threads: 1 });
  const network = new Network(engine, {
    inputs: 3,
    layers: [{ cell: "lstm", units: 40 }, { cell: "gru", units: 20 }],
    heads: [
      { loss: "crossEntropy", size: 21, weight: 0.5 },
      { loss: "pressedError", size: 1, weight: 1, pressure: 10 },
    ],
  });
  try {
    const prng = seeded(42);
    const draw = (length: number) => Float32Array.from({ length }, () => 0.2 * gaussian(prng));
    network.weights = network.weights.map(({ length }) => draw(length));
    const size = 19, steps = 7;
    const classes = Int32Array.from({ length: size }, (_, i) => i % 21);
    const batch = { inputs: draw(size * steps * 3), targets: [classes, draw(size)], size, steps };
    const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, iteration: 1 };
    const losses = network.train(batch, adam);
    return [losses, ...network.gradients, ...network.weights];
  } finally {
    network.dispose();
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
  const file = await buildNative(options);
  try {
    checkNative(file);
  } catch (error) {
    return { file, untried: (error as Error).message };
  }
  const difference = await differenceToPortable(file);
  if (difference < TOLERANCE) return { file, difference };
  await Deno.remove(file);
  throw new KernelError(
    `The native kernel is wrong by ${difference} of the largest number, and has been removed: try another compiler (CC=clang)`,
  );
}
