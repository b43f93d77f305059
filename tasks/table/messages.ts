/**
 * What `deno task table` and the processes that read for it say to each other: a JSON text per line.
 *
 * @module
 */

import type { TablePart } from "../../lib/corpus/mod.ts";
import { linesOf } from "../../lib/files/mod.ts";

/** What a process is asked to make, one part at a time. */
export interface Question {
  /** Number of the part in its shard. */
  part: number;
  /** The files, by path. */
  paths: string[];
  /** Files that are not to be read again, by path, and why: they have ended a process. */
  harmful: Record<string, string>;
}

/** What it says: at which of the files it is, what came out, or what went wrong that is no file's fault. */
export type Answer = { at: number } | { made: Omit<TablePart, "mark"> } | { failed: string };

/** The messages in a stream; lines that are none, which a library may print, are left out. */
export async function* messagesIn<Message extends Question | Answer>(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Message> {
  for await (const line of linesOf(stream)) {
    let message: Message;
    try {
      message = JSON.parse(line);
    } catch {
      continue;
    }
    yield message;
  }
}
