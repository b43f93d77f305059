/**
 * `deno task native`: builds the native LSTM kernel for this machine.
 *
 * @module
 */

import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import {
  checkNative,
  INSTRUCTION_SETS,
  type InstructionSet,
  NATIVE_FOLDER,
  nativeFileName,
} from "../lib/kernels/native.ts";
import { createEngine, Network } from "../lib/kernels/mod.ts";
import { gaussian, seeded } from "../lib/random/mod.ts";

const USAGE = `deno task native [--for INSTRUCTIONS]

Builds the native LSTM kernel into data/cache/native/ with the system's C
compiler: cc, or what the environment variable CC names. From then on training
uses it wherever --allow-ffi is granted.

  --for INSTRUCTIONS   avx512, avx2, neon or plain instead of the best that this
                       machine has
  --help               show this text`;

/** The C sources. */
const SOURCES = new URL("../lib/kernels/native/", import.meta.url);

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
   * @default {the environment variable CC, else `cc`}
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
 * @throws {Error} If there is no compiler, or it fails.
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
    throw new Error(
      `There is no C compiler called ${program}. Install one (Debian, Ubuntu: apt install gcc libc6-dev; ` +
        `Fedora: dnf install gcc; macOS: xcode-select --install), or name yours: CC=clang deno task native`,
      { cause: error },
    );
  }
  if (!output.success) {
    throw new Error(`${compiler} failed on the native kernel:\n${new TextDecoder().decode(output.stderr).trim()}`);
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

/** Where the task prints, and how it builds. */
export interface NativeTaskOptions extends Pick<BuildOptions, "folder" | "compiler"> {
  /** Takes a line for the user. @default console.log */
  print?: (line: string) => void;
  /** Takes a line that says what is wrong. @default console.error */
  complain?: (line: string) => void;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, or 1 if it failed, or 2 if the arguments are wrong.
 */
export async function nativeTask(args: readonly string[], options: NativeTaskOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error, ...build } = options;
  let given;
  try {
    given = parseArgs({
      args: [...args],
      options: { for: { type: "string" }, help: { type: "boolean", short: "h" } },
    }).values;
    if (given.for !== undefined && !Object.hasOwn(INSTRUCTION_SETS, given.for)) {
      throw new RangeError(`--for must be one of ${Object.keys(INSTRUCTION_SETS).join(", ")}, got ${given.for}`);
    }
  } catch (error) {
    complain(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  if (given.help) {
    print(USAGE);
    return 0;
  }
  try {
    const file = await buildNative({ ...build, instructions: given.for as InstructionSet | undefined });
    print(`Built ${file}`);
    return await approve(file, print, complain);
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
}

/** A build that computes something else than the portable kernel must not stay. */
async function approve(
  file: string,
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  try {
    checkNative(file);
  } catch (error) {
    print(`Not tried out: ${(error as Error).message}`);
    return 0;
  }
  const difference = await differenceToPortable(file);
  if (difference < TOLERANCE) {
    print(`A training step differs from the portable kernel's by ${difference.toExponential(1)} of the largest number`);
    return 0;
  }
  await Deno.remove(file);
  complain(`It is wrong by ${difference} of the largest number, and has been removed: try another compiler (CC=clang)`);
  return 1;
}

if (import.meta.main) Deno.exit(await nativeTask(Deno.args));
