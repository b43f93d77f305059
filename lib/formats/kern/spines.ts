import { KernError, quote } from "./kern_error.ts";
import type { Repairs } from "./repairs.ts";

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

/** With this character programs of DOS end a text. */
const END_OF_TEXT = "\x1a";
/** A line of prose does not begin like this. */
const LIKE_MUSIC = /^[*=.]|\t|^\S*\d/;
/** How many kinds of spines an error names. */
const MOST_NAMED = 4;

/** The columns that `*v` joins, from `first` on: neighbours of one voice, or else of two; gives the index after the last. */
function joinFrom(fields: Field[], first: number, repairs: Repairs): number {
  let after = first;
  while (fields[after]?.text === "*v" && fields[after].sub.spine === fields[first].sub.spine) after++;
  const isAlone = (index: number) =>
    fields[index]?.text === "*v" &&
    (fields[index + 1]?.text !== "*v" || fields[index + 1].sub.spine !== fields[index].sub.spine);
  if (after - first >= 2 && !isAlone(after)) return after;
  const error = "*v joins nothing: two neighbouring columns of one voice must have it";
  const joins = fields[after]?.text === "*v" && fields[after].sub.kern === fields[first].sub.kern;
  if (after - first >= 2) {
    // A column of another voice is left over beside them.
    if (!joins) return after;
  } else if (!joins) {
    throw new KernError(error, fields[first]);
  }
  repairs.mend(fields[first], error, "*v joins columns of two voices: the left one goes on");
  const { spine } = fields[after].sub;
  while (fields[after]?.text === "*v" && fields[after].sub.spine === spine) after++;
  return after;
}

