import type { Chorale } from "../../corpus/mod.ts";
import {
  type FeatureCounts,
  leadingToneResolution,
  longestQuotation,
  meanVoiceRange,
  parallels,
  quotationIndex,
  styleGrade,
  tonalTension,
} from "../../metrics/mod.ts";
import { corpusTable, findKey, type Key, toNoteTable } from "../../notes/mod.ts";
import { breachRates, choraleRules, inItsKey } from "../../sampling/mod.ts";
import { CHORALE_VOICES, REST, scoreOfChorale } from "../../score/mod.ts";

/** Measures of one chorale by name; NaN where one is undefined. */
export type ChoraleValues = Record<string, number>;

/** Sixteenths of a quarter note: chords are looked at on beats. */
const BEAT = 4;
/** Chords that have a name, in semitones above their root. */
const QUALITIES = new Set([
  ...["0", "0 3", "0 4", "0 7"], // single notes, thirds and fifths
  ...["0 4 7", "0 3 7", "0 3 6", "0 4 8"], // triads
  ...["0 4 7 10", "0 3 7 10", "0 4 7 11", "0 3 6 10", "0 3 6 9"], // seventh chords
  ...["0 4 10", "0 3 10", "0 4 11"], // the same without their fifth
]);
/** Features of the style grade that are held against all training chorales, whatever their mode. */
const IN_ANY_MODE = new Set(["durations", "parallels"]);

/**
 * What chorales are measured by, beside their models' nats: breaches of each rule of voice leading in each thousand
 * sixteenths; the share of leading tones that resolve; the range of a voice in semitones; notes per voice and quarter note;
 * cloud diameter and tensile strain of the tonal tension; the style grade against the training chorales (lower is more
 * alike), and what parallels have in it; and the longest quotation from the training chorales, in notes of all voices in a
 * row, in any key.
 *
 * The style grade is held, as the program of Fang et al. has it, against all training chorales in durations and parallels,
 * antiparallels among them, and against those of the same mode in degrees of the scale, intervals of each voice and the
 * qualities of chords. Different from there, degrees count once for each note, however long; chords are looked at on beats;
 * repeated passages are not looked for; and a parallel counts at a fermata too, which not all chorales have. Parallels weigh
 * by how much oftener than Bach's they happen, and his are one or two in a thousand notes.
 *
 * @param training What was learned from.
 * @returns A function that measures a chorale.
 */
export function choraleMeasures(training: readonly Chorale[]): (chorale: Chorale) => ChoraleValues {
  const index = quotationIndex(corpusTable(training.map((chorale) => ({
    path: chorale.name,
    score: scoreOfChorale(chorale),
  }))));
  const heard = training.map(countsOf);
  const reference = (mode: Key["mode"]) => {
    const same = heard.filter((counts) => counts.mode === mode);
    return summed(same.length > 0 ? same : heard);
  };
  const all = summed(heard), references = { major: reference("major"), minor: reference("minor") };
  const rules = choraleRules(0);
  return (chorale) => {
    const score = scoreOfChorale(chorale), table = toNoteTable(score, { piece: chorale.name });
    const { frames, struck, notation } = chorale, counts = countsOf(chorale), known = references[counts.mode];
    const rates = Object.entries(breachRates(rules, [inItsKey(chorale)]))
      .filter(([name]) => name !== "imperfect cadence" || notation);
    const { diameter, strain } = tonalTension(score).mean;
    const features = Object.entries(counts.features).map(([name, piece]) => [name, {
      piece,
      reference: (IN_ANY_MODE.has(name) ? all : known).features[name],
      ...name === "parallels" && { notes: { piece: counts.notes, reference: all.notes } },
    }]);
    const style = styleGrade(Object.fromEntries(features));
    return {
      ...Object.fromEntries(rates),
      "leading tones resolved": leadingToneResolution(table, frames),
      "range of a voice": meanVoiceRange(frames),
      "notes per quarter": struck.flat().filter(Boolean).length / (CHORALE_VOICES.length * frames.length / BEAT),
      "diameter": diameter,
      "strain": strain,
      "style grade": style.grade,
      "its parallels": style.features.parallels,
      "longest quotation": longestQuotation(index, table, { by: "intervals" })?.notes ?? 0,
    };
  };
}

/** What the style grade counts in a chorale. */
interface Counts {
  mode: Key["mode"];
  notes: number;
  features: Record<string, Map<string | number, number>>;
}

function countsOf(chorale: Chorale): Counts {
  const { frames } = chorale, score = scoreOfChorale(chorale), { tonic, mode } = findKey(score);
  const features: Counts["features"] = {
    degrees: new Map(),
    durations: new Map(),
    chords: new Map(),
    parallels: new Map(),
  };
  const count = (feature: string, category: string | number, times = 1) => {
    const counts = features[feature] ??= new Map();
    counts.set(category, (counts.get(category) ?? 0) + times);
  };
  let notes = 0;
  for (const [voice, name] of CHORALE_VOICES.entries()) {
    features[`intervals of the ${name}`] = new Map();
    for (const [i, { pitch, startTick, endTick }] of score.parts[voice].notes.entries()) {
      notes++;
      count("degrees", (pitch - tonic + 12) % 12);
      count("durations", endTick - startTick);
      if (i > 0) count(`intervals of the ${name}`, pitch - score.parts[voice].notes[i - 1].pitch);
    }
  }
  for (let t = 0; t < frames.length; t += BEAT) {
    const sounding = frames[t].filter((pitch) => pitch !== REST);
    if (sounding.length > 0) count("chords", qualityOf(sounding));
  }
  for (const { interval } of parallels(frames)) count("parallels", interval);
  return { mode, notes, features };
}

/** A chord as semitones above its root, whatever is in the bass; all that have no name are one. */
function qualityOf(pitches: readonly number[]): string {
  const above = pitches.map((root) =>
    [...new Set(pitches.map((pitch) => (pitch - root + 120) % 12))].sort((a, b) => a - b).join(" ")
  );
  return above.find((intervals) => QUALITIES.has(intervals)) ?? "other";
}

function summed(all: readonly Counts[]): { notes: number; features: Record<string, FeatureCounts> } {
  const features: Record<string, Map<string | number, number>> = {};
  for (const counts of all) {
    for (const [name, own] of Object.entries(counts.features)) {
      const into = features[name] ??= new Map();
      for (const [category, times] of own) into.set(category, (into.get(category) ?? 0) + times);
    }
  }
  return { notes: all.reduce((sum, { notes }) => sum + notes, 0), features };
}
