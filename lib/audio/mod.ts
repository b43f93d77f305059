/**
 * Notes to sound, without a sound card, a sound font or a network: a plucked string, an organ, a flute, a reed, and WAV files.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeWav, synthesise } from "./mod.ts";
 *
 * const chord = [60, 64, 67].map((pitch) => ({
 *   ...{ pitch, start: 0, end: 1, velocity: 80 },
 *   instrument: "organ" as const,
 * }));
 * const sound = synthesise(chord, { sampleRate: 22050 });
 * const loudest = sound.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
 * assertEquals(loudest.toFixed(2), "0.89");
 * assertEquals(encodeWav(sound, 22050).length, 44 + 2 * sound.length);
 * ```
 *
 * @module
 */

export { type Instrument, INSTRUMENTS, type Sound } from "./instruments.ts";
export { pageSource } from "./page_source.ts";
export { type PlayedNote, synthesise, type SynthesiseOptions, synthesiseStereo } from "./synthesise.ts";
export { encodeWav } from "./wav.ts";
