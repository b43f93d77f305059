import { type Frame, REST, voiceCount } from "./frames.ts";
import { barPosition, type Stretch, stretchesOf } from "./metre.ts";
import { pitchedParts, whyUnpitched } from "./parts.ts";
import type { Note, Part, Score } from "./score.ts";
import { meanPitch } from "./voices.ts";

/** A piece in four voices on a grid of sixteenths. */
export interface Chorale {
  /** What it is called: systems that look back at what they learned from know a piece by its name. */
  name: string;
  /** Soprano, alto, tenor, bass of each sixteenth: MIDI numbers, `REST` for a rest. */
  frames: readonly Frame[];
  /**
   * Of each frame, voice by voice, whether a note begins here rather than is held; never at a rest. Where the source does
   * not tell, as the JSB chorales do not, whether the pitch differs from the frame before.
   */
  struck: readonly (readonly boolean[])[];
  /** What the score says beside its notes; nothing where the source has no metre or no key. */
  notation?: ChoraleNotation;
  /** What was moved or left out to lay it on the grid, in words; nothing where all stood on it. */
  repairs?: readonly string[];
}

/** What the score of a chorale says beside its notes, frame by frame. */
export interface ChoraleNotation {
  /** Whether a fermata stands over the note of the soprano that sounds here; where the soprano has none at all, of any voice. */
  fermata: readonly boolean[];
  /** Sixteenths since the barline; in an upbeat, as if its bar were whole. */
  place: readonly number[];
  /** Sixteenths of a bar. */
  bar: readonly number[];
  /** Sharps of the key signature, or flats as negative numbers. */
  fifths: readonly number[];
  /** Whether the key is minor; nothing where the source gives the signature alone. */
  minor?: readonly boolean[];
}

/** The voices of a chorale, from the top. */
export const CHORALE_VOICES = ["soprano", "alto", "tenor", "bass"] as const;

/** One of them, by its name. */
export type ChoraleVoice = (typeof CHORALE_VOICES)[number];

/** Sixteenths of a quarter note. */
const PER_QUARTER = 4;
/** How far from the grid a note may begin, in sixteenths, and still be on it: seconds in MIDI are rounded to ticks. */
const ON_GRID = 1 / 16;
/** Share of the notes that may begin off the grid: ornaments. What has more of them is in another rhythm. */
const MOST_OFF_GRID = 0.1;
/** Share of the notes that may share a sixteenth with another where all are rounded: what has more of them is too fast. */
const MOST_SHARING = 0.25;
/** Some hours of sixteenths. */
const MOST_FRAMES = 250_000;

/**
 * A chorale of frames alone, as the JSB chorales are given: a note begins where the pitch differs from the frame before.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choraleOfFrames } from "./mod.ts";
 *
 * const { struck } = choraleOfFrames([[67, 62, 59, 43], [67, 64, 60, -1]], "cadence");
 * assertEquals(struck, [[true, true, true, true], [false, true, true, false]]);
 * ```
 *
 * @param frames Sixteenths of four voices.
 * @param name What it is called.
 * @throws {RangeError} If there is no frame, or one does not have four voices that are MIDI numbers or rests.
 */
export function choraleOfFrames(frames: readonly Frame[], name: string): Chorale {
  if (voiceCount(frames) !== CHORALE_VOICES.length) {
    throw new RangeError(
      `Cannot make a chorale of "${name}": it must have frames of four voices, it has ${frames.length} of ` +
        `${voiceCount(frames)}`,
    );
  }
  const struck = frames.map((frame, t) =>
    frame.map((pitch, voice) => pitch !== REST && pitch !== frames[t - 1]?.[voice])
  );
  return { name, frames, struck };
}

/**
 * The chorale that a score of four parts is, whatever their order: the part whose notes are higher on average is the
 * upper voice. Fermatas are those of `**kern`; metre and key are known where the score has both from its beginning.
 *
 * A note that begins or ends between two sixteenths goes to the nearest one, and is left out where nothing remains of it,
 * as of a pair of thirty-seconds the second; `repairs` says so. A score of which more than a tenth of the notes begin
 * off the grid is in another rhythm and is refused.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choraleOfScore, scoreOfFrames } from "./mod.ts";
 *
 * const frames = [[67, 62, 59, 43], [67, 64, 60, 48]];
 * assertEquals(choraleOfScore(scoreOfFrames(frames), "cadence").frames, frames);
 * ```
 *
 * @param score Four parts, drums and parts without notes aside, each one voice.
 * @param name What it is called.
 * @throws {RangeError} If there are not four parts, one has two notes at once, or the rhythm is another one; the message
 * says where.
 */
