import type { FrameFeature, FrameFeatureListener } from "./frame_feature.ts";
import type { FramePast } from "./frame_past.ts";

/** As many frames without any motion end a phrase: a half note in all voices. */
const REST_POINT = 8;
/** Frames that are told apart: three bars of 4/4, and a bar without motion. */
const LONGEST = 96, STILL = 16;
/** Phrases that are told apart by their number. */
const PHRASES = 4;
/** How far a phrase may outlast the one before it, as far as that is told apart. */
const LATE = 16;
/** The classes of what is left of a phrase that is as long as the one before it: the first is that there is none. */
const LEFT = 1 + LATE + LONGEST + 1;

/**
 * How far the phrase has come, where chords held for a half note end phrases, as under a fermata: frames from the last such
 * chord to the frame to come (`phraseFrames`, from the beginning in the first phrase), how many there were between the two
 * before (`phraseBefore`, 0 for none), what would be left of this phrase if it were as long as that one (`phraseLeft`), how
 * many such chords there have been (`phraseCount`), and for how many frames nothing has moved (`still`).
 */
export const phrasesFound: FrameFeature = {
  name: "phrases",
  hears: [
    { name: "phraseFrames", size: LONGEST + 1 },
    { name: "phraseBefore", size: LONGEST + 1 },
    { name: "phraseLeft", size: LEFT },
    { name: "phraseCount", size: PHRASES },
    { name: "still", size: STILL + 1 },
  ],
  listen: () => listening({ from: 0, before: 0, count: 0 }),
};

interface Phrase {
  /** The frame of its rest point. */
  from: number;
  /** Frames of the phrase before it. */
  before: number;
  /** Rest points so far. */
  count: number;
}

function listening(phrase: Phrase): FrameFeatureListener {
  return {
    hear(past) {
      const still = framesStill(past);
      if (still === REST_POINT) {
        const from = past.length - still;
        phrase = { from, before: phrase.count > 0 ? from - phrase.from : 0, count: phrase.count + 1 };
      }
      const frames = past.length - phrase.from, { before, count } = phrase;
      return {
        phraseFrames: Math.min(frames, LONGEST),
        phraseBefore: Math.min(before, LONGEST),
        phraseLeft: before === 0 ? 0 : 1 + LATE + Math.min(Math.max(before - frames, -LATE), LONGEST),
        phraseCount: Math.min(count, PHRASES - 1),
        still: Math.min(still, STILL),
      };
    },
    fork: () => listening(phrase),
  };
}

/** How many of the last frames are one chord. */
function framesStill({ lines, length }: FramePast): number {
  return length === 0 ? 0 : length - Math.max(...lines.map((line) => line.at(-1)!.start));
}
