/** Whether a chunk, of whatever type, begins at an offset: its name can be typed, and it is all there. */
export function isChunk(bytes: Uint8Array, offset: number): boolean {
  if (offset + 8 > bytes.length || chunkEnd(bytes, offset) > bytes.length) return false;
  return bytes.subarray(offset, offset + 4).every((byte) => byte >= 0x20 && byte < 0x7f);
}

/** Whether the header of a file begins at an offset, and is all there. */
export function isHeader(bytes: Uint8Array, offset: number): boolean {
  return is(bytes, offset, "MThd") && isChunk(bytes, offset);
}

/** Where a chunk ends, as its length says. */
export function chunkEnd(bytes: Uint8Array, offset: number): number {
  return offset + 8 + viewOf(bytes).getUint32(offset + 4);
}

/** Where the next track begins; the end of the file where none does. */
export function nextTrack(bytes: Uint8Array, from: number): number {
  const at = find(bytes, "MTrk", from);
  return at < 0 ? bytes.length : at;
}

/** Where bytes of one character each stand first; -1 where they do not. */
export function find(bytes: Uint8Array, id: string, from: number): number {
  for (let at = bytes.indexOf(id.charCodeAt(0), from); at >= 0; at = bytes.indexOf(id.charCodeAt(0), at + 1)) {
    if (is(bytes, at, id)) return at;
  }
  return -1;
}

/** Whether bytes of one character each stand at an offset. */
export function is(bytes: Uint8Array, offset: number, id: string): boolean {
  for (let i = 0; i < id.length; i++) if (bytes[offset + i] !== id.charCodeAt(i)) return false;
  return true;
}

/** The bytes as something that numbers of several bytes can be read from. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
