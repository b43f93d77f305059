/** Letters, digits, signs and white space of ASCII: what texts of music begin with. */
const isAscii = (byte: number) => byte >= 0x09 && byte < 0x7f;

/**
 * Which UTF-16 a text is in, by its mark of byte order or by the zero beside its first letter.
 *
 * @returns `undefined` for any other encoding.
 */
export function utf16Of([first, second]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe || isAscii(first) && second === 0) return "utf-16le";
  if (first === 0xfe && second === 0xff || first === 0 && isAscii(second)) return "utf-16be";
}

/** The text of a file that does not say its encoding: UTF-16 where its beginning shows that, UTF-8, or else Latin-1. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder(utf16Of(bytes) ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
