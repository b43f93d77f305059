import { MidiError } from "./midi_error.ts";

/** The last tick that pretty_midi believes; a file with a later one is taken for damaged. */
export const MAX_TICK = 1e7 - 1;
/** midi-file computes the lower number of a metre in 32 bits. */
export const MAX_DENOMINATOR_EXPONENT = 30;
/** A name may take so many bytes; no person writes a longer one. */
export const MAX_NAME_BYTES = 1000;
/** MIDI channel 10, the percussion, counted from 0. */
export const DRUM_CHANNEL = 9;

/** mido's limit for one text or system exclusive message. */
const MAX_MESSAGE_BYTES = 1_000_000;

/** Data bytes of the channel messages 8 to E. */
const CHANNEL_DATA_BYTES = [2, 2, 2, 2, 1, 1, 2];
/** Data bytes of the system messages that mido lets stand in a file. */
const SYSTEM_DATA_BYTES: Record<number, number> = {
  0xf1: 1,
  0xf2: 2,
  0xf3: 1,
  0xf6: 0,
  0xf8: 0,
  0xfa: 0,
  0xfb: 0,
  0xfc: 0,
  0xfe: 0,
};
/** The fewest data bytes that a meta event of a type can be read from. */
const META_DATA_BYTES: Record<number, number> = { 0x20: 1, 0x51: 3, 0x54: 5, 0x58: 4, 0x59: 2 };

/** One event of a track: where it stands in the file, all offsets in bytes. */
export interface CheckedEvent {
  /** Where its delta time begins. */
  offset: number;
  /** Where its delta time ends. */
  deltaEnd: number;
  /** When it happens, in ticks from the beginning. */
  tick: number;
  /** Status byte, also where running status leaves it out. */
  status: number;
  /** Type of a meta event; -1 for others. */
  metaType: number;
  /** Where its data begin, after status, type and length. */
  dataStart: number;
  /** Where its data end. */
  dataEnd: number;
}

/** A file whose every byte has been looked at, and found good. */
export interface CheckedFile {
  /** The bytes of the file. */
  bytes: Uint8Array;
  /** Ticks a quarter note. */
  ticksPerQuarter: number;
  /** Each track: where its chunk begins in the file, and its events. */
  tracks: { offset: number; events: CheckedEvent[] }[];
}

/**
 * Walks a Standard MIDI File byte by byte and refuses what mido 1.3.3 and pretty_midi 0.2.10 refuse.
 *
 * A decoder like midi-file reads on through damage and cannot say where it is; this says where.
 *
 * @throws {MidiError} At the first byte that cannot be right.
 */
export function checkMidi(bytes: Uint8Array): CheckedFile {
  const { ticksPerQuarter, trackCount, headerEnd } = checkHeader(bytes);
  const tracks: CheckedFile["tracks"] = [];
  let offset = headerEnd;
  while (tracks.length < trackCount) {
    const end = checkChunk(bytes, offset, tracks.length, trackCount);
    tracks.push({ offset, events: checkEvents(bytes, offset + 8, end, tracks.length === 0) });
    offset = end;
  }
  return { bytes, ticksPerQuarter, tracks };
}

function checkHeader(bytes: Uint8Array) {
  if (bytes.length === 0) throw new MidiError("the file is empty", 0);
  if (!isChunk(bytes, 0, "MThd")) throw new MidiError('this is not a MIDI file: it does not begin with "MThd"', 0);
  if (bytes.length < 14) throw new MidiError("the file ends within its header", bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(4);
  if (size < 6) throw new MidiError(`the header must have 6 bytes, and promises ${size}`, 4);
  const trackCount = view.getInt16(10);
  if (trackCount < 1) throw new MidiError(`the header promises ${trackCount} tracks`, 10);
  const ticksPerQuarter = view.getInt16(12);
  if (ticksPerQuarter < 0) throw new MidiError("time is counted in SMPTE frames, which have no beat", 12);
  if (ticksPerQuarter === 0) throw new MidiError("a quarter note has 0 ticks", 12);
  return { ticksPerQuarter, trackCount, headerEnd: 8 + size };
}

function checkChunk(bytes: Uint8Array, offset: number, index: number, count: number): number {
  if (offset + 8 > bytes.length) {
    throw new MidiError(`the file ends before track ${index + 1} of ${count}`, bytes.length);
  }
  if (!isChunk(bytes, offset, "MTrk")) throw new MidiError(`track ${index + 1} does not begin with "MTrk"`, offset);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset + 4);
  const left = bytes.length - offset - 8;
  if (size > left) throw new MidiError(`track ${index + 1} promises ${size} bytes, and ${left} are left`, offset + 4);
  if (size === 0) throw new MidiError(`track ${index + 1} is empty, without even an end of track`, offset + 4);
  return offset + 8 + size;
}

