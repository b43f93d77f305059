import type { NoteEvent } from "../../encodings/mod.ts";
import { noQuotation, noSelfCopy } from "./copies.ts";
import { fewNewSteps } from "./few_new_steps.ts";
import { keepsBeat } from "./keeps_beat.ts";
import { keepsMotion, keepsPitchClasses } from "./keeps_shares.ts";
import { noLoop } from "./no_loop.ts";
import { onGrid } from "./on_grid.ts";
import { fewRepeats, noWideLeaps, withinRange, withinScale } from "./pitch_rules.ts";
import type { Rule } from "./rule.ts";
import { withinCompass } from "./within_compass.ts";

/** A rule in {@linkcode RULES}. */
export interface ListedRule {
  /** The function that makes it. */
  readonly name: string;
  /** What it keeps to, in words. */
  readonly keeps: string;
  /** One that keeps to something. */
  readonly example: () => Rule<NoteEvent>;
}

/** All rules: a line each. */
export const RULES: readonly ListedRule[] = [
  {
    name: "withinRange",
    keeps: "pitches from the lowest to the highest",
    example: () => withinRange({ lowest: 48, highest: 84 }),
  },
  {
    name: "withinCompass",
    keeps: "a range that is not much wider than the beginning's",
    example: () => withinCompass({ wider: 2, beginning: 8 }),
  },
  { name: "withinScale", keeps: "the scale of a key", example: () => withinScale({ tonic: 0, mode: "major" }) },
  { name: "fewRepeats", keeps: "the same pitch only so many times in a row", example: () => fewRepeats({ most: 2 }) },
  { name: "noWideLeaps", keeps: "leaps up to some interval", example: () => noWideLeaps({ semitones: 12 }) },
  { name: "onGrid", keeps: "steps that are multiples of a unit of time", example: () => onGrid({ seconds: 0.125 }) },
  {
    name: "keepsBeat",
    keeps: "the places of the beat at which the piece has had onsets",
    example: () => keepsBeat({ strength: 2 }),
  },
  {
    name: "keepsMotion",
    keeps: "repeated notes, steps and leaps as common as at the beginning",
    example: () => keepsMotion({ recent: 16 }),
  },
  {
    name: "keepsPitchClasses",
    keeps: "pitch classes as common as at the beginning",
    example: () => keepsPitchClasses({ strength: 0.5, recent: 32 }),
  },
  { name: "fewNewSteps", keeps: "the kinds of steps that the piece has had", example: () => fewNewSteps({ nats: 2 }) },
  {
    name: "noQuotation",
    keeps: "no more than so many notes in a row from given music",
    example: () =>
      noQuotation({ music: [{ piece: "a scale", events: [60, 62, 64, 65].map(quarterNote) }], longest: 3 }),
  },
  {
    name: "noSelfCopy",
    keeps: "no more than so many notes in a row that have come before",
    example: () => noSelfCopy({ longest: 3 }),
  },
  {
    name: "noLoop",
    keeps: "no window of 64 notes of which 90 % repeat at one distance of at most 48",
    example: () => noLoop({ window: 8, farthest: 4 }),
  },
];

function quarterNote(pitch: number): NoteEvent {
  return { pitch, step: 0.5, duration: 0.5 };
}
