import { checkMidi } from "./check.ts";
import type { Chunks } from "./chunks.ts";
import { MidiError } from "./midi_error.ts";
import { walkEvents } from "./walk.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** By how many ticks a delta time moves what follows it. */
const MOVED = CARRIAGE_RETURN - LINE_FEED;
/** How often the structure is tried before the file is given up, and how many lengths are doubted after each trial. */
const MAX_TRIALS = 64;
const MAX_SUSPECTS = 4;
/** Parts of a quarter note that notes are expected to begin on. */
const GRIDS = [1, 2, 3, 4, 6, 8];
/** How near to a whole number of quarter notes a minute a tempo must come to be taken for it. */
const WHOLE_TEMPO = 0.001;

/** A damaged file, mended, and what was done to it in words. */
export interface MendedFile {
  /** The file, mended. */
  bytes: Uint8Array;
  /** What was mended, and why so. */
  repair: string;
}

/** What shows whether a byte 0x0D was a 0x0A; a byte each, by its place in the file. */
const EVIDENCE = { none: 1, structure: 2, grid: 3, tempo: 4 };

/**
 * Puts back the bytes 0x0A of a file in which each became 0x0D, as a transfer in text mode does it.
 *
 * A 0x0D may also be genuine, so each is decided by itself: a length by the structure of the file, a delta time by the
 * grid that the notes after it stand on, a tempo by which reading is a whole number of quarter notes a minute. What
 * nothing decides becomes 0x0A.
 *
 * @returns `undefined` if this is not the file's damage.
 */
export function restoreLineFeeds(bytes: Uint8Array): MendedFile | undefined {
  if (bytes.includes(LINE_FEED) || !bytes.includes(CARRIAGE_RETURN)) return undefined;
  const file = findStructure(bytes);
  if (!file) return undefined;
  const evidence = bytes.map((byte) => byte === CARRIAGE_RETURN ? EVIDENCE.none : 0);
  decide(file, evidence);
  return { bytes: file.bytes, repair: describe(file.bytes, evidence) };
}

/** All doubtful bytes as 0x0A, but for lengths with which the file could not be read. */
function findStructure(bytes: Uint8Array): Chunks & { bytes: Uint8Array } | undefined {
  const trials: { genuine: number[]; after: number }[] = [{ genuine: [], after: 0 }];
  for (let count = 0; count < MAX_TRIALS && trials.length > 0; count++) {
    const { genuine, after } = trials.pop()!;
    const candidate = bytes.map((byte) => byte === CARRIAGE_RETURN ? LINE_FEED : byte);
    for (const at of genuine) candidate[at] = CARRIAGE_RETURN;
    try {
      return { ...checkMidi(candidate), bytes: candidate };
    } catch (error) {
      if (!(error instanceof MidiError)) throw error;
      // The length nearest to the damage is its likeliest cause, and comes off the stack first.
      const suspects: number[] = [];
      for (let at = Math.min(error.offset + 4, bytes.length) - 1; at >= after; at--) {
        if (bytes[at] === CARRIAGE_RETURN && mayBeLength(bytes, at)) suspects.unshift(at);
        if (suspects.length === MAX_SUSPECTS) break;
      }
      for (const at of suspects) trials.push({ genuine: [...genuine, at], after: at + 1 });
    }
  }
  return undefined;
}

/** Lengths stand after the type of a meta event, after a system exclusive status, and after a chunk's name. */
function mayBeLength(bytes: Uint8Array, at: number): boolean {
  return bytes[at - 2] === 0xff || bytes[at - 1] === 0xf0 ||
    String.fromCharCode(...bytes.subarray(Math.max(0, at - 7), at)).includes("MTrk");
}

