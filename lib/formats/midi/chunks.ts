import { FewOfAKind } from "../few_of_a_kind.ts";
import { chunkEnd, find, is, isChunk, isHeader, nextTrack, viewOf } from "./chunk_bytes.ts";
import { MidiError } from "./midi_error.ts";
import { END_OF_TRACK, type EventVisitor, type Track, walkEvents } from "./walk.ts";

/** How far into a file its header is looked for where it does not begin with it: MacBinary puts 128 bytes before it. */
const FARTHEST_HEADER = 1024;
/** Frames a second that a division in SMPTE frames may count; 29 stands for 30 frames in 1.001 seconds. */
const SMPTE_RATES = [24, 25, 29, 30];

/** What the chunks of a file hold. */
export interface Chunks {
  /** Its tracks are pieces of their own, one after another (format 2). */
  apart: boolean;
  /** Ticks a quarter note. */
  ticksPerQuarter: number;
  /** The one tempo of a file in SMPTE frames, in microseconds a quarter note; `undefined` where time has a beat. */
  fixedTempo?: number;
  /** The tracks, in the order of the file. */
  tracks: Track[];
  /** How many tracks the header promises. */
  trackCount: number;
  /** How many tracks stand behind those that the header promises. */
  further: number;
  /** Where the last track ends, if it goes on behind that, which is not read; `undefined` where it does not. */
  unread?: number;
  /** Where another file begins behind this one, which is not read; `undefined` where none does. */
  another?: number;
}

/**
 * Finds the tracks of a Standard MIDI File, also of one in a RIFF wrapper (`.rmi`).
 *
 * Chunks of another type are passed over, as the standard asks. Without `repairs`, all promised tracks must be there
 * and whole, and those behind them are only counted. With it, every track is taken, whatever the header promises.
 *
 * @param bytes The file.
 * @param repairs Takes what has to be mended.
 * @throws {MidiError} At the first byte that cannot be right.
 */
export function findChunks(file: Uint8Array, repairs?: FewOfAKind): Chunks {
  if (file.length === 0) throw new MidiError("the file is empty", 0);
  const { bytes, start } = unwrap(file, repairs);
  const { trackCount, headerEnd, ...time } = readHeader(bytes, start, repairs);
  const { tracks, offset } = repairs
    ? allTracks(bytes, headerEnd, trackCount, repairs)
    : promisedTracks(bytes, headerEnd, trackCount);
  if (tracks.length === 0) throw new MidiError("the file has no track", Math.min(headerEnd, bytes.length));
  if (repairs && tracks.length !== trackCount) {
    repairs.add("Tracks", `The header counts ${trackCount} tracks; all that are there were read: ${tracks.length}.`);
  }
  const { further, another } = countTracks(bytes, offset);
  const last = tracks.at(-1)!, unread = !repairs && stopsShort(bytes, last) ? last.end : undefined;
  return { ...time, tracks, trackCount, further, another, unread };
}

function promisedTracks(bytes: Uint8Array, from: number, count: number): { tracks: Track[]; offset: number } {
  const tracks: Track[] = [];
  let [offset, passedOver] = [from, ""];
  const next = () => {
    if (offset + 8 > bytes.length) {
      throw new MidiError(`the file ends before track ${tracks.length + 1} of ${count}${passedOver}`, bytes.length);
    }
    if (is(bytes, offset, "MTrk")) {
      tracks.push(wholeTrack(bytes, offset, tracks.length + 1));
    } else if (isChunk(bytes, offset)) {
      passedOver = `; the chunk at byte ${offset} is no track`;
    } else {
      throw new MidiError(`track ${tracks.length + 1} does not begin with "MTrk"`, offset);
    }
    offset = chunkEnd(bytes, offset);
  };
  try {
    while (tracks.length < count) next();
  } catch (error) {
    // A chunk that is not where it should be may follow from damage to a track before it, which is then the news.
    for (const [i, track] of tracks.entries()) walkEvents(bytes, track, () => {}, { timeCounts: i === 0 });
    throw error;
  }
  return { tracks, offset };
}

