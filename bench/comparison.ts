import { isCompared, type Job, peakOn, trainingOf } from "./job.ts";
import type { Contender } from "./peer.ts";
import { measure, type Result } from "./variant.ts";

/** A variant as it stands in the table and in the JSON; bench/README.md says what its numbers are. */
export interface Row {
  name: string;
  median_ms: number;
  p10_ms: number;
  p90_ms: number;
  gflops: number;
  over_pytorch: number | null;
  share_of_peak: number;
  peak_mb: number | null;
  on: string;
}

/** GFLOP/s per thread that the kernels' products reach, all threads at work. */
export type Peaks = Partial<Record<"portable" | "native", number>>;

const KERNELS = ["portable", "native"] as const;

/** A model's step on our kernels. */
function ours(name: string, model: string): Contender[] {
  return KERNELS.map((by) => ({ name: `${name}-${by}`, job: trainingOf(model), by }));
}

/** A model's step in PyTorch: on 1, 2 and all threads, with each of its Adams. */
function pytorch(name: string, model: string, python: string): Contender[] {
  const job = trainingOf(model);
  return [...new Set([1, 2, navigator.hardwareConcurrency])].flatMap((threads) =>
    (["default", "fused"] as const).map((adam): Contender => ({
      name,
      job: { ...job, threads, adam },
      by: { python, script: "pytorch" },
    }))
  );
}

/** The paper's step and a sampled note, ours and others'. */
export function paperContenders(python?: string): Contender[] {
  const sample: Job = { work: "sample", model: "paper", threads: 1 };
  const all: Contender[] = [...ours("fused", "paper"), { name: "sample-portable", job: sample, by: "portable" }];
  if (!python) return all;
  const keras = { python, script: "keras" } as const;
  return [
    ...all,
    ...pytorch("pytorch", "paper", python),
    { name: "pytorch-sample", job: sample, by: { python, script: "pytorch" } },
    { name: "keras", job: { ...trainingOf("paper"), threads: navigator.hardwareConcurrency }, by: keras },
  ];
}

/** A model's step, ours and, where there is one, PyTorch's. */
export function modelContenders(model: string, python?: string): Contender[] {
  return [...ours(model, model), ...python && isCompared(model) ? pytorch(`${model}-pytorch`, model, python) : []];
}

/**
 * Measures contenders beside one another, and beside what the kernels' products
 * reach meanwhile: there are machines whose speed doubles and halves in phases.
 *
 * @param rounds How many bursts each has.
 * @param complain Takes a line for each contender that cannot run here.
 */
export async function compare(
  contenders: readonly Contender[],
  rounds: number,
  complain: (line: string) => void,
): Promise<{ rows: Row[]; peaks: Peaks }> {
  const { threads } = trainingOf("paper");
  const products = KERNELS.map((by): Contender => ({ name: by, job: peakOn(threads), by }));
  const results = Map.groupBy(
    await measure([...products, ...contenders], rounds, complain),
    ({ contender }) => contender.job.work === "peak",
  );
  const peaks: Peaks = Object.fromEntries(
    (results.get(true) ?? []).map(({ contender, gflops }) => [contender.name, gflops / threads]),
  );
  const fastest = best(results.get(false) ?? []);
  return { rows: fastest.map((result) => rowOf(result, fastest, peaks)), peaks };
}

/** The fastest of each name. */
function best(results: readonly Result[]): Result[] {
  const groups = Object.values(Object.groupBy(results, ({ contender }) => contender.name)) as Result[][];
  return groups.map((group) => group.reduce((a, b) => b.median < a.median ? b : a));
}

function rowOf(result: Result, all: readonly Result[], peaks: Peaks): Row {
  const { contender: { name, job, by }, description, median, p10, p90, gflops, megabytes } = result;
  const yardstick = all.find(({ contender }) =>
    typeof contender.by === "object" && contender.by.script === "pytorch" && contender.job.work === job.work
  );
  // What runs on 128 bits is measured by what 128 bits can do; the peers may use whatever the machine has.
  const peak = by === "portable" ? peaks.portable! : Math.max(...Object.values(peaks));
  return {
    ...{ name, median_ms: round(median), p10_ms: round(p10), p90_ms: round(p90), gflops: round(gflops) },
    over_pytorch: yardstick ? round(median / yardstick.median) : null,
    share_of_peak: round(gflops / peak / job.threads),
    peak_mb: megabytes === null ? null : Math.round(megabytes),
    on: `${description}${typeof by === "object" ? settingOf(job, by.script) : ""}`,
  };
}

function settingOf({ threads, adam, work }: Job, script: "pytorch" | "keras"): string {
  const count = `, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  return script === "pytorch" && work !== "sample" ? `${count}, ${adam} Adam` : count;
}

/** Four digits: more would say nothing. */
export const round = (value: number): number => Number(value.toPrecision(4));