export function choraleOfScore(score: Score, name: string): Chorale {
  const parts = pitchedParts(score);
  if (parts.length !== CHORALE_VOICES.length) {
    throw new RangeError(
      `Cannot make a chorale of "${name}": it must have four parts, a voice each, and has ${parts.length}` +
        (parts.length === 0 ? `, since ${whyUnpitched(score)}` : ""),
    );
  }
  return choraleOfVoices(score, parts.toSorted((a, b) => meanPitch(b.notes) - meanPitch(a.notes)), name);
}

/**
 * The chorale of which a score has some voices; the others rest. On the grid it is laid as by {@linkcode choraleOfScore};
 * or, with `round`, in whatever rhythm it is: each note goes to the nearest sixteenth and is at least one long, and of those
 * that come to the same one the longest stays, of equal ones the nearest. `repairs` says how many notes moved, and how far.
 *
 * @param score Metre, keys and ticks.
 * @param voices Soprano, alto, tenor and bass: parts of the score, or nothing.
 * @param name What it is called.
 * @param options `round`, whether any rhythm is rounded, as of triplets and of what somebody has played. @default false
 * @throws {RangeError} If a part has two notes at once, or the rhythm is another one: with `round`, one so fast that more than
 * a quarter of the notes share a sixteenth with another. The message says where.
 */
export function choraleOfVoices(
  score: Score,
  voices: readonly (Part | undefined)[],
  name: string,
  { round = false }: { round?: boolean } = {},
): Chorale {
  const cannot = (why: string) => new RangeError(`Cannot make a chorale of "${name}": ${why}`);
  const step = score.ticksPerQuarter / PER_QUARTER, stretches = stretchesOf(score);
  const where = ({ startTick }: Note) => placeName(stretches, startTick / score.ticksPerQuarter);
  const nearest = (tick: number) => Math.round(tick / step);
  const notes = voices.flatMap((part) => part?.notes ?? []);
  const endOf = ({ startTick, endTick }: Note) => Math.max(nearest(endTick), round ? nearest(startTick) + 1 : 0);
  const length = notes.reduce((last, note) => Math.max(last, endOf(note)), 0);
  if (length === 0 || length > MOST_FRAMES) {
    throw cannot(`it must have 1 to ${MOST_FRAMES} sixteenths, it has ${length}`);
  }
  const distance = ({ startTick }: Note) => Math.abs(startTick / step - nearest(startTick));
  const off = notes.filter((note) => distance(note) > ON_GRID);
  if (!round && off.length > MOST_OFF_GRID * notes.length) {
    throw cannot(
      `${off.length} of its ${notes.length} notes do not begin on a sixteenth, the first at ${where(off[0])}; ` +
        "write it in sixteenths and longer notes",
    );
  }
  // What is played at once begins at slightly different times; what is played too fast for the grid hardly overlaps.
  const isChord = (a: Note, b: Note) =>
    a.startTick === b.startTick || round && nearest(a.startTick) === nearest(b.startTick) &&
      a.endTick - b.startTick > Math.min(a.endTick - a.startTick, b.endTick - b.startTick) / 2;
  const onePerSixteenth = (notes: readonly Note[]) => {
    const ticks = ({ startTick, endTick }: Note) => endTick - startTick;
    const better = (a: Note, b: Note) => ticks(b) > ticks(a) || ticks(b) === ticks(a) && distance(b) < distance(a);
    return [...Map.groupBy(notes, ({ startTick }) => nearest(startTick)).values()]
      .map((same) => same.reduce((a, b) => better(a, b) ? b : a));
  };
  const frames = Array.from({ length }, () => voices.map(() => REST));
  const struck = frames.map((frame) => frame.map(() => false)), fermata = frames.map((frame) => frame.map(() => false));
  const lost: Note[] = [];
  for (const [voice, part] of voices.entries()) {
    if (!part) continue;
    const sorted = part.notes.toSorted((a, b) => a.startTick - b.startTick || a.endTick - b.endTick);
    for (const [i, note] of sorted.entries()) {
      const before = sorted[i - 1];
      if (before && (isChord(before, note) || before.endTick - note.startTick > step)) {
        throw cannot(`its ${nameOf(part, voice)} has two notes at once at ${where(note)}; give each voice a part`);
      }
    }
    const kept = round ? onePerSixteenth(sorted) : sorted, stays = new Set(kept);
    for (const note of sorted) if (!stays.has(note)) lost.push(note);
    for (const [i, note] of kept.entries()) {
      const first = nearest(note.startTick);
      const end = round && kept[i + 1] ? Math.min(endOf(note), nearest(kept[i + 1].startTick)) : endOf(note);
      if (first >= end) lost.push(note);
      for (let t = first; t < end; t++) {
        frames[t][voice] = note.pitch;
        struck[t][voice] = t === first;
        fermata[t][voice] = note.fermata ?? false;
      }
    }
  }
  if (round && lost.length > MOST_SHARING * notes.length) {
    throw cannot(
      `${lost.length} of its ${notes.length} notes share a sixteenth with another, the first at ${where(lost[0])}; ` +
        "write it in sixteenths and longer notes",
    );
  }
  const farthest = off.reduce((most, note) => Math.max(most, distance(note)), 0);
  const moved = round
    ? `moved to the nearest sixteenth, by at most ${farthest.toFixed(2)} of one`
    : "begin between sixteenths";
  const left = round
    ? "left out, because a longer or nearer note falls on the same sixteenth"
    : "are too short for the grid and are left out";
  const repairs = [
    ...off.length > 0 ? [`${off.length} of ${notes.length} notes ${moved}, the first at ${where(off[0])}`] : [],
    ...lost.length > 0 ? [`${lost.length} ${left}, the first at ${where(lost[0])}`] : [],
  ];
  const notation = notationOf(score, stretches, fermata, cannot);
  return { name, frames, struck, ...notation && { notation }, ...repairs.length > 0 && { repairs } };
}

