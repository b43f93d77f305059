import { seeded } from "../random/mod.ts";
import type { TimedNote } from "../score/mod.ts";
import { type Instrument, INSTRUMENTS, LONGEST_PIECE, SHORTEST_NOTE, type Sound } from "./instruments.ts";
import { pipe } from "./pipe.ts";
import { pluckedString } from "./pluck.ts";

/** A note that knows who plays it. */
export interface PlayedNote extends TimedNote {
  /** What plays it. @default {"pluck"} */
  instrument?: Instrument;
  /** Where it is heard in stereo, from -1, the left, to 1, the right. @default {0} */
  pan?: number;
}

/** What {@linkcode synthesise} can be told. */
export interface SynthesiseOptions {
  /** Samples a second, from 8000 to 192,000. @default {22050} */
  sampleRate?: number;
}

/** Loudest sample of a finished sound: 1 dB below clipping. */
const PEAK = 0.89;

/**
 * Plays notes: one channel, the loudest sample at 0.89.
 *
 * The same notes always give the same sound. A note shorter than 0.06 s sounds for 0.06 s; what is too high for the
 * sample rate (above 0.45 of it: pitch 123 and up at 22,050) is left out.
 *
 * @param notes Pitches as MIDI numbers (60 is middle C, fractions are allowed), times in seconds, velocities 1 to 127.
 * @throws {RangeError} If there are no notes, a note's numbers are out of range, the piece is longer than 1800 s, or the
 * sample rate is not an integer from 8000 to 192,000.
 * @throws {TypeError} If an instrument has another name.
 */
export function synthesise(notes: readonly PlayedNote[], options: SynthesiseOptions = {}): Float32Array<ArrayBuffer> {
  return channels(notes, options, () => [1])[0];
}

/**
 * Plays notes as {@linkcode synthesise} does, in two channels, each note where its `pan` says, as loud there as anywhere.
 *
 * @returns Left and right.
 * @throws {RangeError} As `synthesise`, or if a note's `pan` is not from -1 to 1.
 * @throws {TypeError} If an instrument has another name.
 */
export function synthesiseStereo(
  notes: readonly PlayedNote[],
  options: SynthesiseOptions = {},
): [left: Float32Array<ArrayBuffer>, right: Float32Array<ArrayBuffer>] {
  const [left, right] = channels(notes, options, ({ pan = 0 }) => {
    const angle = (pan + 1) * Math.PI / 4;
    return [Math.cos(angle), Math.sin(angle)];
  });
  return [left, right];
}

/** Plays notes in so many channels as `shares` says of a note how loud it is in each. */
function channels(
  notes: readonly PlayedNote[],
  { sampleRate = 22050 }: SynthesiseOptions,
  shares: (note: PlayedNote) => number[],
): Float32Array<ArrayBuffer>[] {
  if (!Number.isInteger(sampleRate) || sampleRate < 8000 || sampleRate > 192_000) {
    throw new RangeError(
      `Cannot synthesise: the sample rate must be an integer from 8000 to 192000, current value is ${sampleRate}`,
    );
  }
  if (notes.length === 0) throw new RangeError("Cannot synthesise: there are no notes");
  notes.forEach(check);
  const soundOf = ({ instrument = "pluck" }: PlayedNote) => INSTRUMENTS[instrument];
  const end = notes.reduce((last, note) => {
    const sound = soundOf(note);
    return Math.max(last, note.start + soundingTime(note, sound) + sound.release);
  }, 0);
  const mixed = shares(notes[0]).map(() => new Float32Array(Math.ceil(end * sampleRate) + 1));

  // One tone for all notes of a pitch, as long as the longest of them.
  for (const [sound, played] of Map.groupBy(notes, soundOf)) {
    for (const [pitch, same] of Map.groupBy(played, (note) => note.pitch)) {
      const frequency = 440 * 2 ** ((pitch - 69) / 12);
      if (frequency >= 0.45 * sampleRate) continue;
      const longest = same.reduce((length, note) => Math.max(length, soundingTime(note, sound)), 0) + sound.release;
      const length = Math.ceil(longest * sampleRate) + 1;
      const tone = sound.partials
        ? pipe(frequency, length, sampleRate, sound.partials)
        : pluckedString(frequency, length, sampleRate, seeded(Math.round(pitch * 100)));
      for (const note of same) {
        const share = shares(note);
        mixed.forEach((channel, i) => mix(channel, tone, note, sampleRate, sound, share[i]));
      }
    }
  }
  normalise(mixed);
  return mixed;
}

function soundingTime(note: TimedNote, { longest }: Sound): number {
  return Math.min(longest, Math.max(SHORTEST_NOTE, note.end - note.start));
}

/** Adds one note under its envelope, of raised cosines at both ends: nothing jumps, so nothing clicks. */
function mix(
  mixed: Float32Array,
  tone: Float32Array,
  note: TimedNote,
  sampleRate: number,
  sound: Sound,
  share: number,
): void {
  const first = Math.round(note.start * sampleRate);
  const held = Math.round(soundingTime(note, sound) * sampleRate);
  const rising = Math.round(sound.attack * sampleRate);
  const falling = Math.round(sound.release * sampleRate);
  const loudness = share * (0.25 + 0.75 * (note.velocity / 127) ** 1.5);
  const total = Math.min(held + falling, tone.length, mixed.length - first);
  for (let i = 0; i < total; i++) {
    let envelope = loudness;
    if (i < rising) envelope *= 0.5 - 0.5 * Math.cos((Math.PI * i) / rising);
    if (i > held) envelope *= 0.5 + 0.5 * Math.cos((Math.PI * (i - held)) / falling);
    mixed[first + i] += envelope * tone[i];
  }
}

function normalise(sounds: readonly Float32Array[]): void {
  let peak = 0;
  for (const sound of sounds) for (const sample of sound) peak = Math.max(peak, Math.abs(sample));
  if (peak === 0) return;
  for (const sound of sounds) for (let i = 0; i < sound.length; i++) sound[i] *= PEAK / peak;
}

function check({ pitch, start, end, velocity, instrument = "pluck", pan = 0 }: PlayedNote, index: number): void {
  const refuse = (what: string) => new RangeError(`Cannot synthesise: note ${index} ${what}`);
  if (!(pitch >= 0 && pitch <= 127)) throw refuse(`has the pitch ${pitch}, which is not from 0 to 127`);
  if (!(velocity >= 1 && velocity <= 127)) throw refuse(`has the velocity ${velocity}, which is not from 1 to 127`);
  if (!(pan >= -1 && pan <= 1)) throw refuse(`has the pan ${pan}, which is not from -1 to 1`);
  if (!(start >= 0 && end >= start)) throw refuse(`sounds from ${start} to ${end} seconds`);
  if (end > LONGEST_PIECE) {
    throw refuse(
      `ends after ${end} seconds, more than the ${LONGEST_PIECE} that fit into memory; play a part of the piece`,
    );
  }
  if (!Object.hasOwn(INSTRUMENTS, instrument)) {
    const names = Object.keys(INSTRUMENTS).join(", ");
    throw new TypeError(`Cannot synthesise: the instrument must be one of ${names}, got "${instrument}"`);
  }
}

/** What {@linkcode synthesise} and {@linkcode synthesiseStereo} call and read, by name, in this file. */
export const SYNTHESISER = { PEAK, synthesise, synthesiseStereo, channels, soundingTime, mix, normalise, check };
