// Sums and products, number by number. A width of 1 is spread over the others, or summed up into; so is a single step,
// by a stride of 0.
import { place, share } from "./share";

/** `to = from`, or `+=`; a width of 1 is spread, or summed up. */
@unmanaged
export class Add {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  fromWidth: i32;
  to: usize;
  toRow: usize;
  toStep: usize;
  toWidth: i32;
  width: i32;
  steps: i32;
  batch: i32;
  accumulate: i32;
}

/** `to = a · b`, or `+=`, number by number; a width of 1 is spread, or summed up. */
@unmanaged
export class Product {
  operation: i32;
  a: usize;
  aRow: usize;
  aStep: usize;
  aWidth: i32;
  b: usize;
  bRow: usize;
  bStep: usize;
  bWidth: i32;
  to: usize;
  toRow: usize;
  toStep: usize;
  toWidth: i32;
  width: i32;
  steps: i32;
  batch: i32;
  accumulate: i32;
}

export function add(a: Add, thread: i32, threads: i32): void {
  const end = share(a.batch, thread + 1, threads);
  for (let example = share(a.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < a.steps; step++) {
      const from = place(a.from, a.fromRow, a.fromStep, example, step);
      const to = place(a.to, a.toRow, a.toStep, example, step);
      if (a.toWidth < a.width) addUp(from, a.width, to, a.accumulate);
      else if (a.fromWidth < a.width) spread(load<f32>(from), a.width, to, a.accumulate);
      else addRow(from, a.width, to, a.accumulate);
    }
  }
}

export function addRow(from: usize, width: i32, to: usize, accumulate: i32): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const x = v128.load(from);
    v128.store(to, accumulate ? f32x4.add(v128.load(to), x) : x);
    from += 16;
    to += 16;
  }
  for (; i < width; i++) {
    const x = load<f32>(from);
    store<f32>(to, accumulate ? load<f32>(to) + x : x);
    from += 4;
    to += 4;
  }
}

export function spread(x: f32, width: i32, to: usize, accumulate: i32): void {
  for (let i = 0; i < width; i++) {
    store<f32>(to, accumulate ? load<f32>(to) + x : x);
    to += 4;
  }
}

export function addUp(from: usize, width: i32, to: usize, accumulate: i32): void {
  let total: f32 = 0;
  for (let i = 0; i < width; i++) total += load<f32>(from + (<usize> i << 2));
  store<f32>(to, accumulate ? load<f32>(to) + total : total);
}

export function product(p: Product, thread: i32, threads: i32): void {
  const end = share(p.batch, thread + 1, threads);
  // Bytes to the next number.
  const aNext: usize = p.aWidth < p.width ? 0 : 4, bNext: usize = p.bWidth < p.width ? 0 : 4;
  for (let example = share(p.batch, thread, threads); example < end; example++) {
    for (let step = 0; step < p.steps; step++) {
      let a = place(p.a, p.aRow, p.aStep, example, step), b = place(p.b, p.bRow, p.bStep, example, step);
      let to = place(p.to, p.toRow, p.toStep, example, step);
      let total: f32 = 0;
      for (let i = 0; i < p.width; i++) {
        const x = load<f32>(a) * load<f32>(b);
        if (p.toWidth < p.width) total += x;
        else {
          store<f32>(to, p.accumulate ? load<f32>(to) + x : x);
          to += 4;
        }
        a += aNext;
        b += bNext;
      }
      if (p.toWidth < p.width) store<f32>(to, p.accumulate ? load<f32>(to) + total : total);
    }
  }
}
