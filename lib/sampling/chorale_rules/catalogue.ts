import { bothMove, CHOIR_RANGES, isCrossed, isSimilar, isWide, keptPerfect, leadingTones } from "../../metrics/mod.ts";
import type { PairPitches, PitchRange } from "../../metrics/mod.ts";
import { checkArgument, kinds } from "../../options/mod.ts";
import { REST } from "../../score/mod.ts";
import { cadenceOf } from "./cadences.ts";
import type { ChoraleRule, PartialFrame } from "./chorale_rule.ts";

/** What {@linkcode choraleRule} knows. */
export type ChoraleRuleName =
  | "parallel fifth"
  | "parallel octave"
  | "crossing"
  | "wide spacing"
  | "out of range"
  | "unresolved leading tone"
  | "doubled leading tone"
  | "imperfect cadence";

type Unweighed = Omit<ChoraleRule, "name" | "nats">;

const RULES: Readonly<Record<ChoraleRuleName, Unweighed>> = {
  "parallel fifth": { keeps: "no two voices that move from a fifth to a fifth in one direction", ...parallel("fifth") },
  "parallel octave": {
    keeps: "no two voices that move from an octave or unison to another in one direction",
    ...parallel("octave"),
  },
  crossing: {
    keeps: "each voice above the next lower one, or with it",
    inFrame: (frame) => neighbours(frame, frame.length, isCrossed),
  },
  "wide spacing": {
    keeps: "at most an octave from soprano to alto, and from alto to tenor",
    inFrame: (frame) => neighbours(frame, 3, isWide),
  },
  "out of range": { keeps: "what choirs sing", inFrame: (frame) => outsideOf(CHOIR_RANGES, frame) },
  "unresolved leading tone": {
    keeps: "a leading tone that rises to the tonic where the bass goes from dominant to tonic",
    between: (before, after, { tonic }) => {
      const bass = [before[BASS], after[BASS]];
      if (tonic === undefined || bass.includes(undefined)) return 0;
      if (degree(bass[0]!, tonic) !== 7 || degree(bass[1]!, tonic) !== 0) return 0;
      const places = leadingTones([sounding(before), sounding(after)], { tonic });
      return places.filter(({ authentic, resolved, to }) => authentic && !resolved && to !== REST).length;
    },
  },
  "doubled leading tone": {
    keeps: "a leading tone in one voice alone",
    inFrame: (frame, { tonic }) => {
      if (tonic === undefined) return 0;
      const leading = frame.filter((pitch) => pitch !== undefined && degree(pitch, tonic) === 11).length;
      return Math.max(0, leading - 1);
    },
  },
  "imperfect cadence": {
    keeps: "an authentic, half, plagal or deceptive cadence where a fermata begins",
    inFrame: (frame, { cadence }) => cadence && !cadenceOf([], frame) ? 1 : 0,
    between: (before, after, { tonic, cadence }) =>
      cadence && (cadenceOf(before, after, tonic) ?? "other") === "other" ? 1 : 0,
  },
};

/** The names of all rules of voice leading, in the order of tables. */
export const CHORALE_RULES: readonly ChoraleRuleName[] = Object.freeze(Object.keys(RULES) as ChoraleRuleName[]);

/**
 * A rule of voice leading. What is counted is counted as in `counterpoint` of `lib/metrics`: motion shows in frames only
 * where the pitch changes, a crossing or a wide spacing counts in each frame that it lasts, intervals are semitones.
 *
 * Leading tones are those of the key that is given for the whole chorale; resolving is asked of them only where the bass
 * goes from dominant to tonic. A cadence is judged in the frame in which its fermata begins, as {@linkcode cadenceOf} names
 * it: authentic, half, plagal and deceptive ones cost nothing, another triad over its root is one breach, and no such triad
 * is two. That is in proportion to Bach's own rates: from any beat to his fermatas, other triads become e^0.95 times rarer, and
 * chords that are no triad over their root e^1.98 times. How many nats a breach needs is another question for each sampler,
 * which `calibrateRules` answers where chorales have fermatas.
 *
 * A voice that rests breaks no rule. So whoever draws from left to right always has a way on where rules are hard, and may
 * close a phrase with a bass that is silent: a bigram does at every third fermata, where otherwise it does at one of fifty.
 *
 * @param name Which.
 * @param nats What a breach costs; Infinity forbids it.
 * @throws {TypeError} If there is no such rule.
 * @throws {RangeError} If the nats are below 0.
 */
export function choraleRule(name: ChoraleRuleName, nats: number): ChoraleRule {
  checkArgument("make a rule", "name", name, kinds.oneOf(...CHORALE_RULES));
  checkArgument("make a rule", "nats", nats, kinds.orInfinity(kinds.number({ from: 0 })));
  return { name, nats, ...RULES[name] };
}

/** All rules, each as strict as the others: by default they forbid. */
export function choraleRules(nats = Infinity): ChoraleRule[] {
  return CHORALE_RULES.map((name) => choraleRule(name, nats));
}

const BASS = 3;

function parallel(interval: "fifth" | "octave"): Pick<ChoraleRule, "between"> {
  return {
    between(before, after) {
      let breaches = 0;
      for (let upper = 0; upper < after.length; upper++) {
        // Most cells are held: what need not be looked at is told before anything is made.
        if (before[upper] === after[upper]) continue;
        for (let lower = upper + 1; lower < after.length; lower++) {
          if (before[lower] === after[lower]) continue;
          const motion = { before: pair(before, upper, lower), after: pair(after, upper, lower) };
          if (!bothMove(motion.before, motion.after)) continue;
          if (keptPerfect(motion) === interval && isSimilar(motion)) breaches++;
        }
      }
      return breaches;
    },
  };
}

/** Two voices; one that is not known is as silent as one that rests. */
function pair(frame: PartialFrame, upper: number, lower: number): PairPitches {
  return [frame[upper] ?? REST, frame[lower] ?? REST];
}

function neighbours(frame: PartialFrame, voices: number, isBreach: (pitches: PairPitches) => boolean): number {
  let breaches = 0;
  for (let upper = 0; upper + 1 < voices; upper++) {
    const pitches = pair(frame, upper, upper + 1);
    if (pitches[0] !== REST && pitches[1] !== REST && isBreach(pitches)) breaches++;
  }
  return breaches;
}

function outsideOf(ranges: readonly PitchRange[], frame: PartialFrame): number {
  return frame.filter((pitch, voice) =>
    pitch !== undefined && pitch !== REST && (pitch < ranges[voice][0] || pitch > ranges[voice][1])
  ).length;
}

function sounding(frame: PartialFrame): number[] {
  return Array.from({ length: BASS + 1 }, (_, voice) => frame[voice] ?? REST);
}

/** Semitones above the tonic; -1 for a rest. */
function degree(pitch: number, tonic: number): number {
  return pitch === REST ? -1 : (pitch - tonic + 12) % 12;
}
