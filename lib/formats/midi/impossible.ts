import { hex, META_DATA_BYTES, SYSTEM_DATA_BYTES } from "./event_bytes.ts";

/** The lower number of a metre is a power of 2; one of a higher power is no note value. */
export const MAX_DENOMINATOR_EXPONENT = 30;

/** What cannot be in an event, and where. */
export interface Impossible {
  /** What it is, in words. */
  reason: string;
  /** Where, in bytes from the beginning of the file. */
  offset: number;
}

/** What cannot be in a system message; `undefined` where nothing is wrong. */
export function findInSystem(
  bytes: Uint8Array,
  status: number,
  dataStart: number,
  dataEnd: number,
): Impossible | undefined {
  // The standard lets an escape (0xF7) hold any bytes.
  if (status === 0xf7) return;
  let [start, end] = [dataStart, dataEnd];
  if (status === 0xf0) {
    if (start < end && bytes[start] === 0xf0) start++;
    if (start < end && bytes[end - 1] === 0xf7) end--;
  } else if (SYSTEM_DATA_BYTES[status] === undefined) {
    return { reason: `no MIDI event has the status byte ${hex(status)}`, offset: dataStart - 1 };
  }
  for (let offset = start; offset < end; offset++) {
    if (bytes[offset] > 127) return { reason: `a data byte must be at most 127, and this is ${bytes[offset]}`, offset };
  }
}

/**
 * What cannot be in a meta event; `undefined` where nothing is wrong.
 *
 * One that is longer than its type is read by its first bytes, as the standard asks: "they shouldn't be surprised if it's
 * bigger than they expected. If so, they must ignore everything past what they know about" (SMF 1.0). A metre or key
 * comes of that, whereas a tempo is one number, which more bytes move: with `exact` it is wrong.
 *
 * @param timeCounts Tempo and metre of this track count.
 * @param exact A tempo must have its three bytes and no more.
 */
export function findInMeta(
  bytes: Uint8Array,
  type: number,
  offset: number,
  end: number,
  { timeCounts, exact }: { timeCounts: boolean; exact: boolean },
): Impossible | undefined {
  const length = end - offset;
  const least = META_DATA_BYTES[type] ?? 0;
  if (length < least || (type === 0x00 && length === 1)) {
    return { reason: `meta event ${hex(type)} needs ${least || 2} bytes, and has ${length}`, offset };
  }
  if (exact && type === 0x51 && length > least) {
    return { reason: `a tempo has ${least} bytes, and this ${length}`, offset };
  }
  const [a, b, c, e] = [bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 4]];
  if (type === 0x59) {
    const fifths = a << 24 >> 24;
    if (Math.abs(fifths) > 7 || b > 1) return { reason: `no key has ${fifths} fifths in mode ${b}`, offset };
  }
  if (type === 0x58 && b > MAX_DENOMINATOR_EXPONENT) return { reason: `a metre of ${a}/2^${b}`, offset };
  if (type === 0x54 && (a >> 5 > 3 || b > 59 || c > 59 || e > 99)) {
    return { reason: "an SMPTE offset that no clock shows", offset };
  }
  // Where tempo and metre of a track count for nothing, nobody stumbles over them.
  if (!timeCounts) return;
  if (type === 0x51 && a === 0 && b === 0 && c === 0) {
    return { reason: "a tempo of 0 microseconds per quarter note", offset };
  }
  if (type === 0x58 && a === 0) return { reason: "a metre of no beats", offset };
}
