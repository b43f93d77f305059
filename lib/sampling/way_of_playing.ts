import type { GenerateOptions } from "./generate.ts";
import { noSelfCopy } from "./rules/copies.ts";
import { keepsBeat } from "./rules/keeps_beat.ts";
import { noLoop } from "./rules/no_loop.ts";
import { fewRepeats } from "./rules/pitch_rules.ts";
import { withinCompass } from "./rules/within_compass.ts";

/** A way to sample: options of `generate`, all but how many notes and what draws. */
export type WayOfSampling = Omit<GenerateOptions, "count" | "prng" | "signal" | "onNote">;

/** A system, and how it is sampled. */
export interface WayOfPlaying {
  /** Name of the system, of `NOTE_SYSTEMS`. */
  readonly system: string;
  /** How it is sampled. */
  readonly sampling: WayOfSampling;
  /** The same in words. */
  readonly words: string;
}

/**
 * The system that plays, and how it is sampled: what plays most like Bach by `PLAYING` (`lib/evaluation`), which is not
 * what scores best: a system that looks back at its own past foresees more, and soon copies its last bars for ever.
 * `deno task evaluate --playing` measures it beside others.
 *
 * Chosen on held-out pieces of the paper's corpus, in both readings. Each setting mends something: samples as they are
 * leave the beat, drift over five octaves in 800 notes, and wander through the keys; min-p for the steps would keep
 * the beat too, but after 800 notes hardly knows more than one kind of step.
 */
export const WAY_OF_PLAYING: WayOfPlaying = {
  system: "viewpoints",
  sampling: {
    temperature: { step: 1.12 },
    minP: { pitch: 0.04, duration: 0.02 },
    inTime: true,
    rules: [
      keepsBeat({ strength: 0.95 }),
      withinCompass({ wider: 16 }),
      fewRepeats({ most: 1, nats: 1.5 }),
      noSelfCopy({ longest: 8, within: 64 }),
      noLoop(),
    ],
    whenStuck: "lift",
  },
  words:
    "in time and on the beat, with steps at temperature 1.12; min-p 0.04 for pitches and 0.02 for durations; a range " +
    "at most 16 semitones wider than the beginning's; repeated notes rarer; no more than eight notes copied from the last " +
    "64; no loop",
};
