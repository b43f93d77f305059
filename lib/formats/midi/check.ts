import { type Chunks, findChunks } from "./chunks.ts";
import { walkEvents } from "./walk.ts";

/**
 * Walks a Standard MIDI File byte by byte and refuses what {@linkcode findChunks} and {@linkcode walkEvents} refuse.
 *
 * @returns Where its tracks are.
 * @throws {MidiError} At the first byte that cannot be right.
 */
export function checkMidi(bytes: Uint8Array): Chunks {
  const chunks = findChunks(bytes);
  for (const [i, track] of chunks.tracks.entries()) walkEvents(bytes, track, () => {}, { timeCounts: i === 0 });
  return chunks;
}
