import type { FewOfAKind } from "../few_of_a_kind.ts";
import { CHANNEL_DATA_BYTES, META_DATA_BYTES, variable } from "./event_bytes.ts";

/** How many events in a row have to make sense, or all up to the end of the track: fewer may do so by chance. */
const EVENTS_IN_A_ROW = 3;
/** By how many bytes the length of a text is found too long where the events after it were swallowed. */
const MOST_SWALLOWED = 2;
/** Bytes of a number of variable length. */
const LONGEST_NUMBER = 4;
/** By how many bytes the end of a system exclusive message is looked for beyond its length. */
const MOST_BEYOND = 256;
/** Lengths that meta events of a type have. */
const META_LENGTHS: Readonly<Record<number, number>> = { ...META_DATA_BYTES, 0x21: 1, 0x2f: 0 };

/**
 * Where a track can be read again after an event that cannot: some events in a row make sense from there on. It may be
 * within the event before it, whose length is then wrong.
 *
 * @param event Where the event begins that cannot be read.
 * @param earliest Where the data of the event before it begin.
 * @param end Where the track ends.
 * @returns -1 where that is nowhere.
 */
export function resumeAt(bytes: Uint8Array, event: number, earliest: number, end: number): number {
  for (let at = event - 1; at >= Math.max(earliest, event - MOST_SWALLOWED); at--) {
    if (makesSense(bytes, at, end)) return at;
  }
  for (let at = event + 1; at < end; at++) if (makesSense(bytes, at, end)) return at;
  return -1;
}

/** Where a system exclusive message ends: with its 0xF7, if its length leads to where no event begins. */
export function exclusiveEnd(
  bytes: Uint8Array,
  dataStart: number,
  dataEnd: number,
  end: number,
  repairs: FewOfAKind,
): number {
  if (dataEnd === end || (dataEnd < end && makesSense(bytes, dataEnd, end))) return dataEnd;
  const found = bytes.subarray(dataStart, Math.min(end, dataEnd + MOST_BEYOND)).indexOf(0xf7);
  const next = dataStart + found + 1;
  // The one that follows may be of another length, too.
  if (found < 0 || next === dataEnd || !makesSense(bytes, next, end, 1)) return dataEnd;
  repairs.add(
    "System exclusive messages of another length",
    `The system exclusive message at byte ${dataStart} promises ${dataEnd - dataStart} bytes, and ends with its 0xF7 ` +
      `after ${next - dataStart}: it was read up to there.`,
  );
  return next;
}

/** Where a meta event ends: after as many bytes as its type has, if events go on there, and not where its length leads. */
export function metaEnd(
  bytes: Uint8Array,
  type: number,
  dataStart: number,
  dataEnd: number,
  end: number,
  repairs: FewOfAKind,
): number {
  const next = dataStart + (META_LENGTHS[type] ?? dataEnd - dataStart);
  if (next === dataEnd || dataEnd === end || !makesSense(bytes, next, end)) return dataEnd;
  // One that is too short says nothing anyway.
  if (dataEnd > next && dataEnd < end && makesSense(bytes, dataEnd, end)) return dataEnd;
  repairs.add(
    "Meta events of another length",
    `The meta event at byte ${dataStart} promises ${dataEnd - dataStart} bytes, and other events begin after ` +
      `${next - dataStart}, which are all that its type has: it was read up to there.`,
  );
  return next;
}

/** Whether events stand at an offset, as far as one can see without knowing what was before. */
function makesSense(bytes: Uint8Array, at: number, end: number, events = EVENTS_IN_A_ROW): boolean {
  let running = -1;
  for (let count = 0; count < events && (count === 0 || at < end); count++) {
    at = numberEnd(bytes, at, end);
    if (at < 0 || at >= end) return false;
    if (bytes[at] >= 0x80) running = bytes[at++];
    else if (running < 0x80 || running >= 0xf0) return false;
    if (running >= 0xf0) {
      const type = running === 0xff ? bytes[at++] : -1;
      if (type > 0x7f || (type < 0 && running !== 0xf0 && running !== 0xf7)) return false;
      const dataStart = numberEnd(bytes, at, end);
      if (dataStart < 0) return false;
      const length = variable(bytes, at, dataStart);
      if (type >= 0 && length !== (META_LENGTHS[type] ?? length)) return false;
      at = dataStart + length;
      if (type === 0x2f) return true;
      running = -1;
    } else {
      const dataEnd = at + CHANNEL_DATA_BYTES[(running >> 4) - 8];
      for (; at < dataEnd; at++) if (!(bytes[at] < 0x80)) return false;
    }
    if (at > end) return false;
  }
  return true;
}

/** Where a number of variable length ends that begins at an offset; -1 where none does within the track. */
function numberEnd(bytes: Uint8Array, at: number, end: number): number {
  for (let length = 1; length <= LONGEST_NUMBER && at < end; length++) if (bytes[at++] < 0x80) return at;
  return -1;
}
