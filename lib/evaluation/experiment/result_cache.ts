import { join } from "node:path";
import { replaceFile } from "../../training/mod.ts";
import { shortHash } from "./short_hash.ts";

/** What a result depends on: all of it, as plain JSON. Results of anything else are never taken for it. */
export type ResultOf = Record<string, unknown>;

/** Results on disk, each under the hash of all that it depends on. */
export interface ResultCache {
  /**
   * The result of exactly this, if it is there.
   *
   * @throws {Deno.errors.NotCapable} Without the permission to read the folder.
   */
  read<Result>(of: ResultOf): Promise<Result | undefined>;
  /** Keeps a result, which has to be plain JSON. It is there whole or not at all. */
  write(of: ResultOf, result: unknown): Promise<void>;
  /** A folder for what is not finished, which belongs to exactly this; made where it is missing. */
  folder(of: ResultOf): Promise<string>;
}

/**
 * Opens a cache of results.
 *
 * A file holds what the result depends on beside the result itself, and is taken only if that is the same word
 * for word: two results with one hash could not be mixed up.
 *
 * @param folder Made where it is missing, when something is kept.
 */
export function resultCache(folder: string): ResultCache {
  const keyOf = (of: ResultOf) => shortHash(JSON.stringify(of));
  return {
    async read<Result>(of: ResultOf) {
      const text = await Deno.readTextFile(join(folder, `${keyOf(of)}.json`)).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
      if (text === undefined) return;
      const kept = parsed(text);
      if (kept && JSON.stringify(kept.of) === JSON.stringify(of)) return kept.result as Result;
    },
    async write(of, result) {
      await Deno.mkdir(folder, { recursive: true });
      await replaceFile(join(folder, `${keyOf(of)}.json`), JSON.stringify({ of, result }));
    },
    async folder(of) {
      const place = join(folder, keyOf(of));
      await Deno.mkdir(place, { recursive: true });
      return place;
    },
  };
}

/** What a file holds; nothing if somebody has broken it. */
function parsed(text: string): { of: ResultOf; result: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
