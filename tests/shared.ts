/** The reference material beside the project, which only its makers have. */

import { unzipSync } from "fflate";

const SHARED = new URL("../../shared/", import.meta.url);

/** A test that is skipped, and says so, where the reference material is not at hand. */
export function sharedTest(name: string, test: () => void | Promise<void>): void {
  let present = true;
  try {
    Deno.statSync(SHARED);
  } catch {
    present = false;
  }
  Deno.test({ name: `${name} [needs ../shared, skipped without it]`, ignore: !present, fn: test });
}

/** A file of the reference material. */
export function readShared(path: string): Uint8Array {
  return Deno.readFileSync(new URL(path, SHARED));
}

/** JSON of the reference material, unzipped if its name ends in .gz. */
export async function readSharedJson<T>(path: string): Promise<T> {
  const body = new Response(readShared(path) as BodyInit);
  const text = path.endsWith(".gz")
    ? new Response(body.body!.pipeThrough(new DecompressionStream("gzip"))).text()
    : body.text();
  return JSON.parse(await text);
}

let corpus: Map<string, Uint8Array> | undefined;

/** The 228 files of bachcentral.com by path, such as `cellosui/01prelud.mid`. */
export function corpusFiles(): Map<string, Uint8Array> {
  corpus ??= new Map(
    Object.entries(unzipSync(readShared("corpus/bachcentral/bach.zip")))
      .filter(([path]) => path.startsWith("bach/") && path.endsWith(".mid"))
      .map(([path, bytes]) => [path.slice("bach/".length), bytes]),
  );
  return corpus;
}
