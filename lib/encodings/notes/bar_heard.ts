import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { Column } from "../encoding.ts";
import { GridHeard } from "./grid_heard.ts";
import { KeyFound } from "./key_heard.ts";
import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";
import type { NotePast } from "./note_past.ts";

/** Beats of a bar where nobody has barred the music. */
const BEATS = 4;
/** How many beats before the barline an onset may be that is on it. */
const NEAR = 0.25;
/** Sixteenths of a bar that are told apart; the last also stands for what is beyond. */
const SIXTEENTHS = 16;
/** Two onsets in the same of so many parts of a quarter note are at the same place of their bars. */
const PARTS = 12;
/** The bars before, counted from the one that has ended, with which it is compared. */
const LAGS = [1, 2, 4, 8];
/** What brings shares of a dozen, and semitones, near to the other inputs. */
const SCALE = 4, OCTAVE = 12;
/** Numbers of a bar: pitch classes, first and last bass, mode, contour, onsets, density, likenesses. */
const WIDTH = 12 + 12 + 12 + 1 + 6 + SIXTEENTHS + 3 + 3 * LAGS.length;

/** Options of {@linkcode barHeard}. */
export interface BarHeardOptions {
  /** Name of its numbers, which begins that of its ticks. @default {"bar"} */
  name?: string;
  /**
   * When a slow layer hears the numbers of a bar: where one has ended; as a control, at every note; or never, and they
   * are heard as all others are.
   *
   * @default {"bars"}
   */
  ticks?: "bars" | "notes" | "none";
}

/**
 * The bar that has just ended, heard from the first note of the next one on: which pitch classes it had, from the tonic;
 * the bass of its first and its last onset; the contour of its highest notes, and how it lies to the bar before; its
 * onsets in sixteenths; how many notes it had, and how many at once; and how like it was to the bars 1, 2, 4 and 8
 * before, in its onsets, in its notes, and in its notes from whichever pitch they begin.
 *
 * `barEnded` is 1 at the first note of a bar. It is the clock of the other column, on which a slow layer may hear it: a
 * model of bars over a model of notes.
 *
 * Bars are those of the file's own grid, counted on after notes that a model has drawn. Where there is none, or a free
 * one, they are four beats each, found from the onsets so far (`BeatFound`), and begin on any of them. Where no beat is
 * found either, no bar ends.
 *
 * @param options When it is heard.
 * @throws {TypeError} If an option is unknown, or `ticks` is none of those.
 */
export function barHeard(options: BarHeardOptions = {}): NoteFeature {
  const { name = "bar", ticks = "bars" } = checkOptions("hear bars", options, {
    name: optional(kinds.text),
    ticks: optional(kinds.oneOf("bars", "notes", "none")),
  });
  const bar: Column = { name, width: WIDTH }, clock = `${name}Ended`;
  return {
    name,
    settings: { ticks },
    hears: [{ name: clock, size: 2 }, ticks === "none" ? bar : { ...bar, clock }],
    listen: () =>
      listening(name, ticks, new GridHeard(), new KeyFound(), { name: undefined, notes: [], quarters: BEATS }),
  };
}

/** A note in its bar. */
interface Placed {
  /** Quarter notes since the beginning of the bar, or beats. */
  at: number;
  pitch: number;
}

/** The bar that is being heard. */
interface Open {
  /** What tells it from others: its number, or when it began in seconds; nothing where there are no bars. */
  name: string | undefined;
  notes: Placed[];
  /** Its length in quarter notes, or beats. */
  quarters: number;
  /** When it began, if it was found. */
  since?: number;
}

/** What is kept of a bar that has ended. */
interface Ended {
  /** Places of its onsets; of its notes, by their pitches, and by their intervals from its first highest note. */
  likenesses: readonly ReadonlySet<number>[];
  mean: number;
  high: number;
  low: number;
}

function listening(
  name: string,
  ticks: BarHeardOptions["ticks"],
  grid: GridHeard,
  key: KeyFound,
  open: Open,
  ended: readonly Ended[] = [],
  bar: Float32Array = new Float32Array(WIDTH),
): NoteFeatureListener {
  return {
    hear(past) {
      grid.hear(past);
      const here = barAt(grid, past, open), ends = here.name !== open.name && open.notes.length > 0;
      if (ends) {
        const [numbers, kept] = summary(open, key, ended);
        bar = numbers;
        ended = [kept, ...ended].slice(0, LAGS.at(-1));
      }
      const pitch = past.pitches[past.length - 1];
      key.hear(pitch);
      if (here.name !== open.name) open = { ...here, notes: [] };
      if (here.name !== undefined) open.notes.push({ at: here.at, pitch });
      return { [`${name}Ended`]: ticks === "notes" || ends ? 1 : 0, [name]: bar };
    },
    fork: () => listening(name, ticks, grid.fork(), key.fork(), { ...open, notes: [...open.notes] }, ended, bar),
  };
}

