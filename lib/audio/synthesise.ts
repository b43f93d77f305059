import type { TimedNote } from "../score/mod.ts";
import { seeded } from "../random/mod.ts";
import { organPipe } from "./organ.ts";
import { pluckedString } from "./pluck.ts";

/** What plays the notes: a plucked string, or an organ pipe. */
export type Voice = "pluck" | "organ";

/** What {@linkcode synthesise} can be told. */
export interface SynthesiseOptions {
  /** Samples a second, from 8000 to 192,000. @default {22050} */
  sampleRate?: number;
  /** What plays the notes. @default {"pluck"} */
  voice?: Voice;
}

/** Loudest sample of a finished sound: 1 dB below clipping. */
const PEAK = 0.89;
/** Longest piece in seconds: half an hour at 22,050 samples a second takes 160 MB. */
const LONGEST_PIECE = 1800;
/** Longest that one note sounds, in seconds; a string has died away by then. */
const LONGEST_NOTE: Record<Voice, number> = { pluck: 8, organ: Infinity };
/** Shortest that one note sounds, in seconds, so that generated notes without length are heard. */
const SHORTEST_NOTE = 0.06;
/** Seconds from silence to the full sound, and from the end of a note to silence. */
const ENVELOPE: Record<Voice, { attack: number; release: number }> = {
  pluck: { attack: 0.002, release: 0.09 },
  organ: { attack: 0.03, release: 0.08 },
};

/**
 * Plays notes: one channel, the loudest sample at 0.89.
 *
 * The same notes always give the same sound. A note shorter than 0.06 s sounds for 0.06 s; what is too high for the
 * sample rate (above 0.45 of it: pitch 123 and up at 22,050) is left out.
 *
 * @param notes Pitches as MIDI numbers (60 is middle C, fractions are allowed), times in seconds, velocities 1 to 127.
 * @throws {RangeError} If there are no notes, a note's numbers are out of range, the piece is longer than 1800 s, or the
 * sample rate is not an integer from 8000 to 192,000.
 * @throws {TypeError} If the voice has another name.
 */
export function synthesise(notes: readonly TimedNote[], options: SynthesiseOptions = {}): Float32Array {
  const { sampleRate = 22050, voice = "pluck" } = options;
  if (!Object.hasOwn(ENVELOPE, voice)) {
    throw new TypeError(`Cannot synthesise: the voice must be "pluck" or "organ", got "${voice}"`);
  }
  if (!Number.isInteger(sampleRate) || sampleRate < 8000 || sampleRate > 192_000) {
    throw new RangeError(
      `Cannot synthesise: the sample rate must be an integer from 8000 to 192000, current value is ${sampleRate}`,
    );
  }
  if (notes.length === 0) throw new RangeError("Cannot synthesise: there are no notes");
  notes.forEach(check);
  const { release } = ENVELOPE[voice];
  const soundingTo = notes.map((note) => note.start + soundingTime(note, voice));
  const end = soundingTo.reduce((last, time) => Math.max(last, time), 0);
  const sound = new Float32Array(Math.ceil((end + release) * sampleRate) + 1);

  // One string for all notes of a pitch, as long as the longest of them.
  for (const [pitch, same] of Map.groupBy(notes, (note) => note.pitch)) {
    const frequency = 440 * 2 ** ((pitch - 69) / 12);
    if (frequency >= 0.45 * sampleRate) continue;
    const longest = same.reduce((length, note) => Math.max(length, soundingTime(note, voice)), 0) + release;
    const length = Math.ceil(longest * sampleRate) + 1;
    const tone = voice === "pluck"
      ? pluckedString(frequency, length, sampleRate, seeded(Math.round(pitch * 100)))
      : organPipe(frequency, length, sampleRate);
    for (const note of same) mix(sound, tone, note, sampleRate, voice);
  }
  normalise(sound);
  return sound;
}

function soundingTime(note: TimedNote, voice: Voice): number {
  return Math.min(LONGEST_NOTE[voice], Math.max(SHORTEST_NOTE, note.end - note.start));
}

/** Adds one note under its envelope, of raised cosines at both ends: nothing jumps, so nothing clicks. */
function mix(sound: Float32Array, tone: Float32Array, note: TimedNote, sampleRate: number, voice: Voice): void {
  const { attack, release } = ENVELOPE[voice];
  const first = Math.round(note.start * sampleRate);
  const held = Math.round(soundingTime(note, voice) * sampleRate);
  const rising = Math.round(attack * sampleRate);
  const falling = Math.round(release * sampleRate);
  const loudness = 0.25 + 0.75 * (note.velocity / 127) ** 1.5;
  const total = Math.min(held + falling, tone.length, sound.length - first);
  for (let i = 0; i < total; i++) {
    let envelope = loudness;
    if (i < rising) envelope *= 0.5 - 0.5 * Math.cos((Math.PI * i) / rising);
    if (i > held) envelope *= 0.5 + 0.5 * Math.cos((Math.PI * (i - held)) / falling);
    sound[first + i] += envelope * tone[i];
  }
}

function normalise(sound: Float32Array): void {
  let peak = 0;
  for (const sample of sound) peak = Math.max(peak, Math.abs(sample));
  if (peak === 0) return;
  for (let i = 0; i < sound.length; i++) sound[i] *= PEAK / peak;
}

function check({ pitch, start, end, velocity }: TimedNote, index: number): void {
  const refuse = (what: string) => new RangeError(`Cannot synthesise: note ${index} ${what}`);
  if (!(pitch >= 0 && pitch <= 127)) throw refuse(`has the pitch ${pitch}, which is not from 0 to 127`);
  if (!(velocity >= 1 && velocity <= 127)) throw refuse(`has the velocity ${velocity}, which is not from 1 to 127`);
  if (!(start >= 0 && end >= start)) throw refuse(`sounds from ${start} to ${end} seconds`);
  if (end > LONGEST_PIECE) {
    throw refuse(
      `ends after ${end} seconds, more than the ${LONGEST_PIECE} that fit into memory; play a part of the piece`,
    );
  }
}
