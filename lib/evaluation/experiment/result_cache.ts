import { join } from "node:path";
import { takeLock } from "../../locks/mod.ts";
import { DamageError, replaceFile, sealedJson, unsealedJson } from "../../files/mod.ts";
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
  /**
   * The result of exactly this, or what comes of making it, which is kept. Whoever makes the same at the same time is
   * waited for, and its result taken.
   *
   * @throws What `make` throws.
   * @throws The signal's reason, once it fires while another process is waited for.
   */
  readOr<Result>(of: ResultOf, make: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** A folder for what is not finished, which belongs to exactly this; made where it is missing. */
  folder(of: ResultOf): Promise<string>;
}

/**
 * Opens a cache of results.
 *
 * A file holds what the result depends on beside the result itself, and is taken only if that is the same word
 * for word: two results with one hash could not be mixed up. A file that is cut short or changed is as none, and a line on
 * standard error says so.
 *
 * @param folder Made where it is missing, when something is kept.
 */
export function resultCache(folder: string): ResultCache {
  const keyOf = (of: ResultOf) => shortHash(JSON.stringify(of));
  const cache: ResultCache = {
    async read<Result>(of: ResultOf) {
      const path = join(folder, `${keyOf(of)}.json`);
      const text = await Deno.readTextFile(path).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
      if (text === undefined) return;
      try {
        const kept = await unsealedJson(text, path) as { of: ResultOf; result: Result };
        if (JSON.stringify(kept.of) === JSON.stringify(of)) return kept.result;
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        console.warn(`Computing a result anew: ${error.message}`);
      }
    },
    async write(of, result) {
      await Deno.mkdir(folder, { recursive: true });
      await replaceFile(join(folder, `${keyOf(of)}.json`), await sealedJson({ of, result }));
    },
    async readOr(of, make, signal) {
      const kept = await cache.read<Awaited<ReturnType<typeof make>>>(of);
      if (kept !== undefined) return kept;
      const lock = join(folder, `${keyOf(of)}.making`);
      using _lock = await takeLock(lock, { what: "This result", wait: Infinity, signal });
      const others = await cache.read<Awaited<ReturnType<typeof make>>>(of);
      if (others !== undefined) return others;
      const result = await make();
      await cache.write(of, result);
      return result;
    },
    async folder(of) {
      const place = join(folder, keyOf(of));
      await Deno.mkdir(place, { recursive: true });
      return place;
    },
  };
  return cache;
}
