import type { NoteEvent } from "../encodings/mod.ts";
import { durationClasses, stepClasses, type TimeClasses } from "../notes/mod.ts";

/** The times of a piece, as it has been heard so far. */
export interface TimesHeard {
  /** Hears a note, given or drawn. */
  hear(note: NoteEvent): void;
  /** The note with the piece's own times in place of those that stand for their classes. */
  exact(note: NoteEvent): NoteEvent;
}

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
 * import { timesHeard } from "./times_heard.ts";
 *
 * const times = timesHeard();
 * for (const step of [0, 0.25, 0.25]) times.hear({ pitch: 60, step, duration: 0.25 });
 *
 * assertEquals(times.exact({ pitch: 62, step: 0.26, duration: 0.51 }), { pitch: 62, step: 0.25, duration: 0.5 });
 * ```
 */
export function timesHeard(): TimesHeard {
  const steps = new Map<number, number>(), durations = new Map<number, number>();
  const counts = new Map<number, number>();
  let common = 0, most = 0;
  const timeIn = (classes: TimeClasses, heard: ReadonlyMap<number, number>, seconds: number) => {
    const index = classes.of(seconds);
    return heard.get(index) ?? (common > 0 ? multipleIn(classes, index, steps.get(common)!) : seconds);
  };
  return {
    hear({ step, duration }) {
      const index = stepClasses.of(step);
      steps.set(index, step);
      durations.set(durationClasses.of(duration), duration);
      if (index === 0) return;
      counts.set(index, (counts.get(index) ?? 0) + 1);
      if (counts.get(index)! > most) [common, most] = [index, counts.get(index)!];
    },
    exact: (note) => ({
      ...note,
      step: timeIn(stepClasses, steps, note.step),
      duration: timeIn(durationClasses, durations, note.duration),
    }),
  };
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