function notationOf(
  { keys, metres, ticksPerQuarter }: Score,
  stretches: readonly Stretch[],
  fermatas: readonly (readonly boolean[])[],
  cannot: (why: string) => RangeError,
): ChoraleNotation | undefined {
  if (keys[0]?.tick !== 0 || metres[0]?.tick !== 0) return undefined;
  const quarters = Array.from(fermatas.keys(), (t) => t / PER_QUARTER);
  const bars = quarters.map((quarter) => stretches.findLast(({ from }) => from <= quarter)!);
  const odd = bars.find(({ barLength }) => !Number.isInteger(barLength * PER_QUARTER));
  if (odd) throw cannot(`a bar of ${odd.barLength} quarter notes is no whole number of sixteenths`);
  const key = quarters.map((quarter) => keys.findLast(({ tick }) => tick <= quarter * ticksPerQuarter)!);
  const soprano = fermatas.some(([upper]) => upper);
  return {
    fermata: fermatas.map((voices) => soprano ? voices[0] : voices.includes(true)),
    // A new metre may stand off the grid, where music before it does.
    place: quarters.map((quarter, t) =>
      Math.round((quarter - bars[t].barline) * PER_QUARTER) % (bars[t].barLength * PER_QUARTER)
    ),
    bar: bars.map(({ barLength }) => barLength * PER_QUARTER),
    fifths: key.map(({ fifths }) => fifths),
    ...keys.every(({ mode }) => mode) && { minor: key.map(({ mode }) => mode === "minor") },
  };
}

function nameOf({ name }: Part, voice: number): string {
  return name ? `${CHORALE_VOICES[voice]} ("${name}")` : CHORALE_VOICES[voice];
}

/** Where a musician looks for a moment. */
function placeName(stretches: readonly Stretch[], quarter: number): string {
  const at = barPosition(stretches, quarter), round = (value: number) => Number(value.toFixed(3));
  return at ? `bar ${at.bar}, beat ${round(at.beat)}` : `quarter note ${round(quarter)} of the piece`;
}
