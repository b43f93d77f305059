import { resolve } from "node:path";
import { NAMED_CORPORA, PARQUET } from "../lib/corpus/mod.ts";
import { expandHome } from "../lib/options/mod.ts";

/**
 * A path as the user meant it: `deno task` runs in the folder of `deno.json`,
 * and says in `INIT_CWD` where the user stands. `~` is the home folder, where no
 * shell has seen to it.
 *
 * Without `--allow-env=INIT_CWD` it is taken from the current folder.
 */
export function userPath(path: string): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" });
  return resolve(state === "granted" && Deno.env.get("INIT_CWD") || Deno.cwd(), expandHome(path));
}

/** What `openCorpus` takes for a corpus as the user names it: one that has a name, a table, or a place of the user's. */
export function userCorpus(corpus: string): string {
  if (NAMED_CORPORA.includes(corpus)) return corpus;
  return corpus.startsWith(PARQUET) ? `${PARQUET}${userPath(corpus.slice(PARQUET.length))}` : userPath(corpus);
}
