import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column, Encoding, Said, Values } from "../encoding.ts";
import type { NoteEvent } from "../note_events.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { scalingDurations, scalingSeconds, scalingSteps } from "../scaling.ts";
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
  /**
   * Begins a piece.
   *
   * @param piece Its name, if it has one: whatever looks back at other pieces leaves it out of them.
   */
  listen(piece?: string): NoteFeatureListener;
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

/** The sides of a note that are said. */
export type NoteSide = "step" | "pitch" | "duration";

/** Options of {@linkcode featureEncoding}. */
export interface FeatureEncodingOptions {
  /**
   * In which order a note's sides are drawn. What is known after one of them, a head can read that comes later.
   *
   * @default {["step", "pitch", "duration"]}
   */
  order?: readonly NoteSide[];
  /**
   * How times are said: as `stepClasses` and `durationClasses`, or in seconds. Features know drawn times as classes in
   * either way.
   *
   * @default {"classes"}
   */
  times?: "classes" | "seconds";
  /**
   * Longest time in seconds that a model is trained to say, and that is taken from it, where it says seconds.
   *
   * @default {Infinity}
   */
  maxSeconds?: number;
}

/** The order in which a note's sides are drawn where nobody says another. */
export const ORDER: readonly NoteSide[] = ["step", "pitch", "duration"];

/**
 * Notes heard by features, and said as three values, one after the other: the
 * step, the pitch, the duration, or in another order. A head can read what has been drawn before.
 *
 * Times are said as classes, `stepClasses` and `durationClasses`, and taken as the time
 * that stands for the class; or in seconds, for heads that have a density.
 *
 * @param features What is heard; no two columns may have one name.
 * @param options What is said, and in which order.
 * @throws {TypeError} If two columns have one name, or an option is unknown or of the wrong type.
 * @throws {RangeError} If the order does not have each side of a note once, or `maxSeconds` is not positive.
 */
export function featureEncoding(
  features: readonly NoteFeature[],
  options: FeatureEncodingOptions = {},
): Encoding<NoteEvent> {
  const { order = ORDER, times = "classes", maxSeconds = Infinity } = checkOptions("encode notes", options, {
    order: optional(kinds.list("sides of a note", kinds.oneOf(...ORDER))),
    times: optional(kinds.oneOf("classes", "seconds")),
    maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  });
  if (order.toSorted().join() !== ORDER.toSorted().join()) {
    throw new RangeError(
      `Cannot encode notes: order must have step, pitch and duration once each, got ${order.join(", ")}`,
    );
  }
  const hears = features.flatMap(({ hears = [] }) => hears), knows = features.flatMap(({ knows = [] }) => knows);
  const names = [...hears, ...knows].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new TypeError(`Cannot encode notes: two columns have the name "${twice}"`);
  const isClasses = times === "classes";
  const begin = (past: NotePast, listeners: NoteFeatureListener[]): ReturnType<Encoding<NoteEvent>["listen"]> => ({
    hear(note) {
      past.hear(note);
      return Object.assign({}, ...listeners.map((listener) => listener.hear(past)));
    },
    know(drawn) {
      const classes = isClasses ? drawn : inClasses(drawn);
      return Object.assign({}, ...listeners.map((listener) => listener.know?.(past, classes)));
    },
    fork: () => begin(past.fork(), listeners.map((listener) => listener.fork())),
  });
  const seconds = { most: maxSeconds, scaling: scalingSeconds({ most: maxSeconds }) };
  const columns: Record<NoteSide, Column> = {
    step: { name: "step", ...isClasses ? { size: stepClasses.count, scaling: scalingSteps } : seconds },
    pitch: { name: "pitch", size: 128, transposing: movingPitches() },
    duration: { name: "duration", ...isClasses ? { size: durationClasses.count, scaling: scalingDurations } : seconds },
  };
  const bounded = (time: number) => Math.min(Math.max(time, 0), maxSeconds);
  return {
    name: "features",
    settings: {
      ...Object.fromEntries(features.map(({ name, settings = {} }) => [name, settings])),
      ...!isClasses && { times, maxSeconds: maxSeconds === Infinity ? null : maxSeconds },
      ...order.join() !== ORDER.join() && { order },
    },
    hears,
    knows,
    says: order.map((side) => columns[side]),
    say: ({ pitch, step, duration }) => isClasses ? inClasses({ pitch, step, duration }) : { pitch, step, duration },
    decode: ({ pitch, step, duration }) =>
      isClasses
        ? { pitch, step: stepClasses.seconds(step), duration: durationClasses.seconds(duration) }
        : { pitch, step: bounded(step), duration: bounded(duration) },
    listen: (piece) => begin(new NotePast(), features.map((feature) => feature.listen(piece))),
  };
}

/** Seconds, as far as they are there, as classes. */
function inClasses({ step, duration, ...others }: Said): Said {
  return {
    ...others,
    ...step !== undefined && { step: stepClasses.of(step) },
    ...duration !== undefined && { duration: durationClasses.of(duration) },
  };
}

/**
 * A feature that needs nothing but the past itself, and what is drawn of the note to come.
 *
 * @param name Its name.
 * @param columns What it tells.
 * @param listener Tells it; remembers nothing.
 */
export function pastFeature(
  name: string,
  columns: Pick<NoteFeature, "hears" | "knows">,
  listener: Omit<NoteFeatureListener, "fork">,
): NoteFeature {
  const listening: NoteFeatureListener = { ...listener, fork: () => listening };
  return { name, ...columns, listen: () => listening };
}
