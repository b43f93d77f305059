import { keepsFromWriting, readSealed, sealFiles } from "../files/mod.ts";
import { type Settings, settingsJson, writtenSettings } from "../settings/mod.ts";
import { expandHome } from "../options/mod.ts";
import type { History } from "./history.ts";
import type { Losses } from "./losses.ts";

/** What a run was and what it brought, apart from the model. */
export interface RunRecord {
  /** Name or path of the corpus. */
  corpus: string;
  /** Everything that was decided beforehand. */
  settings: Settings;
  /** Paths of the pieces it learned from, in their order. */
  pieces: string[];
  /** Paths of the pieces held out. */
  heldOut: string[];
  /** Paths of what the corpus has besides and was not used, and why. */
  leftOut: { path: string; reason: string }[];
  /** Notes it learned from. */
  notes: number;
  /** Windows it learned from. */
  windows: number;
  /** Weights of the model. */
  parameters: number;
  /** Losses on the training windows before the first step. */
  untrained: Losses;
  /** The epochs. */
  history: History;
}

/**
 * Saves the record of a run as `settings.json`, `history.json` and `run.json`
 * in its folder, with a manifest of the three. They are replaced together.
 *
 * @param folder The run's folder; made where it is missing.
 * @throws {Error} If the disk is full or the folder cannot be written to; the record that was there is as it was.
 */
export async function saveRun(folder: string, record: RunRecord): Promise<void> {
  const { settings, history, ...rest } = record;
  const place = expandHome(folder);
  const named = Object.entries({ settings, history, run: rest });
  const files = named.map(([name, value]) => [`${name}.json`, `${settingsJson.stringify(value)}\n`]);
  await keepsFromWriting("save the run", place, async () => {
    await Deno.mkdir(place, { recursive: true });
    await sealFiles(place, "the run", Object.fromEntries(files));
  });
}

/**
 * Loads the record of a run that {@linkcode saveRun} has saved. What has no manifest, as runs of earlier versions, cannot
 * be held against it; then a line on standard error says so.
 *
 * @throws {Deno.errors.NotFound} If there is no finished run in the folder.
 * @throws {DamageError} If a file is not what the manifest says.
 * @throws {SyntaxError} If one of the files is broken.
 * @throws {TypeError} If its settings are not those of this version: runs before the settings were renamed are refused.
 */
export async function loadRun(folder: string): Promise<RunRecord> {
  const place = expandHome(folder), sealed = await readSealed(place);
  const read = async (name: string): Promise<unknown> => {
    const path = `${place}/${name}.json`;
    let text: string;
    try {
      text = new TextDecoder().decode(sealed?.get(`${name}.json`) ?? await Deno.readFile(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Deno.errors.NotFound(
        `Cannot load a run: there is no ${name}.json in "${folder}"; run notebook 05-train first, with this folder as its "out"`,
      );
    }
    try {
      return settingsJson.parse(text);
    } catch (error) {
      throw new SyntaxError(`Cannot load a run: ${path} is broken: ${(error as Error).message}`);
    }
  };
  const run = await read("run") as Omit<RunRecord, "settings" | "history">;
  const saved = await read("settings");
  const history = await read("history") as History;
  if (!sealed) console.warn(`There is no manifest.json in "${folder}": the run is taken as it is`);
  try {
    return { ...run, settings: writtenSettings(saved), history };
  } catch (error) {
    throw new TypeError(
      `Cannot load a run: ${folder}/settings.json has the settings of another version (${(error as Error).message}); ` +
        "train the model again with notebook 05-train",
    );
  }
}
