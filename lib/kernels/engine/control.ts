import { KernelError } from "../kernel_error.ts";

// Words at the very start of the shared memory, by which the threads find together.
const GENERATION = 0, ARRIVED = 1, RELEASED = 2, STOPPING = 3, PROGRAM = 4, FAILED = 5;

/** Where a thread counts what it has done: one cache line each, the first for the words above. The kernel writes it. */
const heart = (thread: number) => 16 * (1 + thread);

/** Bytes of the words above. */
export const CONTROL_BYTES = 4096;

/** The most threads whose hearts have a place. */
export const MOST_THREADS = 63;

/** Looks at a word before a thread goes to sleep: about a tenth of a millisecond. */
const GLANCES = 20_000;

/** Milliseconds of sleep between two looks at whether the others are alive. */
const NAP = 50;

/**
 * How the threads of one engine wait for each other. Thread 0 is the one that
 * calls; the others sleep until it has a program for them.
 */
export class Control {
  readonly #words: Int32Array;
  readonly #thread: number;
  readonly #threads: number;
  readonly #patience: number;
  #generation = 0;

  /**
   * @param memory Shared by the threads.
   * @param patience Seconds without a sign of life from any other thread, after which thread 0 gives up.
   */
  constructor(memory: WebAssembly.Memory, thread: number, threads: number, patience: number) {
    this.#words = new Int32Array(memory.buffer, 0, CONTROL_BYTES / 4);
    this.#thread = thread;
    this.#threads = threads;
    this.#patience = patience;
  }

  /** Thread 0: has the others begin. */
  start(program: number): void {
    this.#words[PROGRAM] = program;
    Atomics.add(this.#words, GENERATION, 1);
    Atomics.notify(this.#words, GENERATION);
  }

  /** The others: sleep until there is a program, and say where; nothing when the engine ends. */
  next(): number | undefined {
    const words = this.#words;
    for (let i = 0; i < GLANCES && Atomics.load(words, GENERATION) === this.#generation; i++);
    while (Atomics.load(words, GENERATION) === this.#generation && !Atomics.load(words, STOPPING)) {
      Atomics.wait(words, GENERATION, this.#generation, 1000);
    }
    this.#generation = Atomics.load(words, GENERATION);
    return Atomics.load(words, STOPPING) ? undefined : words[PROGRAM] >>> 0;
  }

  /**
   * Returns when all threads have come here.
   *
   * @throws {KernelError} If another thread failed, stopped or, for thread 0, gives no sign of life.
   */
  meet(): void {
    const words = this.#words;
    const round = Atomics.load(words, RELEASED);
    if (Atomics.add(words, ARRIVED, 1) === this.#threads - 1) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, RELEASED, 1);
      Atomics.notify(words, RELEASED);
      return;
    }
    for (let i = 0; i < GLANCES; i++) if (Atomics.load(words, RELEASED) !== round) return;
    this.#sleep(round);
  }

  #sleep(round: number): void {
    const words = this.#words;
    let beats = -1, silent = 0;
    while (Atomics.load(words, RELEASED) === round) {
      if (Atomics.load(words, STOPPING)) throw new KernelError("The kernel has been stopped");
      const failed = Atomics.load(words, FAILED);
      if (failed) throw new KernelError(`The kernel's thread ${failed} failed`);
      // Counting naps, not time: a machine that slept, or a stopped process, is not a dead thread.
      const now = this.#beats();
      silent = now === beats ? silent + NAP : 0;
      beats = now;
      if (this.#thread === 0 && silent > this.#patience * 1000) {
        throw new KernelError(`A thread of the kernel is gone: no sign of life for ${this.#patience} seconds`);
      }
      Atomics.wait(words, RELEASED, round, NAP);
    }
  }

  #beats(): number {
    let sum = 0;
    for (let thread = 0; thread < this.#threads; thread++) {
      if (thread !== this.#thread) sum += Atomics.load(this.#words, heart(thread));
    }
    return sum;
  }

  /** Marks this thread as failed, so that the others do not wait for it. */
  fail(): void {
    Atomics.store(this.#words, FAILED, this.#thread);
    Atomics.notify(this.#words, RELEASED);
  }

  /** Ends the other threads, now if they sleep, otherwise when they next wait. */
  stop(): void {
    Atomics.store(this.#words, STOPPING, 1);
    Atomics.notify(this.#words, GENERATION);
    Atomics.notify(this.#words, RELEASED);
  }
}
