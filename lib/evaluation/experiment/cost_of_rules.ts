import type { PitchRange, Said } from "../../encodings/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { type Prng, seeded } from "../../random/mod.ts";
import {
  type BreachRates,
  breachRates,
  cellRule,
  type ChoraleRule,
  choraleRules,
  drawChorale,
  frameRule,
  inItsKey,
  type Rule,
  type RuledChorale,
} from "../../sampling/mod.ts";
import { type Chorale, CHORALE_VOICES } from "../../score/mod.ts";
import type { ChoraleSystem, SequenceModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { scoreModel } from "../scoring/score_model.ts";

/** Who draws chorales that may have to keep to rules. */
export interface RuledPlayer {
  /**
   * Draws a chorale.
   *
   * @param sample Index of the sample: the same one begins with the same music, whatever the rules.
   */
  draw(sample: number, rules: readonly ChoraleRule[], prng: Prng): Promise<DrawnChorale>;
  /**
   * What its model, which knows no rules, gives to what was drawn, in nats per cell.
   *
   * @default a model that gives none
   */
  nats?(drawn: readonly DrawnChorale[]): Promise<number>;
  /**
   * What rules have changed in its model along what was drawn under them, in nats per cell: the Kullback-Leibler divergence
   * of what it draws from with rules from what it would draw from without.
   *
   * @default it does not tell
   */
  price?(drawn: readonly DrawnChorale[], rules: readonly ChoraleRule[]): Promise<number>;
}

/** A chorale that a player has drawn. */
export interface DrawnChorale {
  /** All of it. */
  readonly chorale: Chorale;
  /** Frames at its beginning that were given. */
  readonly given: number;
  /** Pitch class of the tonic that it was told. */
  readonly tonic?: number;
}

/** Options of {@linkcode costOfRules}. */
export interface CostOfRulesOptions {
  /** Who plays, by name. */
  players: Readonly<Record<string, RuledPlayer>>;
  /** What is kept to, by name; without rules all play anyway. */
  rules: Readonly<Record<string, readonly ChoraleRule[]>>;
  /** The music that samples are held against. */
  music: readonly Chorale[];
  /**
   * Samples of each player under each of the rules.
   *
   * @default 10
   */
  samples?: number;
  /** Decides what is drawn: sample by sample the same numbers under all rules. */
  seed: number;
  /** Stops it. @default undefined */
  signal?: AbortSignal;
  /** Told before each sample. @default undefined */
  onProgress?: (stage: { label: string; done: number; total: number }) => void | Promise<void>;
}

/** What rules cost and avoid, as plain JSON. */
export interface RulesReport {
  /** How often the music breaks each rule, in each thousand sixteenths. */
  music: BreachRates;
  /** A row for each player under each of the rules, `"none"` first. */
  rows: RulesRow[];
}

/** One player under some rules. */
export interface RulesRow {
  /** Who plays. */
  player: string;
  /** Name of the rules. */
  rules: string;
  /** Samples. */
  samples: number;
  /** Nats per drawn cell of its samples under the model without rules; null where it gives none. */
  nats: number | null;
  /** Nats per cell of likelihood that the rules took away, see `RuledPlayer.price`; null where it does not tell. */
  price: number | null;
  /** Breaches in each thousand sixteenths drawn, by rule. */
  rates: BreachRates;
  /** Seconds of a sample. */
  seconds: number;
}

/**
 * What rules of voice leading cost a sampler and what they avoid: each player draws the same number of chorales without
 * rules and under each of them, from the same beginnings and numbers; its own model, which knows no rules, says how
 * likely the samples still are, and how far the rules have bent it.
 *
 * The price of rules is what they took away, always 0 or more, and nothing where the sampler keeps to them anyway. The
 * nats of the samples themselves may well fall: rules make music that holds its notes, which a model likes.
 *
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} If hard rules forbid all that could come.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function costOfRules(options: CostOfRulesOptions): Promise<RulesReport> {
  const { players, rules, music, samples = 10, seed, signal, onProgress } = checkOptions("weigh rules", options, {
    players: kinds.record("players by name", kinds.object("a player") as Kind<RuledPlayer>),
    rules: kinds.record("rules by name", kinds.list("rules", kinds.object("a rule") as Kind<ChoraleRule>)),
    music: kinds.list("chorales", kinds.object("a chorale") as Kind<Chorale>),
    samples: optional(kinds.positiveInteger),
    seed: kinds.integer({ from: 0, to: 2 ** 32 - 1 }),
    signal: optional(kinds.signal as Kind<AbortSignal>),
    onProgress: optional(kinds.callback as Kind<CostOfRulesOptions["onProgress"]>),
  });
  const sets = { none: [], ...rules };
  const rows: RulesRow[] = [];
  for (const [player, { draw, nats, price }] of Object.entries(players)) {
    for (const [name, kept] of Object.entries(sets)) {
      const drawn: DrawnChorale[] = [], before = performance.now();
      for (let i = 0; i < samples; i++) {
        signal?.throwIfAborted();
        await onProgress?.({ label: `${player}, rules: ${name}`, done: i, total: samples });
        drawn.push(await draw(i, kept, seeded((seed + i) % 2 ** 32)));
      }
      const seconds = (performance.now() - before) / 1000 / samples;
      const rates = breachRates(choraleRules(0), drawn.map(ruled));
      rows.push({
        player,
        rules: name,
        samples,
        nats: nats ? await nats(drawn) : null,
        price: price ? await price(drawn, kept) : null,
        rates,
        seconds,
      });
    }
  }
  return { music: breachRates(choraleRules(0), music.map(inItsKey)), rows };
}

function ruled({ chorale: { frames, notation }, given, tonic }: DrawnChorale): RuledChorale {
  return { frames, from: given, tonic, ...notation && { fermata: notation.fermata } };
}

/** What {@linkcode ruledPlayer} takes. */
export interface RuledPlayerOptions {
  /** Chorales whose beginnings are given, and whose keys are told. */
  beginnings: readonly Chorale[];
  /** Lowest and highest pitch of the model. */
  range: PitchRange;
  /**
   * Sixteenths that are given.
   *
   * @default 16
   */
  given?: number;
  /**
   * Sixteenths that are drawn.
   *
   * @default 128
   */
  frames?: number;
  /**
   * Softmax temperature.
   *
   * @default 1
   */
  temperature?: number;
}

/**
 * A model of the next event as a player: it goes on from the beginnings of chorales, and is told the key that each of
 * them is found to be in as a whole.
 *
 * @throws {RangeError} If an option is out of range.
 */
export function ruledPlayer<Event>(
  system: Pick<ChoraleSystem<Event>, "pieces" | "cells">,
  model: SequenceModel<Event>,
  options: RuledPlayerOptions,
): RuledPlayer {
  const { beginnings, range, given = 16, frames = 128, temperature } = checkOptions("make a player", options, {
    beginnings: kinds.list("chorales", kinds.object("a chorale") as Kind<Chorale>),
    range: kinds.object("lowest and highest pitch") as Kind<PitchRange>,
    given: optional(kinds.positiveInteger),
    frames: optional(kinds.positiveInteger),
    temperature: optional(kinds.positiveNumber),
  });
  const begun = beginnings.map((chorale) => ({
    tonic: inItsKey(chorale).tonic,
    begin: { name: chorale.name, frames: chorale.frames.slice(0, given), struck: chorale.struck.slice(0, given) },
  }));
  const priced = rulesOf(model);
  return {
    async draw(sample, rules, prng) {
      const { begin, tonic } = begun[sample % begun.length];
      const chorale = await drawChorale(model, { begin, frames, prng, rules, tonic, temperature });
      return { chorale, given: begin.frames.length, tonic };
    },
    async nats(drawn) {
      const chorales = drawn.map(({ chorale }) => chorale);
      const { nats } = system.cells(await scoreModel(model, system.pieces(chorales, range)), chorales);
      let at = 0, sum = 0, cells = 0;
      for (const { chorale: { frames }, given } of drawn) {
        for (const [frame, { length }] of frames.entries()) {
          for (let voice = 0; voice < length; voice++, at++) {
            if (frame < given) continue;
            sum += nats[at];
            cells++;
          }
        }
      }
      return sum / cells;
    },
    ...priced && {
      async price(drawn, rules) {
        if (rules.length === 0) return 0;
        const breathe = breather();
        let sum = 0, cells = 0;
        for (const { chorale, given, tonic } of drawn) {
          const [{ events }] = system.pieces([chorale], range);
          sum += priceOf(model, events, given, priced(rules, tonic));
          cells += (chorale.frames.length - given) * chorale.frames[0].length;
          await breathe();
        }
        return sum / cells;
      },
    },
  };
}

/** Rules of voice leading as this model takes them, where it is drawn from by `sampleEvents`. */
function rulesOf<Event>(model: SequenceModel<Event>) {
  const heads = model.heads.map(({ name }) => name);
  const take = heads.includes("cell") ? cellRule : heads.includes("soprano") ? frameRule : undefined;
  return take && ((rules: readonly ChoraleRule[], tonic?: number) => take(rules, { tonic }) as unknown as Rule<Event>);
}

/**
 * What rules take away along a piece, in nats: at each draw the divergence of p(v) e^w(v) / Z, from which a value v is drawn
 * where the rules weigh it with w(v), from the model's p(v).
 */
function priceOf<Event>(
  model: SequenceModel<Event>,
  events: readonly Event[],
  given: number,
  rule: Rule<Event>,
): number {
  const listener = model.listen(), kept = rule.listen(model);
  // What begins a piece is no frame; where a frame is several events, each of them is drawn.
  const first = 1 + given * (model.heads.length > 1 ? 1 : CHORALE_VOICES.length);
  let price = 0;
  try {
    for (const [i, event] of events.entries()) {
      if (i >= first) {
        const drawn: Said = {}, said = model.say(event);
        for (const head of model.heads) {
          const logs = head.logs(listener.next(head.name, drawn));
          const weights = Float64Array.from(logs, (_, value) => kept.weigh(head.name, value, drawn));
          price += divergence(logs, weights);
          drawn[head.name] = said[head.name];
        }
      }
      listener.hear(event);
      kept.hear(event);
    }
    return price;
  } finally {
    listener.dispose();
  }
}

function divergence(logs: ArrayLike<number>, weights: Float64Array): number {
  const left = Float64Array.from(weights, (weight, value) => Math.exp(logs[value] + weight));
  const all = left.reduce((a, b) => a + b, 0);
  const weighed = left.reduce((sum, p, value) => p > 0 ? sum + p * weights[value] : sum, 0);
  // Without rules, sums that are 1 but for rounding.
  return Math.max(0, weighed / all - Math.log(all));
}
