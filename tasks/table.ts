/**
 * `deno task table`: any number of files of music as one table of notes in Parquet.
 *
 * @module
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { corpusFiles, shardOf, type TablePart, tuneIn } from "../lib/corpus/mod.ts";
import { terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { type CommandOptions, countOf, runCommand } from "./command.ts";
import { endWithTask } from "./kernel/lifeline.ts";
import { type MarkedFile, openShardFolder, portionsOf } from "./table/shard_folder.ts";
import { makeParts } from "./table/workers.ts";
import { jsonLine, textTable, visible } from "./terminal_text.ts";
import { userCorpus, userPath } from "./user_path.ts";

const USAGE = `deno task table FOLDER --out DIR [options]

Reads all music in FOLDER (and the folders in it), or in a zip, and leaves one row per
note as Parquet: DIR/shard=0/part-00000.parquet and so on. Any number of files: what is
held in memory does not grow with them but for their names. A file that cannot be read
is refused, with its reason, and ends nothing.

  --out DIR      where the table goes
  --shard i/n    only the part i of n of the files, from 0: n machines, or n jobs of a
                 cluster, make a table together (default: 0/1)
  --workers N    processes that read (default: as many as there are cores)
  --json         print what came out as one JSON object: {files, read, refused:
                 [{path, reason}], others, notes, bytes, seconds}
  --help         show this text

The columns are piece, part, pitch, start, end, step, duration (seconds), velocity,
program, quarter, quarters, bar, beat, measure, drum, rank. DIR/shard=i/manifest.jsonl
says what was done: after Ctrl-C, kill -9 or a loss of power the same command goes on,
and comes to the same table, byte for byte. New and changed files are read, files of
which nothing changed are not.

Read it with Polars, DuckDB or pandas; learn from it with

  deno task reproduce --corpus parquet:DIR --only 05,06

The exit code is 1 if no file could be read.`;

/** What the command is asked for. */
interface Asked {
  source: string;
  out: string;
  shard: number;
  shards: number;
  workers: number;
  json: boolean;
}

/** What it prints with `--json`. */
export interface TableSummary {
  /** Files of music that the shard has, and folders that could not be looked into: those that are read, and the refused. */
  files: number;
  /** How many of them are in the table. */
  read: number;
  /** The others, and why. */
  refused: { path: string; reason: string }[];
  /** Files of other kinds, by ending. */
  others: Record<string, number>;
  /** Rows. */
  notes: number;
  /** Size of the Parquet files. */
  bytes: number;
  /** How long it took, this time. */
  seconds: number;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, 1 if it failed or no file could be read, 2 if the arguments are wrong, 130 if it was stopped.
 */
export function tableTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  return runCommand({
    usage: USAGE,
    asked: () => askedFor(args),
    async run(asked, { print, signal }) {
      const summary = await makeTable(asked, signal);
      if (asked.json) print(jsonLine(summary));
      else wordsOf(summary, asked).forEach((line) => print(visible(line)));
      return summary.read > 0 || summary.files === 0 ? 0 : 1;
    },
  }, options);
}

function askedFor(args: readonly string[]): Asked | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: "string" },
      shard: { type: "string", default: "0/1" },
      workers: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return undefined;
  if (positionals.length !== 1) throw new TypeError(`Name one FOLDER, got ${positionals.length}`);
  if (values.out === undefined) throw new TypeError("Say where the table goes: --out DIR");
  const [, shard, shards] = values.shard.match(/^(\d{1,6})\/(\d{1,6})$/)?.map(Number) ?? [];
  if (!(shard < shards)) throw new RangeError(`--shard takes i/n with i from 0 to n - 1, got "${values.shard}"`);
  const [place] = positionals;
  return {
    source: userCorpus(place),
    out: userPath(values.out),
    shard,
    shards,
    workers: countOf(values.workers, "workers") ?? navigator.hardwareConcurrency,
    json: values.json,
  };
}

