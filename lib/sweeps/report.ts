import { type Ladder, ranked, type Standing } from "./ladder.ts";
import type { SweepPlan } from "./plan.ts";
import type { Trial } from "./trials.ts";

/** What came of one trial, as plain JSON. */
export interface SweepRow {
  /** Its number, from 1. */
  trial: number;
  /** The values of the settings that are searched for. */
  settings: Readonly<Record<string, unknown>>;
  /** It may go on; others were better at its last rung; it has reached the last; a seed of it failed. */
  state: Standing["state"];
  /** Rungs that it has reached with all seeds. */
  rung: number;
  /** Mean over the seeds of the lowest held-out loss up to there; null where there is none. */
  mean: number | null;
  /** Standard deviation over the seeds; null with one. */
  spread: number | null;
  /** The seeds, each with its lowest held-out loss and the epoch that had it. */
  seeds: { seed: number; loss: number; epoch: number }[];
  /** Seconds of training of all seeds. */
  seconds: number;
  /** Why it failed; null if it did not. */
  failed: string | null;
}

/** A sweep in numbers: what `report.json` holds. */
export interface SweepReport {
  /** Its name. */
  name: string;
  /** What was asked for. */
  plan: SweepPlan;
  /** What computed it; null before anything has. */
  kernel: string | null;
  /** Hash of the code that learns. */
  code: string;
  /** How many held-out notes each loss is a mean of. */
  notes: number;
  /** How many rungs there are; 1 without halving. */
  rungs: number;
  /** Whether everything is done. */
  finished: boolean;
  /** The trials, the best first. */
  rows: SweepRow[];
  /** Number of the best trial among those that went farthest; null before there is one. */
  best: number | null;
}

/** Puts together what is known of a sweep. */
export function sweepReport(
  about: Pick<SweepReport, "name" | "plan" | "kernel" | "code" | "notes">,
  trials: readonly Trial[],
  { standings, jobs }: Ladder,
): SweepReport {
  const rows = ranked(standings).map((standing): SweepRow => ({
    trial: standing.trial,
    settings: trials[standing.trial - 1].changes,
    state: standing.state,
    rung: standing.rungs,
    mean: numberOrNull(standing.mean),
    spread: numberOrNull(standing.spread),
    seeds: standing.results.map(({ seed, loss, epoch }) => ({ seed, loss: loss!, epoch: epoch! })),
    seconds: standing.seconds,
    failed: standing.failed ?? null,
  }));
  const best = rows[0].mean === null ? null : rows[0].trial;
  return { ...about, rungs: rungsOf(about.plan), finished: jobs.length === 0, rows, best };
}

/** How many rungs a sweep has; 1 without halving. */
export function rungsOf({ rungs }: Pick<SweepPlan, "rungs">): number {
  return Math.max(1, rungs.length);
}

/** The table of a sweep as text: a heading, and a row for each trial. */
export function sweepTable({ plan, rungs, rows }: SweepReport): { heading: string[]; rows: string[][] } {
  const names = Object.keys(plan.sweep), several = plan.seeds.length > 1;
  // Squared seconds need more places than nats.
  const places = rows.some(({ mean }) => mean !== null && mean < 0.1) ? 6 : 4;
  const digits = (value: number | null) => value === null ? NOTHING : value.toFixed(places);
  return {
    heading: ["trial", ...names, `held-out ${plan.minimise}`, ...several ? ["±"] : [], "epoch", "seconds", "rung", ""],
    rows: rows.map((row) => [
      `${row.trial}`,
      ...names.map((name) => settingText(row.settings[name])),
      digits(row.mean),
      ...several ? [digits(row.spread)] : [],
      row.seeds.length > 0 ? row.seeds.map(({ epoch }) => epoch).join(", ") : NOTHING,
      row.seconds.toFixed(row.seconds < 100 ? 1 : 0),
      `${row.rung}/${rungs}`,
      row.failed === null ? row.state === "finished" ? "" : row.state : `failed: ${row.failed}`,
    ]),
  };
}

/** The same as comma-separated values (RFC 4180), with every number in full and a column for each seed. */
export function sweepCsv({ plan, rows }: SweepReport): string {
  const names = Object.keys(plan.sweep), { seeds } = plan;
  const heading = ["trial", ...names, "mean", "spread", ...seeds.map((seed) => `seed ${seed}`)];
  const lines = rows.map((row) => [
    row.trial,
    ...names.map((name) => settingText(row.settings[name])),
    row.mean ?? "",
    row.spread ?? "",
    ...seeds.map((seed) => row.seeds.find((result) => result.seed === seed)?.loss ?? ""),
    row.seconds,
    row.rung,
    row.state,
    row.failed ?? "",
  ]);
  return [[...heading, "seconds", "rung", "state", "failed"], ...lines]
    .map((cells) => cells.map((cell) => quoted(`${cell}`)).join(",") + "\r\n").join("");
}

/** A value of a setting as a table shows it: words as they are, lists and objects as JSON. */
export function settingText(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

const NOTHING = "–";

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
