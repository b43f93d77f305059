import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { fileURLToPath, pathToFileURL } from "node:url";
import { loadBinary } from "../../lib/kernels/binary.ts";
import { createEngine, KernelError, Network, type NetworkShape, RecurrentPass } from "../../lib/kernels/mod.ts";
import {
  checkNative,
  findNative,
  INSTRUCTION_SETS,
  type InstructionSet,
  nativeFileName,
} from "../../lib/kernels/native.ts";
import { seeded } from "../../lib/random/mod.ts";
import { buildNative, differenceToPortable, nativeTask } from "../../tasks/native.ts";
import { numbers } from "./numbers.ts";

const COMPILER = "cc";

function testNative(name: string, body: () => void | Promise<void>): void {
  const ignore = !hasCompiler();
  Deno.test({
    name: ignore ? `${name} [needs a C compiler called ${COMPILER}, skipped without it]` : name,
    ignore,
    fn: body,
  });
}

function hasCompiler(): boolean {
  try {
    return new Deno.Command(COMPILER, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

async function withFolder(body: (folder: URL) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(pathToFileURL(folder + "/"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const FAMILY: InstructionSet[] = Deno.build.arch === "aarch64" ? ["neon", "plain"] : ["avx512", "avx2", "plain"];

/** Builds for every width that this machine has. */
let builds: Promise<string[]> | undefined;

async function buildAll(): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  const files = [];
  for (const instructions of FAMILY) {
    files.push(await buildNative({ instructions, folder: pathToFileURL(folder + "/"), compiler: COMPILER }));
  }
  return files.filter(canRun);
}

async function withBuilds(body: (file: string) => Promise<void>): Promise<void> {
  const files = await (builds ??= buildAll());
  assert(files.length > 0);
  for (const file of files) await body(file);
}

function canRun(file: string): boolean {
  try {
    return checkNative(file).file === file;
  } catch (error) {
    if (error instanceof KernelError) return false;
    throw error;
  }
}

/** All that a recurrent layer and its gradients are, with an initial state and gradients from everywhere. */
async function passOf(
  native: string | false,
  threads: number,
  cell: "lstm" | "gru",
  [batch, steps, inputs, units]: number[],
): Promise<Float32Array[]> {
  const engine = await createEngine({ native, threads });
  try {
    const prng = seeded(batch + units);
    const draw = (length: number, scale = 0.5) => Float32Array.from(numbers(length, prng, scale));
    const columns = units * (cell === "lstm" ? 4 : 3);
    const state = () => ({ h: draw(batch * units), ...(cell === "lstm" && { c: draw(batch * units) }) });
    const shape = { cell, batch, steps, inputs, units, training: true, sequences: true, inputGradient: true };
    const pass = new RecurrentPass(engine, shape);
    const result = pass.forward({
      inputs: draw(batch * steps * inputs),
      weights: {
        kernel: draw(inputs * columns),
        recurrentKernel: draw(units * columns, 0.8 / Math.sqrt(units)),
        bias: draw(columns),
      },
      state: state(),
    });
    const gradients = pass.backward({ outputs: draw(batch * steps * units), ...state() });
    pass.dispose();
    return [...Object.values(result), ...Object.values(gradients)].filter((values) => values !== undefined);
  } finally {
    engine.dispose();
  }
}

const SHAPE: NetworkShape = {
  inputs: 3,
  layers: [{ cell: "lstm", units: 50 }, { cell: "gru", units: 21 }],
  heads: [
    { loss: "crossEntropy", size: 128, weight: 0.05 },
    { loss: "crossEntropy", size: 5, weight: 1 },
    { loss: "pressedError", size: 1, weight: 1, pressure: 10 },
  ],
};

/** Losses, weights, moments and outputs after ten steps of training, gradients clipped. */
async function trained(native: string | false, threads: number, every: boolean): Promise<ArrayLike<number>[]> {
  const engine = await createEngine({ native, threads });
  try {
    const network = new Network(engine, SHAPE);
    const prng = seeded(7);
    network.weights = network.weights.map(({ length }) => Float32Array.from(numbers(length, prng, 0.2)));
    const size = 13, steps = 20, count = size * (every ? steps : 1);
    const classes = (of: number) => Int32Array.from({ length: count }, () => Math.floor(prng() * of));
    const batch = {
      inputs: Float32Array.from(numbers(size * steps * 3, prng)),
      targets: [classes(128), classes(5), Float32Array.from({ length: count }, prng)],
      ...{ size, steps, every },
    };
    // A large epsilon: where a gradient is rounding noise, Adam would make a full step of it, in any direction.
    const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-3, clipNorm: 0.5 };
    const losses = [];
    for (let iteration = 1; iteration <= 10; iteration++) losses.push(network.train(batch, { ...adam, iteration }));
    losses.push(network.evaluate(batch));
    const player = network.player();
    const notes = [0.1, 0.2, 0.3].flatMap((x) => player.step([x, -x, 1]).map((values) => values.slice()));
    const [first, second] = network.moments;
    return [...losses, ...network.weights, ...first, ...second, ...network.predict(batch), ...notes];
  } finally {
    engine.dispose();
  }
}

function assertClose(
  actual: ArrayLike<number>[],
  expected: ArrayLike<number>[],
  tolerance: number,
  what: string,
): void {
  assertEquals(actual.length, expected.length);
  actual.forEach((values, i) => {
    assertEquals(values.length, expected[i].length);
    let apart = 0, largest = 0;
    for (let j = 0; j < values.length; j++) {
      const difference = Math.abs(values[j] - expected[i][j]);
      if (!(difference <= apart)) apart = difference;
      largest = Math.max(largest, Math.abs(expected[i][j]));
    }
    assert(
      apart <= tolerance * largest,
      `${what}: array ${i} is off by ${apart}, where the largest number is ${largest}`,
    );
  });
}

const SIZES = [
  [1, 1, 1, 1],
  [2, 3, 5, 17],
  [5, 4, 33, 16],
  [3, 9, 17, 40],
  [29, 3, 3, 47],
  // Enough work for several threads; more depth than one pass; an odd number of rows for each.
  [27, 12, 2, 80],
  [31, 3, 100, 130],
];

for (const cell of ["lstm", "gru"] as const) {
  testNative(`the native kernel computes the ${cell} of the portable one`, () =>
    withBuilds(async (file) => {
      for (const sizes of SIZES) {
        const expected = await passOf(false, 1, cell, sizes);
        for (const threads of [1, 2]) {
          assertClose(
            await passOf(file, threads, cell, sizes),
            expected,
            1e-5,
            `${file}, ${sizes}, ${threads} threads`,
          );
        }
      }
    }));
}

testNative("the native kernel trains as the portable one", () =>
  withBuilds(async (file) => {
    for (const every of [false, true]) {
      const expected = await trained(false, 1, every);
      for (const threads of [1, 2]) {
        assertClose(await trained(file, threads, every), expected, 5e-5, `${file}, ${threads} threads`);
      }
    }
  }));

testNative("the native kernel gives the same bits every time", () =>
  withBuilds(async (file) => {
    for (const threads of [1, 3]) assertEquals(await trained(file, threads, true), await trained(file, threads, true));
  }));

testNative("the native kernel keeps a NaN", () =>
  withBuilds(async (file) => {
    const engine = await createEngine({ native: file, threads: 1 });
    const network = new Network(engine, SHAPE);
    const inputs = Float32Array.of(0, 0, 0, 0, NaN, 0);
    const targets = [Int32Array.of(3), Int32Array.of(0), Float32Array.of(0)];
    assertEquals([...network.train({ inputs, targets, size: 1, steps: 2 })], [NaN, NaN, NaN]);
    assert(network.gradients[0].some(Number.isNaN));
    engine.dispose();
  }));

testNative("createEngine() says that it runs on the native kernel", () =>
  withBuilds(async (file) => {
    const engine = await createEngine({ native: file, threads: 2 });
    assertMatch(engine.description, /^LSTM kernel: native, (AVX-512|AVX2|NEON|plain C), 2 threads$/);
    engine.dispose();
  }));

testNative("findNative() finds the widest build that this machine can run", () =>
  withFolder(async (folder) => {
    assertEquals(findNative(folder), {});
    assertEquals(findNative(new URL("missing/", folder)), {});
    const plain = await buildNative({ instructions: "plain", folder, compiler: COMPILER });
    assertEquals(findNative(folder), { kernel: { file: plain, name: "native, plain C" } });
    for (const instructions of FAMILY.toReversed()) {
      const file = await buildNative({ instructions, folder, compiler: COMPILER });
      if (!canRun(file)) continue;
      assertEquals(findNative(folder), { kernel: { file, name: `native, ${INSTRUCTION_SETS[instructions]}` } });
    }
  }));

testNative("findNative() refuses a build of another version", () =>
  withFolder(async (folder) => {
    const file = await buildNative({ instructions: "plain", folder, compiler: COMPILER, defines: ["ABI=99"] });
    assertMatch(findNative(folder).refusal!, /plain\.\w+ is of version 99, not 1; computing on WebAssembly/);
    assertThrows(() => checkNative(file), KernelError, "is of version 99");
    await assertRejects(() => createEngine({ native: file }), KernelError, "is of version 99");
    await Deno.rename(file, new URL("kernel-abi99-plain.so", folder));
    assertMatch(findNative(folder).refusal!, /kernel-abi99-plain.so is of another version than 1; computing/);
  }));

testNative("findNative() refuses a build for another machine", () =>
  withFolder(async (folder) => {
    if (Deno.build.arch !== "x86_64") return;
    // The probe then asks a machine that has nothing.
    const defines = ["__builtin_cpu_supports(feature)=0"];
    const file = await buildNative({ instructions: "avx2", folder, compiler: COMPILER, defines });
    assertMatch(findNative(folder).refusal!, /avx2\.\w+ is for machines with AVX2, which this one has not; computing/);
    await assertRejects(() => createEngine({ native: file }), KernelError, "which this one has not");
    const plain = await buildNative({ instructions: "plain", folder, compiler: COMPILER });
    assertEquals(findNative(folder).kernel?.file, plain);
  }));

Deno.test("findNative() refuses what is no library", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(new URL(nativeFileName("plain"), folder), "not a library");
    assertMatch(findNative(folder).refusal!, /is no native kernel: .*; computing on WebAssembly/s);
  }));

Deno.test("loadBinary() falls back to WebAssembly with one line", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(new URL(nativeFileName("plain"), folder), "not a library");
    const lines: string[] = [];
    const { warn } = console;
    console.warn = (line: string) => lines.push(line);
    try {
      for (let i = 0; i < 2; i++) {
        const binary = await loadBinary({ relaxed: true, shared: true, native: true, folder });
        assertMatch(binary.name, /^WebAssembly/);
      }
    } finally {
      console.warn = warn;
    }
    assertEquals(lines.length, 1);
    assertEquals(lines[0].split("\n").length, 1);
  }));

