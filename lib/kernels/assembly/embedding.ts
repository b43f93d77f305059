// Rows of a table, one for each class.
import { copyFloats } from "./arrange";
import { Embed, EmbedGradient } from "./records";
import { place, share } from "./share";

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
      let from = place(e.from, e.fromRow, e.fromStep, example, step), to = gradient + <usize> which * e.tableRow;
      for (let i = 0; i < e.width; i++) {
        store<f32>(to, load<f32>(to) + load<f32>(from));
        from += 4;
        to += 4;
      }
    }
  }
}
