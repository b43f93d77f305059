/**
 * Files that are what was written, or are said not to be: written whole or not at all, even where the power fails;
 * several that belong together under a manifest with their hashes; and those too long for memory, line by line.
 *
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { DamageError, readSealed, replaceFile, sealFiles } from "./mod.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await sealFiles(folder, "the tune", { "tune.txt": "C D E", "words.txt": "la la la" });
 * const files = await readSealed(folder);
 * assertEquals(new TextDecoder().decode(files!.get("tune.txt")), "C D E");
 *
 * await replaceFile(`${folder}/tune.txt`, "C D F");
 * await assertRejects(() => readSealed(folder), DamageError, "tune.txt of the tune has other bytes");
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { linesOf } from "./lines_of.ts";
export { DamageError, readSealed, sealedJson, sealFiles, unsealedJson } from "./manifest.ts";
export { sha256 } from "./sha256.ts";
export { whyUnreadable } from "./why_unreadable.ts";
export {
  foundAt,
  isThere,
  keepsFromWriting,
  moved,
  removeIfThere,
  replaceFile,
  syncFolder,
  writeSynced,
} from "./writing.ts";