async function makeTable(asked: Asked, signal: AbortSignal): Promise<TableSummary> {
  const { source, out, shard, shards, workers } = asked, begun = performance.now();
  const { files, failures, others } = await corpusFiles(source, { most: Infinity });
  const isOfShard = ({ path }: { path: string }) => shardOf(path, shards) === shard;
  const ofShard = files.filter(isOfShard), unlisted = failures.filter(isOfShard);
  const endings: Record<string, number> = {};
  for (const { path } of others) {
    const ending = path.match(/[^/]\.([^./]+)$/)?.[1].toLowerCase() ?? "";
    endings[ending] = (endings[ending] ?? 0) + 1;
  }
  const portions = portionsOf(await marked(source, ofShard.map(({ path }) => path)));
  const summary: TableSummary = {
    files: ofShard.length + unlisted.length,
    read: 0,
    refused: [...unlisted],
    others: endings,
    notes: 0,
    bytes: 0,
    seconds: 0,
  };
  const count = (part: Omit<TablePart, "mark">) => {
    summary.read += part.pieces.length;
    summary.refused.push(...part.refused);
    for (const { notes, bytes } of part.files) {
      summary.notes += notes;
      summary.bytes += bytes;
    }
  };
  using folder = await openShardFolder(
    join(out, `shard=${shard}`),
    { shard, shards, failures: unlisted, others: endings },
    portions,
    count,
  );
  let made = summary.read + summary.refused.length - unlisted.length;
  const progress = terminalProgress("table", ofShard.length), under = new Map<number, number>();
  const update = () => {
    const now = made + [...under.values()].reduce((sum, files) => sum + files, 0);
    return progress.update(Math.min(now, ofShard.length), `files, ${millions(summary.notes)} notes`);
  };
  await update();
  await makeParts(folder.missing, {
    source,
    folder: folder.path,
    workers,
    signal,
    onFile: (part, index) => {
      under.set(part, index);
      update();
    },
    onPart: async (part) => {
      await folder.add(part);
      under.delete(part.part);
      made += part.pieces.length + part.refused.length;
      count(part);
      await update();
    },
  });
  await progress.done(`files, ${millions(summary.notes)} notes`);
  summary.refused.sort((a, b) => a.path < b.path ? -1 : 1);
  return { ...summary, seconds: (performance.now() - begun) / 1000 };
}

/** What tells whether files have changed: in a folder their sizes and times, elsewhere those of the zip. */
async function marked(source: string, paths: readonly string[]): Promise<MarkedFile[]> {
  const markOf = (place: string) => {
    try {
      const { size, mtime } = Deno.statSync(place);
      return `${size} ${mtime?.getTime()}`;
    } catch {
      // Reading it will say why.
      return "";
    }
  };
  const isFolder = await Deno.stat(source).then(({ isDirectory }) => isDirectory, () => false);
  const whole = isFolder ? "" : markOf(source);
  return paths.map((path) => ({
    path,
    mark: isFolder ? markOf(join(source, path)) || markOf(join(source, tuneIn(path)?.book ?? path)) : whole,
  }));
}

function millions(notes: number): string {
  return `${(notes / 1e6).toFixed(notes < 1e7 ? 2 : 0)} million`;
}

/** How many refused files are named in words. */
const FEW = 10;

function wordsOf(
  { files, read, refused, others, notes, bytes, seconds }: TableSummary,
  { out, shard }: Asked,
): string[] {
  const ofOthers = Object.entries(others).map(([ending, count]) =>
    `${count} ${ending === "" ? "without an ending" : `.${ending}`}`
  );
  return [
    `${read} of ${files} files, ${notes} notes in ${(bytes / 1e6).toFixed(1)} MB` +
    `${notes > 0 ? ` (${(bytes / notes).toFixed(1)} bytes per note)` : ""}, ${seconds.toFixed(1)} s`,
    ...ofOthers.length > 0 ? [`Files of other kinds, left alone: ${ofOthers.join(", ")}`] : [],
    ...refused.length > 0
      ? [
        `Refused: ${refused.length}`,
        ...textTable(["file", "reason"], refused.slice(0, FEW).map(({ path, reason }) => [path, reason])),
        ...refused.length > FEW ? [`and ${refused.length - FEW} more; all of them are in the manifest`] : [],
      ]
      : [],
    `The table is in ${out}; what was done is in ${join(out, `shard=${shard}`, "manifest.jsonl")}`,
  ];
}

if (import.meta.main) {
  endWithTask();
  Deno.exit(await tableTask(Deno.args));
}
