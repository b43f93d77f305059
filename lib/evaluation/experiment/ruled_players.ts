import { type PitchRange, type Said, START } from "../../encodings/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../../options/mod.ts";
import {
  type ChoraleRule,
  drawChorale,
  gibbs,
  inItsKey,
  type PartialFrame,
  weighPitches,
  withOpenFrames,
} from "../../sampling/mod.ts";
import { type Chorale, CHORALE_VOICES, type ChoraleNotation, type Frame, REST } from "../../score/mod.ts";
import type { ChoraleSystem, ConditionalModel, SequenceModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { scoreModel } from "../scoring/score_model.ts";
import type { DrawnChorale, RuledPlayer } from "./cost_of_rules.ts";

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
   * Sixteenths that are drawn; of a chorale with notation, whose fermatas and metre go on, at most those that it has.
   *
   * @default 128
   */
  frames?: number;
}

/** What {@linkcode ruledPlayer} takes. */
export interface RuledPlayerOptions extends BeginningOptions {
  /** Lowest and highest pitch of the model. */
  range: PitchRange;
}

const BEGINNING: Kinds<BeginningOptions> = {
  beginnings: kinds.list("chorales", kinds.object("a chorale") as Kind<Chorale>),
  given: optional(kinds.positiveInteger),
  frames: optional(kinds.positiveInteger),
};

/**
 * A model of the next event as a player: it goes on from the beginnings of chorales, at temperature 1, and is told the key
 * that each of them is found to be in as a whole, and its fermatas, if it has notation.
 *
 * @throws {RangeError} If an option is out of range, or a chorale with notation has nothing after its beginning.
 */
export function ruledPlayer<Event>(
  system: Pick<ChoraleSystem<Event>, "pieces" | "cells">,
  model: SequenceModel<Event>,
  options: RuledPlayerOptions,
): RuledPlayer {
  const { beginnings, range, given = 16, frames = 128 } = checkOptions("make a player", options, {
    ...BEGINNING,
    range: kinds.object("lowest and highest pitch") as Kind<PitchRange>,
  });
  const begun = begunAs(beginnings, given, frames);
  return {
    async draw(sample, rules, prng) {
      const { begin, tonic, open, notation } = begun[sample % begun.length];
      const chorale = await drawChorale(model, { begin, frames: open, prng, rules, tonic, notation });
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
    async price(drawn, rules) {
      if (rules.length === 0) return 0;
      const breathe = breather();
      let sum = 0, cells = 0;
      for (const sample of drawn) {
        const [{ events }] = system.pieces([sample.chorale], range);
        sum += priceOf(model, events, sample, rules, range);
        cells += (sample.chorale.frames.length - sample.given) * CHORALE_VOICES.length;
        await breathe();
      }
      return sum / cells;
    },
  };
}

/**
 * What rules take away along a chorale, in nats: at each cell the divergence of p(v) e^w(v) / Z, from which its class v is
 * drawn where the rules weigh it with w(v), from the model's p(v).
 */
function priceOf<Event>(
  model: SequenceModel<Event>,
  events: readonly Event[],
  { chorale: { frames, notation }, given, tonic }: DrawnChorale,
  rules: readonly ChoraleRule[],
  { lowest, highest }: PitchRange,
): number {
  const pitches = [REST, ...Array.from({ length: highest - lowest + 1 }, (_, i) => lowest + i)];
  const listener = model.listen();
  let cell = 0, price = 0;
  try {
    for (const event of events) {
      const drawn: Said = {}, said = namesCells(event) ? model.say(event) : {};
      for (const head of namesCells(event) ? model.heads : []) {
        const frame = Math.floor(cell / CHORALE_VOICES.length), voice = cell++ % CHORALE_VOICES.length;
        if (frame >= given) {
          const known: PartialFrame[] = [];
          known[frame - 1] = frames[frame - 1];
          known[frame] = frames[frame].slice(0, voice);
          const place = { frames: known, frame, voice, tonic, fermata: notation?.fermata };
          const weights = weighPitches(rules, place, pitches);
          price += divergence(head.logs(listener.next(head.name, drawn)), weights);
        }
        drawn[head.name] = said[head.name];
      }
      listener.hear(event);
    }
    return price;
  } finally {
    listener.dispose();
  }
}

/** Whether an event names cells: a cell, a frame or a voice's token, but no mark and nothing that begins a piece. */
function namesCells(event: unknown): boolean {
  if (typeof event !== "object") return typeof event === "number" && event !== START;
  return !(event as { pitches?: Frame }).pitches?.includes(START);
}

/** Of the classes that rules weigh; others, such as marks between frames, are never drawn for a cell. */
function divergence(logs: ArrayLike<number>, weights: Float64Array): number {
  let before = 0, after = 0, weighed = 0;
  for (const [value, weight] of weights.entries()) {
    const p = Math.exp(logs[value]), left = p * Math.exp(weight);
    before += p;
    after += left;
    if (left > 0) weighed += left * weight;
  }
  // Sums of probabilities are 1 but for rounding.
  return Math.max(0, weighed / after - Math.log(after / before));
}

/**
 * A model that fills in as a player: the same beginnings are fixed, and all that follows is drawn by `gibbs`. What it gives
 * to a cell depends on cells to come, so that it has no likelihood to tell.
 *
 * @throws {RangeError} If an option is out of range, or a chorale with notation has nothing after its beginning.
 */
export function fillingPlayer(model: ConditionalModel, options: BeginningOptions): RuledPlayer {
  const { beginnings, given = 16, frames = 128 } = checkOptions("make a player", options, BEGINNING);
  const begun = begunAs(beginnings, given, frames);
  return {
    async draw(sample, rules, prng) {
      const { begin, tonic, open, notation } = begun[sample % begun.length];
      const chorale = { ...withOpenFrames(begin, open), ...notation && { notation } };
      const fixed = (frame: number) => frame < begin.frames.length;
      const { chorale: filled } = await gibbs(model, { chorale, fixed, rules, tonic, prng });
      return { chorale: filled, given: begin.frames.length, tonic };
    },
  };
}

/** The beginnings, how many sixteenths are to be drawn after each, and what the score says of all of these. */
function begunAs(beginnings: readonly Chorale[], given: number, frames: number) {
  return beginnings.map((chorale) => {
    const { name, notation, frames: { length } } = chorale, open = notation ? Math.min(frames, length - given) : frames;
    if (open < 1) {
      throw new RangeError(
        `Cannot go on with "${name}": it must have more than the ${given} sixteenths that are given, it has ${length}`,
      );
    }
    const begin = { name, frames: chorale.frames.slice(0, given), struck: chorale.struck.slice(0, given) };
    return {
      ...{ begin, tonic: inItsKey(chorale).tonic, open },
      ...notation && { notation: firstOf(notation, given + open) },
    };
  });
}

/** What a score says of its first frames. */
function firstOf({ fermata, place, bar, fifths, minor }: ChoraleNotation, frames: number): ChoraleNotation {
  const first = <Value>(values: readonly Value[]) => values.slice(0, frames);
  return {
    ...{ fermata: first(fermata), place: first(place), bar: first(bar), fifths: first(fifths) },
    ...minor && { minor: first(minor) },
  };
}
