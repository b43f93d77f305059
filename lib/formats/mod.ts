/**
 * Files of music into {@linkcode Score}s and back: Standard MIDI Files;
 * `**kern`, the text notation in which the field keeps its scores, one column
 * a voice, time running down; MusicXML, which programs of notation exchange
 * ({@linkcode readMusicXml}); ABC, in which people type tunes
 * ({@linkcode readAbc}); the JSON in which the JSB chorales are passed on;
 * and melodies as one types them ({@linkcode readMelody}). {@linkcode FORMATS}
 * has them all by the endings of their files, and {@linkcode readMusic} tells
 * them by their bytes. Scores are written as MIDI, as `**kern`, and as MusicXML.
 *
 * MIDI is read by the rules of pretty_midi, which the paper's data came
 * through, and refused with a {@linkcode MidiError} where a byte cannot be
 * right. It is written through @tonejs/midi, and {@linkcode toTone} and
 * {@linkcode fromTone} convert it to and from the objects of that library.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readMidi, writeMidi } from "./mod.ts";
 *
 * const bytes = writeMidi([
 *   { pitch: 60, start: 0, end: 0.5, velocity: 64 },
 *   { pitch: 64, start: 0.5, end: 1, velocity: 64 },
 * ]);
 * const [piano] = readMidi(bytes).parts;
 * assertEquals(piano.notes.map(({ pitch, start, end }) => [pitch, start, end]), [[60, 0, 0.5], [64, 0.5, 1]]);
 * ```
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readKern } from "./mod.ts";
 *
 * const score = readKern([
 *   "**kern\t**kern",
 *   "*M2/4\t*M2/4",
 *   "2C;\t4e",
 *   ".\t4f#",
 *   "*-\t*-",
 * ].join("\n"));
 * const [upper, lower] = score.parts;
 * assertEquals(upper.notes.map((note) => [note.start, note.pitch]), [[0, 64], [0.5, 66]]);
 * assertEquals([lower.notes[0].pitch, lower.notes[0].end, lower.notes[0].fermata], [48, 1, true]);
 * ```
 *
 * @module
 */
export { AbcError } from "./abc/abc_error.ts";
export { readAbc, type ReadAbcOptions } from "./abc/read_abc.ts";
export { splitAbc } from "./abc/tunes.ts";
export { FormatError } from "./format_error.ts";
export { type Format, formatOf, FORMATS, type ReadMusic, readMusic, type ReadMusicOptions } from "./formats.ts";
export {
  type GridCorpus,
  type GridPiece,
  readJsb,
  readJsbPiece,
  readJsbSets,
  splitJsb,
  VOICES,
} from "./jsb/read_jsb.ts";
export { type Bar, barsOf } from "./kern/bars.ts";
export { readKern, type ReadKernOptions } from "./kern/read_kern.ts";
export { type FileKind, kindOf } from "./kinds.ts";
export { KernError, type Place } from "./kern/kern_error.ts";
export { writeKern } from "./kern/write_kern.ts";
export { readMelody } from "./melody/read_melody.ts";
export { MidiError } from "./midi/midi_error.ts";
export { readMidi } from "./midi/read.ts";
export { readMidiColumns, type ReadMidiOptions } from "./midi/read_columns.ts";
export type { TempoTracks } from "./midi/tempo_metre_key.ts";
export { fromTone, type Midi, toTone } from "./midi/tone.ts";
export { writeMidi, type WriteMidiOptions } from "./midi/write.ts";
export { MusicXmlError } from "./musicxml/musicxml_error.ts";
export { readMusicXml, type ReadMusicXmlOptions } from "./musicxml/read_musicxml.ts";
export { writeMusicXml } from "./musicxml/write_musicxml.ts";
export { decodeText } from "./text_encoding.ts";
export { zipEntries, type ZipEntry, type ZipFiles } from "./zip/zip_entries.ts";
export type { KeySignature, Metre, Note, Part, Score, Tempo, TimedNote } from "../score/mod.ts";
