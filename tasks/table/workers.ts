import { join } from "node:path";
import type { TablePart } from "../../lib/corpus/mod.ts";
import { guard } from "../kernel/lifeline.ts";
import { kill } from "../kill.ts";
import { nativeCode, permitted } from "../native_code.ts";
import { type Answer, messagesIn, type Question } from "./messages.ts";

/** A process that reads one file for so long is ended, and the file refused. */
const PATIENCE_SECONDS = 120;
/** Processes that may end before they have read anything. */
const TRIES = 3;
/** How much of what a process has complained of is kept. */
const LAST_WORDS = 4000;

/** What {@linkcode makeParts} takes. */
export interface MakePartsOptions {
  /** What the music is in, as `corpusFiles` takes it. */
  source: string;
  /** The folder of the shard: the only one that the processes may write to. */
  folder: string;
  /** How many processes read at a time. */
  workers: number;
  /** Told that a process has come so far in its part. */
  onFile: (part: number, index: number) => void;
  /** Gets each part when it is made. */
  onPart: (made: Omit<TablePart, "mark">) => Promise<void>;
  /** Ends all. */
  signal: AbortSignal;
}

/**
 * Makes parts of a table in processes of their own. One that ends, whatever ended it, is replaced, and its part begun
 * again; a file at which a second one ends is refused.
 *
 * @throws {Error} If a part cannot be written, or processes cannot be started.
 * @throws The signal's reason, once it is aborted.
 */
export async function makeParts(
  parts: readonly Omit<Question, "harmful">[],
  { source, folder, workers, onFile, onPart, signal }: MakePartsOptions,
): Promise<void> {
  const waiting = [...parts];
  const work = async () => {
    let process: Process | undefined, stillborn = 0;
    try {
      for (let part = waiting.shift(); part; part = waiting.shift()) {
        const question: Question = { ...part, harmful: {} }, deaths = new Map<string, number>();
        for (let made: Omit<TablePart, "mark"> | undefined; made === undefined;) {
          signal.throwIfAborted();
          process ??= startProcess(source, folder);
          const asked = await process.ask(question, signal, (index) => onFile(part.part, index));
          if ("made" in asked) {
            await onPart(made = asked.made);
          } else {
            process = undefined;
            if (asked.at < 0) {
              if (++stillborn === TRIES) throw new Error(`Cannot read the music: a process ended ${asked.ended}`);
              continue;
            }
            const path = part.paths[asked.at], times = (deaths.get(path) ?? 0) + 1;
            deaths.set(path, times);
            if (times > 1) question.harmful[path] = `reading it has ended two processes, the last ${asked.ended}`;
          }
        }
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    } finally {
      await process?.end();
    }
  };
  const done = await Promise.allSettled(Array.from({ length: Math.min(workers, parts.length) }, work));
  const failed = done.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/** What a process says of a part, or how it ended, and at which file: -1 for none, it could not even begin. */
type Outcome = { made: Omit<TablePart, "mark"> } | { ended: string; at: number };

interface Process {
  /** @throws {Error} If the part cannot be written. */
  ask(question: Question, signal: AbortSignal, onFile: (index: number) => void): Promise<Outcome>;
  end(): Promise<void>;
}

function startProcess(source: string, folder: string): Process {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read", `--allow-write=${permitted([folder])}`],
      ...[`--allow-ffi=${permitted(nativeCode())}`],
      ...["--allow-env=HOME,USERPROFILE", "--allow-sys=cpus,hostname,networkInterfaces"],
      ...[join(import.meta.dirname!, "worker.ts"), source, folder],
    ],
    // As many processes as cores: threads of their own would only be in each other's way.
    env: { POLARS_MAX_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const release = guard(child),
    ended = child.status.then(async (status) => {
      await release();
      return status;
    });
  const writer = child.stdin.getWriter(), answers = messagesIn<Answer>(child.stdout);
  let words = "";
  const heard = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      words = (words + text).slice(-LAST_WORDS);
    }
  })();
  const end = () => kill(child);
  return {
    async ask(question, signal, onFile) {
      let at = -1, seen = Date.now(), late = false;
      const watch = setInterval(() => {
        late = Date.now() - seen > 1000 * PATIENCE_SECONDS;
        if (late) end();
      }, 1000);
      signal.addEventListener("abort", end);
      try {
        await writer.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`)).catch(() => {});
        for (let { value: answer } = await answers.next(); answer; { value: answer } = await answers.next()) {
          seen = Date.now();
          if ("made" in answer) return answer;
          if ("failed" in answer) throw new Error(answer.failed);
          onFile(at = answer.at);
        }
        const { code, signal: killed } = await ended;
        await heard;
        signal.throwIfAborted();
        if (late) return { at, ended: `after ${PATIENCE_SECONDS} seconds` };
        const last = words.split("\n").map((line) => line.trim()).findLast((line) => /error|fatal|panick/i.test(line));
        return { at, ended: `${killed ? `by ${killed}` : `with code ${code}`}${last ? `: ${last}` : ""}` };
      } finally {
        clearInterval(watch);
        signal.removeEventListener("abort", end);
      }
    },
    async end() {
      await writer.close().catch(() => {});
      end();
      await Promise.all([heard, ended]);
    },
  };
}
