import { FormatError } from "../format_error.ts";

/** A MIDI file is damaged: where, and how. */
export class MidiError extends FormatError {
  /** Where in the file the damage shows, in bytes from its beginning. */
  override readonly offset: number;

  /**
   * An error at a byte.
   *
   * @param reason What is wrong there, in words.
   * @param offset Where, in bytes from the beginning of the file.
   */
  constructor(reason: string, offset: number) {
    super(`Cannot read MIDI: ${reason}, at byte ${offset}`);
    this.name = "MidiError";
    this.offset = offset;
  }
}
