import { CHORALE_VOICES, REST } from "../../score/mod.ts";
import { cellClasses } from "../cell_classes.ts";
import type { Column, PitchRange, Values } from "../encoding.ts";
import { type FrameFeature, frameFeature } from "./frame_feature.ts";

/** Frames for which a note has lasted are told apart up to here: two bars of 4/4. */
const LONGEST = 32;
/** The widest motion of a voice, and the widest interval between two, in semitones, that have a class of their own. */
export const WIDEST = 13;
const WIDEST_APART = 36;
/** Classes of motions, one for none among them. */
export const MOTIONS: number = 2 * WIDEST + 2;
const DISTANCES = 2 * WIDEST_APART + 2;

/** A number of semitones as a class, the outermost of which stand for what is farther; the last class for none. */
export function intervalClass(interval: number | undefined, widest: number): number {
  return interval === undefined ? 2 * widest + 1 : Math.min(Math.max(interval, -widest), widest) + widest;
}

/** The distance of two pitches; of rests there is none. */
function between(upper: number, lower: number): number | undefined {
  return upper < 0 || lower < 0 ? undefined : upper - lower;
}

/** Pairs of voices, the upper one first. */
const PAIRS = CHORALE_VOICES.flatMap((upper, i) => CHORALE_VOICES.slice(i + 1).map((lower) => ({ upper, lower })));

/**
 * What each voice has and has done: its pitch (`sopranoHas`, with a class more for the start), since how many frames
 * (`sopranoRun`), by which interval it last moved (`sopranoLeap`), and its last note as an anchor (`sopranoNote`: to hold
 * it is interval 0).
 *
 * Once a voice is drawn: how far it moves from its last note (`sopranoMotion`), and how far it stands above the last notes
 * of those still to come (`sopranoOverAlto`).
 */
export function voicesHeard(range: PitchRange): FrameFeature {
  const { count, transposing, of } = cellClasses(range);
  const hears = CHORALE_VOICES.flatMap((voice): Column[] => [
    { name: `${voice}Note`, size: count, transposing, serves: { head: voice, as: "anchor" } },
    { name: `${voice}Has`, size: count + 1, transposing },
    { name: `${voice}Run`, size: LONGEST },
    { name: `${voice}Leap`, size: MOTIONS },
  ]);
  const knows = CHORALE_VOICES.slice(0, -1).flatMap((voice, i): Column[] => [
    { name: `${voice}Motion`, size: MOTIONS, after: [voice] },
    ...PAIRS.filter(({ upper }) => upper === voice).map(({ upper, lower }) => ({
      name: overName(upper, lower),
      size: DISTANCES,
      after: [CHORALE_VOICES[i]],
    })),
  ]);
  return frameFeature("voices", { hears, knows }, {
    hear(past) {
      const { notes, frames, length } = past, values: Values = {};
      CHORALE_VOICES.forEach((voice, v) => {
        values[`${voice}Note`] = notes[v] === REST ? -1 : of(notes[v]);
        values[`${voice}Has`] = length === 0 ? count : of(frames[length - 1][v]);
        values[`${voice}Run`] = Math.min(past.run(v), LONGEST - 1);
        values[`${voice}Leap`] = intervalClass(past.leap(v), WIDEST);
      });
      return values;
    },
    know({ notes }, drawn) {
      const values: Values = {};
      CHORALE_VOICES.slice(0, -1).forEach((voice, v) => {
        const pitch = drawn[voice];
        if (pitch === undefined) return;
        values[`${voice}Motion`] = intervalClass(between(pitch, notes[v]), WIDEST);
        for (const { lower } of PAIRS.filter(({ upper }) => upper === voice)) {
          const note = notes[CHORALE_VOICES.indexOf(lower)];
          values[overName(voice, lower)] = intervalClass(between(pitch, note), WIDEST_APART);
        }
      });
      return values;
    },
  });
}

function overName(upper: string, lower: string): string {
  return `${upper}Over${lower[0].toUpperCase()}${lower.slice(1)}`;
}

/** Voices whose distance is heard: neighbours, and the outer ones. */
const HEARD_APART = PAIRS.filter(({ upper, lower }) => {
  const apart = CHORALE_VOICES.indexOf(lower) - CHORALE_VOICES.indexOf(upper);
  return apart === 1 || apart === CHORALE_VOICES.length - 1;
});

/** How far neighbours, and the outer voices, are apart. */
export const distancesHeard: FrameFeature = frameFeature("distances", {
  hears: HEARD_APART.map(({ upper, lower }) => ({ name: apartName(upper, lower), size: DISTANCES })),
}, {
  hear({ frames }) {
    const frame = frames.at(-1);
    return Object.fromEntries(HEARD_APART.map(({ upper, lower }) => {
      const [high, low] = [upper, lower].map((voice) => frame?.[CHORALE_VOICES.indexOf(voice)] ?? REST);
      return [apartName(upper, lower), intervalClass(between(high, low), WIDEST_APART)];
    }));
  },
});

function apartName(upper: string, lower: string): string {
  return `${upper}To${lower[0].toUpperCase()}${lower.slice(1)}`;
}
