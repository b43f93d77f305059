import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { createEngine, Graph, KernelError, RecurrentPass } from "../../lib/kernels/mod.ts";
import { Program } from "../../lib/kernels/engine/program.ts";
import { seeded } from "../../lib/random/mod.ts";
import { randomLayer } from "./numbers.ts";
import { randomBatch, SMALL } from "./graph/graphs.ts";

/** Enough work for several threads. */
const LAYER = { cell: "lstm", batch: 8, steps: 40, inputs: 3, units: 32, training: true } as const;

function layerCall(seed = 1) {
  const { inputs, kernel, recurrentKernel, bias } = randomLayer(LAYER, seeded(seed));
  const [x, k, r, b] = [inputs, kernel, recurrentKernel, bias].map((values) => Float32Array.from(values));
  return { inputs: x, weights: { kernel: k, recurrentKernel: r, bias: b } };
}

Deno.test("createEngine() says what it runs on", async () => {
  const engines = [
    await createEngine({ native: false, threads: 1 }),
    await createEngine({ native: false, threads: 2 }),
    await createEngine({ native: false, threads: 1, relaxed: false }),
  ];
  assertEquals(engines.map((engine) => engine.description), [
    "LSTM kernel: WebAssembly SIMD, relaxed, 1 thread",
    "LSTM kernel: WebAssembly SIMD, relaxed, 2 threads",
    "LSTM kernel: WebAssembly SIMD, 1 thread",
  ]);
  for (const engine of engines) engine.dispose();
});

Deno.test("createEngine() rejects numbers that make no sense", async () => {
  await assertRejects(() => createEngine({ threads: 0 }), RangeError, "got 0");
  await assertRejects(() => createEngine({ threads: 1.5 }), RangeError, "got 1.5");
  await assertRejects(() => createEngine({ patience: 0 }), RangeError, "patience");
});

Deno.test("Engine without relaxed SIMD computes the same to rounding", async () => {
  const [relaxed, strict] = [
    await createEngine({ native: false, threads: 1 }),
    await createEngine({ native: false, threads: 1, relaxed: false }),
  ];
  const [a, b] = [relaxed, strict].map((engine) => new RecurrentPass(engine, LAYER).forward(layerCall()).outputs);
  a.forEach((value, i) => assert(Math.abs(value - b[i]) < 1e-6));
  relaxed.dispose();
  strict.dispose();
});

Deno.test("Engine computes on one thread where there is no memory to share", async () => {
  const shared = globalThis.SharedArrayBuffer;
  const reference = await createEngine({ native: false, threads: 1, relaxed: false });
  try {
    // deno-lint-ignore no-explicit-any
    (globalThis as any).SharedArrayBuffer = undefined;
    const engine = await createEngine({ native: false, threads: 2 });
    assertEquals(engine.description, "LSTM kernel: WebAssembly SIMD, not shared, 1 thread");
    const [a, b] = [reference, engine].map((engine) => new RecurrentPass(engine, LAYER).forward(layerCall()));
    assertEquals(a, b);
    engine.dispose();
  } finally {
    globalThis.SharedArrayBuffer = shared;
    reference.dispose();
  }
});

Deno.test("Engine gives back the memory of what is disposed of, and does not grow", async () => {
  const engine = await createEngine({ native: false, threads: 2 });
  const before = engine.arena.used;
  const rss: number[] = [];
  for (let i = 0; i < 3000; i++) {
    // Different sizes, several alive at once: what a hole in the memory has to be found for.
    const passes = [1 + i % 5, 7, 2 + i % 3].map((batch) =>
      new RecurrentPass(engine, { ...LAYER, batch, steps: 3, units: 9 + i % 20, inputGradient: true })
    );
    for (const pass of passes) pass.dispose();
    if (i % 1000 === 999) rss.push(engine.arena.floats.byteLength);
  }
  assertEquals(engine.arena.used, before);
  assertEquals(new Set(rss).size, 1);
  engine.dispose();
});

