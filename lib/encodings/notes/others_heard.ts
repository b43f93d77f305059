import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Values } from "../encoding.ts";
import type { OtherNote } from "../note_events.ts";
import { scalingDurations, scalingSteps } from "../scaling.ts";
import { movingPitches, turningPitchClasses } from "../transposing.ts";
import { CHORD_QUALITIES, chordOf } from "./chord_heard.ts";
import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";
import { intervalClass, INTERVALS } from "./recent_notes.ts";

/** Two moments this near to each other are one, in seconds. */
const TOGETHER = 1e-3;
/** Class of an interval where there is no other voice; it follows those of `intervalClass`. */
const NONE = INTERVALS;
/** As many other notes are counted. */
const MOST = 8;
/** The other voices that are told apart: the next ones above and below, the highest and the lowest; one may be several. */
const PLACES = ["above", "below", "top", "bass"] as const;

/**
 * What the other voices do while one plays: the notes of `meanwhile`, in pieces that `voicePieces` has made. Without them
 * nothing is heard.
 *
 * Heard, at the onset of the voice's last note, for its step above all: of the next voice above and below, the highest and
 * the lowest, the interval to the note that they have, and the time that it has left, an anchor; the others' last step;
 * how many of them began with it.
 *
 * Known once the step is drawn, of the same four: the pitch that they have then, an anchor; its interval from the
 * voice's last note; the interval by which they came to it; the times since it began and until it ends, which is an anchor
 * of durations. And the chord that the others sound then: its root, an anchor, the degree of the voice's last note in it,
 * its quality. What has begun by then is known as far as `meanwhile` tells it.
 */
export const othersHeard: NoteFeature = {
  name: "others",
  hears: [
    ...PLACES.flatMap((place): Column[] => [
      { name: `${place}Now`, size: NONE + 1 },
      { name: `${place}Waits`, size: stepClasses.count, scaling: scalingSteps },
      {
        name: `${place}WaitsAnchor`,
        size: stepClasses.count,
        scaling: scalingSteps,
        serves: { head: "step", as: "anchor" },
      },
    ]),
    { name: "othersStep", size: stepClasses.count, scaling: scalingSteps },
    { name: "withMe", size: MOST },
  ],
  knows: [
    ...PLACES.flatMap((place) => [
      { name: place, size: 128, transposing: movingPitches(), serves: { head: "pitch", as: "anchor" } as const },
      { name: `${place}Away`, size: NONE + 1 },
      { name: `${place}Motion`, size: NONE + 1 },
      { name: `${place}Began`, size: stepClasses.count, scaling: scalingSteps },
      { name: `${place}Left`, size: stepClasses.count, scaling: scalingSteps },
      {
        name: `${place}LeftAnchor`,
        size: durationClasses.count,
        scaling: scalingDurations,
        serves: { head: "duration", as: "anchor" } as const,
      },
    ]),
    {
      name: "othersRoot",
      size: 12,
      transposing: turningPitchClasses,
      serves: { head: "pitch", as: "anchor" } as const,
    },
    { name: "othersDegree", size: 13 },
    { name: "othersQuality", size: CHORD_QUALITIES.length },
  ].map((column: Column) => ({ ...column, after: ["step"] })),
  listen: () => listening(new OtherVoices()),
};

/** The last note of another voice. */
interface Other {
  pitch: number;
  /** Pitch of the one before it. */
  before?: number;
  start: number;
  end: number;
}

/** The other voices so far. Times are in seconds from the first onset of the voice that plays. */
class OtherVoices {
  /** The number of the voice that plays. */
  own = 0;
  /** Of the others the last notes, by their numbers. */
  readonly voices: Map<number, Other> = new Map();
  /** Their last step, in seconds. */
  step = 0;
  /** Notes that are to come before the voice's next one, by onset. */
  pending: readonly OtherNote[] = [];
  #latest = -Infinity;

