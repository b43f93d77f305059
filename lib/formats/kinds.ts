import { utf16Of } from "./text_encoding.ts";
import { endsAsZip } from "./zip/zip_entries.ts";

/** What a file is, as its bytes say, whatever its name. */
export interface FileKind {
  /** What it is called, as in `this is HTML`. */
  readonly name: string;
  /** The one of `FORMATS` that reads it; `undefined` where none does. */
  readonly format?: string;
  /** What to do with it where no format reads it. */
  readonly advice?: string;
  /** It is a zip, of music or of whatever else. */
  readonly isZip?: true;
}

const EXPORT = "export it as MusicXML or MIDI from the program that made it";
const SOUND = "notes are read from MIDI, **kern, MusicXML and ABC, not from sound";
const PICTURE = "notes are read from MIDI, **kern, MusicXML and ABC, not from pages or pictures";

/** First bytes, as Latin-1, `?` for any, and what begins with them; the first that fits holds. */
const SIGNATURES: readonly [string, FileKind][] = [
  ["MThd", { name: "MIDI", format: "midi" }],
  ["RIFF????RMID", { name: "MIDI in a RIFF wrapper", format: "midi" }],
  ["RIFF????WAVE", { name: "sound (WAV)", advice: SOUND }],
  ["RIFF", { name: "a RIFF file", advice: "of those, MIDI alone is read" }],
  ["ID3", { name: "sound (MP3)", advice: SOUND }],
  ["\xff\xfb", { name: "sound (MP3)", advice: SOUND }],
  ["\xff\xf3", { name: "sound (MP3)", advice: SOUND }],
  ["\xff\xe3", { name: "sound (MP3)", advice: SOUND }],
  ["OggS", { name: "sound (Ogg)", advice: SOUND }],
  ["fLaC", { name: "sound (FLAC)", advice: SOUND }],
  ["FORM????AIF", { name: "sound (AIFF)", advice: SOUND }],
  ["????ftyp", { name: "sound or film (MPEG-4)", advice: SOUND }],
  ["%PDF", { name: "PDF", advice: PICTURE }],
  ["\x89PNG", { name: "a picture (PNG)", advice: PICTURE }],
  ["\xff\xd8\xff", { name: "a picture (JPEG)", advice: PICTURE }],
  ["GIF8", { name: "a picture (GIF)", advice: PICTURE }],
  ["\x1f\x8b", { name: "gzip", advice: "unpack it first, with gunzip" }],
  ["BZh", { name: "bzip2", advice: "unpack it first, with bunzip2" }],
  ["\xfd7zXZ", { name: "xz", advice: "unpack it first, with unxz" }],
  ["\x28\xb5\x2f\xfd", { name: "Zstandard", advice: "unpack it first, with unzstd" }],
  ["7z\xbc\xaf", { name: "a 7z archive", advice: "unpack it, and open the folder" }],
  ["Rar!", { name: "a RAR archive", advice: "unpack it, and open the folder" }],
  ["PAR1", { name: "Parquet", advice: "a table of notes opens as parquet:DIR" }],
  ["\x0fSIBELIUS", { name: "a Sibelius file", advice: EXPORT }],
  ["ENIGMA", { name: "a Finale file", advice: EXPORT }],
  ["CAKEWALK", { name: "a project of Cakewalk", advice: EXPORT }],
  ["FORM????XDIR", { name: "XMI, a game's MIDI", advice: "convert it to MIDI first" }],
  ["MUS\x1a", { name: "MUS, a game's music", advice: "convert it to MIDI first" }],
  ["MTM", { name: "a module of MultiTracker", advice: "convert it to MIDI first" }],
  ["SMF2CLIP", { name: "a clip of MIDI 2.0", advice: "save it as MIDI 1.0 (.mid)" }],
  ["TVRoZ", { name: "MIDI written in base64", advice: "decode it first" }],
  ["\xff\xfe\0\0", { name: "a text in UTF-32", advice: "save it in UTF-8" }],
  ["\0\0\xfe\xff", { name: "a text in UTF-32", advice: "save it in UTF-8" }],
  ["\x18FICHIER GUITAR PRO", { name: "a Guitar Pro file", advice: EXPORT }],
];

/** Elements at the root of XML, in lower case, and what they make of it. */
const ROOTS: ReadonlyMap<string, FileKind> = new Map([
  ["score-partwise", { name: "MusicXML", format: "musicxml" }],
  ["score-timewise", { name: "MusicXML", format: "musicxml" }],
  ["opus", { name: "a list of MusicXML files", advice: "open the files that it names" }],
  ["html", { name: "HTML", advice: "a page of the web, perhaps one that says an error: download the file itself" }],
  ["mei", { name: "MEI", advice: "convert it to MusicXML or MIDI first" }],
  ["musescore", { name: "a MuseScore file", advice: EXPORT }],
  ["svg", { name: "a picture (SVG)", advice: PICTURE }],
]);

