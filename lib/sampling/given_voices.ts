import { findKey } from "../notes/mod.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import {
  barPositions,
  type Chorale,
  CHORALE_TICKS,
  CHORALE_VOICES,
  type ChoraleHeading,
  choraleOfVoices,
  type ChoraleVoice,
  meanPitch,
  type Metre,
  type Part,
  pitchedParts,
  REST,
  type Score,
  whyUnpitched,
} from "../score/mod.ts";
import { COMPASSES } from "./completing.ts";

/** What {@linkcode givenVoices} can be told. */
export interface GivenVoicesOptions {
  /** Voices that stay as they are; of a score with fewer than four parts, the voices that its parts are. @default ["soprano"] */
  keep?: readonly ChoraleVoice[];
  /** First and last bar that are written anew, by their numbers: all else stays. The score then has all four voices. */
  bars?: readonly [first: number, last: number];
  /**
   * Whether any rhythm is rounded to sixteenths, triplets and what somebody has played among them; a remark says how far.
   * Otherwise a rhythm of which more than a tenth of the notes begin between sixteenths is refused.
   *
   * @default false
   */
  round?: boolean;
}

/** Voices that are given, and what is to be found for them. */
export interface GivenVoices {
  /** The voices that stand; those that are to be found rest, or, where bars are written anew, are what they were. */
  chorale: Chorale;
  /** Whether the cell of a frame and a voice stays as it is. */
  fixed: (frame: number, voice: number) => boolean;
  /** Metre, keys, tempo and title, for the score of what comes of it. */
  heading: ChoraleHeading;
  /** What is taken for granted or was changed, in words. */
  remarks: readonly string[];
}

