import { FormatError } from "../format_error.ts";
import { kindOf, ZIP } from "../kinds.ts";
import { utf16Of } from "../text_encoding.ts";
import { zipEntries } from "../zip/zip_entries.ts";
import { type Mending, MusicXmlError } from "./musicxml_error.ts";
import { childrenOf, readXml, type XmlElement } from "./xml.ts";

/** Bytes of MusicXML that are unpacked from one `.mxl`. */
const MOST_BYTES = 64 * 2 ** 20;
const CONTAINER = "META-INF/container.xml";

/**
 * The MusicXML in a file: its own text, or that of the score in a zip (`.mxl`), which `META-INF/container.xml` names.
 *
 * @throws {FormatError} If it is a zip that cannot be read, or has no MusicXML in it.
 */
export function musicXmlText(bytes: Uint8Array, mending: Mending): string {
  if (!kindOf(bytes)?.isZip) return decodeXml(bytes);
  const { entries } = zipEntries(bytes, "of MusicXML");
  const unpack = (path: string) => {
    const same = entries.filter((entry) => entry.path === path), entry = same.at(-1);
    if (!entry) return undefined;
    // Whoever unpacks the zip is left with the last.
    if (same.length > 1) mending.mend({ line: 1 }, `The zip has ${path} ${same.length} times`, "the last was read");
    if (entry.size > MOST_BYTES) {
      throw new FormatError(`Cannot read MusicXML: ${path} has ${entry.size} bytes, more than ${MOST_BYTES} are read`);
    }
    return entry.read();
  };
  const container = unpack(CONTAINER);
  const root = container && rootfileOf(decodeXml(container), mending);
  const scores = entries.map(({ path }) => path).filter((path) =>
    /\.(musicxml|xml)$/i.test(path) && !path.split("/").some((name) => /^(META-INF|__MACOSX)$/i.test(name))
  );
  if (root !== undefined && /\.mscx$/i.test(root)) {
    throw new FormatError(
      "Cannot read MusicXML: this is a file of MuseScore: export it as MusicXML or MIDI from there",
    );
  }
  const score = root === undefined ? undefined : unpack(root);
  const kind = score && kindOf(score);
  if (kind && kind.name !== "MusicXML" && !kind.name.startsWith("XML")) {
    throw new FormatError(
      `Cannot read MusicXML: ${root} in this zip is ${kind.name}: unpack the zip, and open that file`,
    );
  }
  if (score) return decodeXml(score);
  if (scores.length === 0) {
    throw new FormatError(`Cannot read MusicXML: there is none in this zip: ${ZIP.advice}`);
  }
  const wrong = root === undefined
    ? `No ${CONTAINER} names the music`
    : `The zip does not have ${root}, which it names`;
  mending.mend({ line: 1 }, wrong, `${scores[0]} was read`);
  return decodeXml(unpack(scores[0])!);
}

/**
 * The path of the score, of several files that show the same music the one that is MusicXML; `undefined` where the
 * container cannot be read.
 */
function rootfileOf(text: string, mending: Mending): string | undefined {
  let container: XmlElement;
  try {
    container = readXml(text, mending);
  } catch (error) {
    if (error instanceof MusicXmlError) return undefined;
    throw error;
  }
  const files = childrenOf(container.children.find(({ name }) => name === "rootfiles"), "rootfile");
  const isMusicXml = ({ attributes }: XmlElement) => attributes["media-type"]?.includes("musicxml");
  const path = (files.find(isMusicXml) ?? files[0])?.attributes["full-path"];
  return path?.replaceAll("\\", "/").replace(/^(\.?\/)+/, "");
}

/** The text of XML in the encoding that its first bytes or its declaration tell, UTF-8 where they tell none. */
export function decodeXml(bytes: Uint8Array): string {
  const wide = utf16Of(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  const declaration = new TextDecoder("latin1").decode(bytes.subarray(0, 200));
  const named = /^\s*(?:\xef\xbb\xbf)?<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/.exec(declaration)?.[1];
  for (const encoding of ["utf-8", ...named && !/^utf-?(8|16)/i.test(named) ? [named] : [], "latin1"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not that one: the next.
    }
  }
  return new TextDecoder().decode(bytes);
}