/** Beginnings of texts, white space left out. */
const TEXTS: readonly [RegExp, FileKind][] = [
  [/^(\*\*|!!)/, { name: "**kern", format: "kern" }],
  [/^((%|[A-Z]:)[^\n\r]*[\n\r]\s*)*?X:\s*\d/, { name: "ABC", format: "abc" }],
  [/^(%[^\n\r]*[\n\r]\s*)*\\version\s*"/, { name: "LilyPond", advice: "let LilyPond write MIDI: \\midi { }" }],
  [/^4d ?54 ?68 ?64/i, {
    name: "MIDI written in hexadecimal",
    advice: "make bytes of it first, for instance with xxd -r -p",
  }],
  [/^vti_encoding:/, { name: "FrontPage's note about a file", advice: "take the file itself, of the same name" }],
  [/^version https:\/\/git-lfs/, { name: "a pointer of Git LFS", advice: "git lfs pull fetches the file itself" }],
  [/^[[{]\s*["[{\d]/, { name: "JSON", format: "jsb" }],
];

/** A zip that is not told to be zipped MusicXML. */
export const ZIP: FileKind = {
  name: "a ZIP",
  advice: "unpack it, or open all the music in it with deno task table FILE.zip, or with --corpus FILE.zip",
  isZip: true,
};
const ZIPPED_MUSICXML: FileKind = { name: "zipped MusicXML", format: "musicxml", isZip: true };
/** How a zip begins: with its first file, without any, and as a split one, be it whole again or not. */
const ZIPS = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08", "PK00PK\x03\x04"];
const EMPTY: FileKind = { name: "an empty file", advice: "there is nothing in it to read" };
/** How much of a file is looked at: what stands before the root of XML may be long. */
const LOOKED_AT = 64 * 2 ** 10;

/**
 * Tells what a file is by its bytes alone: what we read, and what people have under the wrong name or hope that is read.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { kindOf } from "./mod.ts";
 *
 * const kind = kindOf(new TextEncoder().encode("<!DOCTYPE html><html><body>404 Not Found</body></html>"));
 * assertEquals(kind?.name, "HTML");
 * ```
 *
 * @returns `undefined` where the bytes do not say, as with a melody that somebody has typed.
 */
export function kindOf(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0) return EMPTY;
  const begins = (signature: string) =>
    bytes.length >= signature.length &&
    [...signature].every((letter, i) => letter === "?" || letter.charCodeAt(0) === bytes[i]);
  if (ZIPS.some(begins)) return kindOfZip(bytes);
  const binary = SIGNATURES.find(([signature]) => begins(signature));
  if (binary) return binary[1];
  const text = beginningOf(bytes);
  const written = TEXTS.find(([pattern]) => pattern.test(text))?.[1];
  if (written) return written;
  if (text.startsWith("<")) return kindOfXml(text);
  return endsAsZip(bytes) ? kindOfZip(bytes) : undefined;
}

function kindOfZip(zip: Uint8Array): FileKind {
  return names(zip, "META-INF/container.xml") ? ZIPPED_MUSICXML : ZIP;
}

/** Whether a zip names a file: its directory stands at its end. */
function names(zip: Uint8Array, path: string): boolean {
  return new TextDecoder("latin1").decode(zip.subarray(-LOOKED_AT)).includes(path);
}

/** The beginning of a text in UTF-8 or UTF-16, without white space before it. */
function beginningOf(bytes: Uint8Array): string {
  return new TextDecoder(utf16Of(bytes)).decode(bytes.subarray(0, LOOKED_AT)).trimStart();
}

function kindOfXml(text: string): FileKind {
  const prolog =
    /^(?:\s+|<\?[^>]*>|<!--(?:[^-]|-(?!->))*-->|<!DOCTYPE(?:"[^"]*"|'[^']*'|[^>["'])*(?:\[[^\]]*\]\s*)?>)*/i.exec(
      text,
    )![0];
  const root = /^<(?:\w+:)?([\w-]+)/.exec(text.slice(prolog.length))?.[1];
  // A page may begin with any element of its: HTML leaves out what goes without saying.
  if (/<!DOCTYPE\s+html/i.test(prolog)) return ROOTS.get("html")!;
  const advice = "of XML, MusicXML is read, whose root is score-partwise or score-timewise";
  return ROOTS.get(root?.toLowerCase() ?? "") ?? { name: root ? `XML (<${root.slice(0, 40)}>)` : "XML", advice };
}
