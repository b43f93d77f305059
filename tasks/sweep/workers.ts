import { join } from "node:path";
import { nativeCode, permitted } from "../native_code.ts";
import { guard } from "../kernel/lifeline.ts";
import { kill } from "../kill.ts";
import { type Answer, messagesIn, type Question, toLine } from "./messages.ts";

/** What stopped processes get to leave their checkpoints before they are ended. */
const GRACE_SECONDS = 20;
/** How much of what a process has complained of is kept. */
const LAST_WORDS = 4000;

/** One process. */
interface Process {
  child: Deno.ChildProcess;
  writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Takes what it says. */
  listen: (answer: Answer) => void;
  /** Told when it has ended. */
  ended: Promise<Deno.CommandStatus>;
  complaints: () => string;
}

/** What {@linkcode sweepWorkers} takes. */
export interface SweepWorkersOptions {
  /** What the processes learn from. */
  corpus: string;
  /** The only folder that they may write to. */
  folder: string;
}

/** Processes that train. */
export interface SweepWorkers extends AsyncDisposable {
  /**
   * Asks a process that has nothing to do, or a new one.
   *
   * @param onEpochs Told how many epochs are done.
   * @throws {Error} If it says that something went wrong, or ends: with its last words.
   * @throws The reason why the processes were stopped.
   */
  ask(question: Question, onEpochs?: (epochs: number) => void): Promise<Answer>;
  /** Stops all: each leaves its checkpoint, and ends. What they were asked is not answered any more. */
  stop(reason: unknown): void;
}

/** Starts processes that train, one for each question that is open at a time. A crash is the end of one of them alone. */
export function sweepWorkers({ corpus, folder }: SweepWorkersOptions): SweepWorkers {
  const idle: Process[] = [], all = new Set<Process>();
  const stopped = new AbortController();

  const start = (): Process => {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--allow-read", `--allow-write=${permitted([folder])}`],
        ...[`--allow-ffi=${permitted(nativeCode())}`, "--allow-env=INIT_CWD,HOME,USERPROFILE"],
        ...["--allow-sys=cpus,hostname,networkInterfaces,uid"],
        ...[join(import.meta.dirname!, "worker.ts"), corpus],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const release = guard(child);
    let words = "";
    const heard = (async () => {
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        words = (words + text).slice(-LAST_WORDS);
      }
    })();
    const process: Process = {
      child,
      writer: child.stdin.getWriter(),
      listen: () => {},
      ended: child.status.then(async (status) => {
        await Promise.all([heard, release()]);
        all.delete(process);
        return status;
      }),
      complaints: () => words,
    };
    (async () => {
      for await (const answer of messagesIn<Answer>(child.stdout)) process.listen(answer);
    })();
    all.add(process);
    return process;
  };

  return {
    async ask(question, onEpochs = () => {}) {
      stopped.signal.throwIfAborted();
      const process = idle.pop() ?? start();
      const answered = new Promise<Answer>((resolve) => {
        process.listen = (answer) => "epochs" in answer ? onEpochs(answer.epochs) : resolve(answer);
      });
      const sent = process.writer.write(new TextEncoder().encode(toLine(question))).catch(() => {});
      const answer = await Promise.race([answered, process.ended]);
      await sent;
      stopped.signal.throwIfAborted();
      if (isStatus(answer)) throw new Error(`its process ended ${wordsOf(answer, process.complaints())}`);
      idle.push(process);
      if ("failed" in answer) throw new Error(answer.failed);
      return answer;
    },
    stop(reason) {
      stopped.abort(reason);
      for (const { writer } of all) writer.close().catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      this.stop(new Error("Stopped"));
      const left = [...all];
      const late = setTimeout(() => left.forEach(({ child }) => all.size > 0 && kill(child)), 1000 * GRACE_SECONDS);
      await Promise.all(left.map(({ ended }) => ended));
      clearTimeout(late);
    },
  };
}

function isStatus(found: Answer | Deno.CommandStatus): found is Deno.CommandStatus {
  return "success" in found;
}

/** How a process ended, and the last thing that it said. */
function wordsOf({ code, signal }: Deno.CommandStatus, complaints: string): string {
  const how = signal ? `by ${signal}` : `with code ${code}`;
  const lines = complaints.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const last = lines.findLast((line) => /error|fatal|panick/i.test(line)) ?? "";
  return last === "" ? how : `${how}: ${last}`;
}
