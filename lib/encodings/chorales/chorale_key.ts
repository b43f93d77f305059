import { CHORALE_VOICES, REST } from "../../score/mod.ts";
import type { Column, Values } from "../encoding.ts";
import type { KeyFound } from "../notes/key_heard.ts";
import { turningPitchClasses } from "../transposing.ts";
import type { FrameFeature, FrameFeatureListener } from "./frame_feature.ts";

/** How much of a frame's weight is left after the next one, over about a beat and a half; the key's is over about 50. */
const SHORT = 0.85;
/** What brings the histograms' shares, about a twelfth each, near to the other inputs. */
const SCALE = 4;
/** Classes of a degree that is none: of a rest, and of nothing. */
const RESTS = 12, NONE = 13;

/** Classes of {@linkcode degreeOf}. */
export const DEGREES: number = NONE + 1;

/** The scale degree of a pitch in the key found, in semitones above the tonic; further classes are a rest, and nothing. */
export function degreeOf(pitch: number | undefined, { isFound, tonic }: KeyFound): number {
  if (pitch === undefined || !isFound) return NONE;
  return pitch === REST ? RESTS : (pitch - tonic + 12) % 12;
}

/**
 * The key that the frames so far are in: its tonic, an anchor of each voice for logits of scale degrees; its mode; the
 * degree that each voice has, and, once it is drawn, that it comes to have; and two histograms of pitch classes, of about 50
 * frames and about 7, turned so that the tonic stands first.
 */
export const choraleKey: FrameFeature = {
  name: "key",
  hears: [
    ...CHORALE_VOICES.flatMap((voice): Column[] => [
      { name: `${voice}Tonic`, size: 12, transposing: turningPitchClasses, serves: { head: voice, as: "anchor" } },
      { name: `${voice}Degree`, size: DEGREES },
    ]),
    { name: "mode", size: 3 },
    { name: "scale", width: 24 },
  ],
  knows: CHORALE_VOICES.slice(0, -1).map((voice) => ({ name: `${voice}NextDegree`, size: DEGREES, after: [voice] })),
  listen: () => listening(new Float64Array(12)),
};

function listening(short: Float64Array): FrameFeatureListener {
  return {
    hear({ frames, key }) {
      const frame = frames.at(-1);
      for (let i = 0; i < 12; i++) short[i] *= SHORT;
      for (const pitch of frame ?? []) if (pitch !== REST) short[pitch % 12]++;
      const values: Values = {
        mode: key.isFound ? Number(key.isMinor) : 2,
        scale: [key.heard, short].flatMap((histogram) => {
          const all = histogram.reduce((a, b) => a + b);
          return Array.from(histogram, (_, i) => all === 0 ? 0 : SCALE * histogram[(i + key.tonic) % 12] / all);
        }),
      };
      CHORALE_VOICES.forEach((voice, v) => {
        values[`${voice}Tonic`] = key.isFound ? key.tonic : -1;
        values[`${voice}Degree`] = degreeOf(frame?.[v], key);
      });
      return values;
    },
    know: ({ key }, drawn) =>
      Object.fromEntries(
        CHORALE_VOICES.slice(0, -1).filter((voice) => drawn[voice] !== undefined)
          .map((voice) => [`${voice}NextDegree`, degreeOf(drawn[voice], key)]),
      ),
    fork: () => listening(short.slice()),
  };
}
