import type { Encoding, Moving } from "./encoding.ts";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { NoteEvent } from "./note_events.ts";
import { scalingSeconds } from "./scaling.ts";
import { movingPitches } from "./transposing.ts";

/** Options of {@linkcode paperEncoding}. */
export interface PaperEncodingOptions {
  /**
   * Longest step and duration that a model hears, and is trained to say, in seconds; longer ones are clipped to it.
   * Orchestral parts rest for minutes, and a squared error serves those rests alone.
   *
   * @default {Infinity}
   */
  maxSeconds?: number;
}

/** Numbers of the column `notes`. */
const WIDTH = 3;

/** How pitches move. */
const transposing = movingPitches();

/** The first of three numbers is a 128th of a pitch. 128 is a power of two, so that moving it loses nothing. */
const movingFirst: Moving = {
  room(values) {
    const pitches = Float32Array.from({ length: values.length / WIDTH }, (_, i) => values[i * WIDTH] * 128);
    return transposing.room!(pitches);
  },
  move(values, semitones) {
    for (let i = 0; i < values.length; i += WIDTH) values[i] += semitones / 128;
  },
};

/**
 * Notes as the paper has them: three numbers are heard of each, pitch / 128,
 * step and duration in seconds, in one column, `notes`; the pitch is said as one
 * of 128 classes, step and duration in seconds.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025), after TensorFlow's
 * tutorial "Generate music with an RNN".
 *
 * @throws {TypeError} If an option is unknown or of the wrong type.
 * @throws {RangeError} If `maxSeconds` is not positive.
 */
export function paperEncoding(options: PaperEncodingOptions = {}): Encoding<NoteEvent> {
  const { maxSeconds = Infinity } = checkOptions("encode notes", options, {
    maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  });
  const listener = {
    hear: ({ pitch, step, duration }: NoteEvent) => ({
      notes: [pitch / 128, Math.min(step, maxSeconds), Math.min(duration, maxSeconds)],
    }),
    // It remembers nothing.
    fork: () => listener,
  };
  return {
    name: "paper",
    settings: { maxSeconds: maxSeconds === Infinity ? null : maxSeconds },
    hears: [{
      name: "notes",
      width: WIDTH,
      transposing: movingFirst,
      scaling: scalingSeconds({ most: maxSeconds, width: WIDTH, from: 1 }),
    }],
    says: [
      { name: "pitch", size: 128, transposing },
      { name: "step", most: maxSeconds, scaling: scalingSeconds({ most: maxSeconds }) },
      { name: "duration", most: maxSeconds, scaling: scalingSeconds({ most: maxSeconds }) },
    ],
    say: ({ pitch, step, duration }) => ({ pitch, step, duration }),
    // No note begins before the one before it, and none ends before it begins.
    decode: ({ pitch, step, duration }) => ({ pitch, step: Math.max(0, step), duration: Math.max(0, duration) }),
    listen: () => listener,
    // What is to be a 128th of the MIDI number is the number itself.
    raw: (note) => ({ ...note, pitch: note.pitch * 128 }),
  };
}
