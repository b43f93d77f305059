/** Executes instructions from an address on; returns the address after a barrier, or 0 at the end of the program. */
export type Run = (instruction: number, thread: number, threads: number) => number;

/** A kernel that one thread can call. */
export interface LoadedKernel {
  /** Executes programs. */
  run: Run;
  /** Gives back what the thread holds of it; `run` must not be called any more. */
  close(): void;
}
