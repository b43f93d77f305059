import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Encoding, Said, Values } from "../encoding.ts";
import type { NoteEvent } from "../note_events.ts";
import { scalingDurations, scalingSteps } from "../scaling.ts";
import { movingPitches } from "../transposing.ts";
import { NotePast } from "./note_past.ts";

/**
 * Columns about the notes heard so far that belong together, such as the key or
 * the notes that still sound. An encoding is put together from several.
 */
export interface NoteFeature {
  /** Its name, which begins the names of its columns where they need one. */
  readonly name: string;
  /** What decides its numbers, besides the name. @default {{}} */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Columns of each note heard. @default {[]} */
  readonly hears?: readonly Column[];
  /** Columns known of the note to come. @default {[]} */
  readonly knows?: readonly Column[];
  /** Begins a piece. */
  listen(): NoteFeatureListener;
}

/** A {@linkcode NoteFeature} that listens to one piece. */
export interface NoteFeatureListener {
  /** The heard columns' values; `past` has heard the note already. */
  hear(past: NotePast): Values;
  /** The known columns' values, those whose `after` has been drawn. */
  know?(past: NotePast, drawn: Said): Values;
  /** The same listener once more. */
  fork(): NoteFeatureListener;
}

/**
 * Notes heard by features, and said as three classes, one after the other: the
 * step, the pitch, the duration. A head can read what has been drawn before.
 *
 * Times are said as classes, `stepClasses` and `durationClasses`, and taken as the time
 * that stands for the class.
 *
 * @param features What is heard; no two columns may have one name.
 * @throws {TypeError} If two columns have one name.
 */
export function featureEncoding(features: readonly NoteFeature[]): Encoding<NoteEvent> {
  const hears = features.flatMap(({ hears = [] }) => hears), knows = features.flatMap(({ knows = [] }) => knows);
  const names = [...hears, ...knows].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new TypeError(`Cannot encode notes: two columns have the name "${twice}"`);
  const begin = (past: NotePast, listeners: NoteFeatureListener[]): ReturnType<Encoding<NoteEvent>["listen"]> => ({
    hear(note) {
      past.hear(note);
      return Object.assign({}, ...listeners.map((listener) => listener.hear(past)));
    },
    know: (drawn) => Object.assign({}, ...listeners.map((listener) => listener.know?.(past, drawn))),
    fork: () => begin(past.fork(), listeners.map((listener) => listener.fork())),
  });
  return {
    name: "features",
    settings: Object.fromEntries(features.map(({ name, settings = {} }) => [name, settings])),
    hears,
    knows,
    says: [
      { name: "step", size: stepClasses.count, scaling: scalingSteps },
      { name: "pitch", size: 128, transposing: movingPitches() },
      { name: "duration", size: durationClasses.count, scaling: scalingDurations },
    ],
    say: ({ pitch, step, duration }) => ({
      step: stepClasses.of(step),
      pitch,
      duration: durationClasses.of(duration),
    }),
    decode: ({ pitch, step, duration }) => ({
      pitch,
      step: stepClasses.seconds(step),
      duration: durationClasses.seconds(duration),
    }),
    listen: () => begin(new NotePast(), features.map((feature) => feature.listen())),
  };
}

/** A feature that needs nothing but the past itself. */
export function pastFeature(
  name: string,
  columns: Pick<NoteFeature, "hears" | "knows">,
  listener: Omit<NoteFeatureListener, "fork">,
): NoteFeature {
  const listening: NoteFeatureListener = { ...listener, fork: () => listening };
  return { name, ...columns, listen: () => listening };
}
