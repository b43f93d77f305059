/** Data bytes of the channel messages 8 to E. */
export const CHANNEL_DATA_BYTES = [2, 2, 2, 2, 1, 1, 2];
/** The fewest data bytes that a meta event of a type can be read from. */
export const META_DATA_BYTES: Readonly<Record<number, number>> = { 0x20: 1, 0x51: 3, 0x54: 5, 0x58: 4, 0x59: 2 };

/** The number of variable length in some bytes, seven bits in each. */
export function variable(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 128 + (bytes[at] & 0x7f);
  return value;
}
