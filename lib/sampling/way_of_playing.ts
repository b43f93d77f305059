import type { GenerateOptions } from "./generate.ts";
import { noLoop } from "./rules/no_loop.ts";

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
 * The system that plays, and how it is sampled: what plays most like Bach by `PLAYING` (`lib/evaluation`), which need
 * not be what scores best. `deno task evaluate --playing` measures it beside others.
 */
export const WAY_OF_PLAYING: WayOfPlaying = {
  system: "viewpoints",
  sampling: { temperature: 1, minP: 0.02, inTime: true, rules: [noLoop()], whenStuck: "lift" },
  words: "in time, min-p 0.02, no loop",
};
