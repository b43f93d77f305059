import { assert, assertEquals, assertThrows } from "@std/assert";
import { createEngine, type Engine, RecurrentPass, type RecurrentShape } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { numbers, randomLayer, worstError } from "./numbers.ts";
import { derivative, type Given, layerBackward, layerForward, type Sizes } from "./reference.ts";

const float32 = (values: Float64Array) => Float32Array.from(values);

const weightsOf = (given: Given) => ({
  kernel: float32(given.kernel),
  recurrentKernel: float32(given.recurrentKernel),
  bias: float32(given.bias),
});

const SIZES: Omit<Sizes, "cell">[] = [
  { batch: 1, steps: 1, inputs: 1, units: 1 },
  { batch: 2, steps: 3, inputs: 2, units: 3 },
  { batch: 3, steps: 4, inputs: 5, units: 16 },
  { batch: 4, steps: 7, inputs: 3, units: 17 },
  { batch: 5, steps: 2, inputs: 40, units: 31 },
  { batch: 6, steps: 5, inputs: 1, units: 48 },
  { batch: 7, steps: 6, inputs: 17, units: 33 },
  { batch: 7, steps: 3, inputs: 3, units: 128 },
  // Enough work for several threads.
  { batch: 3, steps: 60, inputs: 5, units: 33 },
  { batch: 5, steps: 150, inputs: 2, units: 17 },
  { batch: 50, steps: 9, inputs: 3, units: 48 },
];

/** Makes engines with one and several threads for a test, and ends them. */
async function withEngines(body: (engine: Engine) => void): Promise<void> {
  for (const threads of [1, 2, 4]) {
    const engine = await createEngine({ native: false, threads });
    try {
      body(engine);
    } finally {
      engine.dispose();
    }
  }
}

for (const cell of ["lstm", "gru"] as const) {
  Deno.test(`RecurrentPass computes the ${cell} of float64 loops, forward and backward`, () =>
    withEngines((engine) => {
      for (const sizes of SIZES) {
        for (const sequences of [false, true]) checkAgainstReference(engine, { cell, ...sizes }, sequences);
      }
    }));
}

function checkAgainstReference(engine: Engine, sizes: Sizes, sequences: boolean): void {
  const { batch, units, cell } = sizes;
  const prng = seeded(units + batch);
  const given = randomLayer(sizes, prng);
  const state = { h: float32(given.h), ...(cell === "lstm" && { c: float32(given.c) }) };
  const expected = layerForward(sizes, given);
  const random = numbers(expected.outputs.length, prng);
  const by = {
    outputs: sequences ? random : keepLast(random, sizes),
    h: numbers(batch * units, prng),
    c: cell === "lstm" ? numbers(batch * units, prng) : new Float64Array(batch * units),
  };
  const about = `${JSON.stringify(sizes)} ${sequences ? "all steps" : "last step"} ${engine.description}`;
  const close = (name: string, actual: Float32Array, wanted: Float64Array) => {
    const error = worstError(actual, wanted);
    assert(error < 3e-6, `${name} is off by ${error}: ${about}`);
  };
  const wanted = (all: Float64Array) => sequences ? all : lastSteps(all, sizes);
  const call = { inputs: float32(given.inputs), weights: weightsOf(given), state };

  const blind = new RecurrentPass(engine, { ...sizes, training: false, sequences });
  const pass = new RecurrentPass(engine, { ...sizes, training: true, sequences, inputGradient: true });
  for (const said of [blind.forward(call), blind.forward(call), pass.forward(call)]) {
    close("outputs", said.outputs, wanted(expected.outputs));
    close("h", said.h, expected.h);
    if (cell === "lstm") close("c", said.c!, expected.c);
  }
  const reference = layerBackward(sizes, given, by);
  const gradients = pass.backward({
    outputs: float32(wanted(by.outputs)),
    h: float32(by.h),
    ...(cell === "lstm" && { c: float32(by.c) }),
  });
  for (const name of ["inputs", "kernel", "recurrentKernel", "bias", "h"] as const) {
    close(`gradient of ${name}`, gradients[name]!, reference[name]);
  }
  if (cell === "lstm") close("gradient of c", gradients.c!, reference.c);
  pass.dispose();
  blind.dispose();
}

function lastSteps(all: Float64Array, { batch, steps, units }: Sizes): Float64Array {
  const last = new Float64Array(batch * units);
  for (let b = 0; b < batch; b++) {
    last.set(all.subarray(((b + 1) * steps - 1) * units, (b + 1) * steps * units), b * units);
  }
  return last;
}

