import pl, { type DataFrame } from "nodejs-polars";
import {
  type FeatureCounts,
  type HistogramName,
  longestQuotation,
  METRICS,
  type QuotationIndex,
  STREAM_HISTOGRAMS,
  styleGrade,
} from "../../metrics/mod.ts";
import type { NoteEvent } from "../../encodings/mod.ts";
import { pieceRows, pitchColumn, secondsColumn } from "../../notes/mod.ts";
import type { MusicReport, NoteLists } from "./report.ts";

/** The metrics by which samples are compared, all of them of notes that know seconds alone, in one stream. */
const NAMES = [
  "pitch_range",
  "pitch_class_entropy",
  "stream_repeats",
  "stream_steps",
  "stream_step_leap_ratio",
  "inter_onset_mean",
  "inter_onset_sd",
  "Average_Note_Duration",
];
const CHOSEN = NAMES.map((name) => METRICS.find((metric) => metric.name === name)!);
/** Loudness of notes that know none. */
const VELOCITY = 100;
/** Decimals of the seconds in a report. */
const MICROSECONDS = 1e6;

/**
 * Notes in lists as a table, with the columns that a figure, a player or a metric
 * looks for: `piece`, `part`, `pitch`, `start`, `end`, `step`, `duration`,
 * `velocity`. Time begins with the first note, whatever its step.
 *
 * @param notes Notes of one piece; the lists are equally long.
 * @param piece What the column `piece` says.
 */
export function noteTable({ pitch, step, duration }: NoteLists, piece: string): DataFrame {
  let now = 0;
  const start = step.map((seconds, i) => now += i === 0 ? 0 : seconds);
  const column = (name: string, values: number[]) => pl.Series(name, values, pl.Float64);
  return pl.DataFrame({
    piece: pl.Series("piece", pitch.map(() => piece), pl.Utf8),
    part: pl.Series("part", pitch.map(() => 0), pl.Int32),
    pitch: pl.Series("pitch", pitch, pl.Int32),
    start: column("start", start),
    end: column("end", start.map((onset, i) => onset + duration[i])),
    step: column("step", step),
    duration: column("duration", duration),
    velocity: pl.Series("velocity", pitch.map(() => VELOCITY), pl.Int32),
  });
}

/** Events of one piece as such a table. */
export function eventTable(events: readonly NoteEvent[], piece: string): DataFrame {
  const list = (name: "pitch" | "step" | "duration") => events.map((event) => event[name]);
  return noteTable({ pitch: list("pitch"), step: list("step"), duration: list("duration") }, piece);
}

/** Notes of a table in lists. */
export function noteLists(table: DataFrame): NoteLists {
  const rounded = (name: "step" | "duration") =>
    Array.from(secondsColumn(table, name), (seconds) => Math.round(seconds * MICROSECONDS) / MICROSECONDS);
  return { pitch: [...pitchColumn(table)], step: rounded("step"), duration: rounded("duration") };
}

/**
 * Stretches of pieces, one after another from the beginning of each: as many
 * notes as a sample has, because entropies and ranges grow with the notes.
 *
 * @param table A table of notes.
 * @param count Notes in a stretch; a piece with fewer has none.
 * @param most Stretches that a piece may give, so that a long one does not outvote the others.
 */
export function stretches(table: DataFrame, count: number, most: number): { piece: string; notes: NoteLists }[] {
  return pieceRows(table).flatMap(({ piece, first, count: length }) =>
    Array.from({ length: Math.min(most, Math.floor(length / count)) }, (_, i) => ({
      piece,
      notes: noteLists(table.slice(first + i * count, count)),
    }))
  );
}

/** What {@linkcode measureMusic} compares with. */
export interface Comparison {
  /** Histograms of all that a style grade is against. */
  reference?: Record<HistogramName, number[]>;
  /** The notes that may be quoted. */
  index?: QuotationIndex;
}

/** Measures some notes. */
export function measureMusic(piece: string, notes: NoteLists, { reference, index }: Comparison = {}): MusicReport {
  const table = noteTable(notes, piece);
  const values = CHOSEN.map(({ name, of }) => [name, numberOrNull(of(table, { ticksPerQuarter: 1 }))]);
  const histograms = histogramsOf(table);
  return {
    piece,
    metrics: Object.fromEntries(values),
    histograms,
    grade: reference ? numberOrNull(gradeOf(histograms, reference)) : null,
    quotation: index
      ? {
        times: longestQuotation(index, table, { by: "times" }) ?? null,
        intervals: longestQuotation(index, table, { by: "intervals" }) ?? null,
      }
      : null,
  };
}

function histogramsOf(table: DataFrame): MusicReport["histograms"] {
  return byName((name) => [...STREAM_HISTOGRAMS.find((histogram) => histogram.name === name)!.counts(table)]);
}

/** One histogram of some music, summed over at least one piece of it. */
export function pooledHistogram(music: readonly Pick<MusicReport, "histograms">[], name: HistogramName): number[] {
  const sums = new Array<number>(music[0].histograms[name].length).fill(0);
  for (const { histograms } of music) {
    const counts = histograms[name];
    for (let i = 0; i < sums.length; i++) sums[i] += counts[i];
  }
  return sums;
}

/** Histograms of some music, summed. */
export function pooled(music: readonly Pick<MusicReport, "histograms">[]): MusicReport["histograms"] {
  return byName((name) => pooledHistogram(music, name));
}

/** What each histogram gives, by its name. */
export function byName<Given>(give: (name: HistogramName) => Given): Record<HistogramName, Given> {
  const given = STREAM_HISTOGRAMS.map(({ name }) => [name, give(name)]);
  return Object.fromEntries(given) as Record<HistogramName, Given>;
}

function gradeOf(piece: Record<HistogramName, number[]>, reference: Record<HistogramName, number[]>): number {
  const counts = (histogram: number[]): FeatureCounts => new Map(histogram.entries());
  const names = Object.keys(piece) as HistogramName[];
  const features = names.map((name) => [name, { piece: counts(piece[name]), reference: counts(reference[name]) }]);
  return styleGrade(Object.fromEntries(features)).grade;
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