  /** Hears those of the pending notes that have begun by so many seconds after the onset that they wait from. */
  hear(from: number, hasBegun: (wait: number) => boolean): void {
    const { pending } = this;
    this.pending = pending.filter(({ wait }) => !hasBegun(wait));
    for (const { pitch, wait, duration, voice } of pending) {
      if (!hasBegun(wait)) continue;
      const start = from + wait;
      if (start > this.#latest + TOGETHER) {
        if (this.#latest > -Infinity) this.step = start - this.#latest;
        this.#latest = start;
      }
      this.voices.set(voice, { pitch, before: this.voices.get(voice)?.pitch, start, end: start + duration });
    }
  }

  /** The note that each of the places has. */
  placed(): Record<typeof PLACES[number], Other | undefined> {
    const numbers = [...this.voices.keys()].sort((a, b) => a - b);
    const above = numbers.filter((number) => number < this.own), below = numbers.filter((number) => number > this.own);
    const at = (number: number | undefined) => number === undefined ? undefined : this.voices.get(number);
    return { above: at(above.at(-1)), below: at(below[0]), top: at(above[0]), bass: at(below.at(-1)) };
  }

  fork(): OtherVoices {
    const copy = new OtherVoices();
    copy.own = this.own;
    for (const [number, other] of this.voices) copy.voices.set(number, other);
    copy.step = this.step;
    copy.pending = this.pending;
    copy.#latest = this.#latest;
    return copy;
  }
}

function listening(others: OtherVoices): NoteFeatureListener {
  return {
    hear(past) {
      const at = past.length - 1, { part = others.own, meanwhile = [] } = past.notes[at], { now } = past;
      // What has begun before this note, though the step that was drawn may have been another.
      if (at > 0) others.hear(past.onsets[at - 1], () => true);
      others.own = part;
      others.pending = meanwhile;
      others.hear(now, (wait) => wait <= TOGETHER);
      const values = Object.entries(others.placed()).map(([place, other]) => {
        const left = other ? stepClasses.of(Math.max(other.end - now, 0)) : 0;
        return {
          [`${place}Now`]: other ? intervalClass(other.pitch - past.pitches[at]) : NONE,
          [`${place}Waits`]: left,
          [`${place}WaitsAnchor`]: left > 0 ? left : -1,
        };
      });
      const together = [...others.voices.values()].filter(({ start }) => Math.abs(start - now) <= TOGETHER).length;
      return Object.assign({}, ...values, {
        othersStep: stepClasses.of(others.step),
        withMe: Math.min(together, MOST - 1),
      });
    },
    know(past, { step }): Values {
      if (step === undefined) return {};
      const last = past.pitches.at(-1),
        known = others.fork(),
        classOf = (wait: number) => stepClasses.of(Math.max(wait, 0));
      // A class of times is wide: what others begin in it begins with this note.
      const together = others.pending.filter(({ wait }) => classOf(wait) === step).map(({ wait }) => wait);
      const then = past.now + (together.length > 0 ? Math.max(...together) : past.secondsOf(step));
      known.hear(past.now, (wait) => classOf(wait) <= step);
      const values = Object.entries(known.placed()).map(([place, other]) => {
        const left = other ? stepClasses.of(Math.max(other.end - then, 0)) : 0;
        return {
          [place]: other?.pitch ?? -1,
          [`${place}Away`]: other && last !== undefined ? intervalClass(other.pitch - last) : NONE,
          [`${place}Motion`]: other?.before === undefined ? NONE : intervalClass(other.pitch - other.before),
          [`${place}Began`]: other ? stepClasses.of(Math.max(then - other.start, 0)) : 0,
          [`${place}Left`]: left,
          [`${place}LeftAnchor`]: left - 1,
        };
      });
      const sounding = [...known.voices.values()].filter(({ end }) => end > then + TOGETHER).map(({ pitch }) => pitch);
      const { root, quality } = chordOf(sounding);
      return Object.assign({}, ...values, {
        othersRoot: root ?? -1,
        othersDegree: root === undefined || last === undefined ? 12 : (last - root + 132) % 12,
        othersQuality: CHORD_QUALITIES.indexOf(quality),
      });
    },
    fork: () => listening(others.fork()),
  };
}
