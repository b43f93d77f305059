import type { EventPiece, PitchRange } from "../encoding.ts";
import { aboveDrawn } from "./above_drawn.ts";
import { choraleKey } from "./chorale_key.ts";
import type { FrameEvent } from "./frame_events.ts";
import type { FrameFeature } from "./frame_feature.ts";
import { harmonyHeard } from "./harmony_heard.ts";
import { linesHeard } from "./lines_heard.ts";
import { phaseFound } from "./phase_found.ts";
import { phrasesFound } from "./phrases_found.ts";
import { FORGIVING, passagesHeard, QUOTING, RECURRING } from "./passages_heard.ts";
import { placeCounted } from "./place_counted.ts";
import { distancesHeard, voicesHeard } from "./voices_heard.ts";

/**
 * All that can be heard of chorales, by the names that the setting `features` takes: made for a range of pitches, and for
 * the pieces that are learned from.
 */
export const FRAME_FEATURES: Readonly<
  Record<string, (range: PitchRange, lessons?: readonly EventPiece<FrameEvent>[]) => FrameFeature>
> = {
  voices: voicesHeard,
  distances: () => distancesHeard,
  key: () => choraleKey,
  place: () => placeCounted,
  phase: () => phaseFound,
  phrases: () => phrasesFound,
  lines: () => linesHeard,
  harmony: () => harmonyHeard,
  above: () => aboveDrawn,
  past: (range) => passagesHeard({ name: "past", voting: RECURRING, range, at: "own past" }),
  passages: (range, lessons) => passagesHeard({ name: "passages", voting: FORGIVING, range, at: "training", lessons }),
  quotations: (range, lessons) =>
    passagesHeard({ name: "quotations", voting: QUOTING, range, at: "training", lessons }),
};

/**
 * Features by their names.
 *
 * @param names Of {@linkcode FRAME_FEATURES}.
 * @param range The pitches that there are.
 * @param lessons The pieces that are learned from, for features that look back at them.
 * @throws {RangeError} If there is none of a name; the message lists them.
 */
export function frameFeatures(
  names: readonly string[],
  range: PitchRange,
  lessons?: readonly EventPiece<FrameEvent>[],
): FrameFeature[] {
  return names.map((name) => {
    if (Object.hasOwn(FRAME_FEATURES, name)) return FRAME_FEATURES[name](range, lessons);
    const all = Object.keys(FRAME_FEATURES).join(", ");
    throw new RangeError(`Cannot hear "${name}": there is no feature of that name among ${all}`);
  });
}
