import type { NoteEvent } from "../encodings/mod.ts";
import { durationClasses, stepClasses, type TimeClasses } from "../notes/mod.ts";

/** A step that is shorter, in seconds, leads to notes that are struck together, or spread. */
const TOGETHER = 0.01;

/**
 * Brings notes into a piece's own time. A model that says classes of times is as
 * sure of a time as a class is wide, a tenth of it; notes that last as long as the middle
 * of their class soon leave the beat, and the model with them, which counts where in the bar it is.
 *
 * A time becomes what the piece last had in the same class. Where it has had none, it becomes
 * the simplest multiple in that class, `p / q` with the smallest `q`, of the step that is most common in the piece; and
 * before there is a step, it stays. So each time stays in its class, and the music as likely as it was.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimesHeard } from "./times_heard.ts";
 *
 * const times = new TimesHeard();
 * for (const step of [0, 0.25, 0.25]) times.hear({ pitch: 60, step, duration: 0.25 });
 *
 * assertEquals(times.exact({ pitch: 62, step: 0.26, duration: 0.51 }), { pitch: 62, step: 0.25, duration: 0.5 });
 * ```
 */
export class TimesHeard {
  #steps = new Map<number, number>();
  #durations = new Map<number, number>();
  #counts = new Map<number, number>();
  #common: number | undefined;

  /** The step that is most common, in seconds, notes that are struck together apart; nothing before there is one. */
  get unit(): number | undefined {
    return this.#common === undefined ? undefined : this.#steps.get(this.#common);
  }

  /** Hears a note, given or drawn. */
  hear({ step, duration }: NoteEvent): void {
    const index = stepClasses.of(step);
    this.#steps.set(index, step);
    this.#durations.set(durationClasses.of(duration), duration);
    if (step <= TOGETHER) return;
    const count = (this.#counts.get(index) ?? 0) + 1;
    this.#counts.set(index, count);
    if (this.#common === undefined || count > this.#counts.get(this.#common)!) this.#common = index;
  }

  /** The note with the piece's own times in place of those that stand for their classes. */
  exact(note: NoteEvent): NoteEvent {
    return {
      ...note,
      step: this.exactStep(note.step),
      duration: this.#timeIn(durationClasses, this.#durations, note.duration),
    };
  }

  /** The piece's own step in place of one that stands for its class, in seconds. */
  exactStep(step: number): number {
    return this.#timeIn(stepClasses, this.#steps, step);
  }

  /** The same once more. */
  fork(): TimesHeard {
    const copy = new TimesHeard();
    copy.#steps = new Map(this.#steps);
    copy.#durations = new Map(this.#durations);
    copy.#counts = new Map(this.#counts);
    copy.#common = this.#common;
    return copy;
  }

  #timeIn(classes: TimeClasses, heard: ReadonlyMap<number, number>, seconds: number): number {
    const index = classes.of(seconds), { unit } = this;
    return heard.get(index) ?? (unit === undefined ? seconds : multipleIn(classes, index, unit));
  }
}

/** The simplest multiple of a unit in a class of times; of the first and the last class, which have one edge, the middle. */
function multipleIn({ edges, count, seconds }: TimeClasses, index: number, unit: number): number {
  if (index === 0 || index === count - 1) return seconds(index);
  const [from, to] = [edges[index - 1] / unit, edges[index] / unit];
  for (let q = 1;; q++) {
    const p = Math.ceil(q * from * (1 + 1e-9));
    if (p > 0 && p / q < to * (1 - 1e-9)) return p / q * unit;
  }
}
