import { CHORALE_VOICES, type ChoraleVoice, type Frame, REST } from "../../score/mod.ts";
import type { Column, Values } from "../encoding.ts";
import { CHORD_QUALITIES, chordOf } from "../notes/chord_heard.ts";
import type { KeyFound } from "../notes/key_heard.ts";
import { degreeOf, DEGREES } from "./chorale_key.ts";
import { type FrameFeature, frameFeature } from "./frame_feature.ts";

/** How many frames ago the chords are that are heard: the last one, a beat before it, and two. */
const AGO = [0, 4, 8];
/** The voices after which a chord of what is drawn so far can be named. */
const DRAWN: readonly ChoraleVoice[] = ["alto", "tenor"];

const columns = (name: string): Column[] => [
  { name: `${name}Root`, size: DEGREES },
  { name: `${name}Quality`, size: CHORD_QUALITIES.length },
];

function values(name: string, frame: Frame | undefined, key: KeyFound): Values {
  const { root, quality } = chordOf((frame ?? []).filter((pitch) => pitch !== REST));
  return { [`${name}Root`]: degreeOf(root, key), [`${name}Quality`]: CHORD_QUALITIES.indexOf(quality) };
}

/**
 * The chords: that of the last frame, of a beat and of two beats before it; and of the frame to come, once two voices are
 * drawn, that of the voices drawn. A chord is a root, as a degree in the key, and a quality of `CHORD_QUALITIES`.
 */
export const harmonyHeard: FrameFeature = frameFeature("harmony", {
  hears: AGO.flatMap((ago) => columns(`chord${ago}`)),
  knows: DRAWN.flatMap((voice) => columns(`${voice}Chord`).map((column) => ({ ...column, after: [voice] }))),
}, {
  hear: ({ frames, key }) =>
    Object.assign({}, ...AGO.map((ago) => values(`chord${ago}`, frames[frames.length - 1 - ago], key))),
  know: ({ key }, drawn) =>
    Object.assign(
      {},
      ...DRAWN.filter((voice) => drawn[voice] !== undefined).map((voice) => {
        const upper = CHORALE_VOICES.slice(0, CHORALE_VOICES.indexOf(voice) + 1);
        return values(`${voice}Chord`, upper.map((voice) => drawn[voice]!), key);
      }),
    ),
});
