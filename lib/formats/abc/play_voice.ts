import type { KeySignature, Metre } from "../../score/mod.ts";
import { AbcError, type Mending } from "./abc_error.ts";
import { ALTERATIONS, keyOf, SEMITONES, signatureOf, stepOf } from "./key.ts";
import type { AbcElement, AbcHead, AbcKey, AbcLineStart, AbcMetre, AbcVoice, ParsedTune } from "./parse.ts";

/** Quarter notes that a piece may last: 14 hours at 120 a minute. */
const LONGEST_PIECE = 100_000;
const EPSILON = 1e-6;

type TimeSignature = Pick<Metre, "numerator" | "denominator">;

/** Something, and when, in quarter notes from the beginning. */
export interface At<T> {
  /** When. */
  at: number;
  /** What. */
  value: T;
}

/** A note, in quarter notes. */
export interface PlayedNote {
  /** MIDI number. */
  pitch: number;
  /** Onset. */
  at: number;
  /** Release. */
  end: number;
  /** Where it stands in the tune, in characters. */
  startChar: number;
  /** A fermata stands on it. */
  fermata?: true;
}

/** What a voice plays, and what it says of the piece. */
export interface PlayedVoice {
  /** The notes, in the order of the text. */
  notes: PlayedNote[];
  /** Where it ends, in quarter notes. */
  end: number;
  /** Denominators of all durations in quarter notes. */
  unders: Set<number>;
  /** Its keys, as they sound. */
  keys: At<Pick<KeySignature, "fifths" | "mode">>[];
  /** Its metres. */
  metres: At<TimeSignature>[];
  /** Its tempi, in quarter notes a minute. */
  tempos: At<number>[];
  /** Where its first bar ends. */
  firstBar?: number;
  /** General MIDI program, where it says one. */
  program?: number;
  /** It is percussion. */
  drum: boolean;
}

/** A tie that is open. */
interface Tie {
  head: AbcHead;
  alter: number;
  note: PlayedNote;
  startChar: number;
}

/**
 * Plays a voice: adds up its times, which tuplets make shorter, finds pitches by key, by accidentals that hold to the
 * barline in their octave, and by transposition, and joins ties.
 *
 * @throws {AbcError} If it lasts too long, or where `mending` is strict.
 */
