import { fileURLToPath } from "node:url";
import { expandHome } from "../options/mod.ts";

/**
 * Folder of the run that comes with the project, so that something can play before anything has been trained: a small
 * network that has learned the embedded sample. `deno task pretrain` makes it anew; its README says what it is worth.
 */
export const PRETRAINED: string = fileURLToPath(new URL("../../data/pretrained", import.meta.url));

/**
 * The folder of a run that can be loaded: the one that is asked for, if a run is finished there, otherwise
 * {@linkcode PRETRAINED}.
 *
 * Needs `--allow-read` for the folder.
 */
export async function runOrPretrained(folder: string): Promise<string> {
  try {
    await Deno.stat(`${expandHome(folder)}/run.json`);
    return folder;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return PRETRAINED;
    throw error;
  }
}
