/**
 * The 32-bit FNV-1a hash (Fowler, Noll and Vo) of a text's UTF-8 bytes, in
 * Unicode's composed form, so that a name means the same on every system.
 *
 * @returns An integer from 0 to 2^32 - 1.
 */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text.normalize("NFC"))) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}
