import { join } from "node:path";
import { type Lock, ownerWords, takeLock } from "../../lib/locks/mod.ts";
import type { JobResult, SweepPlan } from "../../lib/sweeps/mod.ts";
import { settingsJson } from "../../lib/settings/mod.ts";
import { DamageError, replaceFile, sealedJson, unsealedJson, writeSynced } from "../../lib/files/mod.ts";
import type { Found } from "./messages.ts";

/** What a sweep is: what was asked for, and what was found before it began. */
export interface Begun {
  /** What was asked for. */
  plan: SweepPlan;
  /** The settings of each trial, what their losses are measured on, and what computes. */
  found: Found;
}

/** A sweep's folder, owned by this process. */
export interface SweepFolder extends Disposable {
  /** Where it is. */
  path: string;
  /** In words whom it was taken over from, if somebody was killed there. */
  takenOver?: string;
  /** What it was begun as; nothing where it is new. */
  begun?: Begun;
  /** What is known so far. */
  results: JobResult[];
  /** Lines on disk that are not what was written, in words: what they said is done anew. */
  damaged: string[];
  /** Seconds that were spent on it up to the last result. */
  spent: number;
  /** Writes down what the sweep is. */
  begin(begun: Begun): Promise<void>;
  /** Adds a result to those on disk: whole, or, where the machine fails, not at all. */
  add(result: JobResult, spent: number): Promise<void>;
  /** Folder of a trial's run with a seed. */
  run(job: Pick<JobResult, "trial" | "seed">): string;
}

/** What says what the sweep is, and what its results are, a line each. */
const SWEEP = "sweep.json", RESULTS = "results.jsonl";

/**
 * Opens the folder of a sweep, and keeps others out of it until it is closed or this process ends.
 *
 * @param path Made where it is missing.
 * @param anew Whether to move what is there aside, to the first of `path-1`, `path-2`, … that is free.
 * @throws {LockedError} If another process has it.
 * @throws {SyntaxError} If what is in it is broken.
 */
export async function openSweepFolder(path: string, anew: boolean): Promise<SweepFolder> {
  await Deno.mkdir(path, { recursive: true });
  let owner = await own(path);
  if (anew && await textIn(join(path, SWEEP)) !== undefined) {
    owner[Symbol.dispose]();
    await Deno.rename(path, await freeName(path));
    await Deno.mkdir(path);
    owner = await own(path);
  }
  const text = await textIn(join(path, SWEEP));
  const { results, damaged, spent } = await readResults(join(path, RESULTS));
  return {
    path,
    takenOver: owner.abandoned &&
      `The sweep in ${path} is taken over from ${ownerWords(owner.abandoned)}, which was ended`,
    begun: text === undefined ? undefined : await parsed(text, path),
    results,
    damaged,
    spent,
    async begin(begun) {
      await replaceFile(join(path, SWEEP), `${await sealedJson(JSON.parse(settingsJson.stringify(begun)))}\n`);
    },
    async add(result, spent) {
      await writeSynced(join(path, RESULTS), `${await sealedJson({ ...result, spent })}\n`, { append: true });
    },
    run: ({ trial, seed }) => join(path, `trial-${String(trial).padStart(3, "0")}`, `seed-${seed}`),
    [Symbol.dispose]: () => owner[Symbol.dispose](),
  };
}

/** Where in a sweep's folder a trial is trained that is trained alone. */
export function folderOfTrial(trial: number): string {
  return join("alone", `trial-${String(trial).padStart(3, "0")}`);
}

/** What a sweep's folder says, without owning it; `undefined` where no sweep was begun there. */
export async function readSweepFolder(
  path: string,
): Promise<Pick<SweepFolder, "results"> & { begun: Begun } | undefined> {
  const text = await textIn(join(path, SWEEP));
  if (text === undefined) return undefined;
  return {
    begun: await parsed(text, path),
    results: (await readResults(join(path, RESULTS), { mine: false })).results,
  };
}

function own(path: string): Promise<Lock> {
  return takeLock(join(path, "lock"), { what: `Cannot sweep into "${path}": this sweep` });
}

async function textIn(path: string): Promise<string | undefined> {
  return await Deno.readTextFile(path).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }) ?? undefined;
}

async function parsed(text: string, path: string): Promise<Begun> {
  try {
    // The settings among it may be infinite, for which JSON has no number.
    return settingsJson.parse(JSON.stringify(await unsealedJson(text, join(path, SWEEP)))) as Begun;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    throw new SyntaxError(`Cannot go on: ${error.reason}; begin with --new`);
  }
}

/**
 * The results on disk. A line that is not what was written goes where the folder is this process's, and so does a last one
 * that was not written to its end.
 */
async function readResults(
  path: string,
  { mine = true } = {},
): Promise<Pick<SweepFolder, "results" | "damaged" | "spent">> {
  const text = await textIn(path) ?? "";
  const lines = text.slice(0, text.lastIndexOf("\n") + 1).split("\n").slice(0, -1);
  const results: JobResult[] = [], damaged: string[] = [], kept: string[] = [];
  let spent = 0;
  for (const [i, line] of lines.entries()) {
    try {
      const { spent: upTo, ...result } = await unsealedJson(line, path) as JobResult & { spent: number };
      results.push(result as JobResult);
      spent = Math.max(spent, upTo);
      kept.push(`${line}\n`);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      damaged.push(`Doing anew what line ${i + 1} has said: ${error.reason}`);
    }
  }
  const whole = kept.join("");
  if (mine && whole !== text) await replaceFile(path, whole);
  return { results, damaged, spent };
}

async function freeName(path: string): Promise<string> {
  for (let n = 1;; n++) {
    if (await Deno.stat(`${path}-${n}`).then(() => false, () => true)) return `${path}-${n}`;
  }
}

/** Refuses to go on with another sweep than was begun. How long, and how many at a time, may change. */
export function checkSame(before: SweepPlan, now: SweepPlan): void {
  const free = ["minutes", "workers"];
  const differs = (Object.keys({ ...before, ...now }) as (keyof SweepPlan)[]).filter((key) =>
    !free.includes(key) && settingsJson.stringify(before[key]) !== settingsJson.stringify(now[key])
  );
  if (differs.length === 0) return;
  throw new RangeError(
    `Cannot go on: the sweep was begun with other values of ${
      differs.join(", ")
    }; --new begins again, and keeps what is there`,
  );
}

/** Refuses to compare trials of different code, or of other music. */
export function checkSameFound(before: Found, now: Found): void {
  const what = before.notes !== now.notes
    ? "the corpus has"
    : before.code !== now.code || settingsJson.stringify(before.settings) !== settingsJson.stringify(now.settings)
    ? "the code that learns has"
    : undefined;
  if (!what) return;
  throw new RangeError(
    `Cannot go on: ${what} changed since the sweep was begun; --new begins again, and keeps what is there`,
  );
}
