import { bothMove, isSimilar, keptPerfect, type PairPitches, perfectInterval } from "../../metrics/mod.ts";

/** A white note that is tried in strict counterpoint, and what is written already. */
export interface StrictPlace {
  /** What each voice has so far, from the top: MIDI numbers, a chord each; the voices of a chord are written from the lowest up. */
  readonly lines: readonly (readonly number[])[];
  /** Index of the voice that the note is for. */
  readonly voice: number;
  /** Index of its chord. */
  readonly at: number;
  /** How many chords there will be. */
  readonly length: number;
  /** The note, as a MIDI number. */
  readonly pitch: number;
}

/** A rule of strict counterpoint: it takes a note or rejects it. */
export interface StrictRule {
  /** What a table calls it. */
  readonly name: string;
  /** What it asks for, in a sentence. */
  readonly asks: string;
  /** What it is about: one voice, the notes of one chord, or voices that go from a chord to the next. */
  readonly about: "melody" | "harmony" | "motion";
  /** Whether the note breaks it. */
  readonly breaks: (place: StrictPlace) => boolean;
}

const [C, D, E, F, G, B] = [0, 2, 4, 5, 7, 11];
/** The widest step, in semitones: on white keys three are a skip. */
const STEP = 2;

const RULES = {
  octaveRange: melodic("range", "No voice spans more than an octave.", ({ pitch }, line) => {
    const all = [...line, pitch];
    return Math.max(...all) - Math.min(...all) > 12;
  }),
  tonic: melodic("tonic", "The cantus firmus, the lowest voice, begins and ends on C.", (place) => {
    const { voice, lines, pitch } = place;
    return isEdge(place) && voice === lines.length - 1 && pitch % 12 !== C;
  }),
  noTritone: melodic("tritone leap", "No voice leaps by a tritone.", ({ pitch }, line) => leap(line, pitch) === 6),
  noSeventh: melodic(
    "seventh leap",
    "No voice leaps by a seventh.",
    ({ pitch }, line) => leap(line, pitch) === 10 || leap(line, pitch) === 11,
  ),
  skipThenStep: melodic(
    "skip after skip",
    "After a skip a voice stays or goes by step.",
    ({ pitch }, line) => line.length > 1 && leap(line.slice(0, -1), line.at(-1)!) > STEP && leap(line, pitch) > STEP,
  ),
  fewRepeats: melodic(
    "third time",
    "No voice has a note three times in a row.",
    ({ pitch }, line) => line.length > 1 && line.at(-1) === pitch && line.at(-2) === pitch,
  ),
  oneClimax: melodic(
    "second climax",
    "The highest note of a voice comes once, unless it is the C on which the voice ends.",
    ({ at, length, pitch }, line) => {
      if (at < length - 1) return false;
      const highest = Math.max(...line, pitch), times = [...line, pitch].filter((other) => other === highest).length;
      return times > 1 && !(pitch === highest && pitch % 12 === C);
    },
  ),
  triadAtEdges: {
    name: "tonic triad",
    asks: "First and last chord are the triad of C over its root.",
    about: "harmony",
    breaks: (place) => isEdge(place) && ![C, E, G].includes(place.pitch % 12),
  },
  consonance: harmonic(
    "dissonance",
    "No second or seventh sounds between two voices.",
    (interval) => [1, 2, 10, 11].includes(interval),
  ),
  noFourthOverBass: harmonic(
    "fourth over the bass",
    "A fourth sounds between upper voices alone.",
    (interval, lower, lowest) => interval === 5 && lower === lowest,
  ),
  noHarmonicTritone: harmonic("tritone", "No tritone sounds between two voices.", (interval) => interval === 6),
  tritoneOverD: {
    name: "tritone",
    asks: "A tritone sounds over D alone, and resolves: B to C, F to E.",
    about: "harmony",
    breaks: (place) => {
      const { lines, voice, at, pitch } = place;
      const chord = soFar(place), classes = chord.map((other) => other % 12);
      if (classes.includes(B) && classes.includes(F) && Math.min(...chord) % 12 !== D) return true;
      const before = lines.map((line) => line[at - 1]), classesBefore = before.map((other) => other % 12);
      if (!classesBefore.includes(B) || !classesBefore.includes(F)) return false;
      const from = before[voice];
      return from % 12 === B && pitch !== from + 1 || from % 12 === F && pitch !== from - 1;
    },
  },
  cadence: {
    name: "cadence",
    asks: "The next-to-last chord has the leading tone B in one voice, which goes up to C.",
    about: "harmony",
    breaks: (place) => {
      const { lines, voice, at, length, pitch } = place;
      if (lines.length === 1) return false;
      if (at === length - 1) return lines[voice][at - 1] % 12 === B && pitch !== lines[voice][at - 1] + 1;
      if (at !== length - 2) return false;
      const leading = soFar(place).filter((other) => other % 12 === B).length;
      return leading > 1 || voice === 0 && leading === 0;
    },
  },
  noParallels: {
    name: "parallels",
    asks: "No two voices go from a fifth to a fifth in one direction, nor from an octave or unison to another.",
    about: "motion",
    breaks: (place) => motions(place).some((motion) => keptPerfect(motion) !== undefined && isSimilar(motion)),
  },
  noDirectPerfects: {
    name: "direct motion",
    asks: "The outer voices do not go into a fifth or octave in one direction, the upper one by a skip.",
    about: "motion",
    breaks: (place) =>
      place.voice === 0 &&
      motions(place).some((motion) =>
        motion.outer && perfectInterval(motion.after) !== undefined && isSimilar(motion) &&
        Math.abs(motion.after[0] - motion.before[0]) > STEP
      ),
  },
  notAllOneWay: {
    name: "all one way",
    asks: "Not all voices go up together, or down.",
    about: "motion",
    breaks: (place) => {
      const { lines, voice, at, pitch } = place;
      if (lines.length === 1 || voice > 0 || at === 0) return false;
      const ways = lines.map((line, v) => Math.sign((v === voice ? pitch : line[at]) - line[at - 1]));
      return ways[0] !== 0 && ways.every((way) => way === ways[0]);
    },
  },
} satisfies Record<string, StrictRule>;

