/** What is computed: steps of training, the losses of a few such steps, a sampled note, or the kernel's product alone. */
export type Work = "train" | "check" | "sample" | "peak";

/** What a peer is to do; it gets this as JSON. */
export interface Job {
  /** On the model; the kernel's product has none. */
  work: Work;
  /** Which of {@linkcode MODELS}, or a network of the registry of lib/systems. */
  model: string;
  /** Examples in a batch, where they are not the model's own. */
  batch?: number;
  /** Notes in a window, where they are not the paper's. */
  length?: number;
  /** Units of the LSTM, where they are not the paper's. */
  units?: number;
  /** Threads that compute. */
  threads: number;
  /** PyTorch's Adam: one of its own kernels, or what it does by default. */
  adam?: "default" | "fused";
}

/** Names of {@linkcode MODELS}. */
export type ModelName = keyof typeof MODELS;

/** The sizes of the models that are compared; bench/models.ts builds them, and peers/pytorch_models.py too. */
export const MODELS = {
  paper: { batch: 50, length: 75, inputs: 3, units: 128, outputs: 128 + 1 + 1 },
  beyond: {
    ...{ batch: 16, length: 128, units: 256 },
    classes: { pitch: 128, step: 65, duration: 64 },
    widths: { pitch: 32, step: 16, duration: 16 },
  },
  bachbot: { batch: 50, length: 128, units: 256, tokens: 108, width: 32 },
  deepbach: {
    ...{ batch: 256, length: 32, units: 256, voices: 4 },
    ...{ pitches: 55, places: 4, fermatas: 2, width: 20 },
  },
  transformer: { batch: 4, length: 512, tokens: 128, width: 256, blocks: 4, heads: 4, inner: 1024 },
} as const;

/** Whether a model is one of {@linkcode MODELS}. */
export function isCompared(model: string): model is ModelName {
  return Object.hasOwn(MODELS, model);
}

/** A training step of a model, on all the threads that our engine takes. */
export function trainingOf(model: string): Job {
  return { work: "train", model, threads: Math.min(navigator.hardwareConcurrency, 8) };
}

/** The kernel's product, on as many threads. */
export function peakOn(threads: number): Job {
  return { work: "peak", model: "paper", threads };
}

/** Multiplications, each with its addition, of an LSTM at a step. */
const lstm = (inputs: number, units: number) => (inputs + units) * 4 * units;

/**
 * Multiplications, each with its addition, that an example takes forwards. Only
 * the products of matrices are counted, and of them what the model needs: every
 * weight of a kernel at every step that has it. Not biases, embeddings (they
 * are looked up), curves, normalisation, dropout, losses and Adam.
 */
const PRODUCTS: Record<ModelName, (job: Job) => number> = {
  // The heads read the last state alone.
  paper({ length = MODELS.paper.length, units = MODELS.paper.units }) {
    const { inputs, outputs } = MODELS.paper;
    return length * lstm(inputs, units) + units * outputs;
  },
  beyond() {
    const { length, units, classes, widths } = MODELS.beyond;
    return length * (lstm(sum(widths), units) + lstm(units, units) + units * sum(classes));
  },
  bachbot() {
    const { length, units, tokens, width } = MODELS.bachbot;
    return length * (lstm(width, units) + 2 * lstm(units, units) + units * tokens);
  },
  // Two LSTM on each side; the other layers stand once.
  deepbach() {
    const { length, units, voices, pitches, width } = MODELS.deepbach;
    const sides = 2 * length * (lstm((voices + 2) * width, units) + lstm(units, units));
    return sides + (voices + 1) * width * units + 3 * units * units + units * pitches;
  },
  // Attention has three products: queries with keys, queries with distances, and shares with values. Each takes a pair
  // of steps of which one does not come after the other; PyTorch computes all pairs, and sets half of them to 0.
  transformer() {
    const { length, tokens, width, blocks, inner } = MODELS.transformer;
    const pairs = length * (length + 1) / 2;
    const block = length * (4 * width * width + 2 * width * inner) + 3 * pairs * width;
    return blocks * block + length * width * tokens;
  },
};

const sum = (sizes: Record<string, number>) => Object.values(sizes).reduce((a, b) => a + b);

/**
 * Floating-point operations of one of {@linkcode MODELS}, or of the kernel's
 * product: two for each product of {@linkcode PRODUCTS} and, in training, twice
 * as many for the way back, to weights and to inputs.
 */
export function flops(job: Job): number {
  const { work, threads } = job, model = job.model as ModelName;
  if (work === "peak") {
    const { rows, depth, columns, steps, times } = PRODUCT;
    return 2 * threads * rows * depth * columns * steps * times;
  }
  // A sampled note is a single step.
  if (work === "sample") return 2 * PRODUCTS[model]({ ...job, length: 1 });
  return trainingFlops(job.batch ?? MODELS[model].batch, PRODUCTS[model](job));
}

/** Floating-point operations of a training step with so many products for each example. */
export function trainingFlops(batch: number, products: number): number {
  return 3 * 2 * batch * products;
}

/**
 * The product that measures a kernel's peak: 46 KB for each thread, which any
 * core's caches hold, in `times` instructions of `steps` products.
 */
export const PRODUCT = { rows: 24, depth: 192, columns: 16, steps: 24, times: 20 } as const;
