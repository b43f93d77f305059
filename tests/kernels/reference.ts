// Recurrent layers in plain float64 loops, written from the equations of tfjs's layers and not from the kernel.

/** A layer's sizes. */
export interface Sizes {
  cell: "lstm" | "gru";
  batch: number;
  steps: number;
  inputs: number;
  units: number;
}

/** Everything that goes into a layer, as plain numbers in tfjs's order. */
export interface Given {
  inputs: Float64Array;
  kernel: Float64Array;
  recurrentKernel: Float64Array;
  bias: Float64Array;
  h: Float64Array;
  c: Float64Array;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Outputs of all steps, shape [batch, steps, units], and the final state. */
export function layerForward(sizes: Sizes, given: Given): { outputs: Float64Array; h: Float64Array; c: Float64Array } {
  const { batch, steps, units } = sizes;
  const outputs = new Float64Array(batch * steps * units);
  const h = given.h.slice(), c = given.c.slice();
  for (let b = 0; b < batch; b++) {
    for (let t = 0; t < steps; t++) {
      const before = h.slice(b * units, (b + 1) * units);
      const next = sizes.cell === "lstm"
        ? lstmStep(sizes, given, b, t, before, c)
        : gruStep(sizes, given, b, t, before);
      h.set(next, b * units);
      outputs.set(next, (b * steps + t) * units);
    }
  }
  return { outputs, h, c };
}

/** `x W + h U + b` of one column; the hidden part may be left out. */
function weighted(sizes: Sizes, given: Given, b: number, t: number, column: number, hidden: ArrayLike<number>): number {
  const { steps, inputs, units, cell } = sizes;
  const columns = units * (cell === "lstm" ? 4 : 3);
  let sum = given.bias[column];
  for (let i = 0; i < inputs; i++) {
    sum += given.inputs[(b * steps + t) * inputs + i] * given.kernel[i * columns + column];
  }
  for (let i = 0; i < units; i++) sum += hidden[i] * given.recurrentKernel[i * columns + column];
  return sum;
}

function lstmStep(sizes: Sizes, given: Given, b: number, t: number, before: Float64Array, c: Float64Array) {
  const { units } = sizes;
  return Float64Array.from({ length: units }, (_, unit) => {
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => weighted(sizes, given, b, t, gate * units + unit, before));
    c[b * units + unit] = sigmoid(f) * c[b * units + unit] + sigmoid(i) * Math.tanh(g);
    return sigmoid(o) * Math.tanh(c[b * units + unit]);
  });
}

function gruStep(sizes: Sizes, given: Given, b: number, t: number, before: Float64Array) {
  const { units } = sizes;
  const reset = before.map((h, unit) => h * sigmoid(weighted(sizes, given, b, t, units + unit, before)));
  return Float64Array.from({ length: units }, (_, unit) => {
    const update = sigmoid(weighted(sizes, given, b, t, unit, before));
    const candidate = Math.tanh(weighted(sizes, given, b, t, 2 * units + unit, reset));
    return update * before[unit] + (1 - update) * candidate;
  });
}

/**
 * The derivative of `loss(forward(given))` by one number of `given`, by central
 * differences: exact to some 1e-9 in float64.
 */
export function derivative(
  loss: (given: Given) => number,
  given: Given,
  name: keyof Given,
  index: number,
): number {
  const step = 1e-5;
  const at = (offset: number) => {
    const moved = given[name].slice();
    moved[index] += offset;
    return loss({ ...given, [name]: moved });
  };
  return (at(step) - at(-step)) / (2 * step);
}

/** The gradients of `Σ weights · outputs + Σ weightsH · h + Σ weightsC · c`, back through time. */
export function layerBackward(
  sizes: Sizes,
  given: Given,
  by: { outputs: Float64Array; h: Float64Array; c: Float64Array },
): Given {
  const { batch, cell } = sizes;
  const gradients: Given = {
    inputs: new Float64Array(given.inputs.length),
    kernel: new Float64Array(given.kernel.length),
    recurrentKernel: new Float64Array(given.recurrentKernel.length),
    bias: new Float64Array(given.bias.length),
    h: by.h.slice(),
    c: by.c.slice(),
  };
  for (let b = 0; b < batch; b++) {
    if (cell === "lstm") lstmBackward(sizes, given, by.outputs, gradients, b);
    else gruBackward(sizes, given, by.outputs, gradients, b);
  }
  return gradients;
}

