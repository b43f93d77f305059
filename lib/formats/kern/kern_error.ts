import { FormatError } from "../format_error.ts";

/** Where something stands in a `**kern` text. */
export interface Place {
  /** Line, from 1. */
  line: number;
  /** Column of the spine in that line, from 1; 0 for the whole line. */
  spine: number;
}

/** A `**kern` text that cannot be read as music; the message says where, what, and what to do. */
export class KernError extends FormatError {
  /** Line of the text, from 1. */
  readonly line: number;
  /** Column of the spine in that line, from 1, counting every spine; 0 where the whole line is meant. */
  readonly spine: number;

  /**
   * Makes an error with the place in front of its message.
   *
   * @param message What is wrong and what to do.
   * @param place Where.
   */
  constructor(message: string, place: Place) {
    super(placed(message, place));
    this.name = "KernError";
    this.line = place.line;
    this.spine = place.spine;
  }
}

/** A piece of the text for a message: quoted, and cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** A message with its place in front. */
export function placed(message: string, { line, spine }: Place): string {
  return `Line ${line}${spine > 0 ? `, spine ${spine}` : ""}: ${message}`;
}
