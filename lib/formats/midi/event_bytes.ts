/** Data bytes of the channel messages 8 to E. */
export const CHANNEL_DATA_BYTES = [2, 2, 2, 2, 1, 1, 2];
/** Data bytes of the system messages that mido lets stand in a file. */
export const SYSTEM_DATA_BYTES: Readonly<Record<number, number>> = {
  ...{ 0xf1: 1, 0xf2: 2, 0xf3: 1, 0xf6: 0 },
  ...{ 0xf8: 0, 0xfa: 0, 0xfb: 0, 0xfc: 0, 0xfe: 0 },
};
/** The fewest data bytes that a meta event of a type can be read from. */
export const META_DATA_BYTES: Readonly<Record<number, number>> = { 0x20: 1, 0x51: 3, 0x54: 5, 0x58: 4, 0x59: 2 };

/** A byte as messages call it: `0x0f`. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

/** The number of variable length in some bytes, seven bits in each. */
export function variable(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 128 + (bytes[at] & 0x7f);
  return value;
}
