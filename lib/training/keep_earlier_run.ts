import { isThere } from "../files/mod.ts";
import { checkOptions, expandHome, kinds, optional } from "../options/mod.ts";
import { hasCheckpoint } from "./checkpoint_folders.ts";
import { lockRun } from "./run_lock.ts";

/** What a run leaves in its folder; whatever else is there is not touched. */
const OF_A_RUN = [
  ...["settings.json", "history.json", "run.json", "manifest.json", "summary.json"],
  ...["model", "checkpoint", "checkpoint.old", "checkpoint.new", "checkpoint.damaged"],
  ...["samples", "figures", "notebooks"],
];

/** What {@linkcode keepEarlierRun} takes. */
export interface KeepOptions {
  /** The new run goes on from what is there: nothing moves. @default {false} */
  resume?: boolean;
}

/**
 * Moves the run that is in a folder into one of its own, with a number behind
 * its name, so that a new one can begin: a finished run, as `saveRun` leaves it,
 * or the checkpoint of one that was stopped. `fit` does so itself where a new
 * run would replace an earlier one.
 *
 * @param folder The new run's folder.
 * @returns The folder that has the earlier run now; `undefined` where there was none.
 * @throws {LockedError} If another process trains there.
 */
export async function keepEarlierRun(
  folder: string,
  options: KeepOptions = {},
): Promise<string | undefined> {
  const { resume = false } = checkOptions("keep the earlier run", options, { resume: optional(kinds.boolean) });
  const place = expandHome(folder);
  if (resume || !await hasRun(place)) return undefined;
  using _lock = await lockRun(place, "begin a run");
  return await moveAside(place);
}

/** Does what {@linkcode keepEarlierRun} does for whoever has the folder's lock. */
export async function moveAside(folder: string): Promise<string | undefined> {
  const place = expandHome(folder).replace(/[/\\]+$/, "");
  if (!await hasRun(place)) return undefined;
  const kept = await freeName(place);
  for (const name of OF_A_RUN) {
    if (await isThere(`${place}/${name}`)) await Deno.rename(`${place}/${name}`, `${kept}/${name}`);
  }
  return kept;
}

/** Whether a finished run is in a folder, or a checkpoint of one that is not. */
async function hasRun(folder: string): Promise<boolean> {
  return await isThere(`${folder}/run.json`) || await hasCheckpoint(folder);
}

/** Makes the first of `folder-1`, `folder-2`, … that is not there yet. */
async function freeName(folder: string): Promise<string> {
  for (let n = 1;; n++) {
    try {
      await Deno.mkdir(`${folder}-${n}`);
      return `${folder}-${n}`;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}