function keepLast(all: Float64Array, { steps, units }: Sizes): Float64Array {
  return all.map((value, i) => Math.floor(i / units) % steps === steps - 1 ? value : 0);
}

const LSTM: RecurrentShape = { cell: "lstm", batch: 3, steps: 4, inputs: 2, units: 5, training: true };

for (const cell of ["lstm", "gru"] as const) {
  Deno.test(`RecurrentPass has the gradients of finite differences (${cell})`, () =>
    withEngines((engine) => {
      const shape = { ...LSTM, cell, sequences: true, inputGradient: true };
      const prng = seeded(8);
      const given = randomLayer(shape, prng);
      const by = numbers(3 * 4 * 5, prng);
      const loss = (moved: Given) => layerForward(shape, moved).outputs.reduce((sum, x, i) => sum + x * by[i], 0);
      const pass = new RecurrentPass(engine, shape);
      pass.forward({
        inputs: float32(given.inputs),
        weights: weightsOf(given),
        state: { h: float32(given.h), ...(cell === "lstm" && { c: float32(given.c) }) },
      });
      const gradients = pass.backward({ outputs: float32(by) });
      for (const name of ["inputs", "kernel", "recurrentKernel", "bias", "h", "c"] as const) {
        if (name === "c" && cell === "gru") continue;
        const slopes = Float64Array.from(given[name], (_, i) => derivative(loss, given, name, i));
        const error = worstError(gradients[name]!, slopes);
        assert(error < 3e-6, `gradient of ${name} is off by ${error}`);
      }
    }));
}

Deno.test("RecurrentPass begins with zeros where no state is given, also after a call with one", () =>
  withEngines((engine) => {
    for (const training of [true, false]) {
      const given = randomLayer({ ...LSTM }, seeded(2));
      const pass = new RecurrentPass(engine, { ...LSTM, training });
      const call = { inputs: float32(given.inputs), weights: weightsOf(given) };
      const first = pass.forward(call);
      const zeros = new Float32Array(15);
      assertEquals(pass.forward({ ...call, state: { h: zeros, c: zeros } }), first);
      assert(
        worstError(pass.forward({ ...call, state: { h: float32(given.h), c: float32(given.c) } }).h, first.h) > 0.01,
      );
      assertEquals(pass.forward(call), first);
    }
  }));

Deno.test("RecurrentPass keeps several forward passes apart", () =>
  withEngines((engine) => {
    const weights = weightsOf(randomLayer(LSTM, seeded(1)));
    const passes = [1, 2, 3].map((seed) => {
      const inputs = float32(randomLayer(LSTM, seeded(seed)).inputs);
      const alone = new RecurrentPass(engine, LSTM);
      alone.forward({ inputs, weights });
      const expected = alone.backward({ outputs: new Float32Array(15).fill(1) });
      alone.dispose();
      return { pass: new RecurrentPass(engine, LSTM), inputs, expected };
    });
    for (const { pass, inputs } of passes) pass.forward({ inputs, weights });
    for (const { pass, expected } of passes) {
      assertEquals(pass.backward({ outputs: new Float32Array(15).fill(1) }), expected);
    }
  }));

Deno.test("RecurrentPass lets a NaN be seen", () =>
  withEngines((engine) => {
    const given = randomLayer(LSTM, seeded(1));
    const inputs = float32(given.inputs);
    inputs[0] = NaN;
    const { h } = new RecurrentPass(engine, LSTM).forward({ inputs, weights: weightsOf(given) });
    assertEquals([...h].map(Number.isNaN), [...h].map((_, i) => i < 5));
  }));

Deno.test("RecurrentPass rejects what does not fit", () =>
  withEngines((engine) => {
    assertThrows(() => new RecurrentPass(engine, { ...LSTM, units: 0 }), RangeError, "units must be a whole number");
    assertThrows(() => new RecurrentPass(engine, { ...LSTM, batch: 1.5 }), RangeError, "got 1.5");
    const given = randomLayer(LSTM, seeded(1));
    const pass = new RecurrentPass(engine, LSTM);
    const weights = weightsOf(given);
    assertThrows(() => pass.forward({ inputs: new Float32Array(5), weights }), RangeError, "24 numbers, got 5");
    assertThrows(() => pass.backward({}), TypeError, "no forward pass");
    pass.forward({ inputs: float32(given.inputs), weights });
    pass.backward({});
    assertThrows(() => pass.backward({}), TypeError, "no forward pass");
  }));
