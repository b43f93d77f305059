import { type FrameFeature, frameFeature } from "./frame_feature.ts";

/** The place of the frame to come, counted from the piece's beginning: in bars of 4/4, of 3/4, and in pairs of bars. */
export const placeCounted: FrameFeature = frameFeature("place", {
  hears: [16, 12, 32].map((frames) => ({ name: `place${frames}`, size: frames })),
}, {
  hear: ({ length }) => ({ place16: length % 16, place12: length % 12, place32: length % 32 }),
});
