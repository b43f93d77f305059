// aᵀ · b, the gradient of a matrix of weights, added up over rows of the batch and steps. Both factors are first put in
// the order that multiply.ts takes, aᵀ in rows and b in panels: it costs little, and saves a second tile.
import { multiply } from "./multiply";

/** Rows that are taken at once, if no single step has more: enough that a tile's sums seldom leave the registers. */
export const CHUNK: i32 = 200;

/** Steps that are taken at once, if one has `rows` rows. */
export function chunkSteps(rows: i32): i32 {
  return max(1, CHUNK / rows);
}

/**
 * @param aStep Bytes from a's rows at one step to its rows at the next; `steps` blocks of `rows` rows are added up.
 * @param depth Columns of a that count: rows of the gradient.
 * @param panel Bytes from a panel of the gradient to the next.
 * @param scratch Room for the two factors (scratchFloats in lib/kernels/layer_shape.ts).
 * @param accumulate Whether to add to the gradient that is there.
 */
export function gradient(
  a: usize,
  aRow: usize,
  aStep: usize,
  depth: i32,
  to: usize,
  panel: usize,
  panels: i32,
  b: usize,
  bRow: usize,
  bStep: usize,
  steps: i32,
  rows: i32,
  scratch: usize,
  accumulate: bool,
): void {
  const all = (steps * rows + 3) & ~3;
  const aSide = <usize> all << 2, bSide = <usize> all << 6;
  const bScratch = scratch + <usize> ((depth + 3) & ~3) * aSide;
  let place = 0;
  for (let step = 0; step < steps; step++) {
    for (let row = 0; row < rows; row++) {
      turn(a + <usize> step * aStep + <usize> row * aRow, depth, scratch + (<usize> place << 2), aSide);
      spread(b + <usize> step * bStep + <usize> row * bRow, panels, bScratch + (<usize> place << 6), bSide);
      place++;
    }
  }
  for (; place < all; place++) {
    for (let k = 0; k < depth; k++) store<f32>(scratch + (<usize> place << 2) + <usize> k * aSide, 0);
    for (let p = 0; p < panels; p++) memory.fill(bScratch + (<usize> place << 6) + <usize> p * bSide, 0, 64);
  }
  multiply(scratch, aSide, all, bScratch, bSide, panels, to, 64, panel, depth, accumulate);
}

/** A row of a becomes a column. */
function turn(from: usize, depth: i32, to: usize, side: usize): void {
  for (let k = 0; k < depth; k += 4) {
    const four = v128.load(from);
    v128.store_lane<f32>(to, four, 0);
    v128.store_lane<f32>(to + side, four, 1);
    v128.store_lane<f32>(to + side * 2, four, 2);
    v128.store_lane<f32>(to + side * 3, four, 3);
    from += 16;
    to += side << 2;
  }
}

/** A row of b goes to its place in every panel. */
function spread(from: usize, panels: i32, to: usize, side: usize): void {
  for (let p = 0; p < panels; p++) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    from += 64;
    to += side;
  }
}
