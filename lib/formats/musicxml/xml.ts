import { SaxesParser } from "saxes";
import { type Mending, MusicXmlError } from "./musicxml_error.ts";

/** An element with what is in it. */
export interface XmlElement {
  /** Its name, without a prefix. */
  name: string;
  /** Its attributes. */
  attributes: Record<string, string>;
  /** The elements in it, in their order. */
  children: XmlElement[];
  /** The text in it, that of its children left out. */
  text: string;
  /** Line of the file in which it begins, from 1. */
  line: number;
}

/** MusicXML nests eight deep or so. */
const DEEPEST = 100;
/** Longest text of one element that is kept; none that is read is as long. */
const LONGEST_TEXT = 4096;
/** What breaks the rules of XML without hiding what is meant. */
const HARMLESS = new RegExp([
  ...["undefined entity", "malformed character entity", "disallowed character", "duplicate attribute"],
  ...["malformed comment", 'the string "]]>" is disallowed', "text data outside of root node"],
  ...["an XML declaration must be at the start", "(version number|encoding value|standalone value) must match"],
].join("|"));
/** An ampersand that begins neither an entity nor a character reference. */
const BARE_AMPERSAND = /&(?!(?:[A-Za-z_:][\w:.-]{0,60}|#\d{1,7}|#x[\dA-Fa-f]{1,6});)/;
/** The same, and what it may be within. */
const BARE_OR_WITHIN = new RegExp(`<!--|-->|<!\\[CDATA\\[|\\]\\]>|${BARE_AMPERSAND.source}`, "g");

/**
 * Reads XML element by element, with `saxes`: strict, in time linear in the text, without expanding entities or fetching
 * anything. (`linkedom`, which makes the project's SVG, holds the whole tree, takes four times as long, and passes over
 * what is not well-formed without a word.)
 *
 * @param text The whole text.
 * @param take Called with each element when it ends, and those around it, from the root. Whatever it returns `true` for
 * is not kept in its parent, so that a file is never held whole.
 * @returns The root, and what is missing where the text breaks off.
 * @throws {MusicXmlError} If the text is not well-formed, or nests too deeply. What breaks off is mended.
 */
export function readXml(
  text: string,
  mending: Mending,
  take: (element: XmlElement, around: readonly XmlElement[]) => boolean = () => false,
): { root: XmlElement; breaksOff?: string } {
  const parser = new SaxesParser();
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let ended = false, breaksOff: string | undefined;
  parser.on("error", ({ message }) => {
    const place = { line: parser.line }, reason = message.replace(/^\d+:\d+: /, "").replace(/\.$/, "");
    if (HARMLESS.test(reason)) {
      mending.mend(place, `This is not well-formed XML (${reason})`, "it was passed over");
    } else if (breaksOff !== undefined) {
      // Each element that is still open is an error of its own.
    } else if (ended && root) {
      breaksOff = reason;
      mending.mend(place, `The file breaks off (${reason})`, "the bars before that were read");
    } else {
      throw new MusicXmlError(`This is not well-formed XML (${reason}): export the file again`, place);
    }
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length === DEEPEST) {
      throw new MusicXmlError(`Elements stand more than ${DEEPEST} deep in each other`, { line: parser.line });
    }
    const local = name.slice(name.indexOf(":") + 1);
    const element = { name: local, attributes, children: [], text: "", line: parser.line };
    root ??= element;
    open.push(element);
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element && element.text.length < LONGEST_TEXT) element.text += text.slice(0, LONGEST_TEXT);
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.pop()!;
    if (!take(element, open)) open.at(-1)?.children.push(element);
  });
  parser.write(escapeAmpersands(text, mending));
  ended = true;
  parser.close();
  return { root: root!, breaksOff };
}

/** Makes ampersands that stand for themselves, as in a name such as `Bach & Sons`, what XML writes for one. */
function escapeAmpersands(text: string, mending: Mending): string {
  if (!BARE_AMPERSAND.test(text)) return text;
  let within = "", line = 1, counted = 0;
  return text.replace(BARE_OR_WITHIN, (found, at: number) => {
    if (within !== "") {
      if (found === within) within = "";
    } else if (found === "&") {
      for (; counted < at; counted++) if (text[counted] === "\n") line++;
      mending.mend({ line }, "This is not well-formed XML (an ampersand alone)", "it was read as a letter");
      return "&amp;";
    } else if (found === "<!--") within = "-->";
    else if (found === "<![CDATA[") within = "]]>";
    return found;
  });
}

/** The first child of a name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((each) => each.name === name);
}

/** The children of a name. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((each) => each.name === name) ?? [];
}

/** The text of the first child of a name, trimmed; `undefined` where there is none, or nothing in it. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  return child(element, name)?.text.trim() || undefined;
}

/** The number in the first child of a name; `undefined` where there is none. */
export function numberOf(element: XmlElement | undefined, name: string): number | undefined {
  const text = textOf(element, name);
  const number = text === undefined ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}
