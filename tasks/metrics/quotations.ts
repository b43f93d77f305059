import pl, { type DataFrame } from "nodejs-polars";
import { longestQuotation, ngramOverlap, quotationIndex } from "../../lib/metrics/mod.ts";
import { corpusTable, withoutDrums } from "../../lib/notes/mod.ts";
import { textTable } from "../terminal_text.ts";
import type { MeasuredFile } from "./measure_files.ts";
import { cell } from "./tables.ts";

/** Where a note begins; bar and beat are null where no time signature holds. */
export interface Place {
  seconds: number;
  bar: number | null;
  beat: number | null;
}

/** What a file has in common with others, by one way to compare notes. */
export interface Quoting {
  /** The longest run of notes; null where not even one is found. */
  longest: { notes: number; at: Place; from: string; there: Place; transposition: number } | null;
  /** By the length of passages in notes: the share that stands there too, NaN where the file has no such passage. */
  overlap: Record<number, number>;
}

const WAYS = ["times", "intervals"] as const;

/** What a file has in common with others: by pitches with times, and by intervals. */
export type Quotations = Record<typeof WAYS[number], Quoting>;

/** Passages that are looked for, in notes. */
const PASSAGES = [4, 8, 12];
const COLUMNS = ["piece", "pitch", "step"];

/**
 * Prepares the question what files quote from those of a reference. A file that is one of them, byte for byte, may
 * quote the others alone.
 */
export function quotationsFrom(reference: readonly MeasuredFile[]): (file: MeasuredFile) => Quotations {
  const tables = new Map(reference.map(({ path, table }) => [path, withoutDrums(table)]));
  const index = quotationIndex(
    pl.concat([corpusTable([]), ...tables.values()].map((table) => table.select(...COLUMNS))),
  );
  return ({ table, sha256 }) => {
    const notes = withoutDrums(table);
    const same = reference.filter((other) => other.sha256 === sha256 && tables.get(other.path)!.height > 0);
    const without = same.map(({ path }) => path);
    const quoting = WAYS.map((by): [string, Quoting] => {
      const found = longestQuotation(index, notes, { by, without });
      const overlap = ngramOverlap(index, notes, { by, without, longest: Math.max(...PASSAGES) });
      const shares = PASSAGES.map((length) => [length, overlap[length - 1].share]);
      const longest = found && {
        notes: found.notes,
        at: placeOf(notes, found.sample.at),
        from: found.training.piece,
        there: placeOf(tables.get(found.training.piece)!, found.training.at),
        transposition: found.transposition,
      };
      return [by, { longest: longest ?? null, overlap: Object.fromEntries(shares) }];
    });
    return Object.fromEntries(quoting) as Quotations;
  };
}

/** The quotations as text: two rows per file. */
export function quotationTable(against: string, found: readonly { path: string; quotations: Quotations }[]): string[] {
  if (found.length === 0) return [];
  const rows = found.flatMap(({ path, quotations }) =>
    WAYS.map((by) => {
      const { longest, overlap } = quotations[by];
      const place = longest
        ? [`${longest.notes}`, inWords(longest.at), longest.from, inWords(longest.there), `${longest.transposition}`]
        : ["0", "–", "–", "–", "–"];
      return [path, by, ...place, ...PASSAGES.map((length) => cell(overlap[length]))];
    })
  );
  return [
    `Longest quotations from ${against}, and shares of passages of ${PASSAGES.join(", ")} notes that stand there`,
    "",
    ...textTable(["file", "by", "notes", "here", "from", "there", "higher", ...PASSAGES.map(String)], rows),
    "",
  ];
}

function placeOf(table: DataFrame, row: number): Place {
  const value = (name: string) => table.getColumn(name).get(row) as number | null;
  return { seconds: value("start")!, bar: value("bar"), beat: value("beat") };
}

function inWords({ seconds, bar, beat }: Place): string {
  return bar === null || beat === null ? `${seconds.toFixed(2)} s` : `bar ${bar}, beat ${Number(beat.toFixed(3))}`;
}
