/**
 * How much memory windows of length 75 take above the table that they look
 * into, for a whole corpus.
 *
 *     deno run -A --v8-flags=--expose-gc bench/windows_memory.ts [SOURCE]
 *
 * SOURCE is what `openCorpus` takes: "bachcentral" (the default), "sample", a
 * directory or a zip. Everything is built once before it is measured, on two
 * small pieces, so that code and libraries do not count.
 */
import { openCorpus } from "../lib/corpus/mod.ts";
import { corpusTable } from "../lib/notes/mod.ts";
import { seeded } from "../lib/random/mod.ts";
import type { Flattening } from "../lib/score/mod.ts";
import { windows } from "../lib/windows/mod.ts";

const LENGTH = 75;
const BATCH = 50;

const collect = (globalThis as { gc?: () => void }).gc;
if (!collect) throw new TypeError("Cannot measure memory: start with --v8-flags=--expose-gc");

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1).padStart(8);

/** Bytes in use after collecting garbage. */
function settled(): Deno.MemoryUsage {
  for (let i = 0; i < 3; i++) collect!();
  return Deno.memoryUsage();
}

/** Cuts the windows and takes an epoch of batches; gives them with the resident memory at its highest. */
function epoch(table: ReturnType<typeof corpusTable>) {
  const all = windows(table, { length: LENGTH });
  let highest = Deno.memoryUsage().rss;
  for (const _ of all.batches({ size: BATCH, prng: seeded(1) })) {
    highest = Math.max(highest, Deno.memoryUsage().rss);
  }
  return { all, highest };
}

const { name, pieces, leftOut } = await openCorpus(Deno.args[0] ?? "bachcentral");
console.log(
  `${name}: ${pieces.length} pieces, ${leftOut.length} left out; windows of ${LENGTH}, batches of ${BATCH}`,
);
epoch(corpusTable(pieces.slice(0, 2)));

for (const flattening of ["first", "all"] as const) measure(flattening);

/** Prints one flattening's figures; a function of its own, so that nothing of the one before is still held. */
function measure(flattening: Flattening): void {
  const table = corpusTable(pieces, { flattening });
  const before = settled();
  const started = performance.now();
  const { all, highest } = epoch(table);
  const seconds = (performance.now() - started) / 1000;
  const after = settled();
  const { heard, said } = all.columns;
  const own = [...Object.values({ ...heard, ...said }), all.starts].reduce((sum, array) => sum + array.byteLength, 0);
  const held = after.heapUsed + after.external - before.heapUsed - before.external;
  const copied = all.size * (LENGTH + 1) * 3 * 4;
  console.log(`
${flattening === "first" ? "first instrument" : "all instruments"}: ${all.events} notes, ${all.size} windows, \
${all.skipped.length} pieces too short
  windows' own arrays                 ${megabytes(own)} MB
  held by JavaScript above the table  ${megabytes(held)} MB
  resident above the table, highest   ${megabytes(highest - before.rss)} MB (an epoch of batches, ${
    seconds.toFixed(1)
  } s)
  the same windows, each copied       ${megabytes(copied)} MB`);
  if (highest - before.rss > 100e6) throw new RangeError("The windows take more than 100 MB above the table");
}
