import { type Job, trainingOf } from "./job.ts";
import type { Contender } from "./peer.ts";
import { measure, type Result } from "./variant.ts";

/** Costs of one shape. */
export interface Growth {
  /** What is varied: batch, length, units or threads. */
  vary: string;
  /** The job's part that the others do not have. */
  value: number;
  /** One for each variant. */
  results: Result[];
}

const PAPER = trainingOf("paper");

/** What is changed in the paper's step, one at a time. */
const SHAPES: Record<string, readonly number[]> = {
  batch: [1, 10, 50, 100, 200],
  length: [25, 75, 150, 300],
  units: [32, 64, 128, 256, 512],
  threads: [1, 2, 4, 8].filter((count) => count <= PAPER.threads),
};

/**
 * Measures how the step's cost grows, shape after shape.
 *
 * @param python The Python that has PyTorch, if it is to be measured.
 * @param rounds For each shape.
 * @param kernels Those of ours that this machine has.
 */
export async function* growth(
  { python, rounds, kernels }: { python?: string; rounds: number; kernels: readonly ("portable" | "native")[] },
): AsyncGenerator<Growth> {
  for (const [vary, values] of Object.entries(SHAPES)) {
    for (const value of values) {
      const job: Job = { ...PAPER, [vary]: value, adam: "fused" };
      const contenders: Contender[] = kernels.map((by) => ({ name: `fused-${by}`, job, by }));
      if (python) contenders.push({ name: "pytorch", job, by: { python, script: "pytorch" } });
      yield { vary, value, results: await measure(contenders, rounds, () => {}) };
    }
  }
}
