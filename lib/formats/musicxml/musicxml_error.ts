import { FewOfAKind } from "../few_of_a_kind.ts";
import { FormatError } from "../format_error.ts";

/** Where something stands in MusicXML. */
export interface ScorePlace {
  /** Line of the file, from 1. */
  line: number;
  /** The bar's number as the file gives it. */
  bar?: string;
  /** Name of the part, its id where it has none. */
  part?: string;
}

/** MusicXML that cannot be read as music; the message says where, what, and what to do. */
export class MusicXmlError extends FormatError {
  /** Line of the file, from 1. */
  readonly line: number;

  /**
   * Makes an error with the place in front of its message.
   *
   * @param message What is wrong and what to do.
   * @param place Where.
   */
  constructor(message: string, place: ScorePlace) {
    super(`${placeInWords(place)}: ${message}`);
    this.name = "MusicXmlError";
    this.line = place.line;
  }
}

/** A place as messages name it. */
export function placeInWords({ line, bar, part }: ScorePlace): string {
  return [`Line ${line}`, ...bar ? [`bar ${bar}`] : [], ...part ? [`part ${part}`] : []].join(", ");
}

/** How many sentences of one kind are kept: a file may have the same fault in every bar. */
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
   * @param place Where.
   * @param wrong What is wrong.
   * @param done What was done about it.
   * @throws {MusicXmlError} If the reading is strict.
   */
  mend(place: ScorePlace, wrong: string, done: string): void {
    if (this.#strict) throw new MusicXmlError(wrong, place);
    this.#sentences.add(done, `${placeInWords(place)}: ${wrong}: ${done}.`);
  }

  /** The sentences, in the order of reading, and how many more there would be. */
  sentences(): string[] {
    return this.#sentences.sentences();
  }
}
