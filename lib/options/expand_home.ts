import { join } from "node:path";

/**
 * A path whose `~` stands for the home folder, as a shell would have it. In a
 * notebook no shell has seen the path, so whatever opens a place calls this.
 *
 * Where the environment variable `HOME` (on Windows `USERPROFILE`) may not be
 * read, the path stays as it is.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { expandHome } from "./mod.ts";
 *
 * assertEquals(expandHome("music/bach"), "music/bach");
 * assertEquals(expandHome("music/~bach"), "music/~bach");
 * ```
 */
export function expandHome(path: string): string {
  if (path !== "~" && !/^~[/\\]/.test(path)) return path;
  const variable = Deno.build.os === "windows" ? "USERPROFILE" : "HOME";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  const home = state === "granted" ? Deno.env.get(variable) : undefined;
  return home ? join(home, path.slice(1)) : path;
}