export function playVoice(
  voice: AbcVoice,
  { text, midi, propagation, lineOf }: ParsedTune,
  mending: Mending,
): PlayedVoice {
  const played: PlayedVoice = { notes: [], end: 0, unders: new Set(), keys: [], metres: [], tempos: [], drum: false };
  let now = 0, read = 0;
  /** Where bars began, the last of them this one. */
  const barStarts = [0];
  /** Where what an overlay stands beside has come to, and after how many more barlines the music goes on there. */
  let beside = { end: 0, bars: 0 };
  /** An overlay between (& and &). */
  let span: { start: number; end?: number; startChar: number } | undefined;
  let metre = { numerator: 4, denominator: 4 };
  let signature = new Map<number, number>(), accidentals = new Map<number, number>();
  let clefTransposes = 0, midiTransposes = 0, writtenKey: AbcKey | undefined;
  let tuplet = { left: 0, factor: 1 };
  /** Ties that are open, by where their notes end: an overlay goes back before what they are tied to has come. */
  const ties = new Map<number, Tie[]>();
  if (midi.channel?.[0] === 10) played.drum = true;

  const setKey = (key: AbcKey) => {
    writtenKey = key;
    signature = signatureOf(key);
    const said = keyOf(key, clefTransposes + midiTransposes);
    if (said) holdFrom(played.keys, now, said);
  };
  const setMetre = ({ type, value: [first] = [] }: AbcMetre) => {
    const numerator = type === "common_time" ? 4 : type === "cut_time" ? 2 : sumOf(first?.num ?? "");
    const denominator = type === "common_time" ? 4 : type === "cut_time" ? 2 : Number(first?.den);
    if (!(numerator > 0 && numerator < 256) || ![1, 2, 4, 8, 16, 32, 64].includes(denominator)) {
      if (type !== "specified") return;
      return mending.mend(lineOf(read), `The metre is ${first?.num}/${first?.den}`, "it was left out");
    }
    metre = { numerator, denominator };
    holdFrom(played.metres, now, metre);
  };
  const setClef = ({ type = "", transpose = 0 }: { type?: string; transpose?: number }) => {
    const octave = /[-_]8/.test(type) ? -12 : /[+^]8/.test(type) ? 12 : 0;
    clefTransposes = octave + (Number.isInteger(transpose) ? transpose : 0);
    if (type === "perc") played.drum = true;
  };
  const setTempo = ({ duration = [], bpm, suppressBpm, startChar }: AbcElement) => {
    const wholes = [duration].flat().filter(Number.isFinite).reduce((sum, each) => sum + each, 0);
    // A word alone, such as "Allegro", says no number.
    if (suppressBpm || bpm === undefined) return;
    // Of a decimal number abcjs takes the whole part.
    const written = text.slice(startChar, text.indexOf("\n", startChar)).replaceAll(/"[^"]*"/g, "");
    const [, decimal] = /^\[?Q:(?:[^\]%]*=)?\s*(\d*\.\d+)/.exec(written) ?? [];
    const value = 4 * wholes * Number(decimal ?? bpm);
    if (value >= 1 && value <= 10_000) holdFrom(played.tempos, now, value);
    else mending.mend(lineOf(startChar), `The tempo is ${value} quarter notes a minute`, "it was left out");
  };
  const setProgram = (program: number, startChar: number) => {
    if (Number.isInteger(program) && program >= 0 && program <= 127) played.program ??= program;
    else mending.mend(lineOf(startChar), `The program is ${program}, not 0 to 127`, "it was left out");
  };
  const setMidiTransposition = (semitones: number, startChar: number) => {
    if (!(Number.isInteger(semitones) && Math.abs(semitones) <= 127)) {
      return mending.mend(lineOf(startChar), `MIDI transpose is ${semitones}, not -127 to 127`, "it was left out");
    }
    midiTransposes = semitones;
    if (writtenKey) setKey(writtenKey);
  };
  const setMidi = ({ cmd, params: [first, second] = [], startChar }: AbcElement) => {
    if (cmd === "program") setProgram(second ?? first, startChar);
    if (cmd === "transpose") setMidiTransposition(first, startChar);
    if (cmd === "channel" && first === 10) played.drum = true;
  };
  const momentOf = (at: number) => Math.round(at / EPSILON);
  const endBar = ({ type = "", startEnding }: AbcElement & { startEnding?: string }) => {
    if (beside.bars > 0) beside.bars--;
    else {
      now = Math.max(now, beside.end);
      beside.end = 0;
    }
    barStarts.push(now);
    accidentals = new Map();
    // Where a repeat or an ending begins or ends, a tie may lack its other end.
    if (/repeat/.test(type) || startEnding !== undefined) ties.delete(momentOf(now));
    if (now > 0) played.firstBar ??= now;
  };
  const reachOf = (pitch: number) => propagation === "pitch" ? stepOf(pitch) : pitch;
  const sound = (element: AbcElement, end: number) => {
    const { pitches = [], gracenotes = [], startChar, endChar, decoration = [] } = element;
    // A hyphen before a note, as in c {d}-e, is no tie to the note before.
    const tied = text.slice(startChar, endChar).replaceAll(/"[^"]*"|![^!]*!|\{[^}]*\}/g, "").includes("-");
    // Grace notes are not played, but their accidentals hold.
    for (const { pitch, accidental = "" } of gracenotes) {
      if (accidental in ALTERATIONS) accidentals.set(reachOf(pitch), ALTERATIONS[accidental]);
    }
    const open = ties.get(momentOf(now)) ?? [], opening: Tie[] = [];
    for (const head of pitches) {
      const step = stepOf(head.pitch);
      const said = head.accidental === undefined ? undefined : ALTERATIONS[head.accidental] ?? 0;
      const place = open.findIndex((tie) => tie.head.pitch === head.pitch && (said ?? tie.alter) === tie.alter);
      const [tie] = place < 0 ? [] : open.splice(place, 1);
      if (said !== undefined) accidentals.set(reachOf(head.pitch), said);
      const held = propagation === "not" ? said : accidentals.get(reachOf(head.pitch));
      const alter = tie?.alter ?? held ?? signature.get(step) ?? 0;
      const exact = played.drum && head.midipitch !== undefined
        ? head.midipitch
        : 60 + 12 * Math.floor(head.pitch / 7) + SEMITONES[step] + alter + clefTransposes + midiTransposes;
      const pitch = Math.round(exact);
      const note: PlayedNote = tie?.note ?? { pitch, at: now, end, startChar };
      note.end = end;
      if (decoration.some((sign) => sign.endsWith("fermata"))) note.fermata = true;
      const inRange = pitch >= 0 && pitch <= 127;
      if (inRange && !tie && end > now) played.notes.push(note);
      if (!inRange) {
        mending.mend(lineOf(startChar), `The note has the MIDI number ${pitch}, not 0 to 127`, "it was left out");
      } else if (pitch !== exact) mending.mend(lineOf(startChar), "A quarter tone", "it was rounded");
      if (head.startTie && tied) opening.push({ head, alter, note, startChar });
    }
    if (opening.length > 0) ties.getOrInsert(momentOf(end), []).push(...opening);
  };
  const play = (element: AbcElement) => {
    const { pitches, rest, tripletR, startChar } = element;
    if (rest?.type === "spacer") return;
    if (tripletR) tuplet = { left: tripletR, factor: tupletFactor(element, text, metre) };
    let whole = element.duration as number;
    if (rest?.type.includes("multimeasure")) whole = (rest.text ?? 1) * metre.numerator / metre.denominator;
    // Of a rest of a whole note abcjs makes one of the first metre, which it is not: that is Z.
    else if (rest?.type === "whole") whole = 1;
    const [over, under] = fractionOf(4 * whole * (tuplet.left-- > 0 ? tuplet.factor : 1));
    if (!(now + over / under <= LONGEST_PIECE)) {
      throw new AbcError(`The piece is longer than ${LONGEST_PIECE} quarter notes up to here`, lineOf(startChar));
    }
    played.unders.add(under);
    const end = now + over / under;
    if (pitches && !(end > now)) {
      const wrong = `The note lasts ${4 * whole} quarter notes, which is too short`;
      mending.mend(lineOf(startChar), wrong, "it was left out");
    }
    if (pitches) sound(element, end);
    now = end;
  };
  const goBack = (to: number) => {
    [now, accidentals, tuplet] = [to, new Map(), { left: 0, factor: 1 }];
    while (barStarts.at(-1)! > to && barStarts.length > 1) barStarts.pop();
  };
  const overlay = ({ type: sign = "", startChar }: AbcElement) => {
    if (sign === "(&") span = { start: now, startChar };
    else if (sign !== "&)" && span) {
      span.end = Math.max(span.end ?? 0, now);
      goBack(span.start);
    } else if (sign !== "&)") {
      beside = { end: Math.max(beside.end, now), bars: sign.length - 1 };
      goBack(barStarts.at(-sign.length) ?? 0);
    } else if (span) {
      if (span.end === undefined) {
        const wrong = "An overlay from (& to &) has no & between its voices";
        mending.mend(lineOf(startChar), wrong, "all of it was read as one voice");
      }
      now = Math.max(now, span.end ?? 0);
      span = undefined;
    } else mending.mend(lineOf(startChar), "An overlay ends with &) that did not begin with (&", "it was passed over");
  };

  if (midi.transpose) setMidiTransposition(midi.transpose.at(-1)!, 0);
  if (midi.program) setProgram(midi.program.at(-1)!, 0);
  for (const each of voice.elements) {
    if (each.el_type === "line") {
      const { key, meter, clef } = each as AbcLineStart;
      if (clef) setClef(clef);
      if (key) setKey(key);
      if (meter) setMetre(meter);
      continue;
    }
    const element = each as AbcElement & AbcKey & AbcMetre;
    read = Math.max(read, element.endChar);
    if (element.el_type === "note") play(element);
    else if (element.el_type === "bar") endBar(element);
    else if (element.el_type === "overlay") overlay(element);
    else if (element.el_type === "key" || element.el_type === "keySignature") setKey(element);
    else if (element.el_type === "meter") setMetre(element);
    else if (element.el_type === "clef") setClef(element);
    else if (element.el_type === "tempo") setTempo(element);
    else if (element.el_type === "midi") setMidi(element);
    played.end = Math.max(played.end, now);
  }
  for (const { startChar } of [...ties.values()].flat()) {
    mending.mend(lineOf(startChar), "A tie ends nowhere: no note of its pitch follows", "the tie was dropped");
  }
  if (span) {
    mending.mend(lineOf(span.startChar), "An overlay (& lacks its end, &)", "it was read to the end of the voice");
  }
  return played;
}

