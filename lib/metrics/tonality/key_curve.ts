import { checkOptions, kinds, optional } from "../../options/mod.ts";
import pl, { type DataFrame } from "nodejs-polars";
import { barPosition, type Score } from "../../score/mod.ts";
import { findKey, type FindKeyOptions, type Key, PROFILE } from "../../notes/mod.ts";
import { beatsOf, soundingHistogram, soundingHistograms, type Timeline, timelineOf } from "./timeline.ts";
import { placeColumns } from "../note_rows.ts";

/** Options for {@linkcode keyCurve}. */
export interface KeyCurveOptions extends FindKeyOptions {
  /**
   * What `length` and `hop` count.
   *
   * @default "bars"
   */
  unit?: "bars" | "quarters" | "seconds";
  /**
   * How long a window is; whole bars, or any number of quarter notes or seconds.
   *
   * @default 4
   */
  length?: number;
  /**
   * How far it is from one window's beginning to the next; whole bars, or any number of quarter notes or seconds.
   *
   * @default 1
   */
  hop?: number;
}

/** What {@linkcode keyCurve} finds. */
export interface KeyCurve {
  /** The key of the whole piece. */
  key: Key;
  /**
   * A row per window: `start` (seconds), `quarter`, `bar` and `beat` where it begins, `end` (seconds), `key` (the best one
   * by name), its `correlation`, and `home`, the correlation of the piece's own key.
   */
  curve: DataFrame;
}

/** More windows than any piece needs. */
const MOST_WINDOWS = 100_000;

/** A window that would begin closer than this to the end, in its own unit, is one too many. */
const ROUNDING = 1e-6;

/**
 * How well keys fit along a piece: for each window the key that `findKey` finds in it, that key's correlation, and the
 * correlation of the key of the whole piece, all from -1 to 1 (Krumhansl, "Cognitive Foundations of Musical Pitch",
 * 1990). Where `home` falls and another key rises, the piece modulates.
 *
 * A window hears each note for as long as it sounds within it, in seconds. The last window is the first that reaches
 * the last release, or begins before it where windows leave gaps. A window in which no key can be told (silence, or all pitch classes alike) has no `key`, and 0 for
 * both correlations. Bars and beats of a table are those that `tonalTension` describes.
 *
 * @param music A score, or a table of the notes of one piece, with the columns `pitch`, `start` and `end` (seconds).
 * @param options Windows and profile.
 * @throws {TypeError} If the unit or the profile has another name, or a column is missing or does not hold numbers.
 * @throws {RangeError} If a window is not of positive length, or not of whole bars, there are more than 100,000 of them,
 * a value is out of range, or the table holds several pieces.
 */
export function keyCurve(music: Score | DataFrame, options: KeyCurveOptions = {}): KeyCurve {
  const size = (options.unit ?? "bars") === "bars" ? kinds.positiveInteger : kinds.positiveNumber;
  const { profile } = checkOptions("follow the key", options, {
    profile: optional(PROFILE),
    unit: optional(kinds.oneOf("bars", "quarters", "seconds")),
    length: optional(size),
    hop: optional(size),
  });
  const timeline = timelineOf(music);
  const { notes, stretches } = timeline;
  const key = findKey(soundingHistogram(notes), { profile });
  const windows = windowsOf(timeline, options);
  const found = soundingHistograms(notes, windows).map((histogram) => findKey(histogram, { profile }));
  const numbers = (name: string, values: number[]) => pl.Series(name, Float64Array.from(values), pl.Float64);
  const curve = pl.DataFrame([
    ...placeColumns(windows.map(({ start, quarter }) => {
      return { start, quarter, ...(barPosition(stretches, quarter) ?? { bar: null, beat: null }) };
    })),
    numbers("end", windows.map(({ end }) => end)),
    pl.Series("key", found.map(({ name, correlation }) => correlation === 0 ? null : name), pl.Utf8),
    numbers("correlation", found.map(({ correlation }) => correlation)),
    numbers("home", found.map(({ all }) => all[key.mode][key.tonic])),
  ]);
  return { key, curve };
}

interface Window {
  start: number;
  end: number;
  quarter: number;
}

function windowsOf(timeline: Timeline, options: KeyCurveOptions): Window[] {
  const { unit = "bars", length = 4, hop = 1 } = options;
  const scale = scaleOf(timeline, unit);
  const total = scale.total - ROUNDING;
  const toEnd = Math.max(0, Math.ceil((total - length) / hop)) + 1;
  const count = total > 0 ? Math.min(toEnd, Math.ceil(total / hop)) : 0;
  if (count > MOST_WINDOWS) {
    throw new RangeError(`Cannot follow the key: ${count} windows are more than ${MOST_WINDOWS}, choose a longer hop`);
  }
  return Array.from({ length: count }, (_, i) => {
    const start = scale.secondsAt(i * hop);
    return { start, end: scale.secondsAt(i * hop + length), quarter: timeline.quarterAt(start) };
  });
}

/** A way to count along a piece: how far the last release is, and when each count is, in seconds. */
function scaleOf(timeline: Timeline, unit: "bars" | "quarters" | "seconds") {
  const { end, quarterAt, secondsAt } = timeline;
  if (unit === "seconds") return { total: end, secondsAt: (seconds: number) => seconds };
  if (unit === "quarters") return { total: end > 0 ? quarterAt(end) : 0, secondsAt };
  const beats = beatsOf(timeline);
  const bars = beats.filter(({ downbeat }, i) => downbeat && i < beats.length - 1).map(({ start }) => start);
  const last = beats[beats.length - 1].start;
  return { total: bars.length, secondsAt: (bar: number) => bars[bar] ?? last };
}