/**
 * The rules of the suite's first experiment: white notes, and as few rules as a cantus firmus and consonant voices above
 * it need.
 *
 * Hiller and Isaacson, "Experimental Music" (1959), chapter 5. That no tritone and no seventh is leapt, that a melody
 * spans an octave and begins and ends on C is the book's; how it treated fourths in this experiment is not known to
 * us: they are allowed here between upper voices.
 */
export const EXPERIMENT_ONE: readonly StrictRule[] = Object.freeze([
  RULES.octaveRange,
  RULES.tonic,
  RULES.noTritone,
  RULES.noSeventh,
  RULES.consonance,
  RULES.noFourthOverBass,
  RULES.noHarmonicTritone,
]);

/**
 * The rules of the suite's second experiment, strict counterpoint in the first species: those of a melody, of a chord, and
 * of the way from one to the next.
 *
 * Hiller and Isaacson, "Experimental Music" (1959), chapter 5. We do not have the book's text at hand: the rules up to
 * the cadence were written from the literature and agree with what others who have programmed them by the book took from
 * it; parallels are forbidden there without doubt; direct motion, and that voices do not all go one way, stand here
 * as textbooks have them, and the book's wording may differ. It excepts a second climax in a few cases more.
 */
export const EXPERIMENT_TWO: readonly StrictRule[] = Object.freeze([
  RULES.octaveRange,
  RULES.tonic,
  RULES.noSeventh,
  RULES.skipThenStep,
  RULES.fewRepeats,
  RULES.oneClimax,
  RULES.triadAtEdges,
  RULES.consonance,
  RULES.noFourthOverBass,
  RULES.tritoneOverD,
  RULES.cadence,
  RULES.noParallels,
  RULES.noDirectPerfects,
  RULES.notAllOneWay,
]);

/**
 * The rules by which the third experiment tames chromatic writing: a voice spans an octave, goes by step after a skip,
 * and resolves a tritone by a semitone.
 *
 * Hiller and Isaacson, "Experimental Music" (1959), chapter 5, from memory of the literature.
 */
export const EXPERIMENT_THREE: readonly StrictRule[] = Object.freeze([
  RULES.octaveRange,
  RULES.skipThenStep,
  melodic(
    "unresolved tritone",
    "A tritone goes on by a semitone.",
    ({ pitch }, line) => line.length > 1 && leap(line.slice(0, -1), line.at(-1)!) === 6 && leap(line, pitch) !== 1,
  ),
]);

function melodic(
  name: string,
  asks: string,
  breaks: (place: StrictPlace, line: readonly number[]) => boolean,
): StrictRule {
  return { name, asks, about: "melody", breaks: (place) => breaks(place, place.lines[place.voice]) };
}

/** A rule about the intervals of the note with those below it in its chord, in semitones within an octave. */
function harmonic(
  name: string,
  asks: string,
  breaks: (interval: number, lower: number, lowest: number) => boolean,
): StrictRule {
  return {
    name,
    asks,
    about: "harmony",
    breaks(place) {
      const chord = soFar(place), lowest = Math.min(...chord);
      return chord.slice(1).some((other) => {
        const [lower, upper] = [Math.min(other, place.pitch), Math.max(other, place.pitch)];
        return breaks((upper - lower) % 12, lower, lowest);
      });
    },
  };
}

/** The note, and those of its chord that are written. */
function soFar({ lines, at, pitch }: StrictPlace): number[] {
  return [pitch, ...lines.map((line) => line[at]).filter((other) => other !== undefined)];
}

function isEdge({ at, length }: StrictPlace): boolean {
  return at === 0 || at === length - 1;
}

function leap(line: readonly number[], pitch: number): number {
  return line.length === 0 ? 0 : Math.abs(pitch - line.at(-1)!);
}

/** How the note's voice and each below it go from the chord before to this one, if both move. */
function motions({ lines, voice, at, pitch }: StrictPlace) {
  if (at === 0) return [];
  return lines.flatMap((line, lower) => {
    if (lower <= voice || line[at] === undefined) return [];
    const before: PairPitches = [lines[voice][at - 1], line[at - 1]], after: PairPitches = [pitch, line[at]];
    return bothMove(before, after) ? [{ before, after, outer: lower === lines.length - 1 }] : [];
  });
}
