import { type Cell, cellPieces, type FrameEvent, framePieces, type Token } from "../encodings/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";
import { type Chorale, CHORALE_VOICES, type ChoraleNotation, choraleOfFrames, type Frame } from "../score/mod.ts";
import type { SequenceModel } from "../systems/mod.ts";
import { breather } from "../training/mod.ts";
import type { ChoraleRule } from "./chorale_rules/chorale_rule.ts";
import { withOpenFrames } from "./completing.ts";
import { cellRule, frameRule } from "./chorale_rules/voice_leading.ts";
import { harmoniseByDrawing } from "./harmonise_tokens.ts";
import type { Rule } from "./rules/rule.ts";
import { sampleEvents } from "./sample_events.ts";

/** Options of {@linkcode drawChorale}. */
export interface DrawChoraleOptions {
  /** What is given; it goes on from there. May have no frame. */
  begin: Chorale;
  /** Sixteenths that are drawn. */
  frames: number;
  /** Draws: the same state gives the same notes. */
  prng: Prng;
  /**
   * Softmax temperature, above 0.
   *
   * @default 1
   */
  temperature?: number;
  /**
   * Rules of voice leading for what is drawn, hard or weighted.
   *
   * @default []
   */
  rules?: readonly ChoraleRule[];
  /**
   * Pitch class of the tonic, 0 for C: rules about leading tones keep silent without.
   *
   * @default none is known
   */
  tonic?: number;
  /**
   * What the score says of all frames, those that are given and those to come: rules about cadences, and BachBot where it
   * has learned fermatas, hear of its fermatas.
   *
   * @default nothing
   */
  notation?: ChoraleNotation;
  /** Gives up before the next frame when it fires. @default undefined */
  signal?: AbortSignal;
}

/**
 * Lets any model of the next event go on with a chorale: one of cells, of frames or of BachBot's tokens, which it is told
 * by the model's heads.
 *
 * @param model What names the next event.
 * @returns What is given and what is drawn, under the name of the beginning; its notation is the one that was told.
 * @throws {TypeError} If an option is missing or of the wrong type, or the model says something else.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} If the rules forbid all that could come.
 * @throws {DOMException} The signal's reason, when it fires.
 */
// Models of different events come in by one door, so that the event of one is anything.
// deno-lint-ignore no-explicit-any
export async function drawChorale(model: SequenceModel<any>, options: DrawChoraleOptions): Promise<Chorale> {
  const { begin, frames, prng, temperature = 1, rules = [], tonic, notation, signal } = checkOptions(
    "draw a chorale",
    options,
    {
      begin: kinds.object("a chorale") as Kind<Chorale>,
      frames: kinds.positiveInteger,
      prng: kinds.prng as Kind<Prng>,
      temperature: optional(kinds.positiveNumber),
      rules: optional(kinds.list("rules", kinds.object("a rule of voice leading") as Kind<ChoraleRule>)),
      tonic: optional(kinds.integer({ from: 0, to: 11 })),
      notation: optional(kinds.object("notation") as Kind<ChoraleNotation>),
      signal: optional(kinds.signal as Kind<AbortSignal>),
    },
  );
  const given = begin.frames.length, total = given + frames;
  const said = model.heads.map(({ name }) => name).join();
  if (said === "token") {
    const fixed = (frame: number) => frame < given;
    const chorale = { ...withOpenFrames(begin, frames), ...notation && { notation } };
    const how = { chorale, fixed, rules, tonic, temperature, prng, signal };
    return (await harmoniseByDrawing(model as SequenceModel<Token>, how)).chorale;
  }
  const facts = { tonic, fermata: notation?.fermata };
  const draw = async <Event>(
    model: SequenceModel<Event>,
    heard: readonly Event[],
    rule: Rule<Event>,
    next: (event: () => Event) => Frame,
  ): Promise<Chorale> => {
    const listener = model.listen(), kept = rule.listen(model), breathe = breather();
    try {
      for (const event of heard) [listener, kept].forEach((hearer) => hearer.hear(event));
      const events = sampleEvents(model, listener, { temperature, prng, rules: rules.length > 0 ? [kept] : [] });
      const all = [...begin.frames];
      while (all.length < total) {
        signal?.throwIfAborted();
        all.push(next(() => events.next().value));
        await breathe();
      }
      return { ...choraleOfFrames(all, begin.name), ...notation && { notation } };
    } finally {
      listener.dispose();
    }
  };
  if (said === "cell") {
    const [{ events }] = cellPieces([begin.frames]);
    const frame = (cell: () => Cell) => CHORALE_VOICES.map(() => cell());
    return await draw(model as SequenceModel<Cell>, events, cellRule(rules, facts), frame);
  }
  if (CHORALE_VOICES.every((voice) => model.heads.some(({ name }) => name === voice))) {
    const [{ events }] = framePieces([begin]);
    return await draw(
      model as SequenceModel<FrameEvent>,
      events,
      frameRule<FrameEvent>(rules, facts),
      (event) => event().pitches,
    );
  }
  throw new TypeError(`Cannot draw a chorale: the model says ${said}, not cells, voices or tokens`);
}
