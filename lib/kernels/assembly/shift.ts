// Logits of intervals, or of scale degrees, as logits of classes: out[c] = logits[c - anchor + classes - 1], or
// out[c] = logits[(c - anchor) mod modulo].
import { Shift } from "./records";
import { place, share } from "./share";

/** The first logit that is taken. */
function firstLogit(s: Shift, anchor: i32): i32 {
  return s.modulo ? (s.modulo - anchor % s.modulo) % s.modulo : s.classes - 1 - anchor;
}

/** With `back`, `from` is the gradient of the classes, `to` that of the logits, which is added to. */
export function shift(s: Shift, back: bool, thread: i32, threads: i32): void {
  const end = share(s.batch, thread + 1, threads);
  for (let example = share(s.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < s.steps; step++) {
      const from = place(s.from, s.fromRow, s.fromStep, example, step);
      const to = place(s.to, s.toRow, s.toStep, example, step);
      const anchor = load<i32>(place(s.anchors, s.anchorRow, s.anchorStep, example, step));
      if (anchor >= 0) shiftRow(s, firstLogit(s, anchor), from, to, back);
      else if (!back) memory.fill(to, 0, <usize> s.classes << 2);
    }
  }
}

function shiftRow(s: Shift, i: i32, from: usize, to: usize, back: bool): void {
  for (let c = 0; c < s.classes; c++) {
    const logit = <usize> i << 2, at = <usize> c << 2;
    if (back) store<f32>(to + logit, load<f32>(to + logit) + load<f32>(from + at));
    else store<f32>(to + at, load<f32>(from + logit));
    if (++i === s.modulo) i = 0;
  }
}
