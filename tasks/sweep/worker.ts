/**
 * A process that trains for `deno task sweep`: it answers questions on its standard input until that is closed, which
 * stops what is under way.
 *
 *     deno run … tasks/sweep/worker.ts CORPUS
 *
 * @module
 */

import { openCorpus } from "../../lib/corpus/mod.ts";
import { codeVersion, type SweepTrainer, sweepTrainer } from "../../lib/evaluation/mod.ts";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { takeLock } from "../../lib/locks/mod.ts";
import { STOP_SIGNALS } from "../command.ts";
import { type Answer, messagesIn, type Question, toLine } from "./messages.ts";

/** Seconds between two words about how far a training has come. */
const INTERVAL = 0.25;

const stopped = new AbortController();
let trainer: Promise<SweepTrainer> | undefined;

async function prepare(corpus: string): Promise<SweepTrainer> {
  // One thread: what is computed then depends neither on the number of workers nor on the machine's cores.
  await startBackend({ threads: 1 });
  return sweepTrainer(await openCorpus(corpus));
}

async function answer(question: Question, corpus: string): Promise<Answer> {
  try {
    const ready = await (trainer ??= prepare(corpus));
    if ("survey" in question) {
      const { learning: code } = await codeVersion();
      return { found: { ...ready.survey(question.survey), code, kernel: kernelEngine()?.description ?? "tfjs" } };
    }
    const { run } = question.train;
    // A process whose sweep was killed may be at its last step still.
    using _lock = await takeLock(`${run}/trial.lock`, { what: "This trial", wait: 30 });
    let said = 0;
    const onStep = async (epochs: number) => {
      if (performance.now() - said < 1000 * INTERVAL) return;
      said = performance.now();
      await say({ epochs });
    };
    return { trained: await ready.train({ ...question.train, signal: stopped.signal, onStep }) };
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

async function say(message: Answer): Promise<void> {
  const bytes = new TextEncoder().encode(toLine(message));
  try {
    for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
  } catch (error) {
    // Nobody listens any more; the end of the input says so, too.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

if (import.meta.main) {
  // Ctrl-C reaches all processes of a terminal; the one that asks closes the input when it has had enough.
  for (const name of STOP_SIGNALS) Deno.addSignalListener(name, () => {});
  let working = Promise.resolve();
  for await (const question of messagesIn<Question>(Deno.stdin.readable)) {
    working = answer(question, Deno.args[0]).then(say);
  }
  stopped.abort(new Error("Stopped"));
  await working;
  Deno.exit(0);
}
