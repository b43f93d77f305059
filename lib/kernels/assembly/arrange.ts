// Numbers from one order into another.
import { Rows } from "./records";
import { place, share } from "./share";

/** `to[step][row] = from[step][row]` for the rows of the batch that this thread has, `width` floats each. */
@unmanaged
export class Copy extends Rows {}

/** `to[step][row] = 0`. */
@unmanaged
export class Zero {
  operation: i32;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
}

/** Weights between tfjs's order, `[rows][groups * units]`, and panels of 16 columns. */
@unmanaged
export class Pack {
  operation: i32;
  plain: usize;
  rows: i32;
  panels: usize;
  firstRow: i32;
  panelRows: i32;
  groups: i32;
  units: i32;
  paddedUnits: i32;
  firstColumn: i32;
}

/** The panels of a matrix's transpose. */
@unmanaged
export class Transpose {
  operation: i32;
  panels: usize;
  panelRows: i32;
  columns: i32;
  to: usize;
  paddedUnits: i32;
  inputs: i32;
}

export function copy(c: Copy, thread: i32, threads: i32): void {
  const end = share(c.batch, thread + 1, threads), width = <usize> c.width << 2;
  for (let example = share(c.batch, thread, threads); example < end; example++) {
    let from = place(c.from, c.fromRow, c.fromStep, example, 0), to = place(c.to, c.toRow, c.toStep, example, 0);
    for (let step = 0; step < c.steps; step++) {
      copyFloats(to, from, width);
      from += c.fromStep;
      to += c.toStep;
    }
  }
}

/** For short runs; V8 leaves the sandbox for `memory.copy`. */
export function copyFloats(to: usize, from: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at));
  for (; at < bytes; at += 4) store<f32>(to + at, load<f32>(from + at));
}

export function zero(z: Zero, thread: i32, threads: i32): void {
  const end = share(z.batch, thread + 1, threads);
  for (let example = share(z.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < z.steps; step++) {
      memory.fill(place(z.to, z.toRow, z.toStep, example, step), 0, <usize> z.width << 2);
    }
  }
}

/** Weights into panels, or with `back` out of them. */
export function pack(p: Pack, back: bool, thread: i32, threads: i32): void {
  const end = share(p.rows, thread + 1, threads);
  for (let row = share(p.rows, thread, threads); row < end; row++) {
    let plain = p.plain + (<usize> (row * p.groups * p.units) << 2);
    const panelRow = p.panels + (<usize> (p.firstRow + row) << 6);
    for (let group = 0; group < p.groups; group++) {
      for (let unit = 0; unit < p.units; unit += 16) {
        const column = p.firstColumn + group * p.paddedUnits + unit;
        packRun(plain, panelRow, column, p.panelRows, min(16, p.units - unit), back);
        plain += <usize> min(16, p.units - unit) << 2;
      }
    }
  }
}

/** At most 16 numbers, which may lie across two panels. */
function packRun(plain: usize, panelRow: usize, column: i32, panelRows: i32, count: i32, back: bool): void {
  for (let i = 0; i < count; i++) {
    const place = panelRow + (<usize> ((column + i) >> 4) * panelRows << 6) + (<usize> ((column + i) & 15) << 2);
    if (back) store<f32>(plain, load<f32>(place));
    else store<f32>(place, load<f32>(plain));
    plain += 4;
  }
}

/** The row of the bias lies between the hidden state's and the inputs'; the transpose leaves it out. */
export function transpose(x: Transpose, thread: i32, threads: i32): void {
  const panels = (x.paddedUnits >> 4) + ((x.inputs + 15) >> 4);
  const end = share(panels, thread + 1, threads);
  for (let panel = share(panels, thread, threads); panel < end; panel++) {
    const firstRow = panel << 4;
    const isInput = firstRow >= x.paddedUnits;
    const wanted = isInput ? min(16, x.paddedUnits + x.inputs - firstRow) : 16;
    const rows = x.panels + (<usize> (firstRow + (isInput ? 1 : 0)) << 6);
    for (let column = 0; column < x.columns; column++) {
      let from = rows + (<usize> (column >> 4) * x.panelRows << 6) + (<usize> (column & 15) << 2);
      let to = x.to + (<usize> (panel * x.columns + column) << 6);
      for (let i = 0; i < wanted; i++) {
        store<f32>(to, load<f32>(from));
        to += 4;
        from += 64;
      }
    }
  }
}
