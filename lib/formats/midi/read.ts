import { type Score, scoreOfColumns } from "../../score/mod.ts";
import { readMidiColumns, type ReadMidiOptions } from "./read_columns.ts";

/**
 * Reads a Standard MIDI File by the rules of pretty_midi 0.2.10, which the published run of the paper was read with.
 *
 * - A part is a (program, channel, track) and stands where its first note closes; a part without notes does not exist.
 *   Its notes stand in the order of their note-offs. A note belongs to the program that holds at its note-off.
 * - One note-off closes every open note of its pitch, channel and track that began on an earlier tick. One that began
 *   on this very tick stays open if an earlier one was closed, and is forgotten otherwise. Notes never closed are
 *   forgotten, which `warnings` say; the pedal is ignored.
 * - Tempo, metre and key come from the first track, whatever the format; 120 quarter notes a minute until told
 *   otherwise; of several at one tick the last holds.
 * - `end` counts control changes, pitch bends, texts, tempi, metres and keys too, but no end of track.
 *
 * - What a later track says of tempo, metre or key is told in `warnings` where it differs; `tempo: "all"` follows it.
 *
 * It refuses what mido and pretty_midi refuse. Where it differs, on purpose:
 *
 * - What the standard lets through is read: a RIFF wrapper (`.rmi`), chunks of an unknown type, up to 65,535 tracks, time
 *   in SMPTE frames (a second is read as a quarter note, with a warning), messages of any length, escapes (0xF7) that
 *   hold any bytes, and a piece of up to a week, however many ticks that is.
 * - Running status after a system exclusive message is refused. mido takes such an event for another one.
 * - mido forgets the delta time of a meta event of unknown type, so that the rest of its track sounds too early. We
 *   keep it.
 * - Names that are valid UTF-8 are read as such; mido always takes Latin-1. A name is cut at 1,000 bytes.
 * - A metre whose lower number is above 2^30 is refused (no note is that short), and some above 2^28 are
 *   read that mido, computing a logarithm, takes for no power of two.
 *
 * With `repair`, every damage that is understood is mended and named in `repairs`: what a transfer as text does (line
 * feeds lost or doubled, bytes written as UTF-8), a delta time lost, tracks of another length or number than promised,
 * bytes between them, a track cut short, a text or a system exclusive message of another length than it says, bytes
 * that no event can be read from (passed over), a data byte above 127 (127 is taken), and an event that says what cannot
 * be, such as a key of 18 flats (left out).
 *
 * The tracks of format 2, which are pieces of their own, are read as if they sounded together, with a warning.
 *
 * @param bytes The file.
 * @throws {MidiError} If the file is damaged: with the offset in bytes and the reason.
 * @throws {TypeError} If `bytes` is not a `Uint8Array`.
 */
export function readMidi(bytes: Uint8Array, options: ReadMidiOptions = {}): Score {
  return scoreOfColumns(readMidiColumns(bytes, options));
}
