import pl from "nodejs-polars";
import { type Head, HEADS } from "../heads/mod.ts";
import { checkArgument, checkOptions, kinds, optional } from "../options/mod.ts";
import { display, escapeMarkup, runCurves } from "../plots/mod.ts";
import type { Settings } from "../settings/mod.ts";
import { type EpochRecord, type History, loadRun } from "../training/mod.ts";
import { type Shown, table } from "./table.ts";

/** What a run brought, and the settings that made it, where they are at hand. */
export interface RunToCompare {
  /** Its losses. */
  history: Pick<History, "epochs">;
  /** Everything that was decided beforehand. @default {unknown} */
  settings?: Partial<Settings>;
}

/** What {@linkcode compareRuns} can be told. */
export interface CompareRunsOptions {
  /** Heading of the curves. @default {"Runs"} */
  title?: string;
  /**
   * The runs' heads, by which the axes name the units of the losses.
   *
   * @default {[]}
   */
  heads?: readonly Head[];
}

/**
 * Shows several runs beside each other: their losses by epoch in one figure, on the training notes and the held-out
 * ones, and a table of the settings in which they differ, with what came of them.
 *
 * @param runs By the names that the runs should have: folders that `saveRun` wrote, histories, or histories with their
 * settings.
 * @throws {Deno.errors.NotFound} If there is no finished run in a folder; it says which.
 * @throws {TypeError} If an argument has the wrong type.
 * @throws {SyntaxError} If what a folder holds is broken.
 * @throws {RangeError} If there are fewer than two runs, or one has no epoch.
 */
export async function compareRuns(
  runs: Record<string, string | Pick<History, "epochs"> | RunToCompare>,
  options: CompareRunsOptions = {},
): Promise<Shown> {
  checkOptions("compare runs", options, { title: optional(kinds.text), heads: optional(HEADS) });
  checkArgument("compare runs", "runs", runs, kinds.object("folders or histories by the names of the runs"));
  const names = Object.keys(runs);
  if (names.length < 2) {
    throw new RangeError(`Cannot compare runs: there must be two or more, got [${names.join(", ")}]`);
  }
  const loaded = await Promise.all(names.map(async (name) => ({ name, ...await load(name, runs[name]) })));
  const figure = runCurves(Object.fromEntries(loaded.map(({ name, history }) => [name, history])), options);
  const differing = differences(loaded.map(({ settings = {} }) => settings));
  const columns = {
    run: names,
    ...Object.fromEntries(differing.map((name) => [name, column(loaded.map(({ settings = {} }) => settings[name]))])),
    ...outcome(loaded.map(({ history }) => history.epochs)),
  };
  const results = table(pl.DataFrame(columns), { rows: names.length });
  const same = differing.length > 0 ? "" : "The runs have the same settings. ";
  const [curves, rows] = [figure[display](), results[display]()];
  const html = `${curves["text/html"]}${same ? `<p>${escapeMarkup(same)}</p>` : ""}${rows["text/html"]}`;
  return {
    html,
    [display]: () => ({ "text/html": html, "text/plain": `${curves["text/plain"]}\n${same}${rows["text/plain"]}` }),
  };
}

async function load(name: string, run: string | Pick<History, "epochs"> | RunToCompare): Promise<RunToCompare> {
  if (typeof run !== "string") {
    checkArgument(
      "compare runs",
      `"${name}"`,
      run,
      kinds.object("a folder, a history, or a history with its settings"),
    );
    const loaded = "epochs" in run ? { history: run } : run;
    checkArgument("compare runs", `"${name}".history`, loaded.history, kinds.object("a history with its epochs"));
    return loaded;
  }
  try {
    return await loadRun(run);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Deno.errors.NotFound(`Cannot compare runs: there is no finished run "${name}" in "${run}"`, {
      cause: error,
    });
  }
}

/** The settings that are not the same in all runs. */
function differences(all: Partial<Settings>[]): (keyof Settings)[] {
  const names = [...new Set(all.flatMap((settings) => Object.keys(settings)))] as (keyof Settings)[];
  return names.filter((name) => new Set(all.map((settings) => text(settings[name]))).size > 1);
}

/** The values of a setting as a column: numbers where all are, otherwise text. */
function column(values: (Settings[keyof Settings] | undefined)[]): (number | string | null)[] {
  const numeric = values.every((value) => value === undefined || (typeof value === "number" && value < Infinity));
  return values.map((value) => value === undefined ? null : numeric ? value as number : text(value));
}

function text(value: Settings[keyof Settings] | undefined): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** What came of the runs, as columns; those of the held-out pieces where any run has them. */
function outcome(runs: EpochRecord[][]): Record<string, (number | null)[]> {
  const best = runs.map((epochs) => {
    const totals = epochs.flatMap(({ epoch, heldOut }) => heldOut ? [{ epoch, total: heldOut.total }] : []);
    return totals.length > 0 ? totals.reduce((a, b) => b.total < a.total ? b : a) : undefined;
  });
  return {
    "epochs done": runs.map((epochs) => epochs.length),
    "last total, training": runs.map((epochs) => epochs[epochs.length - 1].train.total),
    ...best.some((epoch) => epoch) && {
      "lowest total, held out": best.map((lowest) => lowest?.total ?? null),
      "in epoch": best.map((lowest) => lowest?.epoch ?? null),
    },
  };
}
