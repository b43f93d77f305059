import { FormatError } from "../format_error.ts";
import { type FileKind, kindOf, ZIP } from "../kinds.ts";
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
  const named = container ? rootfilesOf(decodeXml(container), mending) : [];
  let other: string | undefined;
  for (const path of named) {
    const file = unpack(path), kind = file && kindOf(file);
    if (file && (!kind || isXml(kind))) return decodeXml(file);
    if (kind) other ??= `${path} in this zip is ${kind.name}`;
  }
  if (named.some((path) => /\.mscx$/i.test(path))) {
    throw new FormatError(
      "Cannot read MusicXML: this is a file of MuseScore: export it as MusicXML or MIDI from there",
    );
  }
  const unnamed = entries.map(({ path }) => path).filter((path) =>
    /\.(musicxml|xml)$/i.test(path) && !named.includes(path) &&
    !path.split("/").some((name) => /^(META-INF|__MACOSX)$/i.test(name))
  );
  const score = unnamed.find((path) => kindOf(unpack(path)!)?.name === "MusicXML") ?? unnamed[0];
  if (score === undefined) {
    throw new FormatError(
      other
        ? `Cannot read MusicXML: ${other}: unpack the zip, and open that file`
        : `Cannot read MusicXML: there is none in this zip: ${ZIP.advice}`,
    );
  }
  const missing = named.length > 0
    ? `The zip does not have ${named[0]}, which it names`
    : `No ${CONTAINER} names the music`;
  mending.mend({ line: 1 }, other ?? missing, `${score} was read`);
  return decodeXml(unpack(score)!);
}

function isXml({ name }: FileKind): boolean {
  return name === "MusicXML" || name.startsWith("XML");
}

/**
 * The paths of the files that show the music, those that are said to be MusicXML before others; none where the container
 * cannot be read.
 */
function rootfilesOf(text: string, mending: Mending): string[] {
  let container: XmlElement;
  try {
    container = readXml(text, mending).root;
  } catch (error) {
    if (error instanceof MusicXmlError) return [];
    throw error;
  }
  const files = childrenOf(container.children.find(({ name }) => name === "rootfiles"), "rootfile");
  const { true: musicXml = [], false: others = [] } = Object.groupBy(
    files,
    ({ attributes }) => `${attributes["media-type"]?.includes("musicxml") ?? false}`,
  );
  return [...musicXml, ...others].flatMap(({ attributes: { "full-path": path } }) =>
    path === undefined ? [] : [path.replaceAll("\\", "/").replace(/^(\.?\/)+/, "")]
  );
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
