import { assert, assertEquals } from "@std/assert";
import { createEngine, RecurrentPass } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { testNative, withBuilds } from "./native_builds.ts";
import { numbers } from "./numbers.ts";

/** Below this, float32 has numbers with which machines multiply a hundred times as slowly. */
const SMALLEST_NORMAL = 1.1754944e-38;

/** Gradients of the inputs when the last of 400 steps is wrong by `by`, and weights are so small that all of it fades. */
async function gradientsOf(native: string | false, cell: "lstm" | "gru", by: number): Promise<Float32Array> {
  const engine = await createEngine({ native, threads: 1 });
  try {
    const [batch, steps, inputs, units] = [2, 400, 16, 16];
    const columns = units * (cell === "lstm" ? 4 : 3);
    const pass = new RecurrentPass(engine, { cell, batch, steps, inputs, units, training: true, inputGradient: true });
    const prng = seeded(3);
    const draw = (length: number) => Float32Array.from(numbers(length, prng, 0.05));
    pass.forward({
      inputs: draw(batch * steps * inputs),
      weights: { kernel: draw(inputs * columns), recurrentKernel: draw(units * columns), bias: draw(columns) },
    });
    return pass.backward({ outputs: new Float32Array(batch * units).fill(by) }).inputs!;
  } finally {
    engine.dispose();
  }
}

async function checkFading(native: string | false): Promise<void> {
  for (const cell of ["lstm", "gru"] as const) {
    const gradients = await gradientsOf(native, cell, 1);
    const rows = Array.from({ length: 400 }, (_, t) => gradients.subarray(t * 16, t * 16 + 16));
    assert(rows[399].every((value) => Math.abs(value) > 1e-6), "the last step matters");
    assertEquals(rows[0], new Float32Array(16), "the first does not any more");
    const slow = gradients.filter((value) => value !== 0 && Math.abs(value) < SMALLEST_NORMAL);
    assertEquals([...slow], []);
    assert((await gradientsOf(native, cell, NaN)).every(Number.isNaN), "a NaN does not fade");
  }
}

Deno.test("gradients that fade become 0 before they make the kernel slow", () => checkFading(false));

testNative("gradients that fade become 0 before they make the native kernel slow", () => withBuilds(checkFading));
