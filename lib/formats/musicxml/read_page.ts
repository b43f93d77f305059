import { BarReader } from "./bar_reader.ts";
import { type Mending, MusicXmlError } from "./musicxml_error.ts";
import { Page, type PagePart } from "./page.ts";
import { childrenOf, numberOf, readXml, textOf, type XmlElement } from "./xml.ts";

/** What stands over the music. */
export interface Header {
  /** Title of the work, otherwise of the movement. */
  title: string | undefined;
}

/**
 * Reads MusicXML as it stands on the page, `score-partwise` or `score-timewise`, bar by bar: no more than a bar of one
 * part is held as XML.
 *
 * @throws {MusicXmlError} If it cannot be read.
 */
export function readPage(text: string, mending: Mending): Page & Header {
  const page = new Page();
  const byId = new Map<string, PagePart>();
  const partOf = ({ attributes: { id }, line }: XmlElement): PagePart => {
    const known = byId.get(id ?? "");
    if (known) return known;
    mending.mend({ line }, `The part ${id ?? "without an id"} is not in the part-list`, "it was read without a name");
    return addPart(page, byId, id ?? "", undefined);
  };
  /** The element that each part was last read from. */
  const readFrom = new Map<PagePart, XmlElement>();
  /** Bars that each part has had already. */
  const had = new Map<PagePart, number>();
  const readBar = (bar: XmlElement, number: XmlElement, part: PagePart) => {
    const index = had.get(part) ?? 0;
    had.set(part, index + 1);
    const { attributes } = number;
    page.bars[index] ??= {
      number: attributes.number ?? `${index + 1}`,
      implicit: attributes.implicit === "yes" || index === 0,
      ...{ seam: false, lengths: [] },
    };
    const before = page.heads.length;
    const units = new BarReader(page, part, index, page.bars[index].number, mending).read(bar);
    page.bars[index].lengths.push({
      ...{ part: part.index, units, sounds: page.heads.length > before, line: bar.line },
    });
  };
  let title: { work?: string; movement?: string } = {};
  const { root, breaksOff } = readXml(text, mending, (element, around) => {
    const [score, parent] = around;
    if (
      around.length === 2 && score.name === "score-partwise" && element.name === "measure" && parent.name === "part"
    ) {
      const part = partOf(parent);
      if (readFrom.has(part) && readFrom.get(part) !== parent) {
        const wrong = `The part ${part.id || "without an id"} stands twice`;
        mending.mend(parent, wrong, "its bars were read one after another");
      }
      readFrom.set(part, parent);
      readBar(element, element, part);
      return true;
    }
    if (
      around.length === 2 && score.name === "score-timewise" && element.name === "part" && parent.name === "measure"
    ) {
      readBar(element, parent, partOf(element));
      return true;
    }
    if (around.length !== 1) return false;
    if (element.name === "part-list") {
      for (const each of childrenOf(element, "score-part")) addPart(page, byId, each.attributes.id ?? "", each);
    } else if (element.name === "work") title = { ...title, work: textOf(element, "work-title") };
    else if (element.name === "movement-title") title = { ...title, movement: element.text.trim() };
    return true;
  });
  if (root.name !== "score-partwise" && root.name !== "score-timewise") {
    const place = { line: root.line };
    throw new MusicXmlError(`This is no MusicXML: its root is <${root.name}>, not score-partwise or -timewise`, place);
  }
  if (page.bars.length === 0) {
    const wrong = breaksOff === undefined
      ? "There is no bar in it: it has no part with music"
      : `The file breaks off before its first bar ends (${breaksOff}): export it again`;
    throw new MusicXmlError(wrong, root);
  }
  return Object.assign(page, { title: title.work || title.movement || undefined });
}

function addPart(page: Page, byId: Map<string, PagePart>, id: string, described: XmlElement | undefined): PagePart {
  const midi = childrenOf(described, "midi-instrument");
  const programs = midi.map((each) => numberOf(each, "midi-program")).filter((program) => program !== undefined);
  const part: PagePart = {
    ...{ index: page.parts.length, id, name: (textOf(described, "part-name") ?? "").replace(/\s+/g, " ") },
    program: programs.find((program) => Number.isInteger(program) && program >= 1 && program <= 128),
    drums: new Map(midi.flatMap((each): [string, number][] => {
      const key = numberOf(each, "midi-unpitched");
      return key !== undefined && Number.isInteger(key) && key >= 1 && key <= 128
        ? [[each.attributes.id ?? "", key - 1]]
        : [];
    })),
    ...{ staves: new Set<number>(), divisions: undefined, metre: undefined, transpositions: new Map() },
  };
  // MusicXML counts programs from 1.
  if (part.program !== undefined) part.program--;
  page.parts.push(part);
  if (!byId.has(id)) byId.set(id, part);
  return part;
}
