import { KernError, type Place, placed } from "./kern_error.ts";

/**
 * What becomes of a place that is not sound `**kern` but says well enough what sounds: strict reading refuses it, any
 * other reads on and keeps a sentence about it.
 */
export class Repairs {
  /** Nothing may be mended. */
  readonly strict: boolean;
  readonly #made: { place: Place; sentence: string }[] = [];

  /** Starts without any. */
  constructor({ strict }: { strict: boolean }) {
    this.strict = strict;
  }

  /**
   * Reads on.
   *
   * @param place Where.
   * @param error What is wrong and what to do, for strict reading.
   * @param done What is wrong and what was done.
   * @throws {KernError} If the reading is strict.
   */
  mend(place: Place, error: string, done: string): void {
    if (this.strict) throw new KernError(error, place);
    this.remark(place, done);
  }

  /** Says what is left out or overruled, in a place or a line, where strict reading does not mind either. */
  remark(where: Place | number, done: string): void {
    const place = typeof where === "number" ? { line: where, spine: 0 } : where;
    this.#made.push({ place, sentence: placed(done, place) });
  }

  /** The sentences, from the top of the text. */
  sentences(): string[] {
    return this.#made
      .toSorted(({ place: a }, { place: b }) => a.line - b.line || a.spine - b.spine)
      .map(({ sentence }) => sentence);
  }
}
