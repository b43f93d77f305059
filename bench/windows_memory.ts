/**
 * `deno task bench:windows`: how much memory windows of length 75 take above the table that they look into.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { openCorpus, type Piece } from "../lib/corpus/mod.ts";
import { corpusTable } from "../lib/notes/mod.ts";
import { seeded } from "../lib/random/mod.ts";
import type { Flattening } from "../lib/score/mod.ts";
import { windows } from "../lib/windows/mod.ts";
import { type CommandOptions, runCommand } from "../tasks/command.ts";
import { userCorpus } from "../tasks/user_path.ts";

const LENGTH = 75;
const BATCH = 50;

/** Bytes that windows may go on holding for each note, besides a megabyte. A copy of each window would be more than 900. */
const MOST_HELD = 40;
/** Bytes that may be resident for each note: cutting makes an object of 350 of it, and V8's heap grows to twice what it holds. */
const MOST_RESIDENT = 1024;
/** Bytes of batches that are over: V8 lets typed arrays of 64 MiB come together before it collects them. */
const MOST_OVER = 64 * 2 ** 20;

const USAGE = `deno task bench:windows [CORPUS]

Measures how much memory windows of ${LENGTH} notes take above the table that they look
into: what they hold, and what is resident while they are cut and an epoch of
batches of ${BATCH} is taken. It fails if they hold more than ${MOST_HELD} bytes for each note
and 1 MB, or if more is resident than ${MOST_RESIDENT} bytes for each note and ${MOST_OVER / 2 ** 20} MiB.

  CORPUS   bachcentral (the default), sample, or a folder or a zip of music
  --help   show this text`;

const collect = (globalThis as { gc?: () => void }).gc;

/** Bytes in use after collecting garbage. */
function settled(): Deno.MemoryUsage {
  if (!collect) throw new TypeError("Cannot measure memory: start with --v8-flags=--expose-gc, as deno task does");
  for (let i = 0; i < 3; i++) collect();
  return Deno.memoryUsage();
}

/** Cuts the windows and takes an epoch of batches; gives them with the resident memory after the one, and at its highest. */
function epoch(table: ReturnType<typeof corpusTable>) {
  const all = windows(table, { length: LENGTH }), cut = Deno.memoryUsage().rss;
  let highest = cut;
  for (const _ of all.batches({ size: BATCH, prng: seeded(1) })) {
    highest = Math.max(highest, Deno.memoryUsage().rss);
  }
  return { all, cut, highest };
}

/** What windows of a flattening take; a function of its own, so that nothing of the one before is still held. */
function measure(pieces: readonly Piece[], flattening: Flattening) {
  const table = corpusTable(pieces, { flattening }), before = settled();
  const { all, cut, highest } = epoch(table), after = settled();
  const { heard, said } = all.columns, { events, size, skipped } = all;
  return {
    ...{ events, size, skipped: skipped.length },
    own: [...Object.values({ ...heard, ...said }), all.starts].reduce((sum, array) => sum + array.byteLength, 0),
    held: after.heapUsed + after.external - before.heapUsed - before.external,
    cut: cut - before.rss,
    highest: highest - before.rss,
    copied: size * (LENGTH + 1) * 3 * 4,
  };
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1).padStart(8)} MB`;

/** Measures the windows of a corpus. @returns The exit code: 0, or 1 if they take too much, or 2 if the arguments are wrong. */
export function benchWindowsTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  return runCommand({
    usage: USAGE,
    asked() {
      const { values, positionals: [corpus = "bachcentral", ...others] } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { help: { type: "boolean", short: "h" } },
      });
      if (others.length > 0) {
        throw new TypeError(`One corpus is measured, got ${others.length} more: ${others.join(" ")}`);
      }
      return values.help ? undefined : userCorpus(corpus);
    },
    async run(corpus, { print, complain }) {
      const { name, pieces, leftOut } = await openCorpus(corpus);
      print(`${name}: ${pieces.length} pieces, ${leftOut.length} left out; windows of ${LENGTH}, batches of ${BATCH}`);
      // Once before it is measured, so that code and libraries do not count.
      epoch(corpusTable(pieces.slice(0, 2)));
      let failed = 0;
      for (const flattening of ["first", "all"] as const) {
        const { events, size, skipped, own, held, cut, highest, copied } = measure(pieces, flattening);
        print(`
${
          flattening === "first"
            ? "first instrument"
            : "all instruments"
        }: ${events} notes, ${size} windows, ${skipped} pieces too short
  windows' own arrays                       ${megabytes(own)}
  held by JavaScript above the table        ${megabytes(held)}
  resident above the table: after cutting   ${megabytes(cut)}
  at its highest in an epoch of batches     ${megabytes(highest)}
  the same windows, each copied             ${megabytes(copied)}`);
        for (
          const [what, bytes, most] of [
            ["the windows hold", held, MOST_HELD * events + 1e6],
            ["resident above the table are", highest, MOST_RESIDENT * events + MOST_OVER],
          ] as const
        ) {
          if (bytes <= most) continue;
          complain(`Too much memory: ${what} ${bytes} bytes, more than ${most}`);
          failed++;
        }
      }
      return failed > 0 ? 1 : 0;
    },
  }, options);
}

if (import.meta.main) Deno.exit(await benchWindowsTask(Deno.args));