function isChunk(bytes: Uint8Array, offset: number, id: string): boolean {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4)) === id;
}

function checkEvents(bytes: Uint8Array, start: number, end: number, first: boolean): CheckedEvent[] {
  const events: CheckedEvent[] = [];
  let [position, tick, running] = [start, 0, -1];

  const readByte = (): number => {
    if (position >= end) throw new MidiError("the track ends within an event", end);
    return bytes[position++];
  };
  const readVariable = (limit: number, what: string): number => {
    const at = position;
    let value = 0;
    while (true) {
      const byte = readByte();
      value = value * 128 + (byte & 0x7f);
      if (value > limit) throw new MidiError(`${what} is above ${limit}`, at);
      if (byte < 0x80) return value;
    }
  };

  while (position < end) {
    const offset = position;
    tick += readVariable(MAX_TICK, "a delta time");
    if (tick > MAX_TICK) throw new MidiError(`the piece runs to tick ${tick}, which is above ${MAX_TICK}`, offset);
    const deltaEnd = position;
    let status = readByte();
    // A byte that is no status is the first data byte of another event of the last status. After a system exclusive
    // message that is a system exclusive message again; mido loses the byte then and reads the next one as a length.
    let taken = 0;
    if (status < 0x80) {
      if (running < 0) {
        throw new MidiError("an event has no status byte, and there is none before it to go on", deltaEnd);
      }
      [status, taken] = [running, 1];
    } else if (status !== 0xff) {
      running = status;
    }
    const metaType = status === 0xff ? readByte() : -1;
    let dataStart = position - taken;
    if (status === 0xff || status === 0xf0 || status === 0xf7) {
      const length = readVariable(MAX_MESSAGE_BYTES, "the length of a message");
      dataStart = position;
      position += length;
    } else {
      const length = status < 0xf0 ? CHANNEL_DATA_BYTES[(status >> 4) - 8] : SYSTEM_DATA_BYTES[status];
      if (length === undefined) throw new MidiError(`no MIDI event has the status byte ${hex(status)}`, deltaEnd);
      if (taken > length) throw new MidiError(`the byte ${hex(bytes[deltaEnd])} belongs to no event`, deltaEnd);
      position = dataStart + length;
    }
    if (position > end) throw new MidiError("an event runs over the end of its track", offset);
    const event = { offset, deltaEnd, tick, status, metaType, dataStart, dataEnd: position };
    checkData(bytes, event, first);
    events.push(event);
  }
  return events;
}

function checkData(bytes: Uint8Array, { status, metaType, dataStart, dataEnd }: CheckedEvent, first: boolean): void {
  if (status === 0xff) return checkMeta(bytes, metaType, dataStart, dataEnd, first);
  let [start, end] = [dataStart, dataEnd];
  if (status === 0xf0 || status === 0xf7) {
    if (start < end && bytes[start] === 0xf0) start++;
    if (start < end && bytes[end - 1] === 0xf7) end--;
  }
  for (let at = start; at < end; at++) {
    if (bytes[at] > 127) throw new MidiError(`a data byte must be at most 127, and this is ${bytes[at]}`, at);
  }
}

function checkMeta(bytes: Uint8Array, type: number, start: number, end: number, first: boolean): void {
  const length = end - start;
  const least = META_DATA_BYTES[type] ?? 0;
  if (length < least || (type === 0x00 && length === 1)) {
    throw new MidiError(`meta event ${hex(type)} needs ${least || 2} bytes, and has ${length}`, start);
  }
  const [a, b, c, , e] = bytes.subarray(start, end);
  if (type === 0x59) {
    const fifths = a << 24 >> 24;
    if (Math.abs(fifths) > 7 || b > 1) throw new MidiError(`no key has ${fifths} fifths in mode ${b}`, start);
  }
  if (type === 0x58 && b > MAX_DENOMINATOR_EXPONENT) throw new MidiError(`a metre of ${a}/2^${b}`, start);
  if (type === 0x54 && (a >> 5 > 3 || b > 59 || c > 59 || e > 99)) {
    throw new MidiError("an SMPTE offset that no clock shows", start);
  }
  // Tempo and metre of the other tracks count for nothing, so nobody stumbles over them.
  if (!first) return;
  if (type === 0x51 && a === 0 && b === 0 && c === 0) {
    throw new MidiError("a tempo of 0 microseconds per quarter note", start);
  }
  if (type === 0x58 && a === 0) throw new MidiError("a metre of no beats", start);
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
