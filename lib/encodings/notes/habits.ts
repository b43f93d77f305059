import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";
import { logColumn, SIDE_LOGS } from "./side_logs.ts";

/** Of each thing the side of a note that it is, and how much of an event's weight is left after the next one: soon forgotten, and late. */
const HABITS = {
  steps: { head: "step", left: [0.93, 0.995] },
  pitches: { head: "pitch", left: [0.95, 0.997] },
  durations: { head: "duration", left: [0.93, 0.995] },
} as const;
/** What a class that has never occurred has of the weight. */
const UNHEARD = 0.003;

type Name = keyof typeof HABITS;
const NAMES = Object.keys(HABITS) as Name[];
const SPEEDS = ["Lately", "SoFar"] as const;

/**
 * How often the piece has had each step, pitch and duration, lately (about 15 to
 * 20 notes) and so far (some hundreds): natural logs of the shares, to be
 * weighed and added to logits.
 */
export const habits: NoteFeature = {
  name: "habits",
  hears: NAMES.flatMap((name) => SPEEDS.map((speed) => logColumn(`${name}${speed}`, HABITS[name].head))),
  listen: () =>
    listening(
      NAMES.flatMap((name) => HABITS[name].left.map(() => new Float64Array(SIDE_LOGS[HABITS[name].head].classes))),
    ),
};

function listening(histograms: Float64Array[]): NoteFeatureListener {
  return {
    hear(past) {
      const at = past.length - 1;
      const heard: Record<Name, number | undefined> = {
        // The first note follows nothing.
        steps: at > 0 ? past.steps[at] : undefined,
        pitches: past.pitches[at],
        durations: past.durations[at],
      };
      return Object.fromEntries(NAMES.flatMap((name, i) =>
        SPEEDS.map((speed, k) => {
          const histogram = histograms[2 * i + k], event = heard[name];
          if (event !== undefined) {
            for (let c = 0; c < histogram.length; c++) histogram[c] *= HABITS[name].left[k];
            histogram[event]++;
          }
          const all = histogram.reduce((a, b) => a + b) || 1;
          return [`${name}${speed}`, logsOf(histogram, 1 / all, UNHEARD)];
        })
      ));
    },
    fork: () => listening(histograms.map((histogram) => histogram.slice())),
  };
}

/** Natural logs of `scale * weight + floor`. */
function logsOf(weights: Float64Array, scale: number, floor: number): Float32Array {
  // A loop: what maps arrays of a hundred numbers for each note takes ten times as long.
  const logs = new Float32Array(weights.length);
  for (let k = 0; k < logs.length; k++) logs[k] = Math.log(scale * weights[k] + floor);
  return logs;
}
