import type { ColumnScore } from "../../score/mod.ts";
import { type MendedFile, restoreLineFeeds } from "./line_feeds.ts";
import { MidiError } from "./midi_error.ts";
import { decodeUtf8, removeCarriageReturns } from "./text_mode.ts";

/** What a file was read to. */
export interface Reading {
  /** The piece. */
  score: ColumnScore;
  /** Mending may come to more, or to something else, though nothing was in the way. */
  mendable: boolean;
}

/**
 * Reads a file, mended where it must be.
 *
 * Some kinds of damage are undone where the file then reads as a whole: what a transfer as text does, and what the corpus
 * of bachcentral.com shows, line feeds that became carriage returns and a track that lost its first delta time. What else
 * is understood is mended as it is met. A file that reads is left as it is, though it may have lost line feeds unseen: most of the other files of
 * the Well-Tempered Clavier hold no 0x0A either, and are read as pretty_midi reads them.
 *
 * @param bytes The file.
 * @param read Reads a file, strictly or mending what it meets.
 * @throws {MidiError} If the file is damaged in another way.
 */
export function repairMidi(bytes: Uint8Array, read: (bytes: Uint8Array, mend: boolean) => Reading): ColumnScore {
  let damage: number;
  try {
    const { score, mendable } = read(bytes, false);
    return mendable ? mendedIfSo(bytes, score, read) : score;
  } catch (error) {
    if (!(error instanceof MidiError)) throw error;
    damage = error.offset;
  }
  const binary = decodeUtf8(bytes);
  if (binary) {
    const score = repairMidi(binary.bytes, read);
    return { ...score, repairs: [binary.repair, ...score.repairs] };
  }
  for (const restore of [removeCarriageReturns, restoreLineFeeds, restoreDeltaTime]) {
    try {
      const mended = restore(bytes, damage);
      if (mended) return { ...read(mended.bytes, false).score, repairs: [mended.repair] };
    } catch (error) {
      // Then this was not the damage.
      if (!(error instanceof MidiError)) throw error;
    }
  }
  return read(bytes, true).score;
}

/** The piece as mending reads it, or else as it was read before, with a warning of what is doubtful. */
function mendedIfSo(
  bytes: Uint8Array,
  before: ColumnScore,
  read: (bytes: Uint8Array, mend: boolean) => Reading,
): ColumnScore {
  try {
    return read(bytes, true).score;
  } catch (error) {
    if (!(error instanceof MidiError)) throw error;
    return before;
  }
}

/** Puts a delta time of 0 where a track that is one byte too short begins with an event instead. */
function restoreDeltaTime(bytes: Uint8Array, damage: number): MendedFile | undefined {
  const chunk = lastTrackBefore(bytes, damage);
  if (chunk < 0 || chunk + 9 > bytes.length || bytes[chunk + 8] < 0x80) return undefined;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(chunk + 4);
  const end = chunk + 8 + size - 1;
  if (end !== bytes.length && !isTrack(bytes, end)) return undefined;
  const mended = new Uint8Array(bytes.length + 1);
  mended.set(bytes.subarray(0, chunk + 8));
  mended.set(bytes.subarray(chunk + 8), chunk + 9);
  const repair = `The track at byte ${chunk} promises ${size} bytes and has ${size - 1}: it begins with an event ` +
    `where the time before it should stand. A delta time of 0 was put in at byte ${chunk + 8}.`;
  return { bytes: mended, repair };
}

function lastTrackBefore(bytes: Uint8Array, offset: number): number {
  while (offset >= 0 && !isTrack(bytes, offset)) offset--;
  return offset;
}

function isTrack(bytes: Uint8Array, offset: number): boolean {
  return [0x4d, 0x54, 0x72, 0x6b].every((byte, i) => bytes[offset + i] === byte);
}
