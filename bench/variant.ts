import { fileURLToPath } from "node:url";
import { flops, type Job } from "./job.ts";
import { lines } from "./lines.ts";

/** Something to measure. */
export interface Contender {
  /** Its name in the results. Of several with one name the fastest counts. */
  name: string;
  /** What it does. */
  job: Job;
  /** Which kernel of ours, or the Python that runs the peer script of that name. */
  by: "portable" | "native" | { python: string; script: "pytorch" | "keras" };
}

/** What was measured, over all steps of all rounds. */
export interface Result {
  /** The contender. */
  contender: Contender;
  /** What it ran on. */
  description: string;
  /** Milliseconds of a step that half of the steps stayed below. */
  median: number;
  /** The same for a tenth of them. */
  p10: number;
  /** The same for nine tenths of them. */
  p90: number;
  /** Milliseconds of the fastest step. */
  fastest: number;
  /** 10⁹ floating-point operations a second, at the median. */
  gflops: number;
  /** Most memory of the process, in MB. */
  megabytes: number | null;
}

/** Milliseconds between two variants. */
const SETTLE = 100;

/** Milliseconds that a variant runs before it is measured: compilers have to see the code, and caches to fill. */
const WARM_UP = 400;

/** Milliseconds that a variant has in a round, if it does {@linkcode FEWEST} steps in them. */
const BURST = 400;

const FEWEST = 2, MOST = 5000;

/** Where our own peer may find native kernels. */
const NATIVE_FOLDER = fileURLToPath(new URL("../data/cache/native/", import.meta.url));

/** What polars asks to find out whether the system's C library is musl. */
const SYSTEM = "--allow-sys=cpus,hostname,networkInterfaces";

/** A variant in its own process, which is stopped but when it is asked: threads of peers spin while they have no work. */
class Variant {
  readonly times: number[] = [];
  description = "";
  megabytes: number | null = null;
  burst = 0;
  #paused = false;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncGenerator<string>;

  constructor(readonly contender: Contender) {
    const [program, ...args] = commandOf(contender);
    try {
      this.#child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
    } catch (error) {
      throw new Error(`Cannot start ${contender.name}: there is no program ${program}`, { cause: error });
    }
    this.#input = this.#child.stdin.getWriter();
    this.#answers = lines(this.#child.stdout);
  }

  /** Waits until it can begin, and warms it up. @returns Why it cannot, if so. */
  async start(): Promise<string | undefined> {
    const { ready, missing } = await this.#answer();
    if (missing !== undefined) return missing as string;
    this.description = ready as string;
    let times: number[] = [], spent = 0;
    while (spent < WARM_UP) {
      times = await this.#run(times.length * 2 || 1);
      spent += times.reduce((a, b) => a + b);
    }
    this.burst = Math.min(MOST, Math.max(FEWEST, Math.round(BURST / quantile(times, 0.5))));
  }

  /** Does its share of a round. The first step finds the caches as another variant has left them, and does not count. */
  async round(): Promise<void> {
    this.#wake();
    this.times.push(...(await this.#run(this.burst + 1)).slice(1));
    this.pause();
  }

  /** Stops its process until its next round; not on Windows, which cannot. */
  pause(): void {
    if (Deno.build.os === "windows") return;
    this.#child.kill("SIGSTOP");
    this.#paused = true;
  }

  #wake(): void {
    if (this.#paused) this.#child.kill("SIGCONT");
    this.#paused = false;
  }

  async #run(steps: number): Promise<number[]> {
    await this.#input.write(new TextEncoder().encode(`${steps}\n`));
    const { ms, megabytes } = await this.#answer();
    this.megabytes = megabytes as number | null;
    return ms as number[];
  }

  async #answer(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`${this.contender.name} ended without an answer`);
    return JSON.parse(value);
  }

  async stop(): Promise<void> {
    this.#wake();
    // A peer that has ended by itself has closed its end already.
    await this.#input.close().catch(() => {});
    await this.#answers.return(undefined);
    await this.#child.status;
  }

  result(): Result {
    const { contender, description, megabytes, times } = this;
    const [median, p10, p90] = [0.5, 0.1, 0.9].map((share) => quantile(times, share));
    const gflops = flops(contender.job) / median / 1e6;
    return { contender, description, median, p10, p90, fastest: quantile(times, 0), gflops, megabytes };
  }
}

function commandOf({ job, by }: Contender): string[] {
  const peer = (name: string) => fileURLToPath(new URL(`./peers/${name}`, import.meta.url));
  const text = JSON.stringify(job);
  if (typeof by === "object") return [by.python, peer(`${by.script}.py`), text];
  // lib/windows brings polars, which is native code itself.
  const permissions = ["--no-prompt", "--allow-read", "--allow-env=INIT_CWD", SYSTEM, "--allow-ffi"];
  if (by === "portable") permissions.push(`--deny-ffi=${NATIVE_FOLDER}`);
  return [Deno.execPath(), "run", ...permissions, peer("notenbuch.ts"), text, by];
}

/** The value that a share of the numbers stays below. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}

/**
 * Measures contenders side by side: in each round each has a short burst of
 * steps while the others wait, so that a machine that slows down does so for all.
 *
 * @param rounds How many.
 * @param complain Takes a line for each contender that cannot run here.
 * @returns Those that could, in their order.
 */
export async function measure(
  contenders: readonly Contender[],
  rounds: number,
  complain: (line: string) => void,
): Promise<Result[]> {
  const variants: Variant[] = [];
  try {
    for (const contender of contenders) {
      const variant = new Variant(contender);
      variants.push(variant);
      const missing = await variant.start();
      if (missing === undefined) {
        variant.pause();
        continue;
      }
      await variants.pop()!.stop();
      complain(`Without ${contender.name}: ${missing}`);
    }
    for (let round = 0; round < rounds; round++) {
      // To and fro, so that nobody always comes after the same other one.
      for (const variant of round % 2 ? variants.toReversed() : variants) {
        await new Promise((resolve) => setTimeout(resolve, SETTLE));
        await variant.round();
      }
    }
    return variants.map((variant) => variant.result());
  } finally {
    for (const variant of variants) await variant.stop();
  }
}