/** The bar in which the last note begins, and where it stands in it. */
function barAt(grid: GridHeard, past: NotePast, open: Open): Omit<Open, "notes"> & { at: number } {
  const { finder } = grid, place = past.places.at(-1), begins = past.length === 1 || past.steps[past.length - 1] > 0;
  if (place?.number !== undefined && !grid.isFree) {
    const { quarter, bar, number } = place;
    // What is just before the barline is on it. Notes that begin together are in one bar.
    const isNext = Math.round(quarter * PARTS) >= Math.round(bar * PARTS);
    const named = `bar ${number + (isNext ? 1 : 0)}`;
    return { name: begins ? named : open.name ?? named, at: isNext ? 0 : quarter, quarters: bar };
  }
  const phase = finder.phaseOf(past.now), period = finder.period;
  if (phase === undefined || period === undefined) return { name: undefined, at: 0, quarters: BEATS };
  const beats = open.since === undefined ? BEATS : (past.now - open.since) / period;
  if (!begins || beats < BEATS - NEAR) return { ...open, at: Math.max(0, beats) };
  const since = past.now - (phase > 0.5 ? phase - 1 : phase) * period;
  return { name: `from ${since}`, at: Math.max(0, (past.now - since) / period), quarters: BEATS, since };
}

/** The numbers of a bar, and what is kept of it. */
function summary(
  { notes, quarters }: Open,
  { tonic, isMinor }: KeyFound,
  before: readonly Ended[],
): [Float32Array, Ended] {
  const at = notes.map((note) => Math.round(note.at * PARTS)), pitches = notes.map(({ pitch }) => pitch);
  const together = (place: number) => pitches.filter((_, i) => at[i] === place);
  const first = together(at[0]), last = together(at[at.length - 1]);
  const [begins, ends] = [Math.max(...first), Math.max(...last)],
    [low, high] = [Math.min(...pitches), Math.max(...pitches)];
  const mean = pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length;
  const onsets = new Set(at);
  const kept: Ended = {
    likenesses: [
      onsets,
      new Set(notes.map(({ pitch }, i) => at[i] * 256 + pitch)),
      new Set(notes.map(({ pitch }, i) => at[i] * 256 + 128 + pitch - begins)),
    ],
    ...{ mean, low, high },
  };
  const numbers: number[] = [];
  const degrees = (pitches: readonly number[], scale: number) => {
    const each = new Array<number>(12).fill(0);
    for (const pitch of pitches) each[(pitch - tonic + 12) % 12] += scale / pitches.length;
    numbers.push(...each);
  };
  degrees(pitches, SCALE);
  degrees([Math.min(...first)], 1);
  degrees([Math.min(...last)], 1);
  const [bar] = before;
  numbers.push(
    isMinor ? 1 : 0,
    (ends - begins) / OCTAVE,
    (begins - mean) / OCTAVE,
    (high - low) / (2 * OCTAVE),
    ...(["mean", "high", "low"] as const).map((name) => bar ? (kept[name] - bar[name]) / OCTAVE : 0),
  );
  const sixteenths = new Array<number>(SIXTEENTHS).fill(0);
  for (const place of at) sixteenths[Math.min(Math.floor(4 * place / PARTS), SIXTEENTHS - 1)]++;
  numbers.push(...sixteenths.map((count) => Math.log1p(count)));
  numbers.push(Math.log1p(notes.length) / 2, notes.length / onsets.size / SCALE, quarters / SCALE);
  for (const lag of LAGS) {
    const other = before[lag - 1];
    numbers.push(...kept.likenesses.map((set, i) => other ? shared(set, other.likenesses[i]) : 0));
  }
  return [Float32Array.from(numbers), kept];
}

/** What two sets have in common, as a share of what either has. */
function shared(one: ReadonlySet<number>, other: ReadonlySet<number>): number {
  let both = 0;
  for (const each of one) if (other.has(each)) both++;
  return both / (one.size + other.size - both);
}
