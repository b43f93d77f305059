import { checkOptions, expandHome, kinds, optional } from "../options/mod.ts";
import { hasCheckpoint } from "./checkpoint_folders.ts";
import { isThere } from "./files.ts";

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

/** Folders in which a run was begun since the program started: what is unfinished there, it may replace. */
const begun = new Set<string>();

/**
 * Moves the run that is in a folder into one of its own, with a number behind
 * its name, so that a new one can begin. What is moved is a finished run, as
 * `saveRun` leaves it, or the checkpoint that an earlier session has left; what
 * this session has trained and not saved is replaced.
 *
 * @param folder The new run's folder.
 * @returns The folder that has the earlier run now; `undefined` where there was none.
 */
export async function keepEarlierRun(
  folder: string,
  options: KeepOptions = {},
): Promise<string | undefined> {
  const { resume = false } = checkOptions("keep the earlier run", options, { resume: optional(kinds.boolean) });
  const place = expandHome(folder).replace(/[/\\]+$/, "");
  const known = begun.has(place);
  begun.add(place);
  if (resume) return undefined;
  const finished = await isThere(`${place}/run.json`);
  const interrupted = !known && await hasCheckpoint(place);
  if (!finished && !interrupted) return undefined;
  const kept = await freeName(place);
  for (const name of OF_A_RUN) {
    if (await isThere(`${place}/${name}`)) await Deno.rename(`${place}/${name}`, `${kept}/${name}`);
  }
  return kept;
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
