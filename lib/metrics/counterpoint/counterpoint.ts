import pl, { type DataFrame } from "nodejs-polars";
import { crossings, wideSpacings } from "./crossings.ts";
import { type Frame, type MusicalPlace, voiceCount } from "../../score/mod.ts";
import { pairMotions, type PairPlace, type VoicePair, voicePairs } from "./pairs.ts";
import { hiddenPerfects, parallels } from "./perfects.ts";
import { placeColumns } from "../note_rows.ts";

/** What {@linkcode counterpoint} counts. */
export const COUNTERPOINT_KINDS = [
  "parallel fifth",
  "parallel octave",
  "antiparallel fifth",
  "antiparallel octave",
  "hidden fifth",
  "hidden octave",
  "exposed fifth",
  "exposed octave",
  "crossing",
  "wide spacing",
] as const;

/** One of the things that {@linkcode counterpoint} counts. */
export type CounterpointKind = typeof COUNTERPOINT_KINDS[number];

/** What {@linkcode counterpoint} finds. */
export interface Counterpoint {
  /** A row per pair of voices: `upper` and `lower` (indices from the top), `motions` (both move), and a count of each kind. */
  pairs: DataFrame;
  /**
   * A row per place: `kind`, `frame`, `upper`, `lower`, and the pitches `upperBefore`, `lowerBefore`, `upperAfter`,
   * `lowerAfter` (nothing before at crossings and spacings); where places are given, also `start`, `quarter`, `bar`, `beat`.
   */
  places: DataFrame;
}

interface Found extends PairPlace {
  kind: CounterpointKind;
  before?: readonly [upper: number, lower: number];
  after: readonly [upper: number, lower: number];
}

/**
 * Everything between two voices that a textbook of counterpoint watches, counted for each pair, and each with its place:
 * `parallels`, `hiddenPerfects` (those that are exposed under a kind of their own), `crossings` and `wideSpacings`.
 *
 * @param frames Voices from the top, one frame after another.
 * @param places Where each frame is, as `voiceFrames` says.
 * @throws {RangeError} If frames differ in their voices, a value is neither a MIDI number nor a rest, or places are
 * not as many as frames.
 */
export function counterpoint(frames: readonly Frame[], places?: readonly MusicalPlace[]): Counterpoint {
  if (places && places.length !== frames.length) {
    throw new RangeError(`Cannot place events: there are ${frames.length} frames, and places of ${places.length}`);
  }
  const found = eventsOf(frames).sort((a, b) => a.frame - b.frame);
  const motions = pairMotions(frames);
  const pairs = voicePairs(voiceCount(frames));
  const counts = (name: string, list: readonly VoicePair[]) => {
    const byPair = new Map<string, number>();
    for (const pair of list) byPair.set(keyOf(pair), (byPair.get(keyOf(pair)) ?? 0) + 1);
    return integers(name, pairs.map((pair) => byPair.get(keyOf(pair)) ?? 0));
  };
  return {
    pairs: pl.DataFrame([
      integers("upper", pairs.map(({ upper }) => upper)),
      integers("lower", pairs.map(({ lower }) => lower)),
      counts("motions", motions),
      ...COUNTERPOINT_KINDS.map((kind) => counts(kind, found.filter((event) => event.kind === kind))),
    ]),
    places: pl.DataFrame([
      pl.Series("kind", found.map(({ kind }) => kind), pl.Utf8),
      integers("frame", found.map(({ frame }) => frame)),
      ...(places ? placeColumns(found.map(({ frame }) => places[frame])) : []),
      integers("upper", found.map(({ upper }) => upper)),
      integers("lower", found.map(({ lower }) => lower)),
      integers("upperBefore", found.map(({ before }) => before?.[0])),
      integers("lowerBefore", found.map(({ before }) => before?.[1])),
      integers("upperAfter", found.map(({ after }) => after[0])),
      integers("lowerAfter", found.map(({ after }) => after[1])),
    ]),
  };
}

function keyOf({ upper, lower }: VoicePair): string {
  return `${upper},${lower}`;
}

function eventsOf(frames: readonly Frame[]): Found[] {
  return [
    ...parallels(frames).map(({ interval, antiparallel, ...motion }): Found => ({
      ...motion,
      kind: `${antiparallel ? "antiparallel" : "parallel"} ${interval}`,
    })),
    ...hiddenPerfects(frames).map(({ interval, exposed, ...motion }): Found => ({
      ...motion,
      kind: `${exposed ? "exposed" : "hidden"} ${interval}`,
    })),
    ...crossings(frames).map(({ pitches, ...place }): Found => ({ ...place, kind: "crossing", after: pitches })),
    ...wideSpacings(frames).map(({ pitches, ...place }): Found => ({ ...place, kind: "wide spacing", after: pitches })),
  ];
}

/** Whole numbers, some of them unknown; Polars (nodejs 0.25.2) loses nulls made from an array, a cast from NaN keeps them. */
function integers(name: string, values: readonly (number | undefined)[]): pl.Series {
  return pl.Series(name, Float64Array.from(values, (value) => value ?? NaN), pl.Float64).cast(pl.Int32);
}
