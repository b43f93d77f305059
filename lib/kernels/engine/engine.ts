import { Worker } from "node:worker_threads";
import { Arena } from "./arena.ts";
import { type Binary, instantiate, loadBinary } from "./binary.ts";
import { Control, MOST_THREADS } from "./control.ts";
import { KernelError } from "../kernel_error.ts";
import type { LoadedKernel } from "./loaded_kernel.ts";
import type { Program } from "./program.ts";
import type { ThreadStart } from "./thread.ts";

/** Options for {@linkcode createEngine}. */
export interface EngineOptions {
  /**
   * Threads that compute, the calling one included.
   *
   * @default {navigator.hardwareConcurrency, at most 8}
   */
  threads?: number;
  /**
   * Whether multiplication and addition may be rounded once instead of twice, as the machine likes it.
   *
   * @default {true}
   */
  relaxed?: boolean;
  /**
   * Whether to use the native kernel of `deno task native`, where there is one and `--allow-ffi` is granted; or the
   * path of one that must be used.
   *
   * @default {true}
   */
  native?: boolean | string;
  /**
   * Seconds without a sign of life from the other threads, after which a call fails.
   *
   * @default {5}
   */
  patience?: number;
}

/** Where the arena begins: after the threads' control words and the kernel's constants. */
const ARENA_START = 65536;

/** Floating-point operations below which waking the other threads takes longer than it saves. */
const WORTH_SHARING = 1e6;

/** 4 GiB, all that 32 bits can address. */
const MOST_PAGES = 65536;

/**
 * Starts the compiled kernel: its memory, and a Worker for each thread but the
 * calling one. Needs permission to read `lib/kernels/`. Without Workers it
 * computes on one thread.
 *
 * @throws {RangeError} If `threads` or `patience` is no positive number.
 * @throws {KernelError} If this machine cannot run the kernel.
 */
export async function createEngine(options: EngineOptions = {}): Promise<Engine> {
  const { threads = Math.min(navigator.hardwareConcurrency, 8), relaxed = true, native = true, patience = 5 } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > MOST_THREADS) {
    throw new RangeError(`Cannot start the LSTM kernel: threads must be a whole number from 1 to 63, got ${threads}`);
  }
  if (!(patience > 0)) {
    throw new RangeError(`Cannot start the LSTM kernel: patience must be a number of seconds above 0, got ${patience}`);
  }
  const binary = await loadBinary({ relaxed, shared: typeof SharedArrayBuffer === "function", native });
  const memory = new WebAssembly.Memory({ initial: 2, maximum: MOST_PAGES, shared: binary.shared });
  const wanted = binary.shared ? threads : 1;
  try {
    return new Engine(binary, memory, await startThreads(binary, memory, wanted), patience);
  } catch (error) {
    const alone = new Engine(binary, memory, [], patience);
    alone.description += `; no Workers: ${(error as Error).message}`;
    return alone;
  }
}

async function startThreads(
  binary: Binary,
  memory: WebAssembly.Memory,
  threads: number,
): Promise<Worker[]> {
  const workers: Worker[] = [];
  try {
    const starts = [];
    for (let thread = 1; thread < threads; thread++) {
      const workerData: ThreadStart = { binary, memory, thread, threads };
      const worker = new Worker(new URL("./thread.ts", import.meta.url), { workerData });
      workers.push(worker);
      starts.push(
        new Promise<void>((resolve, reject) => {
          worker.once("message", () => resolve());
          worker.once("error", reject);
          worker.once("exit", () => reject(new KernelError("a Worker ended while it started")));
        }),
      );
    }
    await Promise.all(starts);
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  }
  // So that a program which forgets to dispose of its engine still ends.
  for (const worker of workers) worker.unref();
  return workers;
}

/** The compiled kernel at work: a memory, and threads that run programs on it. */
export class Engine {
  /** What it runs on, for people: `"LSTM kernel: WebAssembly SIMD, relaxed, 2 threads"`. */
  description: string;
  /** Which kernel that is: `"WebAssembly SIMD, relaxed"`, `"native, AVX-512"`. */
  readonly kernel: string;
  /** Threads that compute, the calling one included. */
  readonly threads: number;
  /**
   * Where all its buffers are.
   *
   * @internal
   */
  readonly arena: Arena;
  readonly #kernel: LoadedKernel;
  readonly #control: Control;
  readonly #workers: Worker[];
  #failure?: KernelError;
  #disposed = false;

  /** Use {@linkcode createEngine}. */
  constructor(binary: Binary, memory: WebAssembly.Memory, workers: Worker[], patience: number) {
    this.threads = workers.length + 1;
    this.kernel = binary.name;
    this.description = `LSTM kernel: ${binary.name}, ${this.threads} ${this.threads === 1 ? "thread" : "threads"}`;
    this.arena = new Arena(memory, ARENA_START);
    this.#kernel = instantiate(binary, memory);
    this.#control = new Control(memory, 0, this.threads, patience);
    this.#workers = workers;
    for (const worker of workers) {
      worker.on("error", (error) => this.#fail(`A thread of the LSTM kernel failed: ${error}`));
      worker.on("exit", () => this.#fail("A thread of the LSTM kernel has ended"));
    }
  }

  /** Whether a thread has gone, so that it will not run again. */
  get failed(): boolean {
    return this.#failure !== undefined && !this.#disposed;
  }

  /** How many threads to use for so many floating-point operations: all, or the calling one alone. */
  threadsFor(operations: number): number {
    return operations < WORTH_SHARING ? 1 : this.threads;
  }

  /**
   * Runs a program to its end.
   *
   * @internal
   * @param threads All threads, or 1: the calling one.
   * @throws {KernelError} If the engine has been disposed of, or a thread is gone; then it will not run again.
   */
  execute(program: Program, threads: number = this.threads): void {
    if (this.#failure) throw this.#failure;
    if (threads === 1) {
      let at = program.at;
      while (at !== 0) at = this.#kernel.run(at, 0, 1);
      return;
    }
    try {
      this.#control.start(program.at);
      const run = (at: number) => this.#kernel.run(at, 0, this.threads);
      for (let at = run(program.at); at !== 0; at = run(at)) this.#control.meet();
      this.#control.meet();
    } catch (error) {
      throw this.#fail((error as Error).message);
    }
  }

  #fail(message: string): KernelError {
    this.#failure ??= new KernelError(`${message}; a new engine is needed`);
    this.#end();
    return this.#failure;
  }

  #end(): void {
    if (this.#workers.length) this.#control.stop();
    for (const worker of this.#workers.splice(0)) worker.terminate();
  }

  /** Ends its threads. Whatever was made with it can compute no more. */
  dispose(): void {
    if (!this.#disposed) this.#kernel.close();
    this.#disposed = true;
    this.#failure ??= new KernelError("The LSTM kernel's engine has been disposed of");
    this.#end();
  }
}
