/**
 * `deno task fuzz`: reads inputs that were altered by what their bytes mean.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { type CommandOptions, countOf, runCommand } from "./command.ts";
import { mutantOf } from "./fuzz/child.ts";
import { type Found, type Outcome, runMutants } from "./fuzz/run_mutants.ts";
import { KINDS, subjectOf } from "./fuzz/subjects.ts";
import { visible } from "./terminal_text.ts";

/** How many mutants of a kind are read at least: on a busy machine a short time may pass before the first one. */
const FEWEST = 20;

const USAGE = `deno task fuzz [--seconds N] [--seed S] [--what ${KINDS.join("|")}] [--mutants N] [--only N]

Reads mutants: small inputs altered by what their bytes mean. Each must end in
music (or files, or weights) that is sound, or in a clear error that says where,
within 50 ms and another millisecond for every 100 bytes, and within 32 MiB and
512 bytes for each of its own (measured where it has 8 KiB or more; a process
that reads them has 512 MiB in all; **kern, whose repeats may play a few lines
dozens of times, and ABC, of which a library looks at some lines again and again,
have 3 s and 256 MiB besides). MIDI that is read must come back
from being written.

A mutant with which something is wrong is kept in runs/fuzz/, and said with the
command that reads it again: mutant N of seed S is always the same.

  --seconds N  how long, all kinds together (default: 60); ${FEWEST} of each kind are read,
               however long they take
  --mutants N  how many of each kind, instead of seconds
  --seed S     what mutants are drawn from (default: 1)
  --what KIND  one kind, or several with commas (default: all)
  --only N     mutant N alone
  --help       show this text

The exit code is 1 if something was wrong.`;

/** Where mutants are kept. */
const KEPT = fileURLToPath(new URL("../runs/fuzz/", import.meta.url));

interface Asked {
  kinds: readonly string[];
  seconds: number;
  seed: number;
  mutants?: number;
  only?: number;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, 1 if something was wrong, 2 if the arguments are, 130 if it was stopped.
 */
export function fuzzTask(args: readonly string[], options: CommandOptions = {}): Promise<number> {
  return runCommand({
    usage: USAGE,
    asked: () => askedFor(args),
    stopped: () => "Stopped",
    async run({ kinds, seconds, seed, mutants, only }, { print, signal }) {
      await Deno.mkdir(KEPT, { recursive: true });
      let failed = 0;
      for (const kind of kinds) {
        const outcome = await tryKind(kind, seed, { seconds: seconds / kinds.length, mutants, only, signal });
        const { tried, read, found } = outcome;
        print(`${kind}: ${tried} mutants of seed ${seed}, ${read} read, ${found.length} wrong`);
        for (const one of found) for (const line of await wordsOf(kind, seed, one)) print(visible(line));
        signal.throwIfAborted();
        if (found.length > 0 || tried === 0) failed++;
      }
      print(`${kinds.length - failed} passed, ${failed} failed`);
      return failed > 0 ? 1 : 0;
    },
  }, options);
}

interface How {
  seconds: number;
  mutants?: number;
  only?: number;
  signal: AbortSignal;
}

async function tryKind(kind: string, seed: number, { seconds, mutants, only, signal }: How): Promise<Outcome> {
  const from = only ?? 0, to = only !== undefined ? only + 1 : mutants ?? Number.MAX_SAFE_INTEGER;
  const timed = only === undefined && mutants === undefined;
  const progress = terminalProgress(`mutants of ${kind}`, timed ? seconds : to - from);
  const over = new AbortController();
  let began = NaN, tried = 0, clock: ReturnType<typeof setTimeout> | undefined;
  const stopInTime = () => {
    if (timed && tried >= FEWEST && performance.now() - began >= seconds * 1000) over.abort();
  };
  const outcome = await runMutants({ kind, seed, from, to }, {
    signal: AbortSignal.any([signal, over.signal]),
    onProgress: (done) => {
      if (Number.isNaN(began)) {
        // On a busy machine a process may be long in beginning.
        began = performance.now();
        if (timed) clock = setTimeout(stopInTime, seconds * 1000);
      }
      tried = done;
      stopInTime();
      void progress.update(timed ? (performance.now() - began) / 1000 : done, `${done} mutants`);
    },
  });
  clearTimeout(clock);
  await progress.done(`${outcome.tried} mutants`);
  return outcome;
}

/** Keeps a mutant, and says what was wrong, where it is, and how it is read again. */
async function wordsOf(kind: string, seed: number, { mutant, why }: Found): Promise<string[]> {
  const subject = await subjectOf(kind);
  const bytes = mutantOf(subject, await subject.seeds(), seed, mutant);
  const path = `${KEPT}${kind}-${seed}-${mutant}${subject.ending}`;
  await Deno.writeFile(path, bytes);
  return [
    `Mutant ${mutant}, ${bytes.length} bytes, is in ${path}; again: deno task fuzz --what ${kind} --seed ${seed} --only ${mutant}`,
    ...why.split("\n").slice(0, 8).map((line) => `  ${line}`),
  ];
}

/** What the arguments stand for; `undefined` where they ask for help. */
async function askedFor(args: readonly string[]): Promise<Asked | undefined> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: "string" },
      seed: { type: "string" },
      what: { type: "string" },
      mutants: { type: "string" },
      only: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return undefined;
  const kinds = values.what?.split(",") ?? KINDS;
  for (const kind of kinds) await subjectOf(kind);
  const whole = (name: "seed" | "only") => {
    const text = values[name];
    if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
    throw new RangeError(`--${name} takes an integer of 0 or more, got "${text}"`);
  };
  return {
    kinds,
    seconds: countOf(values.seconds, "seconds") ?? 60,
    seed: whole("seed") ?? 1,
    mutants: countOf(values.mutants, "mutants"),
    only: whole("only"),
  };
}

if (import.meta.main) Deno.exit(await fuzzTask(Deno.args));
