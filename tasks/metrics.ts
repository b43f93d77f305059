/**
 * `deno task metrics`: the metrics of MIDI, `**kern`, MusicXML and ABC files.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { TempoTracks } from "../lib/formats/mod.ts";
import { METRICS } from "../lib/metrics/mod.ts";
import { misuse, tempoOf } from "./command.ts";
import { likenessOf, likenessTables } from "./metrics/likeness.ts";
import { type MeasuredFile, measureFiles } from "./metrics/measure_files.ts";
import { type Quotations, quotationsFrom, quotationTable } from "./metrics/quotations.ts";
import { metricTables } from "./metrics/tables.ts";
import { jsonLine, visible } from "./terminal_text.ts";

const USAGE = `deno task metrics FILE|DIR… [--against DIR] [--json] [--resolution N]
                             [--tempo all]

Measures MIDI (.mid), **kern (.krn), MusicXML (.musicxml, .mxl, .xml) and ABC
(.abc) files, also those in folders and zips: pitch, melody, rhythm, tonality, counterpoint. "sample" is the
music that comes with the project, "bachcentral" the download. Where muspy or
jSymbolic has a metric, it goes by the name it has there. Up to four files stand side by
side, more as mean and spread.

Counterpoint is that of pieces whose parts are two to eight voices of one note
at a time; it is counted in sixteenths, from the highest part to the lowest.

  --against DIR   compare the files with those of another folder, zip, file or
                  corpus: metric by metric, by four histograms, and by what
                  each file quotes from there. A file that is there itself,
                  byte for byte, is not compared with itself
  --json          one JSON object per file, on a line of its own: {path,
                  metrics: {name: value or null}, reasons: {name: text}}, with
                  a reason for each null; for a file that cannot be read {path, error}.
                  With --against also quotations: {times, intervals}, by equal
                  pitches and seconds between notes, and by equal intervals,
                  each {longest, overlap}: longest is null or {notes, at, from,
                  there, transposition}, the places as {seconds, bar, beat},
                  transposition in semitones; overlap has the share of passages
                  of 4, 8 and 12 notes that stand there, {4, 8, 12}. And one
                  more line: {against, metrics: {name: {distance, overlap,
                  divergence}}, histograms: {name: {jensenShannon, earthMovers,
                  cosine}}}
  --resolution N  positions per quarter note for groove_consistency (default: the
                  ticks of the file, as muspy has it; with --against 24)
  --tempo T       all: follow tempo, metre and key of all tracks of MIDI files;
                  first: of the first track alone, as pretty_midi does (default)
  --help          show this text

The exit code is 1 if a file could not be read.`;

/** Positions per quarter note by which files of different ticks can be compared: muspy's default. */
const COMMON_RESOLUTION = 24;
/** Where the task prints. */
export interface MetricsTaskOptions {
  /** Takes a line for the user. @default {console.log} */
  print?: (line: string) => void;
  /** Takes a line that says what is wrong. @default {console.error} */
  complain?: (line: string) => void;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, or 1 if a file could not be read, or 2 if the arguments are wrong.
 */
export async function metricsTask(args: readonly string[], options: MetricsTaskOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error } = options;
  let sources: string[];
  let given: { against?: string; json?: boolean; resolution?: string; tempo?: string; help?: boolean };
  let resolution: number | undefined;
  let tempo: TempoTracks | undefined;
  try {
    const accepted = {
      against: { type: "string" },
      json: { type: "boolean" },
      resolution: { type: "string" },
      tempo: { type: "string" },
      help: { type: "boolean", short: "h" },
    } as const;
    ({ positionals: sources, values: given } = parseArgs({
      args: [...args],
      options: accepted,
      allowPositionals: true,
    }));
    if (sources.length === 0 && !given.help) throw new TypeError("Name at least one file or folder");
    resolution = given.resolution === undefined ? undefined : Number(given.resolution);
    if (resolution !== undefined && !(Number.isInteger(resolution) && resolution > 0)) {
      throw new TypeError(`--resolution must be a positive integer, got ${given.resolution}`);
    }
    tempo = tempoOf(given.tempo);
  } catch (error) {
    complain(misuse(error as Error, USAGE));
    return 2;
  }
  if (given.help) {
    print(USAGE);
    return 0;
  }
  const { against, json } = given;
  let failures = 0;
  const measure = async (some: readonly string[], onFile: (file: MeasuredFile) => void) => {
    const files: MeasuredFile[] = [];
    for await (
      const file of measureFiles(some, {
        resolution: resolution ?? (against === undefined ? undefined : COMMON_RESOLUTION),
        tempo,
      })
    ) {
      if ("error" in file) {
        const { path, error, otherKind } = file;
        if (!otherKind) failures++;
        if (json) print(jsonLine({ path, error }));
        else complain(visible(`${path}: ${otherKind ? "left out: " : ""}${error}`));
      } else {
        files.push(file);
        onFile(file);
      }
    }
    return files;
  };
  const reference = against === undefined ? [] : await measure([against], () => {});
  const quotationsOf = against === undefined ? undefined : quotationsFrom(reference);
  const quoting: { path: string; quotations: Quotations }[] = [];
  const files = await measure(sources, (file) => {
    const { path } = file;
    const quotations = quotationsOf?.(file);
    if (quotations) quoting.push({ path, quotations });
    const { metrics, reasons } = file;
    if (json) print(jsonLine({ path, metrics: underAllNames(metrics), reasons: underAllNames(reasons), quotations }));
  });
  if (!json) metricTables(files).forEach((line) => print(visible(line)));
  if (against !== undefined) {
    const likeness = await likenessOf(files, reference);
    if (json) print(jsonLine({ against, ...likeness }));
    else {
      const tables = [...likenessTables(against, files, reference, likeness), ...quotationTable(against, quoting)];
      tables.forEach((line) => print(visible(line)));
    }
  }
  return failures > 0 ? 1 : 0;
}

/** What is known of metrics by muspy's names and by jSymbolic's, where both have one. JSON makes null of NaN. */
function underAllNames<T>(known: Record<string, T>): Record<string, T> {
  const named = METRICS.flatMap(({ name, alias }) => [name, ...(alias ? [alias] : [])].map((n) => [n, known[name]]));
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

if (import.meta.main) Deno.exit(await metricsTask(Deno.args));
