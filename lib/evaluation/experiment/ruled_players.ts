import type { PitchRange, Said } from "../../encodings/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../../options/mod.ts";
import { cellRule, type ChoraleRule, drawChorale, frameRule, gibbs, inItsKey, type Rule } from "../../sampling/mod.ts";
import { type Chorale, CHORALE_VOICES, REST } from "../../score/mod.ts";
import type { ChoraleSystem, ConditionalModel, SequenceModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { scoreModel } from "../scoring/score_model.ts";
import type { RuledPlayer } from "./cost_of_rules.ts";

/** What a player begins with. */
export interface BeginningOptions {
  /** Chorales whose beginnings are given, and whose keys are told. */
  beginnings: readonly Chorale[];
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
}

/** What {@linkcode ruledPlayer} takes. */
export interface RuledPlayerOptions extends BeginningOptions {
  /** Lowest and highest pitch of the model. */
  range: PitchRange;
  /**
   * Softmax temperature.
   *
   * @default 1
   */
  temperature?: number;
}

const BEGINNING: Kinds<BeginningOptions> = {
  beginnings: kinds.list("chorales", kinds.object("a chorale") as Kind<Chorale>),
  given: optional(kinds.positiveInteger),
  frames: optional(kinds.positiveInteger),
};

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
    ...BEGINNING,
    range: kinds.object("lowest and highest pitch") as Kind<PitchRange>,
    temperature: optional(kinds.positiveNumber),
  });
  const begun = begunAs(beginnings, given);
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

/**
 * A model that fills in as a player: the same beginnings are fixed, and all that follows is drawn by `gibbs`. What it gives
 * to a cell depends on cells to come, so that it has no likelihood to tell.
 *
 * @throws {RangeError} If an option is out of range.
 */
export function fillingPlayer(model: ConditionalModel, options: BeginningOptions): RuledPlayer {
  const { beginnings, given = 16, frames = 128 } = checkOptions("make a player", options, BEGINNING);
  const begun = begunAs(beginnings, given);
  return {
    async draw(sample, rules, prng) {
      const { begin, tonic } = begun[sample % begun.length];
      const open = Array.from({ length: frames }, () => CHORALE_VOICES.map(() => REST));
      const chorale = {
        name: begin.name,
        frames: [...begin.frames, ...open],
        struck: [...begin.struck, ...open.map((frame) => frame.map(() => false))],
      };
      const fixed = (frame: number) => frame < begin.frames.length;
      return { chorale: await gibbs(model, { chorale, fixed, rules, tonic, prng }), given: begin.frames.length, tonic };
    },
  };
}

function begunAs(beginnings: readonly Chorale[], given: number) {
  return beginnings.map((chorale) => ({
    tonic: inItsKey(chorale).tonic,
    begin: { name: chorale.name, frames: chorale.frames.slice(0, given), struck: chorale.struck.slice(0, given) },
  }));
}
