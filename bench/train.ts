/**
 * `deno task bench`: what a training step costs here, the paper's and those of
 * larger models, beside PyTorch and Keras. bench/README.md says what the
 * variants are.
 *
 * @module
 */

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { CLOSE_ENOUGH, compareLosses } from "./check.ts";
import { compare, modelContenders, paperContenders, type Peaks, round, type Row } from "./comparison.ts";
import { type Growth, growth } from "./growth.ts";
import { type ModelName, MODELS } from "./job.ts";
import type { Contender } from "./peer.ts";
import { type CommandOptions, misuse } from "../tasks/command.ts";

const NAMES = Object.keys(MODELS) as ModelName[];

const USAGE = `deno task bench [--models [NAME ...]] [--peers PYTHON] [--rounds N] [--grow] [--json]
deno task bench --check --peers PYTHON [--json]

Measures the paper's training step, and a sampled note; or the training steps of
five models: ${NAMES.join(", ")}.

  --models         the five models, each a table of its own; or the named ones, among
                   them any network of deno task evaluate --list, which has no peer
  --peers PYTHON   also PyTorch and, for the paper's step, Keras, as far as that
                   Python has them
  --rounds N       bursts that each variant has (10)
  --grow           also how the cost of the paper's step grows with batch, length,
                   units and threads: some minutes
  --check          measure nothing, but train the five models from the same weights
                   with our kernel and with PyTorch, and compare their losses
  --json           one JSON object instead of tables
  --help           show this text`;

type Print = (text: string) => void;

/** Measures groups of variants, and prints a table of each. */
async function compareAll(groups: readonly (readonly Contender[])[], rounds: number, print: Print) {
  const rows: Row[] = [], all: Peaks[] = [], complaints = new Set<string>();
  const complain = (line: string) => {
    if (!complaints.has(line)) console.error(line);
    complaints.add(line);
  };
  for (const contenders of groups) {
    const { rows: measured, peaks } = await compare(contenders, rounds, complain);
    const said = Object.entries(peaks).map(([name, peak]) => `${name} ${peak.toFixed(0)}`).join(", ");
    if (measured.length === 0) throw new Error("Nothing of this can be measured here");
    print(`\nThe kernels' products, in GFLOP/s on each thread: ${said}`);
    print(table(measured));
    rows.push(...measured);
    all.push(peaks);
  }
  const kernels = Object.keys(all[0]) as (keyof Peaks)[];
  const middle = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const kernelPeaks = Object.fromEntries(kernels.map((name) => [name, round(middle(all.map((each) => each[name]!)))]));
  return { kernels, kernelPeaks, rows };
}

/** Measures how the paper's step grows, and prints a table of each shape. */
async function grow(options: Parameters<typeof growth>[0], print: Print) {
  const grown = [];
  print("\nHow the cost of the paper's step grows, one thing changed at a time");
  for await (const shape of growth(options)) {
    const rows = growthOf(shape);
    grown.push(...rows);
    print(`\n${table(rows)}`);
  }
  return grown;
}

function growthOf({ vary, value, results }: Growth) {
  return results.map(({ contender: { name }, median, p10, p90, gflops, megabytes }) => ({
    ...{ vary, value, name, median_ms: round(median), p10_ms: round(p10), p90_ms: round(p90), gflops: round(gflops) },
    peak_mb: megabytes === null ? null : Math.round(megabytes),
  }));
}

/** Holds the losses of all models against PyTorch's. @returns Whether all agree. */
async function checkAll(python: string, json: boolean): Promise<boolean> {
  const models = [];
  for (const model of NAMES) models.push(...await compareLosses(model, python, console.error));
  const rows = models.map(({ name, weights, difference }) => ({
    name,
    weights,
    difference: difference.toExponential(1),
  }));
  console.log(json ? JSON.stringify({ models }) : table(rows));
  return models.every(({ difference }) => difference <= CLOSE_ENOUGH);
}

/** Rows of one kind, in columns. */
function table(rows: readonly object[]): string {
  const records = rows as readonly Record<string, unknown>[], names = Object.keys(records[0]);
  const cells = [names, ...records.map((row) => names.map((name) => String(row[name] ?? "-")))];
  const widths = names.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  const isNumber = names.map((name) => records.some((row) => typeof row[name] === "number"));
  const pad = (text: string, i: number) => isNumber[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]);
  return cells.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

function parse(args: readonly string[]) {
  const { values, positionals: names } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      models: { type: "boolean", default: false },
      peers: { type: "string" },
      rounds: { type: "string", default: "10" },
      grow: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds must be a whole number above 0, got ${values.rounds}`);
  }
  if (values.check && !values.peers) throw new TypeError("--check needs --peers, the Python that has PyTorch");
  if (names.length > 0 && !values.models) throw new TypeError(`--models has to stand before the names of models`);
  return { ...values, rounds, names: names.length > 0 ? names : NAMES };
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0; 1 if a check finds losses that differ; or 2 if the arguments are wrong.
 * @throws {Error} If a peer cannot be started, or ends before its time.
 */
export async function benchTask(
  args: readonly string[],
  { print: say = console.log, complain = console.error }: CommandOptions = {},
): Promise<number> {
  let given: ReturnType<typeof parse>;
  try {
    given = parse(args);
  } catch (error) {
    complain(misuse(error as Error, USAGE));
    return 2;
  }
  const { models, names, peers: python, rounds, json } = given;
  if (given.help) {
    say(USAGE);
    return 0;
  }
  if (given.check) return await checkAll(python!, json) ? 0 : 1;
  const print = json ? () => {} : say;
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    threads: navigator.hardwareConcurrency,
    os: Deno.build.os,
    deno: Deno.version.deno,
  };
  print(`${machine.cpu}, ${machine.threads} threads, ${machine.os}, Deno ${machine.deno}`);

  const groups = models ? names.map((model) => modelContenders(model, python)) : [paperContenders(python)];
  const { kernels, kernelPeaks, rows: variants } = await compareAll(groups, rounds, print);
  const grown = given.grow && await grow({ python, rounds: Math.ceil(rounds / 3), kernels }, print);
  if (json) {
    const peak_gflops = Math.max(...Object.values(kernelPeaks));
    const growth = grown ? { growth: grown } : {};
    say(JSON.stringify({ machine, peak_gflops, kernel_peaks: kernelPeaks, variants, ...growth }));
  }
  return 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await benchTask(Deno.args));
  } catch (error) {
    console.error((error as Error).message);
    Deno.exit(1);
  }
}
