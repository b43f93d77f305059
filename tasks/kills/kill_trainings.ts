import { join } from "node:path";
import type { Prng } from "../../lib/random/mod.ts";
import { guard } from "../kernel/lifeline.ts";
import { kill } from "../kill.ts";
import { nativeCode, permitted } from "../native_code.ts";
import { linesOf } from "../../lib/files/mod.ts";
import { type Moment, type Outcome, type Place, placeOf } from "./messages.ts";

/** What {@linkcode killTrainings} takes. */
export interface KillOptions {
  /** How often to kill. */
  times: number;
  /** What computes. */
  kernel: "portable" | "native";
  /** Chooses the moments. */
  prng: Prng;
  /** An empty folder; what failed stays in it. */
  folder: string;
  /** Stops after the kill under way. */
  signal?: AbortSignal;
  /** Told after each kill how many there have been. */
  onKill?: (kills: number) => void | Promise<void>;
}

/** A kill, and what came of it. */
export interface Kill {
  /** What was under way. */
  place: Place;
  /** The last moment that the training had announced. */
  moment: Moment;
  /** What is wrong with how it went on; nothing where the end is that of an uninterrupted run, to the bit. */
  wrong?: string;
}

const LAST_WORDS = 2000;
/** Milliseconds after a moment within which a kill comes that is not exact. */
const LATEST = 10;

/** A training, or what goes on with trainings, in a process of its own. */
class Training {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #heard: Promise<void>;
  readonly #release: () => Promise<void>;
  #words = "";

  constructor(kernel: string, folder: string, ...args: string[]) {
    const child = this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--allow-read", `--allow-write=${permitted([folder])}`],
        ...[`--allow-ffi=${permitted(nativeCode())}`, "--allow-env=INIT_CWD,HOME,USERPROFILE"],
        ...[
          "--allow-sys=cpus,hostname,networkInterfaces,uid",
          join(import.meta.dirname!, "training.ts"),
          kernel,
          ...args,
        ],
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#release = guard(child);
    this.#lines = linesOf(child.stdout);
    this.#heard = (async () => {
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        this.#words = (this.#words + text).slice(-LAST_WORDS);
      }
    })();
  }

  /** What it says next; nothing once it has ended. */
  async hear(): Promise<Moment | { outcome: Outcome } | undefined> {
    const { value } = await this.#lines.next();
    return value === undefined ? undefined : JSON.parse(value);
  }

  /** Asks it to go on with a training. */
  async goOn(run: string): Promise<Outcome> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${run}\n`));
    writer.releaseLock();
    const answer = await this.hear();
    if (answer && "outcome" in answer) return answer.outcome;
    throw new Error(`it could not go on: ${await this.end()}`);
  }

  /** Kills it, unless it has ended. */
  kill(): void {
    kill(this.#child);
  }

  /** Kills it, waits for its end, and gives its last words. */
  async end(): Promise<string> {
    this.kill();
    await this.#child.status;
    await Promise.all([this.#heard, this.#release()]);
    await this.#lines.return?.();
    await this.#child.stdin.close().catch(() => {});
    return this.#words.trim();
  }
}

/**
 * Kills a training again and again with SIGKILL, at moments of its choice by lot. After each kill a copy goes on to the
 * end, and is compared with a run that was never killed; the training itself goes on, and is killed again.
 *
 * Half of the kills come exactly before what the training announces, half at some time after it.
 *
 * @throws {Error} If the training that nobody kills fails.
 */
export async function killTrainings(options: KillOptions): Promise<Kill[]> {
  const { times, kernel, prng, folder, signal, onKill } = options;
  const kills: Kill[] = [];
  const start = (...args: string[]) => new Training(kernel, folder, ...args);
  let finisher = start();
  try {
    const { bits } = await finisher.goOn(join(folder, "straight"));
    const moments = await momentsOf(start(join(folder, "counted")));
    /** What is wrong with how a training goes on that has had so many epochs on disk. */
    const wrongIn = async (run: string, saved: number): Promise<string | undefined> => {
      try {
        const outcome = await finisher.goOn(run);
        if (outcome.bits !== bits) return "the end has other bits than that of an uninterrupted run";
        if (outcome.from <= saved) return `it had to learn epoch ${outcome.from} anew, which was on disk`;
      } catch (error) {
        finisher = start();
        return (error as Error).message;
      }
    };
    for (let runs = 1; kills.length < times; runs++) {
      const run = join(folder, `run-${runs}`), copy = `${run}-${kills.length}`;
      let left = moments, saved = 0;
      while (kills.length < times) {
        signal?.throwIfAborted();
        const at = 1 + Math.floor(prng() * left), exactly = prng() < 0.5, later = LATEST * prng();
        const killed = await killAt(start(run, ...exactly ? [`${at}`] : []), at, exactly ? 0 : later);
        saved = Math.max(saved, killed.saved);
        // It was quicker than we are.
        if (killed.ended) break;
        left = Math.max(Math.ceil(moments / 8), left - at);
        await copyFolder(run, copy);
        const { place, moment } = killed, wrong = await wrongIn(copy, saved);
        kills.push({ place, moment, wrong });
        await onKill?.(kills.length);
        if (wrong !== undefined) break;
        await Deno.remove(copy, { recursive: true });
      }
      const end = kills.at(-1);
      if (end && !end.wrong) {
        end.wrong = await wrongIn(run, saved);
        if (!end.wrong) await Deno.remove(run, { recursive: true });
      }
    }
    return kills;
  } finally {
    await finisher.end();
  }
}

/** How many moments a training has that nobody kills. */
async function momentsOf(training: Training): Promise<number> {
  let count = 0;
  for (let said = await training.hear(); said && !("outcome" in said); said = await training.hear()) count++;
  const words = await training.end();
  if (count === 0) throw new Error(`The training does not start: ${words}`);
  return count;
}

/** Kills a training some milliseconds after its n-th moment; says what the last was, and which epochs were on disk. */
async function killAt(training: Training, n: number, milliseconds: number) {
  let moment: Moment = { begun: true }, learned = false, saved = 0, ended = false, count = 0;
  const take = (said: Moment | { outcome: Outcome } | undefined) => {
    if (!said || "outcome" in said) {
      ended = true;
      return;
    }
    moment = said;
    learned ||= "step" in said;
    if ("saved" in said) saved = said.saved;
  };
  while (count++ < n && !ended) take(await training.hear());
  if (!ended) {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    training.kill();
    // What it had said before.
    for (let said = await training.hear(); said; said = await training.hear()) take(said);
  }
  const words = await training.end();
  if (ended && count === 2) throw new Error(`The training does not start: ${words}`);
  return { place: placeOf(moment, learned), moment, saved, ended };
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  // Killed before it had made its folder.
  if (!await Deno.stat(from).then(() => true, () => false)) return;
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    if (isDirectory) await copyFolder(join(from, name), join(to, name));
    else await Deno.copyFile(join(from, name), join(to, name));
  }
}
