// What belongs to which thread.

/** The first of `count` things that belongs to a thread; the first of the next thread's ends its share. */
export function share(count: i32, thread: i32, threads: i32): i32 {
  return <i32> (<i64> count * thread / threads);
}

/** Where a row is: of an example, at a step. */
export function place(first: usize, row: usize, step: usize, example: i32, t: i32): usize {
  return first + <usize> example * row + <usize> t * step;
}

/** Counts one more step of a thread's work where the engine looks for signs of life (lib/kernels/engine/control.ts). */
export function beat(thread: i32): void {
  const heart = <usize> (64 * (1 + thread));
  store<i32>(heart, load<i32>(heart) + 1);
}
