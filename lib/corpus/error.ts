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
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, " ").trim();
}
