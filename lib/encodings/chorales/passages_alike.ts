import type { FramePast } from "./frame_past.ts";
import {
  BEAT,
  byteOf,
  type ChoraleIndex,
  differing,
  HELD,
  type PackedFrame,
  PackedFrames,
  packLatest,
} from "./packed_frames.ts";

/** How alike passages of chorales are counted. */
export interface FrameLikeness {
  /** What a voice adds in each frame where it holds, and where it moves by the same interval, in both passages. */
  same: readonly [held: number, moved: number];
  /** Whether a voice keeps three quarters of what it had in common where it no longer does the same, or nothing. */
  forgives: boolean;
  /** How often the soprano counts; the others count once. */
  soprano: number;
  /** How much more often the voice counts that is named next. */
  own: number;
  /**
   * What is taken off for a voice of the next frame that is drawn and did something else in the other passage, beside half
   * of what it had in common, or all of that where nothing is forgiven.
   */
  missed: number;
  /** What the same chord adds. */
  chord: number;
  /** What each voice on the same degree of the scale adds. */
  degree: number;
}

/** Passages, and what their voices did next. */
export interface FramePassages {
  /** How many there are. */
  count: number;
  /** How alike each is. */
  scores: Int32Array;
  /** What each voice has in common, packed. */
  alike: Int32Array;
  /** What the voices did next, packed. */
  next: Int32Array;
}

/** As many passages are asked at most. */
const MOST = 1024;
/** What a first frame adds to each voice: beginnings are like other beginnings. */
const BEGINNING = 4;
/** No passage is more alike than this. */
const HIGHEST = 2047;

/** Scratch: how many passages are so much alike. */
const counts = new Int32Array(HIGHEST + 1);
/** Scratch: how much alike each passage is. */
let scores = new Int32Array(0);

/**
 * Compares the passage that leads up to now with all those of other chorales, or of the piece's own past, that stand at
 * the same place in the beat, in any key.
 *
 * Each voice counts by itself what it has in common with each passage: more where it moves than where it holds, and the
 * less the longer ago. No index finds passages with slips, so that all are compared: four voices at once, each a byte
 * of an integer.
 */
export class PassagesAlike {
  readonly #frames: PackedFrames;
  /** Of each beat, packed, what a passage has in common that ends in it. */
  #alike: Int32Array;
  #length = 0;
  #latest: PackedFrame = { motions: 0, chords: 0, degrees: 0 };
  #found?: FramePassages;

  /**
   * @param index What is looked back at; without it the piece's own past.
   * @param piece Name of the piece, which is left out of the index.
   */
  constructor(
    readonly likeness: FrameLikeness,
    readonly index?: ChoraleIndex,
    readonly piece?: string,
    earlier?: PassagesAlike,
  ) {
    this.#frames = index?.frames ?? (earlier ? earlier.#frames.fork() : new PackedFrames());
    this.#alike = earlier ? earlier.#alike.slice() : new Int32Array(index ? index.frames.beats : this.#frames.room);
    if (earlier) [this.#length, this.#latest] = [earlier.#length, earlier.#latest];
  }

  /** Hears the latest frame of a past. */
  hear(past: FramePast): void {
    const { index } = this, frames = this.#frames, place = this.#length % BEAT;
    const latest = this.#latest = packLatest(past);
    if (!index) {
      if (this.#length === 0) frames.begin();
      frames.add(latest);
      if (this.#alike.length < frames.room) {
        const grown = new Int32Array(frames.room);
        grown.set(this.#alike);
        this.#alike = grown;
      }
    }
    if (place === 0) {
      // The passages that now end in a beat have ended in the one before it.
      this.#alike.copyWithin(1, 0);
      if (index) { for (const first of index.firsts) this.#alike[first] = 0; }
      else this.#alike[0] = 0;
    }
    const isFirst = this.#length++ === 0, [held, moved] = this.likeness.same;
    let gain = 0;
    for (let voice = 0; voice < 4; voice++) {
      const points = isFirst ? BEGINNING : byteOf(latest.motions, voice) === HELD ? held : moved;
      gain |= points << (8 * voice);
    }
    compare(this.#alike, frames.motions[place], latest.motions, gain, this.likeness.forgives);
    this.#found = undefined;
  }

  /** The passages that are most alike. */
  find(): FramePassages {
    return this.#found ??= this.#find();
  }

  #find(): FramePassages {
    const at = this.#length - 1, { index, piece } = this, { soprano, chord, degree } = this.likeness;
    if (at < 0) return noPassages(0);
    const place = at % BEAT, after = (at + 1) % BEAT, later = after === 0 ? 1 : 0;
    const { motions: { [after]: next }, chords: { [place]: chords }, degrees: { [place]: degrees } } = this.#frames;
    const alike = this.#alike, { chords: ownChord, degrees: ownDegrees } = this.#latest;
    if (scores.length < alike.length) scores = new Int32Array(alike.length);
    counts.fill(0);
    // Of the own past, those that ended a beat ago or earlier.
    const stretches = index?.without(piece) ?? [[0, Math.floor(at / BEAT)] as const];
    for (const [first, end] of stretches) {
      for (let beat = first; beat < end; beat++) {
        const common = alike[beat];
        let score = soprano * (common & 0xff) + ((common >>> 8) & 0xff) + ((common >>> 16) & 0xff) + (common >>> 24);
        if (chords[beat] === ownChord) score += chord;
        const x = degrees[beat] ^ ownDegrees, high = ((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x;
        score += degree * (4 - ((high >>> 31) + ((high >>> 23) & 1) + ((high >>> 15) & 1) + ((high >>> 7) & 1)));
        if (score > HIGHEST) score = HIGHEST;
        scores[beat] = score;
        counts[score]++;
      }
    }
    let least = HIGHEST, room = MOST;
    while (least > 1 && counts[least] <= room) room -= counts[least--];
    // Of those that are just good enough, the first ones that there is room for.
    const found = noPassages(MOST);
    for (const [first, end] of stretches) {
      for (let beat = first; beat < end; beat++) {
        if (scores[beat] < least || (scores[beat] === least && room-- <= 0)) continue;
        const i = found.count++;
        found.scores[i] = scores[beat];
        found.alike[i] = alike[beat];
        found.next[i] = next[beat + later];
      }
    }
    return found;
  }

  /** The same once more, to go on another way. */
  fork(): PassagesAlike {
    return new PassagesAlike(this.likeness, this.index, this.piece, this);
  }
}

/** Room for passages. */
function noPassages(room: number): FramePassages {
  return { count: 0, scores: new Int32Array(room), alike: new Int32Array(room), next: new Int32Array(room) };
}

/** Goes on counting what passages have in common, once both have a frame more. */
function compare(alike: Int32Array, motions: Int32Array, now: number, gain: number, forgives: boolean): void {
  const kept = forgives ? -1 : 0;
  for (let beat = 0; beat < alike.length; beat++) {
    const common = alike[beat], other = differing(motions[beat], now);
    // A sixteenth fades in each frame, and a quarter where voices differ.
    const same = common - ((common >>> 4) & 0x0f0f0f0f) + gain;
    const less = (common - ((common >>> 2) & 0x3f3f3f3f)) & kept;
    alike[beat] = (same & ~other) | (less & other);
  }
}