/** The columns after a record of interpretations. */
function nextColumns(fields: Field[], addSpine: (neighbour: number) => SubSpine, repairs: Repairs): SubSpine[] {
  const next: SubSpine[] = [];
  const exchanged: number[] = [];
  for (let i = 0; i < fields.length; i++) {
    const { text, sub } = fields[i];
    if (text === "*^") {
      for (let half = 0; half < 2; half++) next.push({ ...sub, parents: [sub] });
    } else if (text === "*v") {
      const after = joinFrom(fields, i, repairs);
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

const kindOf = (token: string) => KINDS[token[0]] ?? "data";

/** What stands for nothing in a line of each kind; a barline is that of the others. */
const NULL_TOKENS = { data: ".", interpretation: "*", comment: "!" } as const;

/** The tokens of a line, one per column; empty ones are left out where there are too many. */
function tokensOf(content: string, line: number, count: number, repairs: Repairs): string[] {
  const tokens = content.split("\t");
  if (tokens.length === count) return tokens;
  const place = { line, spine: 0 };
  if (content.startsWith("!")) {
    const what = `The comment has no token for each of the ${count} spines`;
    repairs.mend(place, `${what}: write one in each, with a tab between`, `${what}: it is passed over`);
    return Array(count).fill("!");
  }
  if (count > 1 && tokens.length === 1 && / /.test(content)) {
    throw new KernError(`The columns need tabs between them: found ${quote(content)}, with spaces`, place);
  }
  const hint = tokens.includes("") ? " (some are empty: is there a tab too many?)" : "";
  const error = `Expected ${count} tokens, one per spine and a tab between, found ${tokens.length}${hint}`;
  const full = tokens.filter((token) => token !== "");
  if (full.length !== count) throw new KernError(error, place);
  repairs.mend(place, error, `There are ${tokens.length - count} tabs too many: they are passed over`);
  return full;
}

/** A token that may be read as nothing where it stands among tokens of another kind: it says nothing of what sounds. */
function saysNothing({ text, sub }: Field, kind: SpineRecord["kind"]): boolean {
  if (/^\*[*^v+x-]/.test(text)) return false;
  return !sub.kern || kind === "data" || kindOf(text) !== "data" || !/[a-gA-Gr]/.test(text);
}

/** Takes one line apart. */
function readRecord(
  content: string,
  line: number,
  columns: readonly SubSpine[],
  repairs: Repairs,
): SpineRecord {
  const tokens = tokensOf(content, line, columns.length, repairs);
  const counts = new Map<SpineRecord["kind"], number>();
  for (const [i, token] of tokens.entries()) {
    if (token !== "" && columns[i].kern !== false) counts.set(kindOf(token), (counts.get(kindOf(token)) ?? 0) + 1);
  }
  const first = kindOf(tokens[0]);
  const kind = [...counts].reduce((most, each) => each[1] > most[1] ? each : most, [first, counts.get(first) ?? 0])[0];
  const fields = tokens.map((text, i): Field => ({ text, sub: columns[i], line, spine: i + 1 }));
  for (const field of fields) {
    const { text, sub } = field;
    if (kindOf(text) !== kind) {
      const error = `Found ${quote(text)} in a line of ${quote(tokens[0])}: the tokens of a line are all of one kind`;
      if (sub.kern === undefined || !saysNothing(field, kind)) throw new KernError(error, field);
      repairs.mend(field, error, `${quote(text)} in a line of ${quote(tokens[0])} is passed over`);
      field.text = kind === "barline" ? tokens.find((token) => kindOf(token) === kind)! : NULL_TOKENS[kind];
    }
    if (text.startsWith("**")) {
      const isKern = text.trimEnd() === "**kern";
      if (isKern && text !== "**kern") {
        const what = `Blanks stand behind ${quote(text.trimEnd())}`;
        repairs.mend(field, `${what}: take them away`, `${what}: they are passed over`);
      }
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
 * interpretation or no terminator, or if the text holds no `**kern` or more than one piece; `repairs` take away empty
 * tokens and such of another kind that say nothing, and lines of prose above the first record.
 */
export function readSpines(text: string, repairs: Repairs): SpineText {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const references = new Map<string, string>();
  const records: SpineRecord[] = [];
  let columns: SubSpine[] | undefined;
  /** The spine to the right of each; those of the first record stand side by side. */
  const right: (number | undefined)[] = [];
  const addSpine = (neighbour?: number): SubSpine => {
    const spine = right.length;
    right.push(neighbour === undefined ? undefined : right[neighbour]);
    if (neighbour !== undefined) right[neighbour] = spine;
    return { spine, kern: undefined, parents: [] };
  };
  const kindsIndex = lines.findIndex((content) => content.startsWith("**"));
  const last = { line: lines.length, spine: 0 };
  while (last.line > 1 && lines[last.line - 1] === "") last.line--;
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    if (content === "") continue;
    if (content.startsWith("!!")) {
      const reference = readReference(content);
      if (reference && !references.has(reference[0])) references.set(...reference);
      continue;
    }
    if (content.replaceAll(END_OF_TEXT, "").trim() === "") {
      const what = "The line holds nothing but blanks";
      repairs.mend({ line, spine: 0 }, `${what}: take them away`, `${what}: it is passed over`);
      continue;
    }
    if (columns === undefined) {
      if (!content.startsWith("**")) {
        const place = { line, spine: 0 };
        const error = `Expected the spines' kinds, such as **kern, found ${quote(content)}`;
        if (index > kindsIndex || LIKE_MUSIC.test(content)) throw new KernError(error, place);
        repairs.mend(place, error, `${quote(content)} stands above the spines' kinds: it is passed over`);
        continue;
      }
      if (/ \*\*/.test(content)) {
        throw new KernError(`The columns need tabs between them: found ${quote(content)}, with spaces`, {
          line,
          spine: 0,
        });
      }
      const kinds = content.split("\t").filter((kind) => kind !== "");
      columns = kinds.map((_, i) => addSpine(i > 0 ? i - 1 : undefined));
    }
    if (columns.length === 0) {
      throw new KernError("All spines are terminated above: one text holds one piece", { line, spine: 0 });
    }
    const record = readRecord(content, line, columns, repairs);
    if (record.kind === "comment") continue;
    records.push(record);
    if (record.kind === "interpretation") columns = nextColumns(record.fields, addSpine, repairs);
  }
  if (columns === undefined) throw new KernError("The text has no spines: expected a line such as **kern", last);
  if (columns.length > 0) {
    const what = `${columns.length} of the spines are not terminated`;
    throw new KernError(`${what}: end the text with *- in each, or get all of it if it breaks off here`, last);
  }
  if (!records.some((record) => record.fields.some((field) => field.sub.kern))) {
    const there = records[0].fields.slice(0, MOST_NAMED).map(({ text }) => quote(text)).join(", ");
    throw new KernError(`None of the spines is **kern, which alone is read: found ${there}`, {
      ...{ line: records[0].line, spine: 0 },
    });
  }
  const spines: number[] = [];
  for (let spine: number | undefined = 0; spine !== undefined; spine = right[spine]) spines.push(spine);
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
