import { basename } from "node:path";
import type { DataFrame } from "nodejs-polars";
import { corpusFiles, NAMED_CORPORA, readPiece } from "../../lib/corpus/mod.ts";
import type { TempoTracks } from "../../lib/formats/mod.ts";
import { type MeasuredPiece, measurePiece, METRICS } from "../../lib/metrics/mod.ts";
import { firstInstrument, type Score, voicesOf, whyUnpitched } from "../../lib/score/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { terminalProgress } from "../../lib/notebook/terminal_progress.ts";
import { userPath } from "../user_path.ts";

/** A file with its numbers. */
export interface MeasuredFile extends MeasuredPiece {
  /** The path as the user would write it. */
  path: string;
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
  /** Its notes, those of drums among them. */
  table: DataFrame;
  /** What had to be mended to read it. */
  repairs: string[];
  /** What was read as it stands, and may surprise. */
  warnings: string[];
}

/** A file that is not measured, and why. */
export interface UnreadableFile {
  /** The path as the user would write it. */
  path: string;
  /** Why, in words. */
  error: string;
  /** Given if it is of another kind, and no fault of the folder that it lies in. */
  otherKind?: true;
}

/** From how many files on a progress is worth its line. */
const MANY = 20;

/**
 * Measures files, one after the other.
 *
 * @param sources Files, folders, zips, or names of corpora.
 * @param options Positions per quarter note for the groove, else the ticks of each file; which tracks say the tempo.
 */
export async function* measureFiles(
  sources: readonly string[],
  { resolution, tempo }: { resolution?: number; tempo?: TempoTracks },
): AsyncGenerator<MeasuredFile | UnreadableFile> {
  for (const source of sources) {
    const place = NAMED_CORPORA.includes(source) ? source : userPath(source);
    const found = await attempt(source, () => corpusFiles(place));
    if ("error" in found) {
      // The path stands before the error already.
      yield { path: source, error: found.error.replace(`Cannot open the corpus ${place}: `, "") };
      continue;
    }
    // What is no file may be a tune of a book.
    const isFile = await Deno.stat(place).then(({ isDirectory }) => !isDirectory, () => true);
    const alone = !NAMED_CORPORA.includes(source) && isFile && !/\.zip$/i.test(place);
    const pathOf = (path: string) => {
      if (alone) return path === basename(place) ? source : `${source}/${basename(path)}`;
      return `${source.replace(/\/+$/, "")}/${path}`;
    };
    for (const { path, reason } of found.failures) yield { path: pathOf(path), error: reason };
    for (const { path, reason } of found.others) yield { path: pathOf(path), error: reason, otherKind: true };
    const progress = found.files.length < MANY ? undefined : terminalProgress(source, found.files.length);
    for (const [i, file] of found.files.entries()) {
      const path = pathOf(file.path);
      const read = await attempt(path, async () => {
        const { score, sha256 } = await readPiece(file, { tempo });
        return { score, sha256, table: toNoteTable(score, { piece: path, drums: true }) };
      });
      yield "error" in read ? read : await attempt(path, () => {
        const { score, sha256, table } = read;
        const { ticksPerQuarter, repairs, warnings: said = [] } = score;
        const warnings = onlyDrums(score) ? [...said, "only drums: their numbers are no pitches"] : said;
        const { frames, reasons } = voicesIn(score);
        const measured = measurePiece(table, { ticksPerQuarter, resolution, frames });
        return {
          ...{ path, sha256, table, repairs, warnings, ...measured },
          reasons: { ...measured.reasons, ...reasons, ...reasonsOfDrums(score, measured.metrics) },
        };
      }, RangeError);
      await progress?.update(i + 1);
    }
    await progress?.done();
  }
}

/** The voices of a piece; or why all metrics of counterpoint have to do without them: there would be too many frames. */
function voicesIn(score: Score): { frames?: ReturnType<typeof voicesOf>; reasons?: Record<string, string> } {
  try {
    return { frames: voicesOf(score) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const counterpoint = METRICS.filter(({ family }) => family === "counterpoint");
    return { reasons: Object.fromEntries(counterpoint.map(({ name }) => [name, error.message])) };
  }
}

function onlyDrums(score: Score): boolean {
  return firstInstrument(score) !== undefined && whyUnpitched(score) !== undefined;
}

/** Why music for drums alone lacks the metrics that ask for pitches. */
function reasonsOfDrums(score: Score, metrics: Record<string, number>): Record<string, string> {
  if (!onlyDrums(score)) return {};
  const lacking = METRICS.filter(({ name, family }) => family !== "rhythm" && Number.isNaN(metrics[name]));
  return Object.fromEntries(lacking.map(({ name }) => [name, "it has only drums"]));
}

/**
 * What a file or a folder gives, or why it gives nothing. Of what measuring may throw, only what is out
 * of range is the file's fault; any other error is a mistake of ours.
 */
async function attempt<T>(
  path: string,
  open: () => T | Promise<T>,
  expected: typeof Error = Error,
): Promise<T | UnreadableFile> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof expected)) throw error;
    return { path, error: error.message.replace(/\s+/g, " ").trim() };
  }
}
