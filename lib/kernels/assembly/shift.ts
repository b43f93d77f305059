// Logits of intervals, or of scale degrees, as logits of classes: out[c] = logits[c - anchor + farthest], the outermost
// for what is beyond, or out[c] = logits[(c - anchor) mod modulo].
import { addRow, addUp, spread } from "./elementwise";
import { FromTo } from "./records";
import { place, share } from "./share";

@unmanaged
export class Shift extends FromTo {
  classes: i32;
  modulo: i32;
  farthest: i32;
  steps: i32;
  batch: i32;
  anchors: usize;
  anchorRow: usize;
  anchorStep: usize;
  accumulate: i32;
}

/** With `back`, `from` is the gradient of the classes, `to` that of the logits, which is added to. */
export function shift(s: Shift, back: bool, thread: i32, threads: i32): void {
  const end = share(s.batch, thread + 1, threads);
  for (let example = share(s.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < s.steps; step++) {
      const from = place(s.from, s.fromRow, s.fromStep, example, step);
      const to = place(s.to, s.toRow, s.toStep, example, step);
      const anchor = load<i32>(place(s.anchors, s.anchorRow, s.anchorStep, example, step));
      if (!back && !s.accumulate) memory.fill(to, 0, <usize> s.classes << 2);
      if (anchor < 0) continue;
      const logits = back ? to : from, classes = back ? from : to;
      for (let c = 0; c < s.classes;) c += run(s, anchor, c, logits, classes, back);
    }
  }
}

/** Adds the logits that go to the next classes one to one, or the one that goes to all; returns how many classes. */
function run(s: Shift, anchor: i32, c: i32, logits: usize, classes: usize, back: bool): i32 {
  const left = s.classes - c, from = c - anchor, farthest = s.farthest;
  classes += <usize> c << 2;
  if (s.modulo) {
    const logit = (from % s.modulo + s.modulo) % s.modulo;
    return one(logits, logit, classes, min(s.modulo - logit, left), back);
  }
  if (from < -farthest) return all(logits, 0, classes, min(-farthest - from, left), back);
  if (from > farthest) return all(logits, 2 * farthest, classes, left, back);
  return one(logits, from + farthest, classes, min(farthest + 1 - from, left), back);
}

function one(logits: usize, logit: i32, classes: usize, count: i32, back: bool): i32 {
  logits += <usize> logit << 2;
  if (back) addRow(classes, count, logits, 1);
  else addRow(logits, count, classes, 1);
  return count;
}

function all(logits: usize, logit: i32, classes: usize, count: i32, back: bool): i32 {
  logits += <usize> logit << 2;
  if (back) addUp(classes, count, logits, 1);
  else spread(load<f32>(logits), count, classes, 1);
  return count;
}