Deno.test("Graph.train() takes no more memory after 5,000 steps than after 1,000", async () => {
  const engine = await createEngine({ native: false, threads: 2 });
  const graph = new Graph(engine, SMALL);
  const measured: { used: number; rss: number }[] = [];
  const batches = [8, 3].map((size) => randomBatch(SMALL, { size, steps: 20, last: true }));
  for (let iteration = 1; iteration <= 5000; iteration++) {
    const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, iteration };
    graph.train(batches[iteration % 50 === 0 ? 1 : 0], adam);
    if (iteration % 1000 === 0) measured.push({ used: engine.arena.used, rss: Deno.memoryUsage().rss });
  }
  assertEquals(new Set(measured.map(({ used }) => used)).size, 1);
  assert(measured[4].rss - measured[0].rss < 30e6, `rss grew from ${measured[0].rss} to ${measured[4].rss}`);
  engine.dispose();
});

Deno.test("Two engines, each with two models, do not disturb each other", async () => {
  const engines = [
    await createEngine({ native: false, threads: 2 }),
    await createEngine({ native: false, threads: 2 }),
  ];
  const passes = engines.flatMap((engine) => [new RecurrentPass(engine, LAYER), new RecurrentPass(engine, LAYER)]);
  const calls = passes.map((_, i) => layerCall(i));
  const together = passes.map((pass, i) => pass.forward(calls[i]).outputs);
  together.forEach((outputs, i) => assertEquals(passes[i].forward(calls[i]).outputs, outputs));
  assert(together[0].some((value, i) => value !== together[1][i]));
  for (const engine of engines) engine.dispose();
});

Deno.test("Engine.dispose() ends the engine: what was made with it says so", async () => {
  const engine = await createEngine({ native: false, threads: 2 });
  const pass = new RecurrentPass(engine, LAYER);
  engine.dispose();
  engine.dispose();
  assertThrows(() => pass.forward(layerCall()), KernelError, "disposed of");
});

/** Runs a module in a process of its own; what it prints, and how it ends. */
async function run(code: string): Promise<{ code: number; out: string }> {
  const root = new URL("../../", import.meta.url);
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const imports = `import { createEngine } from "${new URL("lib/kernels/engine/engine.ts", root)}";
      import { RecurrentPass } from "${new URL("lib/kernels/recurrent_pass.ts", root)}";
      const shape = { cell: "lstm" as const, batch: 8, steps: 40, inputs: 3, units: 32, training: true };
      const call = { inputs: new Float32Array(960), weights: { kernel: new Float32Array(384),
        recurrentKernel: new Float32Array(4096), bias: new Float32Array(128) } };\n`;
    await Deno.writeTextFile(file, imports + code);
    const { code: exit, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-check", `--allow-read=${new URL("lib/kernels", root).pathname}`, file],
    }).output();
    const out = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    return { code: exit, out };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("Engine lets a program end that forgets to dispose of it, with no permission but to read", async () => {
  const { code, out } = await run(`
    const engine = await createEngine({ native: false, threads: 3 });
    console.log(new RecurrentPass(engine, shape).forward(call).h.length, engine.threads);`);
  assertEquals({ code, out }, { code: 0, out: "256 3\n" });
});

Deno.test("Engine throws at once when a Worker fails", async () => {
  const engine = await createEngine({ native: false, threads: 2, patience: 60 });
  const program = new Program(engine.arena).begin();
  // The second half of the batch lies beyond the memory.
  const at = engine.arena.floats.byteLength - 64;
  program.add("zero", { to: at, toRow: 64, toStep: 0, width: 1, steps: 1, batch: 2 }).end();
  assertThrows(() => engine.execute(program), KernelError, "thread 1 failed");
  // Its own error arrives later, and must not end the program.
  await new Promise((resolve) => setTimeout(resolve, 200));
  assertThrows(() => engine.execute(program), KernelError, "thread 1 failed");
});

Deno.test("Engine says what the calling thread failed of", async () => {
  const engine = await createEngine({ native: false, threads: 2, patience: 60 });
  const program = new Program(engine.arena).begin();
  program.add("zero", { to: 2 ** 31, toRow: 64, toStep: 0, width: 1, steps: 1, batch: 2 }).end();
  assertThrows(() => engine.execute(program), KernelError, "out of bounds");
});
