import type { MendedFile } from "./line_feeds.ts";
import { MidiError } from "./midi_error.ts";

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];

/**
 * Takes out the bytes 0x0D that stand before every 0x0A, as a transfer in text mode puts them in.
 *
 * @returns `undefined` if this is not the file's damage.
 */
export function removeCarriageReturns(bytes: Uint8Array): MendedFile | undefined {
  const mended = new Uint8Array(bytes.length);
  let length = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte === LINE_FEED) {
      if (bytes[at - 1] !== CARRIAGE_RETURN) return undefined;
      length--;
    }
    mended[length++] = byte;
  }
  const count = bytes.length - length;
  if (count === 0) return undefined;
  const repair = `A byte 0x0D stands before each of the ${count} bytes 0x0A, as when a file is sent as text: ` +
    `${count === 1 ? "it was" : "all were"} taken out.`;
  return { bytes: mended.slice(0, length), repair };
}

/**
 * Puts back the bytes of a file that a program took for Latin-1 and wrote as UTF-8, where each byte above 127 became two.
 *
 * @returns `undefined` if this is not the file's damage.
 * @throws {MidiError} If the bytes above 127 were replaced and are lost.
 */
export function decodeUtf8(bytes: Uint8Array): MendedFile | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  const lost = text.indexOf("\ufffd");
  if (lost >= 0) {
    const reason =
      "a program has taken the file for text and replaced its bytes above 127, which are lost: get it anew";
    throw new MidiError(reason, new TextEncoder().encode(text.slice(0, lost)).length);
  }
  const count = bytes.length - text.length;
  if (count === 0 || /[^\0-\xff]/.test(text)) return undefined;
  const mended = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return { bytes: mended, repair: `The file was written as text in UTF-8: ${count} bytes above 127 were put back.` };
}
