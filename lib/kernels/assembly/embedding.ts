// Rows of a table, one for each class.
import { copyFloats } from "./arrange";
import { addRow } from "./elementwise";
import { place, share } from "./share";

@unmanaged
export class Embed {
  operation: i32;
  classes: usize;
  classesRow: usize;
  classesStep: usize;
  table: usize;
  tableRow: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
}

/** `clear`: floats of the gradient to set to 0 first. */
@unmanaged
export class EmbedGradient {
  operation: i32;
  classes: usize;
  classesRow: usize;
  classesStep: usize;
  gradient: usize;
  gradientThread: usize;
  tableRow: usize;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  clear: i32;
}

export function embed(e: Embed, thread: i32, threads: i32): void {
  const end = share(e.batch, thread + 1, threads);
  for (let example = share(e.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < e.steps; step++) {
      const which = load<i32>(place(e.classes, e.classesRow, e.classesStep, example, step));
      const to = place(e.to, e.toRow, e.toStep, example, step);
      copyFloats(to, e.table + <usize> which * e.tableRow, <usize> e.width << 2);
    }
  }
}

/** Adds the rows' gradients up into this thread's copy of the table's, in the rows' order. */
export function embedGradient(e: EmbedGradient, thread: i32, threads: i32): void {
  const end = share(e.batch, thread + 1, threads);
  const gradient = e.gradient + <usize> thread * e.gradientThread;
  memory.fill(gradient, 0, <usize> e.clear << 2);
  for (let example = share(e.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < e.steps; step++) {
      const which = load<i32>(place(e.classes, e.classesRow, e.classesStep, example, step));
      const from = place(e.from, e.fromRow, e.fromStep, example, step);
      addRow(from, e.width, gradient + <usize> which * e.tableRow, 1);
    }
  }
}
