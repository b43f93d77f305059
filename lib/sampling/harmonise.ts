import type { PitchRange, Token } from "../encodings/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";
import { type Chorale, CHORALE_VOICES, pitchName, REST, type Score, scoreOfChorale } from "../score/mod.ts";
import type { ConditionalModel, SequenceModel } from "../systems/mod.ts";
import { inWrittenKey } from "./chorale_rules/calibrate_rules.ts";
import type { ChoraleRule } from "./chorale_rules/chorale_rule.ts";
import type { Completed, CompletingOptions } from "./completing.ts";
import { gibbs, type GibbsOptions } from "./gibbs.ts";
import type { GivenVoices } from "./given_voices.ts";
import { harmoniseByBeam, harmoniseByDrawing } from "./harmonise_tokens.ts";

/** What a {@linkcode Harmoniser} completes, and by what. */
export interface CompleteOptions extends CompletingOptions {
  /** Draws: the same state gives the same notes. */
  prng: Prng;
}

/** What can complete a chorale of which some cells stand. */
export interface Harmoniser {
  /** What it is called. */
  readonly name: string;
  /** The pitches that it knows. */
  readonly range: PitchRange;
  /** Whether it has learned from chorales with fermatas, keys and metres, and wants to be told those. */
  readonly notation: boolean;
  /** Completes a chorale; cells that are fixed stay as they are. */
  complete(options: CompleteOptions): Promise<Completed>;
}

/** What {@linkcode harmonise} can be told. */
export interface HarmoniseOptions extends Pick<CompleteOptions, "signal" | "onProgress"> {
  /** Draws: the same state gives the same notes. */
  prng: Prng;
  /**
   * Rules of voice leading, hard or soft. Where hard ones leave a cell nothing, BachBot decides it as if there were none,
   * DeepBach leaves it as it is, and `lifted` names it. Rules about cadences keep silent with a harmoniser that hears no notation.
   *
   * @default none
   */
  rules?: readonly ChoraleRule[];
}

/** A chorale that was found, and its score. */
export interface Harmonised extends Completed {
  /** The same to be played and written, under the heading of what was given. */
  score: Score;
}

/**
 * Finds the voices that are missing: harmonises a melody, writes an alto to three voices, or writes some bars anew.
 *
 * @param given As {@linkcode givenVoices} prepares it.
 * @param harmoniser Who does it: {@linkcode tokenHarmoniser} with BachBot, {@linkcode gibbsHarmoniser} with DeepBach.
 * @param options Chance, and rules.
 * @throws {RangeError} If a note that is given is outside the pitches that the harmoniser knows.
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function harmonise(
  given: GivenVoices,
  harmoniser: Harmoniser,
  options: HarmoniseOptions,
): Promise<Harmonised> {
  const { prng, rules = [], signal, onProgress } = checkOptions("harmonise", options, {
    prng: kinds.prng as Kind<Prng>,
    rules: optional(kinds.list("rules", kinds.object("a rule")) as Kind<readonly ChoraleRule[]>),
    signal: optional(kinds.signal as Kind<AbortSignal>),
    onProgress: optional(kinds.callback as Kind<CompleteOptions["onProgress"]>),
  });
  const { chorale: { notation: _, ...plain }, fixed, heading } = given;
  const { range: { lowest, highest } } = harmoniser;
  for (const [t, frame] of plain.frames.entries()) {
    const voice = frame.findIndex((pitch, voice) =>
      fixed(t, voice) && pitch !== REST && (pitch < lowest || pitch > highest)
    );
    if (voice < 0) continue;
    throw new RangeError(
      `Cannot harmonise: the ${CHORALE_VOICES[voice]} has ${pitchName(frame[voice])} at sixteenth ${t + 1}, and ` +
        `${harmoniser.name} has learned only ${pitchName(lowest)} to ${pitchName(highest)}`,
    );
  }
  const { tonic } = inWrittenKey(given.chorale);
  const { chorale: { frames, struck }, ...found } = await harmoniser.complete({
    chorale: harmoniser.notation ? given.chorale : plain,
    ...{ fixed, rules, tonic, prng, signal, onProgress },
  });
  const chorale: Chorale = { ...given.chorale, frames, struck };
  return { ...found, chorale, score: scoreOfChorale(chorale, heading) };
}

/** Options of {@linkcode tokenHarmoniser}. */
export interface TokenHarmoniserOptions extends Pick<Harmoniser, "name" | "range" | "notation"> {
  /** Draws at this temperature, above 0, instead of looking for what is likeliest. @default undefined */
  temperature?: number;
  /** Ways that are followed at a time, where nothing is drawn. @default {4} */
  width?: number;
}

const RANGE: Kind<PitchRange> = kinds.entries<PitchRange>({ lowest: kinds.integer(), highest: kinds.integer() });

/** What every harmoniser is told of its model. */
const HARMONISER: Kinds<Pick<Harmoniser, "name" | "range" | "notation">> = {
  name: kinds.name,
  range: RANGE,
  notation: kinds.boolean,
};

/** Harmonises as BachBot does, from the beginning to the end: the likeliest way that a beam finds, or one that is drawn. */
export function tokenHarmoniser(model: SequenceModel<Token>, options: TokenHarmoniserOptions): Harmoniser {
  const { name, range, notation, temperature, width } = checkOptions("harmonise", options, {
    ...HARMONISER,
    temperature: optional(kinds.positiveNumber),
    width: optional(kinds.positiveInteger),
  });
  return {
    ...{ name, range, notation },
    async complete({ chorale, fixed, rules, tonic, prng, signal, onProgress }) {
      const asked = { chorale, fixed, rules, tonic, whenStuck: "lift" as const, signal, onProgress };
      return temperature === undefined
        ? await harmoniseByBeam(model, { ...asked, width })
        : await harmoniseByDrawing(model, { ...asked, temperature, prng });
    },
  };
}

/** Options of {@linkcode gibbsHarmoniser}. */
export interface GibbsHarmoniserOptions
  extends Pick<Harmoniser, "name" | "range" | "notation">, Pick<GibbsOptions, "updates" | "temperature"> {}

/** Harmonises as DeepBach does: all voices at once, each cell drawn again and again from what stands around it. */
export function gibbsHarmoniser(model: ConditionalModel, options: GibbsHarmoniserOptions): Harmoniser {
  const { name, range, notation, ...how } = checkOptions("harmonise", options, {
    ...HARMONISER,
    updates: optional(kinds.positiveNumber),
    temperature: optional(kinds.entries({ from: kinds.positiveNumber, to: kinds.positiveNumber })),
  });
  return { name, range, notation, complete: (asked) => gibbs(model, { ...asked, ...how }) };
}
