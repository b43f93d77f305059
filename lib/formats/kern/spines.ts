import { KernError, quote } from "./kern_error.ts";

/** A column of the text for as long as it is neither split nor joined. */
export interface SubSpine {
  /** Index of the spine it belongs to, from 0, counting every spine from the left; added ones come after. */
  spine: number;
  /** Holds `**kern`; `undefined` until its exclusive interpretation is read. */
  kern: boolean | undefined;
  /** What it was split off from, or joined of; empty at the beginning. */
  parents: SubSpine[];
}

/** One token and the column it stands in. */
export interface Field {
  /** The token. */
  text: string;
  /** Its column. */
  sub: SubSpine;
  /** Line, from 1. */
  line: number;
  /** Position in the line, from 1. */
  spine: number;
}

/** One line of the text, taken apart. */
export interface SpineRecord {
  /** What its tokens are. */
  kind: "data" | "barline" | "interpretation" | "comment";
  /** Line, from 1. */
  line: number;
  /** Its tokens from the left, of every spine. */
  fields: Field[];
}

/** A text taken apart into records. */
export interface SpineText {
  /** All records but comments, from the top. */
  records: SpineRecord[];
  /** The spines of every kind in their order from the left; one that was added (`*+`) stands right of its neighbour. */
  spines: number[];
  /** Reference records: `OTL` -> the title as written. The first of a name counts. */
  references: Map<string, string>;
}

const KINDS: Readonly<Record<string, SpineRecord["kind"]>> = {
  "*": "interpretation",
  "=": "barline",
  "!": "comment",
};

/** Joins neighbours of one voice that stand under `*v`, from `first` on; gives the index after the last. */
function joinFrom(fields: Field[], first: number): number {
  const { sub: { spine } } = fields[first];
  let after = first;
  while (after < fields.length && fields[after].text === "*v" && fields[after].sub.spine === spine) after++;
  if (after - first < 2) {
    throw new KernError("*v joins nothing: two neighbouring columns of one voice must have it", fields[first]);
  }
  return after;
}

/** The columns after a record of interpretations. */
function nextColumns(fields: Field[], addSpine: (neighbour: number) => SubSpine): SubSpine[] {
  const next: SubSpine[] = [];
  const exchanged: number[] = [];
  for (let i = 0; i < fields.length; i++) {
    const { text, sub } = fields[i];
    if (text === "*^") {
      for (let half = 0; half < 2; half++) next.push({ ...sub, parents: [sub] });
    } else if (text === "*v") {
      const after = joinFrom(fields, i);
      next.push({ ...sub, parents: fields.slice(i, after).map((field) => field.sub) });
      i = after - 1;
    } else if (text === "*+") {
      next.push(sub, addSpine(sub.spine));
    } else if (text !== "*-") {
      if (text === "*x") exchanged.push(next.length);
      next.push(sub);
    }
  }
  if (exchanged.length > 0) {
    if (exchanged.length !== 2) {
      throw new KernError(`*x exchanges two columns, found ${exchanged.length}`, { line: fields[0].line, spine: 0 });
    }
    const [a, b] = exchanged;
    [next[a], next[b]] = [next[b], next[a]];
  }
  return next;
}

/** Takes one line apart. */
function readRecord(content: string, line: number, columns: readonly SubSpine[]): SpineRecord {
  const tokens = content.split("\t");
  if (tokens.length !== columns.length) {
    const hint = tokens.includes("") ? " (some are empty: is there a tab too many?)" : "";
    const message = `Expected ${columns.length} tokens, one per spine and a tab between, found ${tokens.length}${hint}`;
    throw new KernError(message, { line, spine: 0 });
  }
  const kindOf = (token: string) => KINDS[token[0]] ?? "data";
  const kind = kindOf(content);
  const fields = tokens.map((text, i): Field => ({ text, sub: columns[i], line, spine: i + 1 }));
  for (const field of fields) {
    const { text, sub } = field;
    if (kindOf(text) !== kind) {
      const message = `Found ${quote(text)} in a line of ${quote(tokens[0])}: the tokens of a line are all of one kind`;
      throw new KernError(message, field);
    }
    if (text.startsWith("**")) {
      const isKern = text === "**kern";
      if (sub.kern === !isKern) throw new KernError("A spine cannot change its kind: add a new one with *+", field);
      sub.kern = isKern;
    } else if (sub.kern === undefined) {
      throw new KernError(`Expected the kind of a new spine, such as **kern, found ${quote(text)}`, field);
    }
  }
  return { kind, line, fields };
}

