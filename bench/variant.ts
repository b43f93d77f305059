import { flops } from "./job.ts";
import { type Contender, Peer } from "./peer.ts";

/** What was measured, over all steps of all rounds. */
export interface Result {
  /** The contender. */
  contender: Contender;
  /** What it ran on. */
  description: string;
  /** Milliseconds of a step that half of the steps stayed below. */
  median: number;
  /** The same for a tenth of them. */
  p10: number;
  /** The same for nine tenths of them. */
  p90: number;
  /** 10⁹ floating-point operations a second, at the median. */
  gflops: number;
  /** Most memory of the process, in MB. */
  megabytes: number | null;
}

/** Milliseconds between two variants. */
const SETTLE = 100;

/** Milliseconds that a variant runs before it is measured: compilers have to see the code, and caches to fill. */
const WARM_UP = 400;

/** Milliseconds that a variant has in a round, if it does {@linkcode FEWEST} steps in them. */
const BURST = 400;

const FEWEST = 2, MOST = 5000;

/** How much slower than the fastest of its name a contender may be in a trial burst, to be measured at all. */
const CLOSE = 1.25;

/** A variant in its own process, which is stopped but when it is asked. */
class Variant {
  readonly times: number[] = [];
  readonly #peer: Peer;
  #description = "";
  #weights?: number;
  #flops?: number;
  #megabytes: number | null = null;
  #burst = 0;

  constructor(readonly contender: Contender) {
    this.#peer = new Peer(contender);
  }

  /** Weights that it learns; nothing where it does not say. */
  get weights(): number | undefined {
    return this.#weights;
  }

  /** Waits until it can begin, and warms it up. @returns Why it cannot, if so. */
  async start(): Promise<string | undefined> {
    const { ready, missing, weights, flops } = await this.#peer.answer();
    if (missing !== undefined) return missing as string;
    this.#description = ready as string;
    this.#weights = weights as number | undefined;
    this.#flops = flops as number | undefined;
    let times: number[] = [], spent = 0;
    while (spent < WARM_UP) {
      times = await this.#run(times.length * 2 || 1);
      spent += times.reduce((a, b) => a + b);
    }
    this.#burst = Math.min(MOST, Math.max(FEWEST, Math.round(BURST / quantile(times, 0.5))));
    this.#peer.pause();
  }

  /** Does its share of a round. @returns The milliseconds of its steps. */
  async round(): Promise<number[]> {
    this.#peer.wake();
    // The first step finds the caches as another variant has left them, which shows where steps are short.
    const unmeasured = this.#burst > FEWEST ? 1 : 0;
    const times = (await this.#run(this.#burst + unmeasured)).slice(unmeasured);
    this.#peer.pause();
    return times;
  }

  async #run(steps: number): Promise<number[]> {
    const { ms, megabytes } = await this.#peer.ask(`${steps}`);
    this.#megabytes = megabytes as number | null;
    return ms as number[];
  }

  stop(): Promise<void> {
    return this.#peer.stop();
  }

  result(): Result {
    const { contender, times } = this;
    const [median, p10, p90] = [0.5, 0.1, 0.9].map((share) => quantile(times, share));
    const gflops = (this.#flops ?? flops(contender.job)) / median / 1e6;
    return { contender, description: this.#description, median, p10, p90, gflops, megabytes: this.#megabytes };
  }
}

/** The value that a share of the numbers stays below. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}

/**
 * Measures contenders side by side: in each round each has a short burst of
 * steps while the others wait, so that a machine that slows down does so for
 * all. Of several with one name, those take part that come near the fastest of
 * them in a first burst.
 *
 * @param rounds How many.
 * @param complain Takes a line for each contender that cannot run here.
 * @returns Those that took part, in their order.
 * @throws {Error} If two learn the same model with different numbers of weights.
 */
export async function measure(
  contenders: readonly Contender[],
  rounds: number,
  complain: (line: string) => void,
): Promise<Result[]> {
  let variants: Variant[] = [];
  try {
    for (const contender of contenders) {
      const variant = new Variant(contender);
      variants.push(variant);
      const missing = await variant.start();
      if (missing === undefined) continue;
      await variants.pop()!.stop();
      complain(`Without ${contender.name}: ${missing}`);
    }
    checkWeights(variants);
    const slow = await slowest(variants);
    variants = variants.filter((variant) => !slow.has(variant));
    for (const variant of slow) await variant.stop();
    for (let round = 0; round < rounds; round++) {
      // To and fro, so that nobody always comes after the same other one.
      for (const variant of round % 2 ? variants.toReversed() : variants) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE));
        variant.times.push(...await variant.round());
      }
    }
    return variants.map((variant) => variant.result());
  } finally {
    for (const variant of variants) await variant.stop();
  }
}

/** Refuses to compare models that are not the same. */
function checkWeights(variants: readonly Variant[]): void {
  const learning = variants.filter(({ weights }) => weights !== undefined);
  for (const { contender: { name, job }, weights } of learning) {
    const other = learning.find(({ contender }) => contender.job.model === job.model)!;
    if (other.weights !== weights) {
      throw new Error(
        `Cannot compare ${name} with ${other.contender.name}: it has ${weights} weights, the other ${other.weights}`,
      );
    }
  }
}

/** Of those that share a name, the ones that need not be measured. */
async function slowest(variants: readonly Variant[]): Promise<Set<Variant>> {
  const slow = new Set<Variant>();
  for (const group of Object.values(Object.groupBy(variants, ({ contender }) => contender.name)) as Variant[][]) {
    if (group.length === 1) continue;
    const trials: number[] = [];
    for (const variant of group) trials.push(Math.min(...await variant.round()));
    group.forEach((variant, i) => trials[i] > CLOSE * Math.min(...trials) && slow.add(variant));
  }
  return slow;
}
