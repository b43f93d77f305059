import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { TimedNote } from "./score.ts";

/** A note whose voice is looked for. */
export type VoicedNote = Pick<TimedNote, "pitch" | "start" | "end">;

/** A voice that was found, as it is after the last note heard. */
export interface FoundVoice {
  /** Index of its last note among those heard. */
  readonly last: number;
  /** Index of the one before; -1 for none. */
  readonly before: number;
  /** The pitch around which it moves: a mean of its pitches that forgets, as a MIDI number. */
  readonly register: number;
  /** When its last note begins, in seconds. */
  readonly start: number;
  /** When its last note ends, in seconds. */
  readonly end: number;
  /** Pitch of its last note. */
  readonly pitch: number;
}

/** Options of {@linkcode VoiceFinder} and {@linkcode findVoices}. */
export interface FindVoicesOptions {
  /**
   * How many onsets later a note's voice is settled. With 0 the notes of one onset are placed together, and what is later
   * changes nothing.
   *
   * @default {0} In a `VoiceFinder`; 4 in `findVoices`.
   */
  lookAhead?: number;
}

/** Two onsets this near to each other are one, in seconds; and no time is taken for shorter. */
const TOGETHER = 1e-3;
/** What a leap costs from the voice's last note, and from its register, per semitone to the power of `STRETCH`. */
const LEAP = 0.03, LEAVING = 0.01, STRETCH = 1.5;
/** How much of the register stays with each note. */
const STAYS = 0.98;
/** A rest costs the log of one more than itself, counted in so much of the voice's last note. */
const REST_UNIT = 0.4;
/** What it costs if a voice begins a note before it has ended the last, times the share of that one which is left. */
const OVERLAP = 12;
/** What it costs to begin another voice. */
const BEGINNING = 8;
/** How many ways to place the notes that are not settled yet are followed, per onset. */
const WAYS = 8;
/** Costs of time are alike within one part in so many. */
const ALIKE = 2;
/** Costs that differ by less are equal, so that what is rounded decides nothing: music has one set of voices in any key. */
const ROUNDED = 1e-9;

/** A way to place all notes so far. */
interface Way {
  readonly cost: number;
  readonly voices: readonly FoundVoice[];
  readonly placed?: Placed;
}

/** Where a note is placed, and those before it. */
interface Placed {
  readonly note: number;
  readonly voice: number;
  readonly earlier?: Placed;
}

/**
 * Finds the voices of music that is heard note by note. This is the rule:
 *
 * - A voice has one note at an onset. A note goes on with the voice where that costs least, or begins one, for 8.
 * - Going on costs 0.03 d^1.5 for d semitones from the voice's last note; 0.01 r^1.5 for r semitones from its register, to
 *   which each note adds a fiftieth; ln(1 + t / 0.4) for a rest of t lengths of its last note; and 12 s if the share s of that
 *   note is still to sound.
 * - The notes of one onset are placed together, so that their sum costs least among the ways that are followed. What was
 *   placed at earlier onsets stays as it is, and later notes are not waited for, unless `lookAhead` says otherwise.
 *
 * Costs and search are in the manner of McLeod and Steedman, "HMM-based voice separation of MIDI performance" (Journal of
 * New Music Research 45, 2016); pitch proximity is the rule of Huron, and of Temperley's preference rules. The numbers
 * were chosen on the training pieces of the paper's corpus, by the F1 of links from a note to the next in its voice.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VoiceFinder } from "./mod.ts";
 *
 * const finder = new VoiceFinder();
 * finder.hear({ pitch: 60, start: 0, end: 1 });
 * finder.hear({ pitch: 72, start: 0, end: 0.5 });
 * finder.hear({ pitch: 74, start: 0.5, end: 1 });
 * assertEquals(finder.placement(), [0, 1, 1]);
 * ```
 */
export class VoiceFinder {
  readonly #lookAhead: number;
  /** Ways that are followed, the cheapest first. */
  #ways: readonly Way[] = [{ cost: 0, voices: [] }];
  /** How many notes came before each of the last onsets. */
  #onsets: readonly number[] = [];
  #now = -Infinity;
  #heard = 0;

  /**
   * Begins a piece.
   *
   * @param options Whether later notes are waited for.
   * @throws {RangeError} If `lookAhead` is not a whole number of onsets.
   */
  constructor(options: FindVoicesOptions = {}) {
    const { lookAhead = 0 } = checkOptions("find voices", options, { lookAhead: optional(kinds.integer({ from: 0 })) });
    this.#lookAhead = lookAhead;
  }

  /** The voices by their numbers, in the order in which they began, after the notes heard so far. */
  get voices(): readonly FoundVoice[] {
    return this.#ways[0].voices;
  }

  /** Number of the voice of the note heard last. */
  get latest(): number {
    return this.#ways[0].placed?.voice ?? -1;
  }