/** Every track up to the end, or, once there are as many as promised, up to the header of another file. */
function allTracks(
  bytes: Uint8Array,
  from: number,
  count: number,
  repairs: FewOfAKind,
): { tracks: Track[]; offset: number } {
  const tracks: Track[] = [];
  let offset = from;
  while (offset < bytes.length && !(tracks.length >= Math.max(1, count) && isHeader(bytes, offset))) {
    if (is(bytes, offset, "MTrk")) {
      const track = mendTrack(bytes, offset, tracks.length + 1, repairs);
      tracks.push(track);
      offset = track.end;
    } else if (isChunk(bytes, offset)) {
      offset = chunkEnd(bytes, offset);
    } else {
      const next = nextTrack(bytes, offset);
      // What follows the last track hurts nobody.
      if (next < bytes.length) {
        repairs.add("Bytes between tracks", `From byte ${offset} to byte ${next} there is no chunk: passed over.`);
      }
      offset = next;
    }
  }
  return { tracks, offset };
}

/** The part of a file that is MIDI, still counted from the beginning of the file. */
function unwrap(file: Uint8Array, repairs?: FewOfAKind): { bytes: Uint8Array; start: number } {
  if (is(file, 0, "MThd")) return { bytes: file, start: 0 };
  if (is(file, 0, "RIFF")) {
    const kind = String.fromCharCode(...file.subarray(8, 12));
    if (kind !== "RMID") {
      throw new MidiError(`this is not a MIDI file, but a RIFF file of the kind "${kind}"`, Math.min(8, file.length));
    }
    const view = viewOf(file);
    for (let offset = 12; offset + 8 <= file.length;) {
      const size = view.getUint32(offset + 4, true);
      if (is(file, offset, "data") && is(file, offset + 8, "MThd")) {
        const start = offset + 8, left = file.length - start;
        const wrong = size > left
          ? `${left} are left`
          : goesOnBehind(file, start, start + size)
          ? "the tracks go on behind them"
          : undefined;
        if (!wrong) return { bytes: file.subarray(0, start + size), start };
        if (!repairs) throw new MidiError(`the RIFF wrapper promises ${size} bytes of MIDI, and ${wrong}`, offset + 4);
        repairs.add(
          "RIFF",
          `The RIFF wrapper promises ${size} bytes at byte ${offset + 4}, and ${wrong}: all were read.`,
        );
        return { bytes: file, start };
      }
      // RIFF pads its chunks to an even length.
      offset += 8 + size + size % 2;
    }
    if (!repairs) throw new MidiError("the RIFF wrapper holds no MIDI", 12);
  }
  const start = repairs ? find(file.subarray(0, FARTHEST_HEADER), "MThd", 0) : -1;
  if (start < 0) throw new MidiError('this is not a MIDI file: it does not begin with "MThd"', 0);
  repairs!.add("Header", `The header begins at byte ${start}: what stands before it was passed over.`);
  return { bytes: file, start };
}

/** Whether a header and the chunks behind it lead, from one offset to another, to a track that ends behind that. */
function goesOnBehind(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at + 8 <= end && chunkEnd(bytes, at) <= end) at = chunkEnd(bytes, at);
  return is(bytes, at, "MTrk") || end < start + 14;
}

function readHeader(bytes: Uint8Array, start: number, repairs?: FewOfAKind) {
  if (bytes.length < start + 14) throw new MidiError("the file ends within its header", bytes.length);
  const view = viewOf(bytes);
  let size = view.getUint32(start + 4);
  if (repairs && size !== 6 && is(bytes, start + 14, "MTrk")) {
    repairs.add("Header", `The header promises ${size} bytes at byte ${start + 4}, and has 6.`);
    size = 6;
  }
  if (size < 6) throw new MidiError(`the header must have 6 bytes, and promises ${size}`, start + 4);
  const trackCount = view.getUint16(start + 10);
  if (trackCount === 0 && !repairs) throw new MidiError("the header promises 0 tracks", start + 10);
  const apart = view.getUint16(start + 8) === 2;
  return { apart, trackCount, headerEnd: start + 8 + size, ...readDivision(view, start + 12) };
}

function readDivision(view: DataView, at: number): Pick<Chunks, "ticksPerQuarter" | "fixedTempo"> {
  const division = view.getInt16(at);
  if (division === 0) throw new MidiError("a quarter note has 0 ticks", at);
  if (division > 0) return { ticksPerQuarter: division };
  const [rate, ticksPerFrame] = [-view.getInt8(at), view.getUint8(at + 1)];
  if (!SMPTE_RATES.includes(rate)) {
    throw new MidiError(
      `time is counted in SMPTE frames, of which there are 24, 25, 29 or 30 a second, not ${rate}`,
      at,
    );
  }
  if (ticksPerFrame === 0) throw new MidiError("time is counted in SMPTE frames, and a frame has 0 ticks", at);
  return rate === 29
    ? { ticksPerQuarter: 30 * ticksPerFrame, fixedTempo: 1_001_000 }
    : { ticksPerQuarter: rate * ticksPerFrame, fixedTempo: 1_000_000 };
}

