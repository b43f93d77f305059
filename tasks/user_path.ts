import { resolve } from "node:path";

/**
 * A path as the user meant it: `deno task` runs in the folder of `deno.json`,
 * and says in `INIT_CWD` where the user stands.
 *
 * Without `--allow-env=INIT_CWD` it is taken from the current folder.
 */
export function userPath(path: string): string {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" });
  return resolve(state === "granted" && Deno.env.get("INIT_CWD") || Deno.cwd(), path);
}
