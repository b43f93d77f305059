// The last step that is music.
import { copyFloats } from "./arrange";
import { addRow } from "./elementwise";
import { Rows } from "./records";
import { place, share } from "./share";

@unmanaged
export class Last extends Rows {
  lengths: usize;
}

export function last(l: Last, thread: i32, threads: i32): void {
  const end = share(l.batch, thread + 1, threads);
  for (let example = share(l.batch, thread, threads); example < end; example++) {
    const step = load<i32>(l.lengths + (<usize> example << 2)) - 1;
    const from = place(l.from, l.fromRow, l.fromStep, example, step);
    copyFloats(place(l.to, l.toRow, l.toStep, example, 0), from, <usize> l.width << 2);
  }
}

/** `from` is the gradient of what `last` took, and is added to that of the whole. */
export function lastGradient(l: Last, thread: i32, threads: i32): void {
  const end = share(l.batch, thread + 1, threads);
  for (let example = share(l.batch, thread, threads); example < end; example++) {
    const step = load<i32>(l.lengths + (<usize> example << 2)) - 1;
    const from = place(l.from, l.fromRow, l.fromStep, example, 0);
    const to = place(l.to, l.toRow, l.toStep, example, step);
    addRow(from, l.width, to, 1);
  }
}