/** Says what holds from a moment on, in place of what was said of the same moment: by the head of the tune, perhaps. */
function holdFrom<T>(said: At<T>[], at: number, value: T): void {
  if (said.at(-1)?.at === at) said.pop();
  said.push({ at, value });
}

/** By how much the notes of a tuplet are shorter: abcjs does not know that (5, (7 and (9 ask the metre. */
function tupletFactor(
  { startChar, endChar, tripletMultiplier = 1 }: AbcElement,
  text: string,
  metre: TimeSignature,
): number {
  const [, count, inTimeOf] = /\(([579])(?::(\d?))?/.exec(text.slice(startChar, endChar)) ?? [];
  const compound = metre.numerator % 3 === 0 && metre.numerator > 3 && metre.denominator >= 8;
  return count && !inTimeOf && compound ? 3 / Number(count) : tripletMultiplier;
}

function sumOf(numbers: string): number {
  return numbers.split(/[+.]/).reduce((sum, each) => sum + Number(each || NaN), 0);
}

/** The fraction that a number was computed from: numerator and denominator. */
function fractionOf(value: number): [over: number, under: number] {
  let [over, under, overBefore, underBefore] = [1, 0, 0, 1];
  let rest = value;
  while (Number.isFinite(rest) && under < 1e6) {
    const whole = Math.floor(rest + EPSILON);
    [over, overBefore] = [whole * over + overBefore, over];
    [under, underBefore] = [whole * under + underBefore, under];
    if (Math.abs(over / under - value) < 1e-9) break;
    rest = 1 / (rest - whole);
  }
  return [over, under];
}
