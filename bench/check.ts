import { type Job, type ModelName, trainingOf } from "./job.ts";
import { type Contender, Peer } from "./peer.ts";

/** How far our losses and PyTorch's are apart. */
export interface Agreement {
  /** What of ours, such as `beyond-native`. */
  name: string;
  /** How many weights both learn. */
  weights: number;
  /** Total losses of the first steps of ours. */
  losses: number[];
  /** Those of PyTorch. */
  pytorch: number[];
  /** The largest difference between the two, in nats. */
  difference: number;
}

/** What a difference may be, in nats: float32 sums in another order, over five steps. */
export const CLOSE_ENOUGH = 1e-4;

/**
 * Trains a model on our kernels and in PyTorch, from the same weights on the
 * same batch, without dropout.
 *
 * @param python The Python that has PyTorch.
 * @param complain Takes a line for each kernel that cannot run here.
 * @returns Of each kernel.
 * @throws {Error} If PyTorch cannot run here, or learns another number of weights.
 */
export async function compareLosses(
  model: ModelName,
  python: string,
  complain: (line: string) => void,
): Promise<Agreement[]> {
  const job: Job = { ...trainingOf(model), work: "check", batch: 2, threads: 1 };
  const all: Agreement[] = [];
  for (const by of ["portable", "native"] as const) {
    const name = `${model}-${by}`;
    const ours = new Peer({ name, job, by }), theirs = new Peer(pytorch(job, python));
    try {
      const { missing, weights, ...given } = await ours.answer();
      if (missing !== undefined) {
        complain(`Without ${name}: ${missing}`);
        continue;
      }
      const ready = await theirs.answer();
      if (ready.missing !== undefined) throw new Error(`Cannot check ${name}: ${ready.missing}`);
      if (ready.weights !== weights) {
        throw new Error(`Cannot check ${name}: it has ${weights} weights, PyTorch's ${ready.weights}`);
      }
      const losses = given.losses as number[];
      const { losses: pytorch } = await theirs.ask(JSON.stringify(given)) as { losses: number[] };
      const difference = Math.max(...losses.map((loss, step) => Math.abs(loss - pytorch[step])));
      all.push({ name, weights: weights as number, losses, pytorch, difference });
    } finally {
      await ours.stop();
      await theirs.stop();
    }
  }
  return all;
}

function pytorch(job: Job, python: string): Contender {
  return { name: `${job.model}-pytorch`, job, by: { python, script: "pytorch" } };
}
