import { REST } from "../../score/mod.ts";
import type { Column, Values } from "../encoding.ts";
import { KeyFound } from "../notes/key_heard.ts";
import { turningPitchClasses } from "../transposing.ts";
import { type FrameFeature, type FrameFeatureListener, VOICE_COLUMNS } from "./frame_feature.ts";

/** How much of a frame's weight is left after the next one, over about a beat and a half; the key's is over about 50. */
const SHORT = 0.85;
/** Classes of a degree that is none: of a rest, and before the first frame. */
const RESTS = 12, NONE = 13;
/** What brings the histograms' shares, about a twelfth each, near to the other inputs. */
const SCALE = 4;

/**
 * The key that the frames so far are in: its tonic, an anchor of each voice for logits of scale degrees; its mode; the
 * degree that each voice has, and, once it is drawn, that it comes to have; and two histograms of pitch classes, of about 50
 * frames and about 7, turned so that the tonic stands first.
 */
export const choraleKey: FrameFeature = {
  name: "key",
  hears: [
    ...VOICE_COLUMNS.flatMap((voice): Column[] => [
      { name: `${voice}Tonic`, size: 12, transposing: turningPitchClasses, serves: { head: voice, as: "anchor" } },
      { name: `${voice}Degree`, size: NONE + 1 },
    ]),
    { name: "mode", size: 3 },
    { name: "scale", width: 24 },
  ],
  knows: VOICE_COLUMNS.slice(0, -1).map((voice) => ({ name: `${voice}NextDegree`, size: NONE + 1, after: [voice] })),
  listen: () => listening(new KeyFound(), new Float64Array(12)),
};

function listening(found: KeyFound, short: Float64Array): FrameFeatureListener {
  const degreeOf = (pitch: number | undefined) => {
    if (pitch === undefined || !found.isFound) return NONE;
    return pitch === REST ? RESTS : (pitch - found.tonic + 12) % 12;
  };
  return {
    hear({ frames }) {
      const frame = frames.at(-1);
      if (frame) {
        const sounding = frame.filter((pitch) => pitch !== REST);
        found.hear(...sounding);
        for (let i = 0; i < 12; i++) short[i] *= SHORT;
        for (const pitch of sounding) short[pitch % 12]++;
      }
      const { tonic, isFound } = found;
      const values: Values = {
        mode: isFound ? Number(found.isMinor) : 2,
        scale: [found.heard, short].flatMap((histogram) => {
          const all = histogram.reduce((a, b) => a + b);
          return Array.from(histogram, (_, i) => all === 0 ? 0 : SCALE * histogram[(i + tonic) % 12] / all);
        }),
      };
      VOICE_COLUMNS.forEach((voice, v) => {
        values[`${voice}Tonic`] = isFound ? tonic : -1;
        values[`${voice}Degree`] = degreeOf(frame?.[v]);
      });
      return values;
    },
    know: (_, drawn) =>
      Object.fromEntries(
        VOICE_COLUMNS.slice(0, -1).filter((voice) => drawn[voice] !== undefined)
          .map((voice) => [`${voice}NextDegree`, degreeOf(drawn[voice])]),
      ),
    fork: () => listening(found.fork(), short.slice()),
  };
}
