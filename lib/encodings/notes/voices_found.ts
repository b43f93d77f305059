import { durationClasses, stepClasses } from "../../notes/mod.ts";
import { type FoundVoice, VoiceFinder } from "../../score/mod.ts";
import type { Column, Values } from "../encoding.ts";
import { scalingDurations, scalingSteps } from "../scaling.ts";
import { movingPitches } from "../transposing.ts";
import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";
import { intervalClass, INTERVALS } from "./recent_notes.ts";

/** Class of an interval between notes one of which is not there; it follows those of `intervalClass`. */
const NONE = INTERVALS;
/** As many voices are counted. */
const MOST = 8;
/** Voices that may go on with the next note, by the names of their columns. */
const FREE = ["voice1", "voice2", "voice3"];

/**
 * The voices of the notes so far, found by the rule of `VoiceFinder`, which never looks ahead.
 *
 * Heard: the last note's interval from the one before in its voice (`foundInterval`), how many of the voices are lower,
 * and how many there are.
 *
 * Known once the step is drawn: the three voices that are the readiest to go on there, the lower first among equals; after
 * a note of the same onset, those above it before those below. Of each its last pitch and the one before, from which the
 * next one is an interval away, so that a head can say "this voice goes on by a step"; the interval between the two; its
 * last duration, and the time since it ended. Once the pitch is drawn too, the same of the voice in which that
 * note would be placed (`found`).
 *
 * A missing pitch is -1; its interval is the class 51.
 */
export const voicesFound: NoteFeature = {
  name: "voices",
  hears: [
    { name: "foundInterval", size: NONE + 1 },
    { name: "voicesBelow", size: MOST },
    { name: "voicesInAll", size: MOST + 1 },
  ],
  knows: [
    ...FREE.flatMap((name) => [
      ...[name, `${name}Before`].map((name): Column => ({
        name,
        size: 128,
        after: ["step"],
        transposing: movingPitches(),
        serves: { head: "pitch", as: "anchor" },
      })),
      ...columnsOf(name, ["step"]),
    ]),
    ...columnsOf("found", ["step", "pitch"]),
    {
      name: "foundDurationAnchor",
      size: durationClasses.count,
      after: ["step", "pitch"],
      scaling: scalingDurations,
      serves: { head: "duration", as: "anchor" },
    },
  ],
  listen: () => listening(new VoiceFinder()),
};

/** What is known of a voice that may go on, besides its pitches. */
function columnsOf(name: string, after: readonly string[]): Column[] {
  return [
    { name: `${name}Away`, size: NONE + 1, after },
    { name: `${name}Motion`, size: NONE + 1, after },
    { name: `${name}Duration`, size: stepClasses.count, after, scaling: scalingSteps },
    { name: `${name}Rest`, size: stepClasses.count, after, scaling: scalingSteps },
  ];
}

function listening(finder: VoiceFinder): NoteFeatureListener {
  return {
    hear(past) {
      const at = past.length - 1;
      finder.hear({ pitch: past.pitches[at], start: past.now, end: past.ends[at] });
      const { voices, latest } = finder, { before, register } = voices[latest];
      return {
        foundInterval: before < 0 ? NONE : intervalClass(past.pitches[at] - past.pitches[before]),
        voicesBelow: Math.min(voices.filter((voice) => voice.register < register).length, MOST - 1),
        voicesInAll: Math.min(voices.length, MOST),
      };
    },
    know(past, { step, pitch }) {
      if (step === undefined) return {};
      const { voices } = finder, then = past.now + past.secondsOf(step), last = past.pitches.at(-1);
      const isAbove = ({ pitch }: FoundVoice) => pitch > last!;
      const about = (name: string, voice: FoundVoice | undefined, from = last): Values => ({
        [`${name}Away`]: voice && from !== undefined ? intervalClass(from - voice.pitch) : NONE,
        [`${name}Motion`]: voice && voice.before >= 0 ? intervalClass(voice.pitch - past.pitches[voice.before]) : NONE,
        [`${name}Duration`]: voice ? 1 + past.durations[voice.last] : 0,
        [`${name}Rest`]: voice ? stepClasses.of(Math.max(then - voice.end, 0)) : 0,
      });
      const free = finder.free(then).map((number) => voices[number]);
      // Chords come from the bottom.
      const ready = step > 0 ? free : [...free.filter(isAbove), ...free.filter((voice) => !isAbove(voice))];
      const values = FREE.map((name, i) => {
        const voice: FoundVoice | undefined = ready[i];
        return {
          [name]: voice?.pitch ?? -1,
          [`${name}Before`]: voice && voice.before >= 0 ? past.pitches[voice.before] : -1,
          ...about(name, voice),
        };
      });
      if (pitch === undefined) return Object.assign({}, ...values);
      const found: FoundVoice | undefined = voices[finder.voiceOf({ pitch, start: then })];
      return Object.assign({}, ...values, about("found", found, pitch), {
        foundDurationAnchor: found ? past.durations[found.last] : -1,
      });
    },
    fork: () => listening(finder.fork()),
  };
}
