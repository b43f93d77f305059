import { CHORALE_VOICES } from "../../score/mod.ts";
import type { Column, Values } from "../encoding.ts";
import { degreeOf, DEGREES } from "./chorale_key.ts";
import { type FrameFeature, frameFeature } from "./frame_feature.ts";
import { intervalClass, MOTIONS, WIDEST } from "./voices_heard.ts";

/** Notes before the last one that are heard of each voice. */
const BEFORE = [1, 2];
/** Frames that a note lasted are told apart up to here: a bar of 4/4; 0 is no note. */
const LONGEST = 16;

/**
 * The melody of each voice: of the two notes before the last one their degrees in the key, how long they lasted, and by which
 * interval the voice came to them.
 */
export const linesHeard: FrameFeature = frameFeature("lines", {
  hears: CHORALE_VOICES.flatMap((voice) =>
    BEFORE.flatMap((back): Column[] => [
      { name: `${voice}Degree${back}`, size: DEGREES },
      { name: `${voice}Lasted${back}`, size: LONGEST + 1 },
      { name: `${voice}Leap${back}`, size: MOTIONS },
    ])
  ),
}, {
  hear(past) {
    const values: Values = {};
    CHORALE_VOICES.forEach((voice, v) => {
      const line = past.lines[v];
      for (const back of BEFORE) {
        const note = line.at(-1 - back);
        values[`${voice}Degree${back}`] = degreeOf(note?.pitch, past.key);
        values[`${voice}Lasted${back}`] = note ? Math.min(line.at(-back)!.start - note.start, LONGEST) : 0;
        values[`${voice}Leap${back}`] = intervalClass(past.leap(v, back), WIDEST);
      }
    });
    return values;
  },
});
