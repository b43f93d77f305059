import { whyUnreadable } from "../files/mod.ts";
import { FormatError } from "../formats/mod.ts";

/** Says why a corpus cannot be opened, downloaded or split, and what to do about it. */
export class CorpusError extends Error {
  /** Makes an error with a message in words. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "CorpusError";
  }
}

/** The message of anything that was thrown, on one line. */
export function reason(error: unknown): string {
  const text = whyUnreadable(error) ?? (error instanceof Error ? error.message : String(error));
  return text.replace(/\s+/g, " ").trim();
}

/** What was thrown, as an error of the corpus where a file cannot be read. */
export function ofCorpus(error: unknown): unknown {
  return error instanceof FormatError ? new CorpusError(error.message, { cause: error }) : error;
}
