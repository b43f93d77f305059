import { findKey } from "../../notes/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { type Chorale, scoreOfFrames } from "../../score/mod.ts";
import { CHORALE_RULES, choraleRule, type ChoraleRuleName, choraleRules } from "./catalogue.ts";
import { type ChoraleRule, countBreaches, type RuledChorale } from "./chorale_rule.ts";

/** Breaches per thousand sixteenths, by the name of the rule. */
export type BreachRates = Readonly<Record<string, number>>;

/** Options of {@linkcode calibrateRules}. */
export interface CalibrateRulesOptions {
  /** The music whose rates are aimed at: what a model has learned from. */
  music: readonly RuledChorale[];
  /** Draws chorales under rules; given the same round, by the same seed. */
  draw: (rules: readonly ChoraleRule[], round: number) => readonly RuledChorale[] | Promise<readonly RuledChorale[]>;
  /**
   * The rules that are weighed.
   *
   * @default CHORALE_RULES
   */
  names?: readonly ChoraleRuleName[];
  /**
   * How often chorales are drawn; the first time without rules.
   *
   * @default 4
   */
  rounds?: number;
}

/** What {@linkcode calibrateRules} found. */
export interface CalibratedRules {
  /** The rules, as strict as in the round that came nearest to the music. */
  readonly rules: readonly ChoraleRule[];
  /** The rates of the music. */
  readonly music: BreachRates;
  /** What was tried: nats of each rule, and the rates of what was drawn. */
  readonly rounds: readonly { readonly nats: Readonly<Record<string, number>>; readonly rates: BreachRates }[];
}

/** What counts for a rate of nothing: half a breach in all that was looked at. */
const HALF = 0.5;

/** A chorale as rules look at it: in the key that `findKey` finds for the whole of it, with its fermatas. */
export function inItsKey({ frames, notation }: Pick<Chorale, "frames" | "notation">): RuledChorale {
  return { frames, tonic: findKey(scoreOfFrames(frames)).tonic, ...notation && { fermata: notation.fermata } };
}

/**
 * The same in the key in which the chorale is written to begin; where it is not written whether that is major or minor, in
 * the key that is found, as {@linkcode inItsKey} finds it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readMelody } from "../../formats/mod.ts";
 * import { givenVoices, inWrittenKey } from "../mod.ts";
 *
 * const { chorale } = givenVoices(readMelody("key=e b4 b4 b4"));
 * assertEquals(inWrittenKey(chorale).tonic, 4);
 * ```
 */
export function inWrittenKey(chorale: Pick<Chorale, "frames" | "notation">): RuledChorale {
  const { frames, notation } = chorale;
  if (!notation?.minor) return inItsKey(chorale);
  // A sharp is seven semitones up; with at most seven flats, 84 is above all that could be below 0.
  const tonic = (7 * notation.fifths[0] + (notation.minor[0] ? 9 : 0) + 84) % 12;
  return { frames, tonic, fermata: notation.fermata };
}

/**
 * How often rules are broken in each thousand sixteenths.
 *
 * @returns NaN where there are no frames.
 */
export function breachRates(rules: readonly ChoraleRule[], chorales: readonly RuledChorale[]): BreachRates {
  const thousands = thousandsOf(chorales);
  return Object.fromEntries(
    Object.entries(countBreaches(rules, chorales)).map(([name, count]) => [name, count / thousands]),
  );
}

/**
 * Finds how strict rules must be for a sampler to break them as often as music does, and no more rarely: Bach writes parallel
 * fifths now and then, and a rule that forbids them outright is stricter than he is.
 *
 * A breach that costs w nats more becomes about e^w times rarer: each round adds the log of the ratio of the
 * rates. A rule that is broken more rarely than in the music costs nothing; no rule rewards. Rules hang together, and
 * what is drawn is a sample: rates come near, they do not meet.
 *
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range.
 */
export async function calibrateRules(options: CalibrateRulesOptions): Promise<CalibratedRules> {
  const { music, draw, names = CHORALE_RULES, rounds = 4 } = checkOptions("calibrate rules", options, {
    music: kinds.list("chorales", kinds.object("a chorale") as Kind<RuledChorale>),
    draw: kinds.callback as Kind<CalibrateRulesOptions["draw"]>,
    names: optional(kinds.list("names of rules", kinds.oneOf(...CHORALE_RULES))),
    rounds: optional(kinds.positiveInteger),
  });
  const all = choraleRules(0).filter(({ name }) => names.includes(name as ChoraleRuleName));
  const aim = breachRates(all, music), least = HALF / thousandsOf(music);
  let nats: Record<string, number> = Object.fromEntries(all.map(({ name }) => [name, 0]));
  const tried: { nats: Record<string, number>; rates: BreachRates; off: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const rules = all.map(({ name }) => choraleRule(name as ChoraleRuleName, nats[name]));
    const drawn = await draw(rules, round), rates = breachRates(all, drawn);
    const some = Math.max(least, HALF / thousandsOf(drawn));
    const ratios = Object.fromEntries(
      all.map(({ name }) => [name, Math.log((rates[name] + some) / (aim[name] + some))]),
    );
    // What is rarer than in the music and costs nothing cannot be mended.
    const off = all.reduce(
      (sum, { name }) => sum + (nats[name] === 0 ? Math.max(0, ratios[name]) : Math.abs(ratios[name])),
      0,
    );
    tried.push({ nats, rates, off });
    nats = Object.fromEntries(all.map(({ name }) => [name, Math.max(0, nats[name] + ratios[name])]));
  }
  const best = tried.reduce((a, b) => b.off < a.off ? b : a);
  return {
    rules: all.map(({ name }) => choraleRule(name as ChoraleRuleName, best.nats[name])),
    music: aim,
    rounds: tried.map(({ nats, rates }) => ({ nats, rates })),
  };
}

function thousandsOf(chorales: readonly RuledChorale[]): number {
  return chorales.reduce((sum, { frames, from = 0 }) => sum + frames.length - from, 0) / 1000;
}
