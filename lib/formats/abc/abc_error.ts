import { FormatError } from "../format_error.ts";
import { MendingAt } from "../mending.ts";

/** ABC that cannot be read as music; the message says where, what, and what to do. */
export class AbcError extends FormatError {
  /** Line of the text, from 1. */
  readonly line: number;

  /**
   * Makes an error with the place in front of its message.
   *
   * @param message What is wrong and what to do.
   * @param line Line of the text, from 1.
   */
  constructor(message: string, line: number) {
    super(`Line ${line}: ${message}`);
    this.name = "AbcError";
    this.line = line;
  }
}

/** What is mended of a text, or refused where reading is strict. */
export class Mending extends MendingAt<number> {
  /** Starts without any. */
  constructor({ strict }: { strict: boolean }) {
    super({ strict, error: AbcError, inWords: (line) => `Line ${line}` });
  }
}
