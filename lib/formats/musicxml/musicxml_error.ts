import { FormatError } from "../format_error.ts";
import { MendingAt } from "../mending.ts";

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

/** What is mended of a text, or refused where reading is strict. */
export class Mending extends MendingAt<ScorePlace> {
  /** Starts without any. */
  constructor({ strict }: { strict: boolean }) {
    super({ strict, error: MusicXmlError, inWords: placeInWords });
  }
}
