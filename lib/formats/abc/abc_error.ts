import { FewOfAKind } from "../few_of_a_kind.ts";
import { FormatError } from "../format_error.ts";

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

/** How many sentences of one kind are kept: a tune may have the same fault in every bar. */
const MOST_OF_A_KIND = 5;

/** What is not sound but says well enough what sounds: refused by strict reading, otherwise read on from, with a sentence. */
export class Mending {
  readonly #strict: boolean;
  readonly #sentences = new FewOfAKind({
    most: MOST_OF_A_KIND,
    more: (done, count) => `… and ${count} more like it: ${done}.`,
  });

  /** Starts without any. */
  constructor({ strict }: { strict: boolean }) {
    this.#strict = strict;
  }

  /**
   * Reads on.
   *
   * @param line Where, from 1.
   * @param wrong What is wrong.
   * @param done What was done about it.
   * @throws {AbcError} If the reading is strict.
   */
  mend(line: number, wrong: string, done: string): void {
    if (this.#strict) throw new AbcError(wrong, line);
    this.#sentences.add(done, `Line ${line}: ${wrong}: ${done}.`);
  }

  /** The sentences, in the order of reading, and how many more there would be. */
  sentences(): string[] {
    return this.#sentences.sentences();
  }
}
