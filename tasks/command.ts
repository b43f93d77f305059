/**
 * What the commands that train have in common.
 *
 * @module
 */

import type { Reading } from "../lib/settings/mod.ts";

/** What stops a command, besides the end of its work: Ctrl-C, `kill`, and the end of its terminal. */
export const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * What `--reading` names; `undefined` where it is not given.
 *
 * @throws {RangeError} If there is no such reading.
 */
export function readingOf(text: string | undefined): Reading | undefined {
  if (text === undefined || text === "published" || text === "corrected") return text;
  throw new RangeError(`--reading takes published or corrected, got "${text}"`);
}