testNative(
  "loadBinary() leaves the native kernel alone without permission to call it, and does not ask",
  () =>
    withFolder(async (folder) => {
      await buildNative({ instructions: "plain", folder, compiler: COMPILER });
      const program = `
      import { loadBinary } from "${new URL("../../lib/kernels/binary.ts", import.meta.url)}";
      const wanted = { relaxed: true, shared: true, native: true, folder: new URL("${folder}") };
      console.log((await loadBinary(wanted)).name);`;
      await Deno.writeTextFile(new URL("program.ts", folder), program);
      for (
        const [permission, name] of [["", /^WebAssembly/], [`--allow-ffi=${fileURLToPath(folder)}`, /^native, plain C/]]
      ) {
        const args = [
          "run",
          "--quiet",
          "--no-check",
          "--no-config",
          "--allow-read",
          permission as string,
          "program.ts",
        ];
        const command = new Deno.Command(Deno.execPath(), {
          args: args.filter((arg) => arg),
          cwd: folder,
          stdin: "null",
          env: { NO_COLOR: "1" },
        });
        const { stdout, stderr } = await command.output();
        assertEquals(new TextDecoder().decode(stderr), "");
        assertMatch(new TextDecoder().decode(stdout), name as RegExp);
      }
    }),
);

testNative(
  "nativeTask() builds for this machine and compares with the portable kernel",
  () =>
    withFolder(async (folder) => {
      const lines: string[] = [];
      const print = (line: string) => lines.push(line);
      assertEquals(await nativeTask([], { folder, compiler: COMPILER, print, complain: print }), 0);
      assertMatch(lines.join("\n"), /^Built .*kernel-abi1-\w+\.\w+\nA training step differs from .* by \d\.\de-\d /);
      const { kernel } = findNative(folder);
      assertEquals(lines[0], `Built ${kernel!.file}`);
      assert(await differenceToPortable(kernel!.file) < 1e-5);
      assertEquals([...Deno.readDirSync(folder)].length, 1);
    }),
);

testNative("nativeTask() removes a build that computes something else", () =>
  withFolder(async (folder) => {
    const lines: string[] = [];
    const print = (line: string) => lines.push(line);
    const compiler = `${COMPILER} -Dlogf=expf`;
    assertEquals(await nativeTask(["--for", "plain"], { folder, compiler, print, complain: print }), 1);
    assertMatch(lines[1], /^It is wrong by .* and has been removed/);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("nativeTask() says what is missing or wrong", () =>
  withFolder(async (folder) => {
    const say = async (args: string[], compiler: string) => {
      let said = "";
      const complain = (line: string) => said += line;
      const code = await nativeTask(args, { folder, compiler, complain, print: complain });
      return [code, said] as const;
    };
    const [missing, install] = await say(["--for", "plain"], "no-such-compiler");
    assertEquals(missing, 1);
    assertMatch(install, /^There is no C compiler called no-such-compiler. Install one .*apt install gcc/);
    const [wrong, choices] = await say(["--for", "mmx"], COMPILER);
    assertEquals(wrong, 2);
    assertMatch(choices, /^--for must be one of avx512, avx2, neon, plain, got mmx\n/);
    assertEquals((await say(["--help"], COMPILER))[0], 0);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