/** Moves that are tried where a voice is too high or too low: octaves first, then as few semitones as will do. */
const MOVES = [0, ...[12, 24, 36, 48, 60, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap((by) => [by, -by])];

/**
 * Prepares a melody, or any voices of a chorale, to be harmonised: lays them on a grid of sixteenths and takes out what is
 * to be found. A key that is not written is found by the notes, a metre that is not written is taken for 4/4, and voices
 * that no choir could sing where they stand are moved, by octaves if that is enough; remarks say so.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readMelody } from "../formats/mod.ts";
 * import { givenVoices } from "./mod.ts";
 *
 * const { chorale, remarks } = givenVoices(readMelody("key=G metre=3/4 g3 | g3:2 d4 | b3:1.5 a3:1/2 g3"));
 * assertEquals(chorale.frames[0], [67, -1, -1, -1]);
 * assertEquals(remarks, ["the melody is moved up an octave, to where sopranos sing"]);
 * ```
 *
 * @param score As many parts as voices are kept, or all four; the higher part is the upper voice.
 * @param options Which voices stay, and where.
 * @throws {RangeError} If the parts are not those voices, one has two notes at once or is in another rhythm, their compass
 * is too wide, or there are no such bars.
 * @throws {TypeError} If an option has the wrong type.
 */
export function givenVoices(score: Score, options: GivenVoicesOptions = {}): GivenVoices {
  const { keep = ["soprano"], bars, round } = checkOptions("harmonise", options, {
    keep: optional(kinds.list("voices", kinds.oneOf(...CHORALE_VOICES))),
    bars: optional(kinds.pair("numbers of bars", kinds.integer({ from: 0 }))),
    round: optional(kinds.boolean),
  });
  const kept = CHORALE_VOICES.map((name) => keep.includes(name));
  const voices = voicesOf(score, kept, bars !== undefined);
  const remarks: string[] = [];
  const headed = withKeyAndMetre(score, remarks);
  const name = score.title ?? "the melody";
  const sung = bars ? { score: headed, voices } : moved(headed, voices, remarks);
  const chorale = choraleOfVoices(sung.score, sung.voices, name, { round });
  remarks.push(...chorale.repairs ?? []);
  const heading = headingOf(sung.score);
  if (!bars) return { chorale, fixed: (_frame, voice) => kept[voice], heading, remarks };
  const [from, to] = framesOf(headed, bars, chorale.frames.length);
  // What sounds on from the new bars into the old begins anew there: what it went on from is gone.
  const struck = chorale.struck.map((frame, t) =>
    t === to ? frame.map((begins, voice) => begins || !kept[voice] && chorale.frames[t][voice] !== REST) : frame
  );
  const fixed = (frame: number, voice: number) => kept[voice] || frame < from || frame >= to;
  return { chorale: { ...chorale, struck }, fixed, heading, remarks };
}

/** The parts that stay, each as its voice; with `all`, the others too. */
function voicesOf({ parts }: Score, kept: readonly boolean[], all: boolean): (Part | undefined)[] {
  const unpitched = whyUnpitched({ parts });
  if (unpitched) throw new RangeError(`Cannot harmonise: there is nothing to keep, since ${unpitched}`);
  const sounding = pitchedParts({ parts }).sort((a, b) => meanPitch(b.notes) - meanPitch(a.notes));
  const names = CHORALE_VOICES.filter((_, voice) => kept[voice]);
  if (sounding.length === kept.length) return sounding.map((part, voice) => all || kept[voice] ? part : undefined);
  if (all) {
    throw new RangeError(`Cannot write bars anew: that takes a piece in four parts, this one has ${sounding.length}`);
  }
  if (sounding.length !== names.length) {
    throw new RangeError(
      `Cannot harmonise: the music has ${sounding.length} ${
        sounding.length === 1 ? "part" : "parts"
      } with notes, and ` +
        `to be kept is ${names.join(", ")}; name the voice of each part, such as soprano,bass`,
    );
  }
  let next = 0;
  return kept.map((stays) => stays ? sounding[next++] : undefined);
}

/** The score with a key and a metre from its beginning. */
function withKeyAndMetre(score: Score, remarks: string[]): Score {
  const { keys, metres } = score;
  const known = keys[0]?.tick === 0 && metres[0]?.tick === 0;
  if (known) return score;
  const found = findKey(score);
  const key = { tick: 0, fifths: fifthsOf(found.tonic, found.mode), mode: found.mode };
  const metre: Metre = { tick: 0, numerator: 4, denominator: 4 };
  if (keys[0]?.tick !== 0) remarks.push(`no key is written: by its notes it is taken for ${found.name}`);
  if (metres[0]?.tick !== 0) remarks.push("no metre is written: it is taken for 4/4");
  return {
    ...score,
    keys: keys[0]?.tick === 0 ? keys : [key, ...keys],
    metres: metres[0]?.tick === 0 ? metres : [metre, ...metres],
  };
}

/** The signature of a key, with at most six signs. */
function fifthsOf(tonic: number, mode: "major" | "minor"): number {
  const fifths = (7 * (tonic + (mode === "minor" ? 3 : 0))) % 12;
  return fifths > 6 ? fifths - 12 : fifths;
}

/** The voices where a choir can sing them. */
function moved(score: Score, voices: readonly (Part | undefined)[], remarks: string[]) {
  const fits = (by: number) =>
    voices.every((part, voice) =>
      part?.notes.every(({ pitch }) => pitch + by >= COMPASSES[voice][0] && pitch + by <= COMPASSES[voice][1]) ?? true
    );
  const by = MOVES.find(fits);
  if (by === undefined) throw tooWide(voices);
  if (by === 0) return { score, voices };
  const [voice] = voices.flatMap((part, voice) => part ? [CHORALE_VOICES[voice]] : []);
  const way = by > 0 ? "up" : "down", octaves = Math.abs(by) / 12;
  const far = ["", "an octave", "two octaves"][octaves] ??
    (Number.isInteger(octaves) ? `${octaves} octaves` : `${Math.abs(by)} semitones`);
  const several = voices.filter((part) => part).length > 1;
  remarks.push(
    `the ${several ? "voices are" : "melody is"} moved ${way} ${far}, to where ${
      several ? "choirs" : plural(voice)
    } sing`,
  );
  const turned = ({ fifths, ...key }: Score["keys"][number]) => {
    const next = ((fifths + 7 * by + 6) % 12 + 12) % 12 - 6;
    return { ...key, fifths: Number.isInteger(octaves) ? fifths : next };
  };
  return {
    score: { ...score, keys: score.keys.map(turned) },
    voices: voices.map((part) =>
      part && { ...part, notes: part.notes.map((note) => ({ ...note, pitch: note.pitch + by })) }
    ),
  };
}

function plural(voice: string): string {
  return voice === "bass" ? "basses" : `${voice}s`;
}

function tooWide(voices: readonly (Part | undefined)[]): RangeError {
  const said = voices.flatMap((part, voice) => {
    if (!part) return [];
    const pitches = part.notes.map(({ pitch }) => pitch), [lowest, highest] = COMPASSES[voice];
    return [
      `the ${CHORALE_VOICES[voice]} spans ${
        Math.max(...pitches) - Math.min(...pitches)
      } semitones, where Bach's have at most ` +
      `${highest - lowest}`,
    ];
  });
  return new RangeError(`Cannot harmonise: no choir could sing this wherever it is moved: ${said.join("; ")}`);
}

function headingOf({ title, metres, keys, upbeatTicks = 0, ticksPerQuarter, tempos }: Score): ChoraleHeading {
  const inTicks = (tick: number) => Math.round(tick * CHORALE_TICKS / ticksPerQuarter);
  const at = <T extends { tick: number }>(changes: readonly T[]) =>
    changes.map((change) => ({ ...change, tick: inTicks(change.tick) }));
  return {
    ...title !== undefined && { title },
    ...{ metres: at(metres), keys: at(keys), upbeatTicks: inTicks(upbeatTicks) },
    tempo: 6e7 / tempos[0].microsecondsPerQuarter,
  };
}

/** The frames of bars, by their numbers. */
function framesOf(score: Score, [first, last]: readonly [number, number], length: number): [from: number, to: number] {
  const position = barPositions(score);
  const bars = Array.from({ length }, (_, t) => position(t * score.ticksPerQuarter / 4)?.bar ?? NaN);
  const from = bars.findIndex((bar) => bar >= first), to = bars.findLastIndex((bar) => bar <= last) + 1;
  if (first > last || bars[from] !== first || bars[to - 1] !== last) {
    throw new RangeError(
      `Cannot write bars ${first} to ${last} anew: the piece has the bars ${bars[0]} to ${bars[length - 1]}`,
    );
  }
  return [from, to];
}