  /**
   * Hears the next note.
   *
   * @param note It begins no earlier than those before.
   * @throws {RangeError} If it does.
   */
  hear(note: VoicedNote): void {
    if (note.start < this.#now - TOGETHER) {
      throw new RangeError(`Cannot find voices: a note at ${note.start} s comes after one at ${this.#now} s`);
    }
    if (note.start > this.#now + TOGETHER) {
      this.#now = note.start;
      this.#settle();
    }
    const most = WAYS * (this.#lookAhead + 1);
    const cheapest: { cost: number; way: Way; voice: number }[] = [];
    for (const way of this.#ways) {
      for (let voice = 0; voice <= way.voices.length; voice++) {
        const cost = way.cost + (voice < way.voices.length ? costOf(note, way.voices[voice]) : BEGINNING);
        if (cost === Infinity || cheapest.length === most && cost >= cheapest[most - 1].cost - ROUNDED) continue;
        const at = cheapest.findIndex((other) => cost < other.cost - ROUNDED);
        cheapest.splice(at < 0 ? cheapest.length : at, 0, { cost, way, voice });
        if (cheapest.length > most) cheapest.pop();
      }
    }
    const [{ cost: least }] = cheapest, index = this.#heard++;
    this.#ways = cheapest.map(({ cost, way, voice }) => ({
      cost: cost - least,
      voices: placedIn(way.voices, voice, note, index),
      placed: { note: index, voice, earlier: way.placed },
    }));
  }

  /**
   * The voices that can go on at a time, those first that have rested least for the length of their last note; of such as
   * are alike in that the lower first. One that has begun a note by then, or has more than two thirds of it to sound, cannot.
   *
   * @param start When, in seconds; not before the last onset.
   * @returns Their numbers.
   */
  free(start: number): number[] {
    return this.voices.map((voice, number) => ({ number, pitch: voice.pitch, cost: costOfTime(start, voice) }))
      .filter(({ cost }) => cost < BEGINNING)
      .map((each) => ({ ...each, cost: Math.round(ALIKE * each.cost) }))
      .sort((a, b) => a.cost - b.cost || a.pitch - b.pitch)
      .map(({ number }) => number);
  }

  /**
   * The voice in which a note would be placed that came next, as long as no other follows.
   *
   * @returns Its number; that of a voice to come if the note would begin one.
   */
  voiceOf({ pitch, start }: Pick<VoicedNote, "pitch" | "start">): number {
    const fork = this.fork();
    fork.hear({ pitch, start, end: start });
    return fork.latest;
  }

  /** Numbers of the voices of all notes heard, as they are placed now. */
  placement(): number[] {
    const numbers: number[] = new Array(this.#heard);
    for (let at = this.#ways[0].placed; at; at = at.earlier) numbers[at.note] = at.voice;
    return numbers;
  }

  /** The same finder once more, to go on another way. */
  fork(): VoiceFinder {
    const copy = new VoiceFinder({ lookAhead: this.#lookAhead });
    copy.#ways = this.#ways;
    copy.#onsets = this.#onsets;
    copy.#now = this.#now;
    copy.#heard = this.#heard;
    return copy;
  }

  /** At a new onset: leaves the ways that place the notes before the one `lookAhead` onsets ago as the cheapest does. */
  #settle(): void {
    this.#onsets = [...this.#onsets, this.#heard].slice(-this.#lookAhead - 1);
    if (this.#onsets.length <= this.#lookAhead) return;
    const agreed = placedBefore(this.#ways[0], this.#onsets[0]);
    this.#ways = this.#ways.filter((way) => placedBefore(way, this.#onsets[0]) === agreed);
  }
}

/** What it costs a voice to go on with a note. */
function costOf({ pitch, start }: VoicedNote, voice: FoundVoice): number {
  const leap = Math.abs(pitch - voice.pitch) ** STRETCH, leaving = Math.abs(pitch - voice.register) ** STRETCH;
  return costOfTime(start, voice) + LEAP * leap + LEAVING * leaving;
}

/** What it costs a voice to go on at a time, whatever the pitch. */
function costOfTime(time: number, { start, end }: FoundVoice): number {
  if (start > time - TOGETHER) return Infinity;
  const length = Math.max(end - start, TOGETHER), left = end - time;
  return left > TOGETHER ? OVERLAP * left / length : Math.log1p(Math.max(-left - TOGETHER, 0) / (REST_UNIT * length));
}

function placedIn(
  voices: readonly FoundVoice[],
  number: number,
  { pitch, start, end }: VoicedNote,
  index: number,
): readonly FoundVoice[] {
  const voice = voices[number], changed = [...voices];
  const register = voice ? STAYS * voice.register + (1 - STAYS) * pitch : pitch;
  changed[number] = { last: index, before: voice?.last ?? -1, register, start, end, pitch };
  return changed;
}

/** How a way places the notes before one of them. */
function placedBefore({ placed }: Way, note: number): Placed | undefined {
  while (placed && placed.note >= note) placed = placed.earlier;
  return placed;
}

/**
 * The voices of a whole piece, by the rule of {@linkcode VoiceFinder}, but settled four onsets later, which finds a little
 * more. Not for what a model hears: that must not know later notes.
 *
 * @param notes By onset.
 * @param options How far it looks ahead.
 * @returns The number of each note's voice, from 0, the highest on average, downwards.
 * @throws {RangeError} If the notes are not sorted by onset, or `lookAhead` is not a whole number of onsets.
 */
export function findVoices(notes: readonly VoicedNote[], options: FindVoicesOptions = {}): number[] {
  const { lookAhead = 4 } = options;
  const finder = new VoiceFinder({ ...options, lookAhead });
  for (const note of notes) finder.hear(note);
  const numbers = finder.placement(), sums = finder.voices.map(() => ({ pitches: 0, notes: 0 }));
  numbers.forEach((voice, i) => {
    sums[voice].pitches += notes[i].pitch;
    sums[voice].notes++;
  });
  const means = sums.map(({ pitches, notes }) => pitches / notes);
  const fromTheTop = means.map((_, voice) => voice).sort((a, b) => means[b] - means[a]);
  const ranks = fromTheTop.map((_, voice) => fromTheTop.indexOf(voice));
  return numbers.map((voice) => ranks[voice]);
}
