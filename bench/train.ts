/**
 * `deno task bench`: what the paper's training step costs here, beside PyTorch
 * and Keras. bench/README.md says what the variants are.
 *
 * @module
 */

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { type Growth, growth } from "./growth.ts";
import { type Job, PAPER } from "./job.ts";
import { type Contender, measure, type Result } from "./variant.ts";

const USAGE = `deno task bench [--peers PYTHON] [--rounds N] [--grow] [--json]

Measures the paper's training step, and a sampled note.

  --peers PYTHON   also PyTorch and Keras, as far as that Python has them
  --rounds N       bursts that each variant has (10)
  --grow           also how the cost grows with batch, length, units and threads,
                   and a large case with its memory: some minutes
  --json           one JSON object instead of tables
  --help           show this text`;

/** Everything that is compared on the paper's step. */
function contenders(python?: string): Contender[] {
  const ours = (["portable", "native"] as const).map((by) => ({ name: `fused-${by}`, job: PAPER, by }));
  const sample: Job = { ...PAPER, work: "sample", threads: 1 };
  const all: Contender[] = [...ours, { name: "sample-portable", job: sample, by: "portable" }];
  if (!python) return all;
  const pytorch = { python, script: "pytorch" } as const;
  for (const threads of new Set([1, 2, PAPER.threads])) {
    for (const adam of ["default", "fused"] as const) {
      all.push({ name: "pytorch", job: { ...PAPER, threads, adam }, by: pytorch });
    }
  }
  all.push({ name: "pytorch-sample", job: sample, by: pytorch });
  all.push({ name: "keras", job: PAPER, by: { python, script: "keras" } });
  return all;
}

/** The fastest of each name. */
function best(results: readonly Result[]): Result[] {
  const groups = Object.values(Object.groupBy(results, ({ contender }) => contender.name)) as Result[][];
  return groups.map((group) => group.reduce((a, b) => b.median < a.median ? b : a));
}

type Peaks = Partial<Record<"portable" | "native", number>>;

/** What each kernel reaches on one thread, in GFLOP/s. */
async function peaks(rounds: number): Promise<Peaks> {
  const job: Job = { ...PAPER, work: "peak", threads: 1 };
  const kernels = (["portable", "native"] as const).map((by) => ({ name: by, job, by }));
  const results = await measure(kernels, rounds, () => {});
  return Object.fromEntries(results.map(({ contender: { name }, gflops, median, fastest }) => {
    return [name, gflops * median / fastest];
  }));
}

/** A result as it stands in the JSON. */
function variantOf(result: Result, all: readonly Result[], peaks: Peaks) {
  const { contender: { name, job, by }, description, median, p10, p90, gflops } = result;
  const yardstick = all.find(({ contender }) =>
    contender.name === (job.work === "sample" ? "pytorch-sample" : "pytorch")
  );
  // What runs on 128 bits is measured by what 128 bits can do; the peers may use whatever the machine has.
  const peak = by === "portable" ? peaks.portable! : Math.max(...Object.values(peaks));
  return {
    ...{ name, median_ms: round(median), p10_ms: round(p10), p90_ms: round(p90), gflops: round(gflops) },
    over_pytorch: yardstick ? round(median / yardstick.median) : null,
    share_of_peak: round(gflops / peak / job.threads),
    on: `${description}${typeof by === "object" ? settingOf(job, by.script) : ""}`,
  };
}

function settingOf({ threads, adam, work }: Job, script: "pytorch" | "keras"): string {
  const count = `, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  return script === "pytorch" && work !== "sample" ? `${count}, ${adam} Adam` : count;
}

/** Four digits: more would say nothing. */
const round = (value: number) => Number(value.toPrecision(4));

function growthOf({ vary, value, results }: Growth) {
  return results.map(({ contender: { name }, median, p10, p90, gflops, megabytes }) => ({
    ...{ vary, value, name, median_ms: round(median), p10_ms: round(p10), p90_ms: round(p90), gflops: round(gflops) },
    peak_mb: megabytes === null ? null : Math.round(megabytes),
  }));
}

/** Rows of one kind, in columns. */
function table(rows: readonly Record<string, unknown>[]): string {
  const names = Object.keys(rows[0]);
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? "-")))];
  const widths = names.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const isNumber = names.map((name) => rows.some((row) => typeof row[name] === "number"));
  const pad = (text: string, i: number) => isNumber[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]);
  return cells.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      peers: { type: "string" },
      rounds: { type: "string", default: "10" },
      grow: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds must be a whole number above 0, got ${values.rounds}`);
  }
  return { ...values, rounds };
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, or 2 if the arguments are wrong.
 * @throws {Error} If a peer cannot be started, or ends before its time.
 */
async function bench(args: readonly string[]): Promise<number> {
  let given: ReturnType<typeof parse>;
  try {
    given = parse(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const { peers: python, rounds, grow, json, help } = given;
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const print = json ? () => {} : console.log;
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    threads: PAPER.threads,
    os: Deno.build.os,
    deno: Deno.version.deno,
  };
  print(`${machine.cpu}, ${machine.threads} threads, ${machine.os}, Deno ${machine.deno}`);

  const kernelPeaks = await peaks(rounds);
  const peak_gflops = round(Math.max(...Object.values(kernelPeaks)));
  const said = Object.entries(kernelPeaks).map(([name, peak]) => `${name} ${peak.toFixed(0)}`).join(", ");
  print(`Peak of the kernels' product on one thread, in GFLOP/s: ${said}\n`);

  const results = best(await measure(contenders(python), rounds, console.error));
  const variants = results.map((result) => variantOf(result, results, kernelPeaks));
  print(table(variants));

  const grown = [];
  if (grow) {
    const kernels = Object.keys(kernelPeaks) as ("portable" | "native")[];
    print("\nHow the cost of the fused trainer grows, one thing of the paper's step changed at a time");
    for await (const shape of growth({ python, rounds: Math.ceil(rounds / 3), kernels })) {
      const rows = growthOf(shape);
      grown.push(...rows);
      print(`\n${table(rows)}`);
    }
  }
  if (json) {
    const growth = grow ? { growth: grown } : {};
    console.log(JSON.stringify({ machine, peak_gflops, kernel_peaks: kernelPeaks, variants, ...growth }));
  }
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await bench(Deno.args));
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
