import { fileURLToPath } from "node:url";
import { NATIVE_FOLDER } from "../lib/kernels/native.ts";
import { linesOf } from "../lib/files/mod.ts";
import { nativeCode, permitted } from "../tasks/native_code.ts";
import { type Job, type ModelName, MODELS } from "./job.ts";

/** Something to measure. */
export interface Contender {
  /** Its name in the results. Of several with one name the fastest counts. */
  name: string;
  /** What it does. */
  job: Job;
  /** Which kernel of ours, or the Python that runs the peer script of that name. */
  by: "portable" | "native" | { python: string; script: "pytorch" | "keras" };
}

/** What polars asks to find out whether the system's C library is musl. */
const SYSTEM = "--allow-sys=cpus,hostname,networkInterfaces,uid";

/** A contender in its own process, which says a line of JSON when it is ready, and one for each line that it is given. */
export class Peer {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<string>;
  #paused = false;

  /** @throws {Error} If its program cannot be started. */
  constructor(readonly contender: Contender) {
    const [program, ...args] = commandOf(contender);
    try {
      this.#child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
    } catch (error) {
      throw new Error(`Cannot start ${contender.name}: there is no program ${program}`, { cause: error });
    }
    this.#input = this.#child.stdin.getWriter();
    this.#answers = linesOf(this.#child.stdout);
  }

  /**
   * What it says next.
   *
   * @throws {Error} If it has ended instead.
   */
  async answer(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${this.contender.name} ended without an answer`);
    return JSON.parse(value);
  }

  /** Gives it a line. @returns What it says to it. */
  async ask(line: string): Promise<Record<string, unknown>> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
    return await this.answer();
  }

  /** Stops its process until {@linkcode wake}, because threads of some peers spin while they have no work; not on Windows, which cannot. */
  pause(): void {
    if (Deno.build.os === "windows") return;
    this.#child.kill("SIGSTOP");
    this.#paused = true;
  }

  /** Lets it go on. */
  wake(): void {
    if (this.#paused) this.#child.kill("SIGCONT");
    this.#paused = false;
  }

  /** Ends it, and waits until it has ended. */
  async stop(): Promise<void> {
    this.wake();
    // A peer that has ended by itself has closed its end already.
    await this.#input.close().catch(() => {});
    await this.#answers.return(undefined);
    await this.#child.status;
  }
}

function commandOf({ job, by }: Contender): string[] {
  const peer = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
  if (typeof by === "object") {
    const { model, batch, length, units } = job;
    const sizes = {
      ...MODELS[model as ModelName],
      ...batch && { batch },
      ...length && { length },
      ...units && { units },
    };
    // -B, because Python leaves a folder of what it has compiled.
    return [by.python, "-B", peer(`${by.script}.py`), JSON.stringify({ ...job, sizes })];
  }
  // lib/windows brings polars, which is native code itself.
  const permissions = ["--no-prompt", "--allow-read", "--allow-env=INIT_CWD", SYSTEM];
  permissions.push(`--allow-ffi=${permitted(nativeCode())}`);
  if (by === "portable") permissions.push(`--deny-ffi=${permitted([fileURLToPath(NATIVE_FOLDER)])}`);
  return [Deno.execPath(), "run", ...permissions, peer("notenbuch.ts"), JSON.stringify(job), by];
}
