import type { Score } from "../score/mod.ts";
import { readJsbPiece } from "./jsb/read_jsb.ts";
import { decodeKern, readKern } from "./kern/read_kern.ts";
import { readMelody } from "./melody/read_melody.ts";
import { readMidi } from "./midi/read.ts";

/** What a file gives. */
export interface ReadMusic {
  /** The music. What had to be mended to read it stands in `score.repairs`. */
  score: Score;
  /** The text of a `**kern` file, which Verovio engraves. */
  kern?: string;
}

/** A kind of files that hold one piece each. */
export interface Format {
  /** What the rest of the project calls it. */
  readonly name: string;
  /** Endings of its files, in lower case, with the dot. */
  readonly endings: readonly string[];
  /** Most files with these endings are something else: they are read when they are named, not when they lie in a folder. */
  readonly whenNamed?: true;
  /**
   * Reads a file.
   *
   * @throws {FormatError} If it cannot be read; with `repair`, only where the damage is not understood.
   */
  read(bytes: Uint8Array, options?: { repair?: boolean }): ReadMusic;
}

const utf8 = new TextDecoder();

/** All formats, by the endings of their files. A new one is a folder beside the others, and a line here. */
export const FORMATS: readonly Format[] = [
  { name: "midi", endings: [".mid", ".midi", ".kar"], read: (bytes, options) => ({ score: readMidi(bytes, options) }) },
  { name: "kern", endings: [".krn"], read: (bytes) => withText(decodeKern(bytes)) },
  { name: "melody", endings: [".melody"], read: (bytes) => ({ score: readMelody(utf8.decode(bytes)) }) },
  { name: "jsb", endings: [".json"], whenNamed: true, read: (bytes) => ({ score: readJsbPiece(utf8.decode(bytes)) }) },
];

function withText(kern: string): ReadMusic {
  return { score: readKern(kern), kern };
}

/**
 * The format that the ending of a path says, however it is capitalised.
 *
 * @returns `undefined` where no format has it.
 */
export function formatOf(path: string): Format | undefined {
  const lower = path.toLowerCase();
  return FORMATS.find(({ endings }) => endings.some((ending) => lower.endsWith(ending)));
}
