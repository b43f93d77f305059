/** Small MIDI files for tests, spelled out byte by byte. */

/** Meta event: end of track. */
export const END = [0x00, 0xff, 0x2f, 0x00];

/** A file of tracks, each given as its bytes without the chunk's header. */
export function midiFile(tracks: number[][], { ticksPerQuarter = 480, format = 1, trackCount = tracks.length } = {}) {
  const bytes = [...ascii("MThd"), 0, 0, 0, 6, 0, format, ...twoBytes(trackCount), ...twoBytes(ticksPerQuarter)];
  for (const track of tracks) bytes.push(...ascii("MTrk"), 0, 0, ...twoBytes(track.length), ...track);
  return Uint8Array.from(bytes);
}

/** A meta event at a delta time below 128. */
export function meta(delta: number, type: number, data: number[] | string): number[] {
  const bytes = typeof data === "string" ? ascii(data) : data;
  return [delta, 0xff, type, bytes.length, ...bytes];
}

/** A tempo event at a delta time below 128. */
export function tempo(delta: number, microseconds: number): number[] {
  return meta(delta, 0x51, [microseconds >> 16, microseconds >> 8 & 0xff, microseconds & 0xff]);
}

/** Note-on at a delta time below 128. */
export function on(delta: number, pitch: number, { channel = 0, velocity = 64 } = {}): number[] {
  return [delta, 0x90 | channel, pitch, velocity];
}

/** Note-off at a delta time below 128. */
export function off(delta: number, pitch: number, { channel = 0 } = {}): number[] {
  return [delta, 0x80 | channel, pitch, 0];
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function twoBytes(value: number): number[] {
  return [value >> 8 & 0xff, value & 0xff];
}
