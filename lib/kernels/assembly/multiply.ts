// c = a · b for a few rows of a and a matrix b in panels of 16 columns: where nine tenths of the time go.
//
// A tile of 5 rows by 8 columns stays in registers: 10 sums, 2 pieces of b, 2 of a and 1 number of a copied into all four
// places make the 15 that V8 uses. What decides is what else keeps the machine's units busy. Each load costs V8 a check
// of bounds, so two of the five rows come four numbers at a time and are copied from register to register; the copying
// takes the unit that multiplies, so the other three rows come number by number, copied while loaded. Measured: all rows
// loaded singly 39 of 47 GFLOP/s, two in fours 43, all in fours (4 rows; more do not fit) 41.
//
// asc must run at -O2: -O3 nests the sums into long expressions, V8 then has too few registers, and the speed halves.
import { fma } from "./vector";

/** Depth of one pass: 8 columns of b stay in the nearest cache. */
const PASS: i32 = 512;

/** Rows of a tile. */
const HEIGHT: i32 = 5;

/**
 * @param aRow Bytes from a row of a to the next.
 * @param depth Columns of a and rows of b, a multiple of 4.
 * @param panel Bytes from a panel of b to the next.
 * @param cRow Bytes from a row of c to the next.
 * @param cPanel Bytes from 16 columns of c to the next 16: 64 where c's rows are whole.
 * @param accumulate Whether the products are added to what is in c.
 */
export function multiply(
  a: usize,
  aRow: usize,
  depth: i32,
  b: usize,
  panel: usize,
  panels: i32,
  c: usize,
  cRow: usize,
  cPanel: usize,
  rows: i32,
  accumulate: bool,
): void {
  for (let start = 0; start < depth; start += PASS) {
    const pass = min(PASS, depth - start);
    const more = accumulate || start > 0;
    const left = a + (<usize> start << 2);
    for (let p = 0; p < panels; p++) {
      const right = b + <usize> p * panel + (<usize> start << 6), to = c + <usize> p * cPanel;
      column(left, aRow, pass, right, to, cRow, rows, more);
      column(left, aRow, pass, right + 32, to + 32, cRow, rows, more);
    }
  }
}

/** Eight columns of c. */
function column(a: usize, aRow: usize, depth: i32, b: usize, c: usize, cRow: usize, rows: i32, accumulate: bool): void {
  for (; rows > 2; rows -= HEIGHT) {
    tile(a, aRow, depth, b, c, cRow, rows, accumulate);
    a += aRow * HEIGHT;
    c += cRow * HEIGHT;
  }
  for (; rows > 0; rows--) {
    line(a, depth, b, c, accumulate);
    a += aRow;
    c += cRow;
  }
}

/** Copies one of four numbers into all four places. */
function pick0(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 0, 0, 0, 0);
}
function pick1(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 1, 1, 1, 1);
}
function pick2(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 2, 2, 2, 2);
}
function pick3(x: v128): v128 {
  return v128.shuffle<f32>(x, x, 3, 3, 3, 3);
}

