import { crc32 } from "node:zlib";
import { REST } from "../../score/mod.ts";
import type { EventPiece } from "../encoding.ts";
import type { FrameEvent } from "./frame_events.ts";
import { FramePast } from "./frame_past.ts";

// What is said of a frame stands in one integer, a byte for each voice, the soprano's lowest: frames are compared by the
// hundred thousand, and this way all four voices at once.

/** Frames of a beat. */
export const BEAT = 4;
/** The byte of a voice that holds its note, or its rest; a voice that moves has its interval added to it. */
export const HELD = 64;
/** The widest interval that is told from wider ones, in semitones. */
export const WIDEST_MOTION = 30;
/** The byte of a voice that begins to sound after a rest. */
const ENTERS = 1;
/** The byte of one that falls silent. */
export const FALLS_SILENT = 2;
/** All voices of a first frame; and what stands where there is no frame, which is like nothing. */
const BEGINS = 0x03030303, NOTHING = 0x7f7f7f7f;
/** The byte of a rest among degrees. */
const RESTS = 13;
/** Added to the degree of a voice in minor. */
const MINOR = 16;

/** The byte of a voice. */
export function byteOf(packed: number, voice: number): number {
  return (packed >>> (8 * voice)) & 0xff;
}

/** All bits of the bytes in which two packed numbers differ. */
export function differing(a: number, b: number): number {
  const x = a ^ b, high = (((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x) & 0x80808080;
  return (high - (high >>> 7)) | high;
}

/** What a voice does from one frame to the next, as a byte. */
export function motion(before: number, after: number): number {
  if (before === after) return HELD;
  if (before === REST) return ENTERS;
  return after === REST ? FALLS_SILENT : HELD + Math.min(Math.max(after - before, -WIDEST_MOTION), WIDEST_MOTION);
}

/** Whether a byte says by which interval a voice moves, 0 if it is held. */
export function isInterval(did: number): boolean {
  return Math.abs(did - HELD) <= WIDEST_MOTION;
}

/** What is compared of a frame: all of it is the same in every key. */
export interface PackedFrame {
  /** What each voice does from the frame before. */
  motions: number;
  /** How far each voice stands above the bass, octaves left out. */
  chords: number;
  /** The scale degree of each voice in the key that the frames so far are in, and its mode. */
  degrees: number;
}

const SIDES = ["motions", "chords", "degrees"] as const;

/** Packs the latest frame of a past. */
export function packLatest({ frames, key }: FramePast): PackedFrame {
  const frame = frames[frames.length - 1], before = frames[frames.length - 2], bass = frame[frame.length - 1];
  const mode = key.isMinor ? MINOR : 0;
  let motions = 0, chords = 0, degrees = 0;
  for (let voice = 0; voice < frame.length; voice++) {
    const pitch = frame[voice], shift = 8 * voice;
    if (before) motions |= motion(before[voice], pitch) << shift;
    chords |= (pitch === REST || bass === REST ? RESTS : (pitch - bass + 120) % 12) << shift;
    degrees |= ((pitch === REST ? RESTS : (pitch - key.tonic + 12) % 12) + mode) << shift;
  }
  return { motions: before ? motions : BEGINS, chords, degrees };
}

/**
 * Frames of many pieces, by their place in the beat: those at one place stand together, piece after piece, one a beat.
 * After the last beat of each piece there is room for one that is like nothing.
 */
export class PackedFrames {
  /** How many beats there are, with the one after each piece. */
  beats = 0;
  /** Of each place in the beat, the motions of its frames. */
  motions: Int32Array[] = [];
  /** The same of their chords. */
  chords: Int32Array[] = [];
  /** The same of their degrees. */
  degrees: Int32Array[] = [];
  /** Of each place, as many frames of the latest piece there are. */
  #length = 0;

  /** For how many beats there is room. */
  get room(): number {
    return this.motions[0].length;
  }

  /** @param room For how many beats there is room at first. */
  constructor(room = 64) {
    this.#resize(room);
  }

  /** Begins a piece. */
  begin(): void {
    this.beats++;
    this.#length = 0;
  }

  /** Adds the next frame of the latest piece. */
  add(frame: PackedFrame): void {
    const place = this.#length++ % BEAT;
    if (place === 0) this.beats++;
    if (this.beats >= this.room) this.#resize(2 * this.beats);
    for (const side of SIDES) this[side][place][this.beats - 2] = frame[side];
  }

  #resize(beats: number): void {
    for (const name of SIDES) {
      this[name] = Array.from({ length: BEAT }, (_, place) => {
        const resized = new Int32Array(beats).fill(NOTHING);
        if (this[name][place]) resized.set(this[name][place]);
        return resized;
      });
    }
  }

  /** The same frames once more, to go on another way. */
  fork(): PackedFrames {
    const copy = new PackedFrames(this.room);
    for (const name of SIDES) copy[name] = this[name].map((frames) => frames.slice());
    copy.beats = this.beats;
    copy.#length = this.#length;
    return copy;
  }
}

/** The chorales that are learned from, to look back at. */
export class ChoraleIndex {
  /** Their frames. */
  readonly frames: PackedFrames;
  /** The first beat of each, and where the last one ends. */
  readonly firsts: Int32Array;
  /** CRC-32 of their names and frames. */
  readonly mark: number;
  readonly #names: ReadonlyMap<string, readonly number[]>;

  constructor(pieces: readonly EventPiece<FrameEvent>[]) {
    const frames = new PackedFrames(), firsts: number[] = [];
    let mark = 0;
    for (const { piece, events } of pieces) {
      const past = new FramePast();
      firsts.push(frames.beats);
      frames.begin();
      mark = crc32(`${piece}\n`, mark);
      for (const event of events) {
        past.hear(event);
        if (past.length === 0) continue;
        frames.add(packLatest(past));
        mark = crc32(Uint8Array.from(event.pitches), mark);
      }
    }
    this.frames = frames;
    this.firsts = Int32Array.from([...firsts, frames.beats]);
    this.mark = mark;
    const names = new Map<string, number[]>();
    pieces.forEach(({ piece }, i) => names.set(piece, [...names.get(piece) ?? [], i]));
    this.#names = names;
  }

  /** The stretches of beats that are left when all pieces of a name are left out. */
  without(piece: string | undefined): (readonly [first: number, end: number])[] {
    const left = piece === undefined ? [] : this.#names.get(piece) ?? [];
    const stretches: (readonly [number, number])[] = [];
    let first = 0;
    for (const i of left) {
      stretches.push([first, this.firsts[i]]);
      first = this.firsts[i + 1];
    }
    return [...stretches, [first, this.frames.beats]];
  }
}