/** Adds what one pre-activation's gradient means for weights and inputs, and for the hidden state that it met. */
function spread(
  sizes: Sizes,
  given: Given,
  gradients: Given,
  place: { b: number; t: number; column: number },
  slope: number,
  hidden: ArrayLike<number>,
  hiddenGradient: Float64Array,
): void {
  const { steps, inputs, units, cell } = sizes;
  const columns = units * (cell === "lstm" ? 4 : 3);
  const { b, t, column } = place;
  gradients.bias[column] += slope;
  for (let i = 0; i < inputs; i++) {
    const at = (b * steps + t) * inputs + i;
    gradients.kernel[i * columns + column] += slope * given.inputs[at];
    gradients.inputs[at] += slope * given.kernel[i * columns + column];
  }
  for (let i = 0; i < units; i++) {
    gradients.recurrentKernel[i * columns + column] += slope * hidden[i];
    hiddenGradient[i] += slope * given.recurrentKernel[i * columns + column];
  }
}

function lstmBackward(sizes: Sizes, given: Given, by: Float64Array, gradients: Given, b: number): void {
  const { steps, units } = sizes;
  const rows = (values: Float64Array) => values.slice(b * units, (b + 1) * units);
  const hs = [rows(given.h)], c = given.c.slice(), cs = [rows(c)];
  for (let t = 0; t < steps; t++) {
    hs.push(lstmStep(sizes, given, b, t, hs[t], c));
    cs.push(rows(c));
  }
  let dh = rows(gradients.h);
  const dc = rows(gradients.c);
  for (let t = steps - 1; t >= 0; t--) {
    const next = new Float64Array(units);
    for (let unit = 0; unit < units; unit++) {
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => {
        const z = weighted(sizes, given, b, t, gate * units + unit, hs[t]);
        return gate === 2 ? Math.tanh(z) : sigmoid(z);
      });
      const squashed = Math.tanh(cs[t + 1][unit]);
      const whole = dh[unit] + by[(b * steps + t) * units + unit];
      const change = dc[unit] + whole * o * (1 - squashed ** 2);
      const slopes = [
        change * g * i * (1 - i),
        change * cs[t][unit] * f * (1 - f),
        change * i * (1 - g ** 2),
        whole * squashed * o * (1 - o),
      ];
      slopes.forEach((slope, gate) => {
        spread(sizes, given, gradients, { b, t, column: gate * units + unit }, slope, hs[t], next);
      });
      dc[unit] = change * f;
    }
    dh = next;
  }
  gradients.h.set(dh, b * units);
  gradients.c.set(dc, b * units);
}

function gruBackward(sizes: Sizes, given: Given, by: Float64Array, gradients: Given, b: number): void {
  const { steps, units } = sizes;
  const hs = [given.h.slice(b * units, (b + 1) * units)];
  for (let t = 0; t < steps; t++) hs.push(gruStep(sizes, given, b, t, hs[t]));
  let dh = gradients.h.slice(b * units, (b + 1) * units);
  for (let t = steps - 1; t >= 0; t--) {
    const before = hs[t], next = new Float64Array(units), byReset = new Float64Array(units);
    const gate = (column: number) => weighted(sizes, given, b, t, column, before);
    const update = before.map((_, unit) => sigmoid(gate(unit)));
    const reset = before.map((_, unit) => sigmoid(gate(units + unit)));
    const kept = before.map((h, unit) => h * reset[unit]);
    for (let unit = 0; unit < units; unit++) {
      const candidate = Math.tanh(weighted(sizes, given, b, t, 2 * units + unit, kept));
      const whole = dh[unit] + by[(b * steps + t) * units + unit];
      const slope = whole * (1 - update[unit]) * (1 - candidate ** 2);
      spread(sizes, given, gradients, { b, t, column: 2 * units + unit }, slope, kept, byReset);
      const z = whole * (before[unit] - candidate) * update[unit] * (1 - update[unit]);
      spread(sizes, given, gradients, { b, t, column: unit }, z, before, next);
      next[unit] += whole * update[unit];
    }
    for (let unit = 0; unit < units; unit++) {
      const slope = byReset[unit] * before[unit] * reset[unit] * (1 - reset[unit]);
      spread(sizes, given, gradients, { b, t, column: units + unit }, slope, before, next);
      next[unit] += byReset[unit] * reset[unit];
    }
    dh = next;
  }
  gradients.h.set(dh, b * units);
}
