import { type Job, PAPER } from "./job.ts";
import { type Contender, measure, type Result } from "./variant.ts";

/** Costs of one shape. */
export interface Growth {
  /** What is varied: batch, length, units or threads, or `big` for the large case. */
  vary: string;
  /** The job's part that the others do not have. */
  value: string;
  /** One a variant. */
  results: Result[];
}

const { threads } = PAPER;

/** What is changed in the paper's step, one at a time. */
const SHAPES: Record<string, Partial<Job>[]> = {
  batch: [1, 10, 50, 100, 200].map((batch) => ({ batch })),
  length: [25, 75, 150, 300].map((length) => ({ length })),
  units: [32, 64, 128, 256, 512].map((units) => ({ units: [units] })),
  threads: [1, 2, 4, 8].filter((count) => count <= threads).map((threads) => ({ threads })),
  big: [{ batch: 256, length: 256, units: [256, 256] }],
};

/**
 * Measures how the step's cost grows, shape after shape.
 *
 * @param python The Python that has PyTorch, if it is to be measured.
 * @param rounds For each shape.
 * @param kernels Those of ours that this machine has.
 */
export async function* growth(
  { python, rounds, kernels }: { python?: string; rounds: number; kernels: ("portable" | "native")[] },
): AsyncGenerator<Growth> {
  for (const [vary, shapes] of Object.entries(SHAPES)) {
    for (const shape of shapes) {
      const job: Job = { ...PAPER, ...shape, adam: "fused" };
      const contenders: Contender[] = kernels.map((by) => ({ name: `fused-${by}`, job, by }));
      if (python) contenders.push({ name: "pytorch", job, by: { python, script: "pytorch" } });
      const value = Object.entries(shape).map(([name, value]) => vary === "big" ? `${name} ${value}` : value).join(
        ", ",
      );
      const results = await measure(contenders, rounds, () => {});
      yield { vary, value, results };
    }
  }
}
