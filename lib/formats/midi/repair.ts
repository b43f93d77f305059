import { checkMidi } from "./check.ts";
import { type RepairedFile, restoreLineFeeds } from "./line_feeds.ts";
import { MidiError } from "./midi_error.ts";

/**
 * Mends the two kinds of damage that the corpus of bachcentral.com shows: line feeds that became carriage returns, and
 * a track that lost its first delta time. What does not read as a whole afterwards is refused with the error of the
 * file as it was. A file that reads is left as it is, though it may have lost line feeds unseen: most of the other files
 * of the Well-Tempered Clavier hold no 0x0A either, and are read as pretty_midi reads them.
 *
 * @throws {MidiError} If the file is damaged in another way.
 */
export function repairMidi(bytes: Uint8Array): RepairedFile {
  try {
    return { file: checkMidi(bytes), repairs: [] };
  } catch (error) {
    if (!(error instanceof MidiError)) throw error;
    const repaired = restoreLineFeeds(bytes) ?? restoreDeltaTime(bytes, error.offset);
    if (!repaired) throw error;
    return repaired;
  }
}

/** Puts a delta time of 0 where a track that is one byte too short begins with an event instead. */
function restoreDeltaTime(bytes: Uint8Array, damage: number): RepairedFile | undefined {
  const chunk = lastTrackBefore(bytes, damage);
  if (chunk < 0 || chunk + 9 > bytes.length || bytes[chunk + 8] < 0x80) return undefined;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(chunk + 4);
  const end = chunk + 8 + size - 1;
  if (end !== bytes.length && !isTrack(bytes, end)) return undefined;
  const mended = new Uint8Array(bytes.length + 1);
  mended.set(bytes.subarray(0, chunk + 8));
  mended.set(bytes.subarray(chunk + 8), chunk + 9);
  try {
    const repair = `The track at byte ${chunk} promises ${size} bytes and has ${size - 1}: it begins with an event ` +
      `where the time before it should stand. A delta time of 0 was put in at byte ${chunk + 8}.`;
    return { file: checkMidi(mended), repairs: [repair] };
  } catch {
    return undefined;
  }
}

function lastTrackBefore(bytes: Uint8Array, offset: number): number {
  while (offset >= 0 && !isTrack(bytes, offset)) offset--;
  return offset;
}

function isTrack(bytes: Uint8Array, offset: number): boolean {
  return [0x4d, 0x54, 0x72, 0x6b].every((byte, i) => bytes[offset + i] === byte);
}