/** Five rows by eight columns. If there are fewer rows, the last is computed several times, in the same place. */
function tile(
  a0: usize,
  aRow: usize,
  depth: i32,
  b: usize,
  c0: usize,
  cRow: usize,
  rows: i32,
  accumulate: bool,
): void {
  const lastARow = rows > 4 ? aRow : 0, lastCRow = rows > 4 ? cRow : 0;
  const fourthARow = rows > 3 ? aRow : 0, fourthCRow = rows > 3 ? cRow : 0;
  let a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + fourthARow, a4 = a3 + lastARow;
  const c1 = c0 + cRow, c2 = c1 + cRow, c3 = c2 + fourthCRow, c4 = c3 + lastCRow;
  let left0 = f32x4.splat(0), right0 = f32x4.splat(0);
  let left1 = f32x4.splat(0), right1 = f32x4.splat(0);
  let left2 = f32x4.splat(0), right2 = f32x4.splat(0);
  let left3 = f32x4.splat(0), right3 = f32x4.splat(0);
  let left4 = f32x4.splat(0), right4 = f32x4.splat(0);
  if (accumulate) {
    left0 = v128.load(c0);
    right0 = v128.load(c0, 16);
    left1 = v128.load(c1);
    right1 = v128.load(c1, 16);
    left2 = v128.load(c2);
    right2 = v128.load(c2, 16);
    left3 = v128.load(c3);
    right3 = v128.load(c3, 16);
    left4 = v128.load(c4);
    right4 = v128.load(c4, 16);
  }
  const end = b + (<usize> depth << 6);
  do {
    const row0 = v128.load(a0), row1 = v128.load(a1);
    const l0 = v128.load(b, 0), r0 = v128.load(b, 16);
    const x00 = pick0(row0);
    left0 = fma(x00, l0, left0);
    right0 = fma(x00, r0, right0);
    const x10 = pick0(row1);
    left1 = fma(x10, l0, left1);
    right1 = fma(x10, r0, right1);
    const x20 = v128.load_splat<f32>(a2, 0);
    left2 = fma(x20, l0, left2);
    right2 = fma(x20, r0, right2);
    const x30 = v128.load_splat<f32>(a3, 0);
    left3 = fma(x30, l0, left3);
    right3 = fma(x30, r0, right3);
    const x40 = v128.load_splat<f32>(a4, 0);
    left4 = fma(x40, l0, left4);
    right4 = fma(x40, r0, right4);
    const l1 = v128.load(b, 64), r1 = v128.load(b, 80);
    const x01 = pick1(row0);
    left0 = fma(x01, l1, left0);
    right0 = fma(x01, r1, right0);
    const x11 = pick1(row1);
    left1 = fma(x11, l1, left1);
    right1 = fma(x11, r1, right1);
    const x21 = v128.load_splat<f32>(a2, 4);
    left2 = fma(x21, l1, left2);
    right2 = fma(x21, r1, right2);
    const x31 = v128.load_splat<f32>(a3, 4);
    left3 = fma(x31, l1, left3);
    right3 = fma(x31, r1, right3);
    const x41 = v128.load_splat<f32>(a4, 4);
    left4 = fma(x41, l1, left4);
    right4 = fma(x41, r1, right4);
    const l2 = v128.load(b, 128), r2 = v128.load(b, 144);
    const x02 = pick2(row0);
    left0 = fma(x02, l2, left0);
    right0 = fma(x02, r2, right0);
    const x12 = pick2(row1);
    left1 = fma(x12, l2, left1);
    right1 = fma(x12, r2, right1);
    const x22 = v128.load_splat<f32>(a2, 8);
    left2 = fma(x22, l2, left2);
    right2 = fma(x22, r2, right2);
    const x32 = v128.load_splat<f32>(a3, 8);
    left3 = fma(x32, l2, left3);
    right3 = fma(x32, r2, right3);
    const x42 = v128.load_splat<f32>(a4, 8);
    left4 = fma(x42, l2, left4);
    right4 = fma(x42, r2, right4);
    const l3 = v128.load(b, 192), r3 = v128.load(b, 208);
    const x03 = pick3(row0);
    left0 = fma(x03, l3, left0);
    right0 = fma(x03, r3, right0);
    const x13 = pick3(row1);
    left1 = fma(x13, l3, left1);
    right1 = fma(x13, r3, right1);
    const x23 = v128.load_splat<f32>(a2, 12);
    left2 = fma(x23, l3, left2);
    right2 = fma(x23, r3, right2);
    const x33 = v128.load_splat<f32>(a3, 12);
    left3 = fma(x33, l3, left3);
    right3 = fma(x33, r3, right3);
    const x43 = v128.load_splat<f32>(a4, 12);
    left4 = fma(x43, l3, left4);
    right4 = fma(x43, r3, right4);
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    a4 += 16;
    b += 256;
  } while (b != end);
  v128.store(c0, left0);
  v128.store(c0, right0, 16);
  v128.store(c1, left1);
  v128.store(c1, right1, 16);
  v128.store(c2, left2);
  v128.store(c2, right2, 16);
  v128.store(c3, left3);
  v128.store(c3, right3, 16);
  v128.store(c4, left4);
  v128.store(c4, right4, 16);
}

/** One row by eight columns: what four do not divide. */
function line(a: usize, depth: i32, b: usize, c: usize, accumulate: bool): void {
  let left = f32x4.splat(0), right = f32x4.splat(0), left1 = left, right1 = right;
  if (accumulate) {
    left = v128.load(c);
    right = v128.load(c, 16);
  }
  const end = b + (<usize> depth << 6);
  do {
    const row = v128.load(a);
    const x0 = pick0(row), x1 = pick1(row), x2 = pick2(row), x3 = pick3(row);
    left = fma(x0, v128.load(b), left);
    right = fma(x0, v128.load(b, 16), right);
    left1 = fma(x1, v128.load(b, 64), left1);
    right1 = fma(x1, v128.load(b, 80), right1);
    left = fma(x2, v128.load(b, 128), left);
    right = fma(x2, v128.load(b, 144), right);
    left1 = fma(x3, v128.load(b, 192), left1);
    right1 = fma(x3, v128.load(b, 208), right1);
    a += 16;
    b += 256;
  } while (b != end);
  v128.store(c, f32x4.add(left, left1));
  v128.store(c, f32x4.add(right, right1), 16);
}
