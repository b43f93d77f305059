import { join } from "node:path";
import { shortHash } from "./short_hash.ts";

/** What is code, and what decides which code of others is taken. */
const CODE = /\.(ts|c|h|wasm|lock)$/;

/**
 * A hash of code: of the names and the contents of all TypeScript, C, compiled
 * WebAssembly and lock files.
 *
 * @param root The folder that names are relative to.
 * @param places Files, and folders with all in them.
 * @throws {Deno.errors.NotFound} If there is no such place.
 */
export async function codeHash(root: string, places: readonly string[]): Promise<string> {
  const found = (await Promise.all(places.map((place) => filesIn(join(root, place))))).flat();
  const sources = [...new Set(found)].filter((file) => CODE.test(file)).sort();
  const hashes = await Promise.all(
    sources.map(async (file) => `${file.slice(root.length)} ${shortHash(await Deno.readFile(file))}`),
  );
  return shortHash(hashes.join("\n"));
}

/** A file itself, or all files in a folder and its folders. */
export async function filesIn(place: string): Promise<string[]> {
  if ((await Deno.stat(place)).isFile) return [place];
  const inside: string[] = [];
  for await (const { name } of Deno.readDir(place)) inside.push(...await filesIn(join(place, name)));
  return inside;
}
