import { CHORALE_VOICES, type ChoraleVoice, REST } from "../../score/mod.ts";
import { cellClasses } from "../cell_classes.ts";
import type { Column, Encoding, EncodingListener, PitchRange, Said, Values } from "../encoding.ts";
import { START } from "../grid_cells.ts";
import type { FrameEvent } from "./frame_events.ts";
import { FramePast } from "./frame_past.ts";

/** What voices of a frame have that are drawn already: MIDI numbers, or `REST`. */
export type DrawnVoices = Readonly<Partial<Record<ChoraleVoice, number>>>;

/**
 * Columns about the frames heard so far that belong together, such as the key or the place in the bar. The encoding of a
 * frame is put together from several.
 */
export interface FrameFeature {
  /** Its name, which begins the names of its columns where they need one. */
  readonly name: string;
  /** What decides its numbers, besides the name. @default {{}} */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Columns of each frame heard. @default {[]} */
  readonly hears?: readonly Column[];
  /** Columns known of the frame to come, once the voices in their `after` are drawn. @default {[]} */
  readonly knows?: readonly Column[];
  /**
   * Begins a piece.
   *
   * @param piece Its name, if it has one: whatever looks back at other pieces leaves it out of them.
   */
  listen(piece?: string): FrameFeatureListener;
}

/** A {@linkcode FrameFeature} that listens to one piece. */
export interface FrameFeatureListener {
  /** The heard columns' values; `past` has heard the frame already, and is empty when the start has been heard. */
  hear(past: FramePast): Values;
  /** The known columns' values, those whose `after` has been drawn. */
  know?(past: FramePast, drawn: DrawnVoices): Values;
  /** The same listener once more. */
  fork(): FrameFeatureListener;
}

/**
 * Chorales frame by frame, heard by features, and said voice by voice: soprano, alto, tenor, bass, each a class of the
 * cells of a grid. A head can read what has been drawn above it. Frames follow `START_FRAME`.
 *
 * @param features What is heard; no two columns may have one name.
 * @param range The pitches that there are.
 * @throws {TypeError} If two columns have one name.
 */
export function frameEncoding(features: readonly FrameFeature[], range: PitchRange): Encoding<FrameEvent> {
  const hears = features.flatMap(({ hears = [] }) => hears), knows = features.flatMap(({ knows = [] }) => knows);
  const names = [...hears, ...knows].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new TypeError(`Cannot encode frames: two columns have the name "${twice}"`);
  const { count, transposing, of, cell } = cellClasses(range);
  // The start is never said: what would be known of it counts for nothing, but has to be there.
  const pitchOf = (value: number) => value < 0 ? REST : cell(value);
  const begin = (past: FramePast, listeners: readonly FrameFeatureListener[]): EncodingListener<FrameEvent> => ({
    hear(frame) {
      past.hear(frame);
      return Object.assign({}, ...listeners.map((listener) => listener.hear(past)));
    },
    know(said) {
      const drawn = Object.fromEntries(Object.entries(said).map(([voice, value]) => [voice, pitchOf(value)]));
      return Object.assign({}, ...listeners.map((listener) => listener.know?.(past, drawn)));
    },
    fork: () => begin(past.fork(), listeners.map((listener) => listener.fork())),
  });
  return {
    name: "frames",
    settings: {
      lowest: range.lowest,
      highest: range.highest,
      ...Object.fromEntries(features.map(({ name, settings = {} }) => [name, settings])),
    },
    hears,
    knows,
    says: CHORALE_VOICES.map((name) => ({ name, size: count, transposing })),
    say: ({ pitches }): Said =>
      Object.fromEntries(
        CHORALE_VOICES.map((name, voice) => [name, pitches[voice] === START ? -1 : of(pitches[voice])]),
      ),
    decode: (said) => ({ pitches: CHORALE_VOICES.map((name) => cell(said[name])) }),
    listen: (piece) => begin(new FramePast(), features.map((feature) => feature.listen(piece))),
  };
}

/**
 * A feature that needs nothing but the past itself, and what is drawn of the frame to come.
 *
 * @param name Its name.
 * @param columns What it tells.
 * @param listener Tells it; remembers nothing.
 */
export function frameFeature(
  name: string,
  columns: Pick<FrameFeature, "hears" | "knows">,
  listener: Omit<FrameFeatureListener, "fork">,
): FrameFeature {
  const listening: FrameFeatureListener = { ...listener, fork: () => listening };
  return { name, ...columns, listen: () => listening };
}