/**
 * Takes a Humdrum text apart: lines into records, records into tokens, each
 * token with its column, through splits (`*^`), joins (`*v`), exchanges
 * (`*x`), additions (`*+`) and terminators (`*-`).
 *
 * @throws {KernError} If a record has the wrong number of tokens or tokens of two kinds, if a spine has no exclusive
 * interpretation or no terminator, or if the text holds no `**kern` or more than one piece.
 */
export function readSpines(text: string): SpineText {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const references = new Map<string, string>();
  const records: SpineRecord[] = [];
  let columns: SubSpine[] | undefined;
  const spines: number[] = [];
  const addSpine = (neighbour: number): SubSpine => {
    const spine = spines.length;
    spines.splice(spines.indexOf(neighbour) + 1, 0, spine);
    return { spine, kern: undefined, parents: [] };
  };
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    if (content === "") continue;
    if (content.startsWith("!!")) {
      const reference = readReference(content);
      if (reference && !references.has(reference[0])) references.set(...reference);
      continue;
    }
    if (columns === undefined) {
      if (!content.startsWith("**")) {
        throw new KernError(`Expected the spines' kinds, such as **kern, found ${quote(content)}`, { line, spine: 0 });
      }
      columns = content.split("\t").map((_, i) => addSpine(i - 1));
    }
    if (columns.length === 0) {
      throw new KernError("All spines are terminated above: one text holds one piece", { line, spine: 0 });
    }
    const record = readRecord(content, line, columns);
    if (record.kind === "comment") continue;
    records.push(record);
    if (record.kind === "interpretation") columns = nextColumns(record.fields, addSpine);
  }
  const last = { line: lines.length, spine: 0 };
  while (last.line > 1 && lines[last.line - 1] === "") last.line--;
  if (columns === undefined) throw new KernError("The text has no spines: expected a line such as **kern", last);
  if (columns.length > 0) {
    throw new KernError(`${columns.length} of the spines are not terminated: end the text with *- in each`, last);
  }
  if (!records.some((record) => record.fields.some((field) => field.sub.kern))) {
    throw new KernError("None of the spines is **kern", { line: records[0].line, spine: 0 });
  }
  return { records, spines, references };
}

/** HTML's names of diacritics, which older Humdrum files use (`&uuml;`) -> combining character. */
const DIACRITICS: Readonly<Record<string, string>> = {
  grave: "\u0300",
  acute: "\u0301",
  circ: "\u0302",
  tilde: "\u0303",
  uml: "\u0308",
  ring: "\u030a",
  cedil: "\u0327",
};

function decodeEntities(text: string): string {
  return text
    .replace(/&([A-Za-z])(grave|acute|circ|tilde|uml|ring|cedil);/g, (_, letter, name) => letter + DIACRITICS[name])
    .normalize("NFC")
    .replaceAll("&szlig;", "ß")
    .replaceAll("&amp;", "&");
}

/** Reads a reference record such as `!!!OTL: Aria` into its key and value; `undefined` for any other line. */
export function readReference(line: string): [key: string, value: string] | undefined {
  const found = /^!!!([^!:][^:]*):(.*)$/.exec(line);
  return found ? [found[1].trim(), decodeEntities(found[2].trim())] : undefined;
}

/** The title: as written (`OTL`), otherwise in the original language (`OTL@@DE`), otherwise in any other (`OTL@EN`). */
export function titleOf(references: ReadonlyMap<string, string>): string | undefined {
  const keys = [...references.keys()].filter((key) => /^OTL(@|$)/.test(key));
  const key = keys.find((key) => key === "OTL") ?? keys.find((key) => key.startsWith("OTL@@")) ?? keys[0];
  return references.get(key) || undefined;
}
