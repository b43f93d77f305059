import type { BarPlace } from "../note_events.ts";
import { BeatFound } from "./beat_found.ts";
import type { NotePast } from "./note_past.ts";

/** A file's grid is looked at in so many parts of a beat, thirty-seconds and triplets of sixteenths among them. */
export const PARTS = 24;
/** How fast the error of a file's grid follows the last onsets, how many have to be heard, and what is too much of chance. */
const FOLLOWING = 0.05, ENOUGH = 16, FREE = 0.5;

/** How far a place is from the nearest of so many parts of a beat, in beats. */
export function distanceFromGrid({ quarter, beat = 1 }: BarPlace, parts: number): number {
  const at = quarter / beat * parts;
  return Math.abs(at - Math.round(at)) / parts;
}

/** Whether the grid of a file tells anything, and the beat that is found where it does not. */
export class GridHeard {
  /** Finds the beat from the onsets so far. */
  readonly finder: BeatFound;
  /** Error of the file's grid, as a share of chance: a mean that forgets; and of how many onsets. */
  #error = 0;
  #onsets = 0;

  /** Begins a piece; `finder` if it goes on from another's. */
  constructor(finder: BeatFound = new BeatFound()) {
    this.finder = finder;
  }

  /** Hears the last note of a past. */
  hear(past: NotePast): void {
    const { place, duration } = past.notes[past.length - 1];
    const begins = past.length === 1 || past.steps[past.length - 1] > 0;
    this.finder.hear(past.now, duration);
    if (!place || !begins) return;
    this.#onsets++;
    this.#error += FOLLOWING * (4 * PARTS * distanceFromGrid(place, PARTS) - this.#error);
  }

  /**
   * Whether the file's grid is a free one: the onsets of the last while, 16 at least, are more than half as far from its
   * 24ths of a beat as chance would put them.
   */
  get isFree(): boolean {
    return this.#onsets >= ENOUGH && this.#error > FREE;
  }

  /** The same once more. */
  fork(): GridHeard {
    const copy = new GridHeard(this.finder.fork());
    [copy.#error, copy.#onsets] = [this.#error, this.#onsets];
    return copy;
  }
}