function wholeTrack(bytes: Uint8Array, offset: number, number: number): Track {
  const end = chunkEnd(bytes, offset);
  const [size, left] = [end - offset - 8, bytes.length - offset - 8];
  const name = `track ${number}`;
  if (size > left) throw new MidiError(`${name} promises ${size} bytes, and ${left} are left`, offset + 4);
  if (size === 0) throw new MidiError(`${name} is empty, without even an end of track`, offset + 4);
  return { offset, start: offset + 8, end };
}

/** A track as its length says it, or, where that leads to no further chunk, to the next track at most. */
function mendTrack(bytes: Uint8Array, offset: number, number: number, repairs: FewOfAKind): Track {
  const start = offset + 8;
  if (start > bytes.length) {
    repairs.add(
      "Empty tracks",
      `Track ${number} announces itself at byte ${offset}, and the file ends there: it is left out.`,
    );
    return { offset, start: bytes.length, end: bytes.length };
  }
  const end = chunkEnd(bytes, offset), track = { offset, start, end };
  const next = nextTrack(bytes, start), endsAtNext = next < end && is(bytes, next - 3, END_OF_TRACK);
  const followed = end === bytes.length || is(bytes, end, "MTrk") || isChunk(bytes, end);
  const ends = followed || is(bytes, end - 3, END_OF_TRACK);
  if (!endsAtNext && (ends || readsWhole(bytes, track) && !stopsShort(bytes, track, { mending: true }))) {
    if (end === start) {
      repairs.add(
        "Empty tracks",
        `Track ${number} at byte ${offset} is empty, without even an end of track: it has no notes.`,
      );
    }
    return track;
  }
  const found = next < bytes.length ? `the next track begins at byte ${next}` : `the file ends at byte ${next}`;
  repairs.add(
    "Tracks of another length",
    `Track ${number} promises ${end - start} bytes at byte ${offset + 4}, and ${found}: it was read as far as it goes.`,
  );
  return { offset, start, end: next, open: true };
}

function countTracks(bytes: Uint8Array, from: number): { further: number; another?: number } {
  let [further, offset] = [0, from];
  for (; isChunk(bytes, offset); offset = chunkEnd(bytes, offset)) {
    if (isHeader(bytes, offset)) return { further, another: offset };
    if (is(bytes, offset, "MTrk")) further++;
  }
  return { further };
}

function readsWhole(bytes: Uint8Array, track: Track): boolean {
  return track.end <= bytes.length && walksThrough(bytes, track, () => {});
}

/**
 * Whether a track has no end of track where its length ends, and events follow that are music: a recorder that was
 * interrupted leaves a length of 0.
 */
function stopsShort(bytes: Uint8Array, { start, end }: Track, { mending = false } = {}): boolean {
  if (end >= bytes.length || is(bytes, end - 3, END_OF_TRACK) || isChunk(bytes, end)) return false;
  // Nobody reads what is mended here.
  const events = bytes.slice(start, nextTrack(bytes, end)), length = end - start;
  let goesOn = false;
  const visit: EventVisitor = (status, _tick, dataStart, _dataEnd, metaType, deltaEnd) => {
    // Zeros that fill up a file may be read as notes of pitch 0.
    const isMusic = status >= 0x80 && status < 0xa0 && events[dataStart] > 0 || metaType === 0x2f;
    if (isMusic && deltaEnd >= length) goesOn = true;
  };
  const repairs = mending ? new FewOfAKind({ most: 0, more: () => "" }) : undefined;
  walksThrough(events, { offset: 0, start: 0, end: events.length, open: true }, visit, repairs);
  return goesOn;
}

/** Whether all events of a track are read. */
function walksThrough(bytes: Uint8Array, track: Track, visit: EventVisitor, repairs?: FewOfAKind): boolean {
  try {
    walkEvents(bytes, track, visit, { repairs });
    return true;
  } catch (error) {
    if (error instanceof MidiError) return false;
    throw error;
  }
}
