import { type MidiEvent, parseMidi } from "midi-file";
import { type CheckedEvent, type CheckedFile, MAX_NAME_BYTES } from "./check.ts";

/** An event that says something about the score, and its tick. */
export type ScoreEvent = MidiEvent & {
  /** When it happens, in ticks from the beginning. */
  tick: number;
};

/** Bytes that midi-file reads from a meta event: text is left out (only its tick counts), names are kept. */
const META_BYTES: Record<number, number> = { 0x01: 0, 0x03: MAX_NAME_BYTES, 0x05: 0, 0x51: 3, 0x58: 4, 0x59: 2 };
/** Note off, note on, control change, program change, pitch bend. */
const CHANNEL_MESSAGES = new Set([0x8, 0x9, 0xb, 0xc, 0xe]);

/**
 * Decodes the events of a checked file with midi-file.
 *
 * midi-file refuses some of what mido reads (system messages, meta events with a byte too many) and goes on with the
 * old status where mido does not (after a system exclusive message). It therefore gets a plain copy: every status
 * byte written out, every length as it should be, and nothing that says nothing about the score.
 *
 * @returns The events of each track, by tick.
 */
export function decodeEvents(file: CheckedFile): ScoreEvent[][] {
  return parseMidi(plainCopy(file)).tracks.map((events) => {
    let tick = 0;
    return events.map((event) => ({ ...event, tick: tick += event.deltaTime }));
  });
}

function plainCopy({ bytes, ticksPerQuarter, tracks }: CheckedFile): Uint8Array {
  const chunks = tracks.map(({ events }) => {
    const chunk: number[] = [];
    let tick = 0;
    for (const event of events) {
      const length = plainLength(event);
      if (length === undefined) continue;
      pushVariable(chunk, event.tick - tick);
      chunk.push(event.status);
      if (event.status === 0xff) {
        chunk.push(event.metaType);
        pushVariable(chunk, length);
      }
      for (let i = 0; i < length; i++) chunk.push(bytes[event.dataStart + i]);
      tick = event.tick;
    }
    return chunk;
  });
  const copy = new Uint8Array(14 + chunks.reduce((sum, chunk) => sum + 8 + chunk.length, 0));
  const view = new DataView(copy.buffer);
  const writeChunk = (offset: number, id: string, size: number) => {
    for (let i = 0; i < 4; i++) copy[offset + i] = id.charCodeAt(i);
    view.setUint32(offset + 4, size);
  };
  writeChunk(0, "MThd", 6);
  view.setUint16(8, 1);
  view.setUint16(10, tracks.length);
  view.setUint16(12, ticksPerQuarter);
  let offset = 14;
  for (const chunk of chunks) {
    writeChunk(offset, "MTrk", chunk.length);
    copy.set(chunk, offset + 8);
    offset += 8 + chunk.length;
  }
  return copy;
}

/** How many of an event's data bytes midi-file gets to see; `undefined` to leave the event out. */
function plainLength({ status, metaType, dataStart, dataEnd }: CheckedEvent): number | undefined {
  const length = dataEnd - dataStart;
  if (status < 0xf0) return CHANNEL_MESSAGES.has(status >> 4) ? length : undefined;
  const most = META_BYTES[metaType];
  return most === undefined ? undefined : Math.min(most, length);
}

function pushVariable(bytes: number[], value: number): void {
  for (let shift = 21; shift > 0; shift -= 7) {
    if (value >> shift) bytes.push(value >> shift & 0x7f | 0x80);
  }
  bytes.push(value & 0x7f);
}
