import { checkOptions, kinds, optional } from "../options/mod.ts";
import type { Score } from "../score/mod.ts";
import { readAbc } from "./abc/read_abc.ts";
import { readJsbPiece } from "./jsb/read_jsb.ts";
import { readKern } from "./kern/read_kern.ts";
import { readMelody } from "./melody/read_melody.ts";
import { readMidi } from "./midi/read.ts";
import { TEMPO_TRACKS, type TempoTracks } from "./midi/tempo_metre_key.ts";
import { readMusicXml } from "./musicxml/read_musicxml.ts";
import { FormatError } from "./format_error.ts";
import { kindOf } from "./kinds.ts";
import { decodeText } from "./text_encoding.ts";

/** What a file gives. */
export interface ReadMusic {
  /** The music. What had to be mended to read it stands in `score.repairs`. */
  score: Score;
  /** The text of a `**kern` file, which Verovio engraves. */
  kern?: string;
}

/** How {@linkcode readMusic} reads. */
export interface ReadMusicOptions {
  /**
   * Mend a damaged file where its damage is understood, and say so in `score.repairs`.
   *
   * @default {undefined} each format's own way
   */
  repair?: boolean;
  /**
   * Which tracks of a MIDI file say tempo, metre and key; other formats do not ask.
   *
   * @default {"first"}
   */
  tempo?: TempoTracks;
}

/** A kind of files that hold one piece each. */
export interface Format {
  /** What the rest of the project calls it. */
  readonly name: string;
  /** What messages call it. */
  readonly words: string;
  /** Endings of its files, in lower case, with the dot. */
  readonly endings: readonly string[];
  /** Most files with these endings are something else: they are read when they are named, not when they lie in a folder. */
  readonly whenNamed?: true;
  /**
   * Reads a file.
   *
   * @throws {FormatError} If it cannot be read; with `repair`, only where the damage is not understood.
   */
  read(bytes: Uint8Array, options?: ReadMusicOptions): ReadMusic;
}

/** All formats, by the endings of their files. A new one is a folder beside the others, and a line here. */
export const FORMATS: readonly Format[] = [
  {
    name: "midi",
    words: "MIDI",
    endings: [".mid", ".midi", ".kar", ".rmi"],
    read: (bytes, options) => ({ score: readMidi(bytes, options) }),
  },
  {
    name: "kern",
    words: "**kern",
    endings: [".krn"],
    read: (bytes, options) => withText(decodeText(bytes), options),
  },
  {
    name: "musicxml",
    words: "MusicXML",
    endings: [".musicxml", ".mxl", ".xml"],
    read: (bytes, { repair } = {}) => ({ score: readMusicXml(bytes, { repair }) }),
  },
  {
    name: "abc",
    words: "ABC",
    endings: [".abc"],
    read: (bytes, { repair } = {}) => ({ score: readAbc(decodeText(bytes), { repair }) }),
  },
  {
    name: "melody",
    words: "a typed melody",
    endings: [".melody"],
    read: (bytes) => ({ score: readMelody(decodeText(bytes)) }),
  },
  {
    name: "jsb",
    words: "chorales in JSON",
    endings: [".json"],
    whenNamed: true,
    read: (bytes) => ({ score: readJsbPiece(decodeText(bytes)) }),
  },
];

function withText(kern: string, { repair }: ReadMusicOptions = {}): ReadMusic {
  return { score: readKern(kern, { repair }), kern };
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

/**
 * Reads a file, which is told by its bytes: MIDI under the name of a `**kern` file is read as MIDI, and a sentence in
 * `score.warnings` says so. Its name counts where the bytes say nothing.
 *
 * @param path The file's name, or its path.
 * @param bytes What is in it.
 * @param options Whether it is mended, and which tempo is followed.
 * @throws {FormatError} If it is of another kind: what it is, and what can be done; or if it cannot be read.
 */
export function readMusic(
  path: string,
  bytes: Uint8Array,
  options: ReadMusicOptions = {},
): ReadMusic & { format: Format } {
  const { repair, tempo } = checkOptions("read music", options, {
    repair: optional(kinds.boolean),
    tempo: optional(TEMPO_TRACKS),
  });
  const named = formatOf(path), kind = kindOf(bytes);
  // Some programs leave out what a zip of MusicXML is told by.
  const isZip = kind?.isZip && named?.name === "musicxml";
  const format = kind && !isZip ? FORMATS.find(({ name }) => name === kind.format) : named;
  if (!format) {
    const notAsNamed = named ? `, not ${named.words}` : "";
    throw new FormatError(
      kind
        ? `Cannot read music: this is ${kind.name}${notAsNamed}: ${kind.advice}`
        : `Cannot read music: neither the name nor the first bytes say what this is. Read are ${words(FORMATS)}`,
    );
  }
  const read = format.read(bytes, { repair, tempo });
  if (!named || named === format) return { ...read, format };
  const warning = `The name says ${named.words}, but this is ${kind!.name}: it was read as that.`;
  const { score } = read;
  return { ...read, score: { ...score, warnings: [warning, ...score.warnings ?? []] }, format };
}

function words(formats: readonly Format[]): string {
  const all = formats.map(({ words }) => words);
  return `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}
