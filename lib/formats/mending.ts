import { FewOfAKind } from "./few_of_a_kind.ts";
import type { FormatError } from "./format_error.ts";

/** How many sentences of one kind are kept: a file may have the same fault in every bar. */
const MOST_OF_A_KIND = 5;

/** How {@linkcode MendingAt} speaks of a format's places. */
export interface MendingOptions<Place> {
  /** Whether nothing is mended. */
  strict: boolean;
  /** The format's error, which puts the place in front of its message. */
  error: new (message: string, place: Place) => FormatError;
  /** A place as messages name it. */
  inWords: (place: Place) => string;
}

/** What is not sound but says well enough what sounds: refused by strict reading, otherwise read on from, with a sentence. */
export class MendingAt<Place> {
  readonly #options: MendingOptions<Place>;
  readonly #sentences = new FewOfAKind({
    most: MOST_OF_A_KIND,
    more: (done, count) => `… and ${count} more like it: ${done}.`,
  });

  /** Starts without any. */
  constructor(options: MendingOptions<Place>) {
    this.#options = options;
  }

  /**
   * Reads on.
   *
   * @param place Where.
   * @param wrong What is wrong.
   * @param done What was done about it.
   * @throws {FormatError} The format's own, if the reading is strict.
   */
  mend(place: Place, wrong: string, done: string): void {
    const { strict, error, inWords } = this.#options;
    if (strict) throw new error(wrong, place);
    this.#sentences.add(done, `${inWords(place)}: ${wrong}: ${done}.`);
  }

  /** The sentences, in the order of reading, and how many more there would be. */
  sentences(): string[] {
    return this.#sentences.sentences();
  }
}
