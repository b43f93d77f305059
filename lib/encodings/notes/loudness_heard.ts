import type { Moving } from "../encoding.ts";
import { type NoteFeature, pastFeature } from "./note_feature.ts";

/** Two numbers per event: whether the velocity is known, and it, from -1 to 1. */
const WIDTH = 2;
const MIDDLE = 64;

/** Velocities move, and stay from 1 to 127. */
const movingVelocities: Moving = {
  room(values) {
    let [low, high] = [127, 1], known = false;
    for (let i = 0; i < values.length; i += WIDTH) {
      if (values[i] === 0) continue;
      const velocity = Math.round(MIDDLE * (1 + values[i + 1]));
      [low, high, known] = [Math.min(low, velocity), Math.max(high, velocity), true];
    }
    return known ? [1 - low, 127 - high] : [-Infinity, Infinity];
  },
  move(values, velocities) {
    for (let i = 0; i < values.length; i += WIDTH) if (values[i] === 1) values[i + 1] += velocities / MIDDLE;
  },
};

/**
 * How loud the last note is, by its MIDI velocity: 1 and `velocity / 64 - 1`; 0
 * and 0 where the note does not say, as those that a model has drawn.
 */
export const loudnessHeard: NoteFeature = pastFeature("loudness", {
  hears: [{ name: "velocity", width: WIDTH, loudness: movingVelocities }],
}, {
  hear({ notes }) {
    const { velocity } = notes[notes.length - 1];
    return { velocity: velocity === undefined ? [0, 0] : [1, velocity / MIDDLE - 1] };
  },
});
