import type { GenerateOptions } from "./generate.ts";
import { noSelfCopy } from "./rules/copies.ts";
import { keepsBeat } from "./rules/keeps_beat.ts";
import { noLoop } from "./rules/no_loop.ts";
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
 * Of twenty ways that were tried, in the published reading of the paper's corpus, none was clearly better by this: of the
 * 37 held-out and training pieces that have 800 notes (three are held out) four are drawn at random, as many as the test
 * side has, and medians of samples that go on from them are held against their stretches. Two measures of twelve are
 * outside on average. Each part mends something. Without a look back 800 notes repeat nothing; with it alone half of them
 * are repeats, where Bach has a fifth. Samples as they are leave the beat, and drift over five octaves; kept to it more
 * strictly they know hardly more than one kind of step. Copies may be long from far back only: Bach repeats sections, not
 * bars.
 */
export const WAY_OF_PLAYING: WayOfPlaying = {
  system: "viewpoints-player",
  sampling: {
    temperature: { step: 1.2, pitch: 1.05 },
    minP: { pitch: 0.04, duration: 0.02 },
    inTime: true,
    rules: [
      keepsBeat({ strength: 0.65 }),
      withinCompass({ wider: 18 }),
      noSelfCopy({ longest: 16, within: 192 }),
      noLoop(),
    ],
    whenStuck: "lift",
  },
  words:
    "in time and near the beat, with steps at temperature 1.2 and pitches at 1.05; min-p 0.04 for pitches and 0.02 for " +
    "durations; a range at most 18 semitones wider than the beginning's; no more than sixteen notes copied from the last " +
    "192; no loop",
};
