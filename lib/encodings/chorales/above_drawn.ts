import { CHORALE_VOICES } from "../../score/mod.ts";
import { turningPitchClasses } from "../transposing.ts";
import { type FrameFeature, frameFeature } from "./frame_feature.ts";

const PAIRS = CHORALE_VOICES.flatMap((lower, i) => CHORALE_VOICES.slice(0, i).map((upper) => ({ upper, lower })));
const nameOf = (upper: string, lower: string) => `${lower}Under${upper[0].toUpperCase()}${upper.slice(1)}`;

/**
 * The pitch classes of the voices drawn, as anchors of those to come: logits of consonance and dissonance, whatever the
 * octave.
 */
export const aboveDrawn: FrameFeature = frameFeature("above", {
  knows: PAIRS.map(({ upper, lower }) => ({
    name: nameOf(upper, lower),
    size: 12,
    after: [upper],
    transposing: turningPitchClasses,
    serves: { head: lower, as: "anchor" },
  })),
}, {
  hear: () => ({}),
  know: (_, drawn) =>
    Object.fromEntries(
      PAIRS.filter(({ upper }) => drawn[upper] !== undefined).map(({ upper, lower }) => {
        const pitch = drawn[upper]!;
        return [nameOf(upper, lower), pitch < 0 ? -1 : pitch % 12];
      }),
    ),
});
