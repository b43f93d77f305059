/**
 * Standard MIDI Files into {@linkcode Score}s and back.
 *
 * A score is read by the rules of pretty_midi, which the paper's data came
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
 * @module
 */
export { firstInstrument } from "./first_instrument.ts";
export { MidiError } from "./midi_error.ts";
export { PITCH_CLASSES, pitchName } from "./pitch_names.ts";
export { readMidi, type ReadMidiOptions } from "./read.ts";
export type { KeySignature, Metre, Note, Part, Score, Tempo, TimedNote } from "./score.ts";
export { secondsAt, type TempoChange, tempoMap, tickAt } from "./tempo.ts";
export { fromTone, type Midi, toTone } from "./tone.ts";
export { writeMidi, type WriteMidiOptions } from "./write.ts";
