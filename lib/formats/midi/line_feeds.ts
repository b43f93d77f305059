import { type CheckedEvent, type CheckedFile, checkMidi } from "./check.ts";
import { MidiError } from "./midi_error.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** How often the structure is tried before the file is given up, and how many lengths are doubted after each trial. */
const MAX_TRIALS = 64;
const MAX_SUSPECTS = 4;
/** Parts of a quarter note that notes are expected to begin on. */
const GRIDS = [1, 2, 3, 4, 6, 8];
/** How near to a whole number of quarter notes a minute a tempo must come to be taken for it. */
const WHOLE_TEMPO = 0.001;

/** A file that can be read, and what was done to it in words. */
export interface RepairedFile {
  /** The file, mended where it had to be. */
  file: CheckedFile;
  /** What was mended, and why so; empty for a sound file. */
  repairs: string[];
}

/** What shows whether a byte 0x0D was a 0x0A. */
type Evidence = "structure" | "grid" | "tempo" | "none";

/**
 * Puts back the bytes 0x0A of a file in which each became 0x0D, as a transfer in text mode does it.
 *
 * A 0x0D may also be genuine, so each is decided by itself: a length by the structure of the file, a delta time by the
 * grid that the notes after it stand on, a tempo by which reading is a whole number of quarter notes a minute. What
 * nothing decides becomes 0x0A.
 *
 * @returns `undefined` if this is not the file's damage.
 */
export function restoreLineFeeds(bytes: Uint8Array): RepairedFile | undefined {
  if (bytes.includes(LINE_FEED) || !bytes.includes(CARRIAGE_RETURN)) return undefined;
  const file = findStructure(bytes);
  if (!file) return undefined;
  const evidence = new Map<number, Evidence>();
  for (const [at, byte] of bytes.entries()) if (byte === CARRIAGE_RETURN) evidence.set(at, "none");
  decideLengths(file, evidence);
  for (const { events } of file.tracks) {
    decideDeltaTimes(file, events, evidence);
    for (const event of events) if (event.metaType === 0x51) decideTempo(file.bytes, event, evidence);
  }
  return { file: checkMidi(file.bytes), repairs: describe(file.bytes, evidence) };
}

/** All doubtful bytes as 0x0A, but for lengths with which the file could not be read. */
function findStructure(bytes: Uint8Array): CheckedFile | undefined {
  const trials: { genuine: number[]; after: number }[] = [{ genuine: [], after: 0 }];
  for (let count = 0; count < MAX_TRIALS && trials.length > 0; count++) {
    const { genuine, after } = trials.pop()!;
    const candidate = bytes.map((byte) => byte === CARRIAGE_RETURN ? LINE_FEED : byte);
    for (const at of genuine) candidate[at] = CARRIAGE_RETURN;
    try {
      return checkMidi(candidate);
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

function decideLengths({ tracks }: CheckedFile, evidence: Map<number, Evidence>): void {
  const settle = (start: number, end: number) => {
    for (let at = start; at < end; at++) if (evidence.has(at)) evidence.set(at, "structure");
  };
  settle(0, 14);
  for (const { offset, events } of tracks) {
    settle(offset, offset + 8);
    for (const { deltaEnd, dataStart, metaType, status } of events) {
      if (status >= 0xf0) settle(deltaEnd + (metaType < 0 ? 1 : 2), dataStart);
    }
  }
}

/** A delta time of 13 for 10 moves everything after it by 3 ticks, off the grid. */
function decideDeltaTimes(file: CheckedFile, events: CheckedEvent[], evidence: Map<number, Evidence>): void {
  const doubtful = [...events.keys()].filter((i) => evidence.has(events[i].deltaEnd - 1));
  const moved = CARRIAGE_RETURN - LINE_FEED;
  let late = 0;
  for (const [n, i] of doubtful.entries()) {
    const following = events.slice(i, doubtful[n + 1]);
    const hits = (delay: number) => {
      return following.reduce((sum, { tick }) => sum + gridHits(tick + delay, file.ticksPerQuarter), 0);
    };
    const [asLineFeed, asCarriageReturn] = [hits(late), hits(late + moved)];
    const at = events[i].deltaEnd - 1;
    if (asLineFeed !== asCarriageReturn) evidence.set(at, "grid");
    if (asLineFeed < asCarriageReturn) {
      file.bytes[at] = CARRIAGE_RETURN;
      late += moved;
    }
  }
}

function gridHits(tick: number, ticksPerQuarter: number): number {
  return GRIDS.filter((grid) => tick * grid % ticksPerQuarter === 0).length;
}

function decideTempo(bytes: Uint8Array, { dataStart }: CheckedEvent, evidence: Map<number, Evidence>): void {
  const doubtful = [0, 1, 2].map((i) => dataStart + i).filter((at) => evidence.has(at));
  const distances = new Map<number, number>();
  for (let choice = 0; choice < 1 << doubtful.length; choice++) {
    write(choice);
    const [high, middle, low] = bytes.subarray(dataStart, dataStart + 3);
    const tempo = 6e7 / (high << 16 | middle << 8 | low);
    distances.set(choice, Math.abs(tempo - Math.round(tempo)));
  }
  const whole = [...distances].filter(([, distance]) => distance < WHOLE_TEMPO);
  write(whole.length === 1 ? whole[0][0] : 0);
  if (whole.length === 1) { for (const at of doubtful) evidence.set(at, "tempo"); }

  function write(choice: number): void {
    for (const [i, at] of doubtful.entries()) bytes[at] = choice >> i & 1 ? CARRIAGE_RETURN : LINE_FEED;
  }
}

const REASONS: Record<Evidence, string> = {
  structure: "lengths, else the file falls apart",
  grid: "delta times, so that the notes after them stand on the beat or a regular part of it",
  tempo: "bytes of tempi, so that they are whole numbers of quarter notes a minute",
  none: "others, which nothing decides",
};

function describe(mended: Uint8Array, evidence: Map<number, Evidence>): string[] {
  const countChanged = (offsets: number[]) => offsets.filter((at) => mended[at] === LINE_FEED).length;
  const counts = Object.entries(REASONS).flatMap(([reason, text]) => {
    const offsets = [...evidence.keys()].filter((at) => evidence.get(at) === reason);
    return offsets.length === 0 ? [] : [`${countChanged(offsets)} of ${offsets.length} ${text}`];
  });
  return [
    "Line feeds had become carriage returns, as when a file is sent as text: there is no byte 0x0A. " +
    `Of ${evidence.size} bytes 0x0D, ${countChanged([...evidence.keys()])} were put back to 0x0A: ` +
    `${counts.join("; ")}.`,
  ];
}
