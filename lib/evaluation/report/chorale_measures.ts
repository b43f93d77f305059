import type { Chorale } from "../../corpus/mod.ts";
import {
  type FeatureCounts,
  leadingToneResolution,
  longestQuotation,
  meanVoiceRange,
  quotationIndex,
  styleGrade,
  tonalTension,
} from "../../metrics/mod.ts";
import { corpusTable, findKey, type Key, toNoteTable } from "../../notes/mod.ts";
import { breachRates, choraleRule, choraleRules, countBreaches, inItsKey } from "../../sampling/mod.ts";
import { CHORALE_VOICES, REST, scoreOfChorale } from "../../score/mod.ts";

/** Measures of one chorale by name; NaN where one is undefined. */
export type ChoraleValues = Record<string, number>;

/** Sixteenths of a quarter note: chords are looked at on beats. */
const BEAT = 4;
/** The rules that count parallels. */
const PARALLELS = (["parallel fifth", "parallel octave"] as const).map((name) => choraleRule(name, 0));

/**
 * What chorales are measured by, beside their models' nats: breaches of each rule of voice leading in each thousand
 * sixteenths; the share of leading tones that resolve; the range of a voice in semitones; notes per voice and quarter note;
 * cloud diameter and tensile strain of the tonal tension; the style grade against the training chorales of the same mode
 * (degrees of the scale, durations, intervals of each voice, chords on the beats, parallels; lower is more alike); and the
 * longest quotation from the training chorales, in notes of all voices in a row, in any key.
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
  const references = { major: reference("major"), minor: reference("minor") };
  const rules = choraleRules(0);
  return (chorale) => {
    const score = scoreOfChorale(chorale), table = toNoteTable(score, { piece: chorale.name });
    const { frames, struck, notation } = chorale, counts = countsOf(chorale), known = references[counts.mode];
    const rates = Object.entries(breachRates(rules, [inItsKey(chorale)]))
      .filter(([name]) => name !== "imperfect cadence" || notation);
    const { diameter, strain } = tonalTension(score).mean;
    const features = Object.entries(counts.features).map(([name, piece]) => [name, {
      piece,
      reference: known.features[name],
      ...name === "parallels" && { notes: { piece: counts.notes, reference: known.notes } },
    }]);
    return {
      ...Object.fromEntries(rates),
      "leading tones resolved": leadingToneResolution(table, frames),
      "range of a voice": meanVoiceRange(frames),
      "notes per quarter": struck.flat().filter(Boolean).length / (CHORALE_VOICES.length * frames.length / BEAT),
      "diameter": diameter,
      "strain": strain,
      "style grade": styleGrade(Object.fromEntries(features)).grade,
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
    const sounding = frames[t].filter((pitch) => pitch !== REST), bass = sounding.at(-1);
    if (bass === undefined) continue;
    const above = new Set(sounding.map((pitch) => ((pitch - bass) % 12 + 12) % 12));
    count("chords", [...above].sort((a, b) => a - b).join(" "));
  }
  for (const [name, times] of Object.entries(countBreaches(PARALLELS, [chorale]))) {
    if (times > 0) count("parallels", name, times);
  }
  return { mode, notes, features };
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
