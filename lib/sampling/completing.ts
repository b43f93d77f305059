import { type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import { type Chorale, CHORALE_VOICES, REST } from "../score/mod.ts";
import type { ChoralePlace, ChoraleRule } from "./chorale_rules/chorale_rule.ts";

/** What whoever completes a chorale is told, whether from left to right or all voices at once. */
export interface CompletingOptions {
  /**
   * How long the piece is, and what is fixed in it. Its fermatas, if it has notation, are told to the model: one that has
   * learned from chorales without notation needs one without.
   */
  chorale: Chorale;
  /**
   * Whether the cell of a frame and a voice is fixed; it keeps its pitch, and is struck where it was, or where the cell
   * before has become another.
   */
  fixed: (frame: number, voice: number) => boolean;
  /**
   * Rules of voice leading, hard or weighted, for cells that are not fixed.
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
   * Gives up soon after it fires.
   *
   * @default undefined
   */
  signal?: AbortSignal;
  /**
   * Called, and awaited, as it goes on.
   *
   * @default undefined
   */
  onProgress?: (done: number, total: number) => void | Promise<void>;
}

/** A chorale that was completed. */
export interface Completed {
  /** All four voices; name and notation are those that were given. */
  chorale: Chorale;
  /** The natural log of the probability of all its cells, of who names one after the other; nothing of who fills in. */
  logLikelihood?: number;
  /** Cells to which hard rules left nothing, so that what they have breaks one, in order. */
  lifted: readonly LiftedCell[];
}

/** Where rules were lifted. */
export type LiftedCell = Pick<ChoralePlace, "frame" | "voice">;

/** What each of these options must be. */
export const COMPLETING: Kinds<CompletingOptions> = {
  chorale: kinds.object("a chorale") as Kind<Chorale>,
  fixed: kinds.callback as Kind<CompletingOptions["fixed"]>,
  rules: optional(kinds.list("rules", kinds.object("a rule") as Kind<ChoraleRule>)),
  tonic: optional(kinds.integer({ from: 0, to: 11 })),
  signal: optional(kinds.signal),
  onProgress: optional(kinds.callback),
};

/**
 * Lowest and highest note of soprano, alto, tenor and bass in Bach's chorales (GitHub `craigsapp/bach-370-chorales`), single
 * notes aside: where a voice may begin to be drawn, and where a melody that is given must lie. They are wider than
 * `CHOIR_RANGES` of `lib/metrics`, which are what textbooks allow: what is drawn inside these may break the rule "out of range".
 */
export const COMPASSES: readonly (readonly [lowest: number, highest: number])[] = [[60, 81], [53, 74], [48, 69], [
  36,
  64,
]];

/**
 * A chorale that goes on with so many empty sixteenths, to be completed; what its notation says of the first ones says
 * nothing of these, and is left out.
 */
export function withOpenFrames({ name, frames, struck }: Chorale, count: number): Chorale {
  const open = Array.from({ length: count }, () => CHORALE_VOICES.map(() => REST));
  return { name, frames: [...frames, ...open], struck: [...struck, ...open.map((frame) => frame.map(() => false))] };
}
