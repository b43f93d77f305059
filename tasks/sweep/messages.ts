/**
 * What `deno task sweep` and the processes that train for it say to each other: a JSON text a line.
 *
 * @module
 */

import type { Survey, SurveyOptions, TrainedTrial, TrainTrialOptions } from "../../lib/evaluation/mod.ts";
import { settingsJson } from "../../lib/settings/mod.ts";
import { linesOf } from "../../lib/files/mod.ts";

/** What a process is asked to do, one thing at a time. */
export type Question =
  | { survey: SurveyOptions }
  | { train: Pick<TrainTrialOptions, "settings" | "until" | "minimise" | "run"> };

/** What it says: how many epochs are done, what came out, or what went wrong. */
export type Answer = { epochs: number } | { found: Found } | { trained: TrainedTrial } | { failed: string };

/** What a survey finds, and what is at work. */
export interface Found extends Survey {
  /** Hash of the code that learns. */
  code: string;
  /** What computes, for people. */
  kernel: string;
}

/** A message as a line: its JSON may have Infinity, and lines of its own. */
export function toLine(message: Question | Answer): string {
  return `${JSON.stringify(settingsJson.stringify(message))}\n`;
}

/** The messages in a stream; lines that are none, which a library may print, are left out. */
export async function* messagesIn<Message extends Question | Answer>(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Message> {
  for await (const line of linesOf(stream)) {
    let message: unknown;
    try {
      message = settingsJson.parse(JSON.parse(line));
    } catch {
      continue;
    }
    yield message as Message;
  }
}