function decide({ bytes, tracks, ticksPerQuarter }: Chunks & { bytes: Uint8Array }, evidence: Uint8Array): void {
  const settle = (start: number, end: number) => {
    for (let at = start; at < end; at++) if (evidence[at]) evidence[at] = EVIDENCE.structure;
  };
  settle(0, 14);
  for (const track of tracks) {
    settle(track.offset, track.start);
    const times = new DeltaTimes(bytes, evidence, ticksPerQuarter);
    walkEvents(bytes, track, (status, tick, dataStart, _dataEnd, metaType, deltaEnd) => {
      if (status >= 0xf0) settle(deltaEnd + (metaType < 0 ? 1 : 2), dataStart);
      times.add(deltaEnd - 1, tick);
      if (metaType === 0x51) decideTempo(bytes, dataStart, evidence);
    });
    times.decide();
  }
}

/** Decides the delta times of a track, in turn: a time of 13 for 10 moves all after it by 3 ticks, off the grid. */
class DeltaTimes {
  #doubtful = -1;
  #late = 0;
  #asLineFeed = 0;
  #asCarriageReturn = 0;

  constructor(readonly bytes: Uint8Array, readonly evidence: Uint8Array, readonly ticksPerQuarter: number) {}

  add(at: number, tick: number): void {
    if (this.evidence[at]) {
      this.decide();
      this.#doubtful = at;
    }
    if (this.#doubtful < 0) return;
    this.#asLineFeed += gridHits(tick + this.#late, this.ticksPerQuarter);
    this.#asCarriageReturn += gridHits(tick + this.#late + MOVED, this.ticksPerQuarter);
  }

  decide(): void {
    if (this.#asLineFeed !== this.#asCarriageReturn) this.evidence[this.#doubtful] = EVIDENCE.grid;
    if (this.#asLineFeed < this.#asCarriageReturn) {
      this.bytes[this.#doubtful] = CARRIAGE_RETURN;
      this.#late += MOVED;
    }
    [this.#asLineFeed, this.#asCarriageReturn] = [0, 0];
  }
}

function gridHits(tick: number, ticksPerQuarter: number): number {
  return GRIDS.filter((grid) => tick * grid % ticksPerQuarter === 0).length;
}

function decideTempo(bytes: Uint8Array, dataStart: number, evidence: Uint8Array): void {
  const doubtful = [0, 1, 2].map((i) => dataStart + i).filter((at) => evidence[at]);
  const distances = new Map<number, number>();
  for (let choice = 0; choice < 1 << doubtful.length; choice++) {
    write(choice);
    const [high, middle, low] = bytes.subarray(dataStart, dataStart + 3);
    const tempo = 6e7 / (high << 16 | middle << 8 | low);
    distances.set(choice, Math.abs(tempo - Math.round(tempo)));
  }
  const whole = [...distances].filter(([, distance]) => distance < WHOLE_TEMPO);
  write(whole.length === 1 ? whole[0][0] : 0);
  if (whole.length === 1) { for (const at of doubtful) evidence[at] = EVIDENCE.tempo; }

  function write(choice: number): void {
    for (const [i, at] of doubtful.entries()) bytes[at] = choice >> i & 1 ? CARRIAGE_RETURN : LINE_FEED;
  }
}

const REASONS: [evidence: number, text: string][] = [
  [EVIDENCE.structure, "lengths, else the file falls apart"],
  [EVIDENCE.grid, "delta times, so that the notes after them stand on the beat or a regular part of it"],
  [EVIDENCE.tempo, "bytes of tempi, so that they are whole numbers of quarter notes a minute"],
  [EVIDENCE.none, "others, which nothing decides"],
];

function describe(mended: Uint8Array, evidence: Uint8Array): string {
  const [all, changed] = [new Array<number>(5).fill(0), new Array<number>(5).fill(0)];
  for (let at = 0; at < mended.length; at++) {
    all[evidence[at]]++;
    if (mended[at] === LINE_FEED) changed[evidence[at]]++;
  }
  const counts = REASONS.filter(([reason]) => all[reason] > 0)
    .map(([reason, text]) => `${changed[reason]} of ${all[reason]} ${text}`);
  const sum = (values: number[]) => values.slice(1).reduce((total, count) => total + count, 0);
  return "Line feeds had become carriage returns, as when a file is sent as text: there is no byte 0x0A. " +
    `Of ${sum(all)} bytes 0x0D, ${sum(changed)} were put back to 0x0A: ${counts.join("; ")}.`;
}
