/** What is computed: a step of training, a note, or the kernel's product alone. */
export type Work = "fused" | "sample" | "peak";

/** What a peer is to do; it gets this as JSON. */
export interface Job {
  /** Of the paper's model: the stacked LSTM, and heads of 128, 1 and 1 on the last hidden state. */
  work: Work;
  /** Windows in a batch. */
  batch: number;
  /** Notes in a window. */
  length: number;
  /** Units of each LSTM. */
  units: readonly number[];
  /** Threads that compute. */
  threads: number;
  /** PyTorch's Adam: one of its own kernels, or what it does by default. */
  adam?: "default" | "fused";
}

/** Numbers of a note: pitch / 128, step and duration. */
export const INPUTS = 3;

/** Outputs of the three heads. */
const OUTPUTS = 128 + 1 + 1;

/** The paper's step. */
export const PAPER: Job = {
  work: "fused",
  batch: 50,
  length: 75,
  units: [128],
  threads: navigator.hardwareConcurrency,
};

/**
 * Floating-point operations of a step: a multiplication and an addition for each
 * weight at each note and, in training, twice as many for the way back.
 */
export function flops({ work, batch, length, units }: Job): number {
  if (work === "peak") return 2 * PRODUCT.rows * PRODUCT.depth * PRODUCT.columns * PRODUCT.times;
  const layers = units.reduce((sum, width, i) => sum + ((units[i - 1] ?? INPUTS) + width + 1) * 4 * width, 0);
  const heads = (units.at(-1)! + 1) * OUTPUTS;
  return work === "sample" ? 2 * (layers + heads) : 3 * 2 * batch * (length * layers + heads);
}

/** The product that measures a kernel's peak: 46 KB in all, which any core's caches hold. */
export const PRODUCT = { rows: 24, depth: 192, columns: 16, times: 90 } as const;
