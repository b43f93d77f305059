/** How far voices that were found agree with the true ones; run as a program, it prints a table of the pieces at hand. */

import { openCorpus } from "../../lib/corpus/mod.ts";
import { readKern, readMidi } from "../../lib/formats/mod.ts";
import { findVoices, flatten, type Score, type VoicedNote, VoiceFinder, voicesOf } from "../../lib/score/mod.ts";
import { corpusFiles, readShared } from "../shared.ts";

/** A piece whose true voices are known: all its notes by onset, then pitch, and the part of each. */
export interface VoicedPiece {
  path: string;
  notes: VoicedNote[];
  parts: number[];
}

/** A piece whose parts are voices, none of them doubling another; nothing of any other. */
export function voicedPiece(path: string, score: Score): VoicedPiece | undefined {
  if (!voicesOf(score)) return undefined;
  const flat = flatten(score, "all"), notes = flat.map(({ note }) => note);
  const doubled = notes.filter((note, i) =>
    [notes[i - 1], notes[i + 1]].some((other) => other?.startTick === note.startTick && other.pitch === note.pitch)
  );
  if (doubled.length > notes.length / 10) return undefined;
  return { path, notes, parts: flat.map(({ part }) => part) };
}

/** Links from a note to the next one in its voice, counted. */
export interface Agreement {
  /** Links that are there, and were found. */
  right: number;
  /** Links that are there. */
  there: number;
  /** Links that were found. */
  found: number;
  /** Harmonic mean of precision and recall of the links, as McLeod and Steedman report it. */
  f1: number;
  /** Share of notes that are in the part from which most of their found voice comes: Chew and Wu's voice consistency. */
  consistency: number;
}

/** How found voices agree with the parts of a piece. */
export function agreement(parts: readonly number[], voices: readonly number[]): Agreement {
  const [truth, found] = [before(parts), before(voices)];
  const right = truth.filter((note, i) => note >= 0 && note === found[i]).length;
  const [there, links] = [truth, found].map((notes) => notes.filter((note) => note >= 0).length);
  const counts = new Map<number, Map<number, number>>();
  voices.forEach((voice, i) => {
    const of = counts.get(voice) ?? new Map<number, number>();
    counts.set(voice, of.set(parts[i], (of.get(parts[i]) ?? 0) + 1));
  });
  const most = [...counts.values()].map((of) => Math.max(...of.values())).reduce((sum, count) => sum + count, 0);
  return { right, there, found: links, f1: 2 * right / (there + links), consistency: most / parts.length };
}

/** The same of several pieces together: all links, and all notes. */
export function together(pieces: readonly VoicedPiece[], find: (notes: VoicedNote[]) => number[]): Agreement {
  const sum = { right: 0, there: 0, found: 0 };
  let consistent = 0, notes = 0;
  for (const { notes: all, parts } of pieces) {
    const { consistency, ...links } = agreement(parts, find(all));
    for (const name of ["right", "there", "found"] as const) sum[name] += links[name];
    consistent += consistency * parts.length;
    notes += parts.length;
  }
  return { ...sum, f1: 2 * sum.right / (sum.there + sum.found), consistency: consistent / notes };
}

/** Voices as the finder settles them that never looks ahead. */
export function heardVoices(notes: readonly VoicedNote[]): number[] {
  const finder = new VoiceFinder();
  for (const note of notes) finder.hear(note);
  return finder.placement();
}

/** The pieces of the sample whose voices are known. */
export async function sampleVoices(): Promise<VoicedPiece[]> {
  return (await openCorpus("sample")).pieces.flatMap(({ path, score }) => voicedPiece(path, score) ?? []);
}

/** The 370 chorales of the reference material. */
export function choraleVoices(): VoicedPiece[] {
  const numbers = Array.from({ length: 371 }, (_, i) => i + 1).filter((number) => number !== 150);
  return numbers.flatMap((number) => {
    const path = `chorales370/chor${String(number).padStart(3, "0")}.krn`;
    return voicedPiece(path, readKern(new TextDecoder().decode(readShared(`corpus/${path}`)))) ?? [];
  });
}

/** The pieces of the paper's corpus whose parts are voices, those left aside that cannot be read. */
export function corpusVoices(): VoicedPiece[] {
  return [...corpusFiles()].flatMap(([path, bytes]) => {
    try {
      return voicedPiece(path, readMidi(bytes)) ?? [];
    } catch {
      return [];
    }
  });
}

function before(voices: readonly number[]): number[] {
  const last = new Map<number, number>();
  return voices.map((voice, i) => {
    const note = last.get(voice) ?? -1;
    last.set(voice, i);
    return note;
  });
}

if (import.meta.main) {
  const sets = { sample: await sampleVoices(), chorales: choraleVoices(), corpus: corpusVoices() };
  const row = (path: string, pieces: readonly VoicedPiece[]) => {
    const rows = [heardVoices, findVoices].map((find) => together(pieces, find));
    const digits = rows.flatMap(({ f1, consistency }) => [f1, consistency]).map((share) => share.toFixed(3));
    const voices = pieces.length === 1 ? String(new Set(pieces[0].parts).size) : "";
    console.log([path, voices, ...digits].join("\t"));
  };
  console.log(["piece", "voices", "F1 heard", "consistency", "F1 looking ahead", "consistency"].join("\t"));
  for (const [name, pieces] of Object.entries(sets)) {
    for (const piece of pieces) row(piece.path, [piece]);
    row(`${pieces.length} pieces: ${name}`, pieces);
  }
}
