// Causal self-attention with relative positions: Huang et al. (2018), Music Transformer.
//   shares = softmax((Q Kᵀ + S) / √width), S[i][j] = q_i · table[i - j]
// The table's rows stand in the reverse order in the scratch memory, so that a row of S lies in a row of Q · tableᵀ
// as it is needed, moved by as many places as the row has before its last: Huang's skewing without its copies.
import { copyFloats } from "./arrange";
import { gradient } from "./gradient";
import { multiply } from "./multiply";
import { beat, place, share } from "./share";
import { Curve, fma, largest, sum } from "./vector";

/** Attention and its buffers: what ATTENTION and ATTENTION_GRADIENT point at. `each`: the width of a head. */
@unmanaged
export class Attention {
  heads: i32;
  batch: i32;
  steps: i32;
  each: i32;
  distances: i32;
  queries: usize;
  queriesRow: usize;
  queriesStep: usize;
  keys: usize;
  keysRow: usize;
  keysStep: usize;
  values: usize;
  valuesRow: usize;
  valuesStep: usize;
  said: usize;
  saidRow: usize;
  saidStep: usize;
  table: usize;
  tableRow: usize;
  shares: usize;
  sharesRow: usize;
  scratch: usize;
  scratchThread: usize;
  by: usize;
  byRow: usize;
  byStep: usize;
  queriesGradient: usize;
  queriesGradientRow: usize;
  queriesGradientStep: usize;
  keysGradient: usize;
  keysGradientRow: usize;
  keysGradientStep: usize;
  valuesGradient: usize;
  valuesGradientRow: usize;
  valuesGradientStep: usize;
  accumulateQueries: i32;
  accumulateKeys: i32;
  accumulateValues: i32;
  tableGradient: usize;
  tableGradientThread: usize;
  clear: i32;
}

/** Queries that are taken at once, two tiles on AVX-512: no key behind the last of them is looked at. */
const QUERIES: i32 = 28;

/** Rows of a head side by side. */
let queries: usize, by: usize;
/** In panels. */
let keys: usize, values: usize, table: usize;
let keysGradient: usize, valuesGradient: usize, tableGradient: usize;
/** For some queries: what the table says of them or goes back to it, the slopes of their scores, what they hear. */
let relative: usize, slopes: usize, heard: usize;
/** For the gradients' factors. */
let factors: usize;
/** Bytes of a row of `queries`, of `relative` and of `slopes`; of a panel with a row for each step, or distance. */
let width: usize, relativeRow: usize, slopesRow: usize, stepsPanel: usize, distancesPanel: usize, widthPanel: usize;
/** Distances that occur. */
let distances: i32;

function panels(n: i32): i32 {
  return (n + 15) >> 4;
}

/** Lays the scratch memory of a thread out. */
function layOut(a: Attention, thread: i32): void {
  distances = min(a.distances, a.steps);
  const side = panels(a.steps) << 4, reach = panels(distances) << 4, columns = panels(a.each) << 4;
  width = <usize> columns << 2;
  relativeRow = <usize> (reach + 16) << 2;
  slopesRow = <usize> (side + 16) << 2;
  stepsPanel = <usize> side << 6;
  distancesPanel = <usize> reach << 6;
  widthPanel = <usize> columns << 6;
  const rows = <usize> side * width, far = <usize> reach * width;
  queries = a.scratch + <usize> thread * a.scratchThread;
  by = queries + rows;
  keys = by + rows;
  values = keys + rows;
  keysGradient = values + rows;
  valuesGradient = keysGradient + rows;
  table = valuesGradient + rows;
  tableGradient = table + far;
  relative = tableGradient + far;
  slopes = relative + QUERIES * relativeRow;
  heard = slopes + QUERIES * slopesRow;
  factors = heard + QUERIES * width;
}

/** Where this head's numbers are in a row of queries, keys, values or outputs. */
function part(first: usize, row: usize, step: usize, a: Attention, head: i32, example: i32, t: i32): usize {
  return place(first, row, step, example, t) + (<usize> (head * a.each) << 2);
}

function sharesAt(a: Attention, head: i32, example: i32, t: i32): usize {
  return a.shares + <usize> ((example * a.heads + head) * a.steps + t) * a.sharesRow;
}

/** The number in row `r` and column `c` of a matrix in panels. */
function inPanels(first: usize, panel: usize, r: i32, c: i32): usize {
  return first + <usize> (c >> 4) * panel + (<usize> r << 6) + (<usize> (c & 15) << 2);
}

/** Rows of one head side by side. */
function gather(from: usize, fromStep: usize, a: Attention, to: usize, scale: f32): void {
  for (let t = 0; t < a.steps; t++) {
    for (let i = 0; i < a.each; i++) store<f32>(to + (<usize> i << 2), load<f32>(from + (<usize> i << 2)) * scale);
    memory.fill(to + (<usize> a.each << 2), 0, width - (<usize> a.each << 2));
    from += fromStep;
    to += width;
  }
}

/** Rows of one head as the right side of a product that adds up over steps. */
function spreadRows(from: usize, fromStep: usize, a: Attention, to: usize): void {
  memory.fill(to, 0, <usize> panels(a.each) * stepsPanel);
  for (let t = 0; t < a.steps; t++) {
    for (let i = 0; i < a.each; i++) {
      store<f32>(inPanels(to, stepsPanel, t, i), load<f32>(from + (<usize> i << 2)));
    }
    from += fromStep;
  }
}

/** Rows of one head as the right side of a product that adds up over their numbers: a column for each step. */
function spreadColumns(from: usize, fromStep: usize, a: Attention, to: usize): void {
  memory.fill(to, 0, <usize> panels(a.steps) * widthPanel);
  for (let t = 0; t < a.steps; t++) {
    for (let i = 0; i < a.each; i++) {
      store<f32>(inPanels(to, widthPanel, i, t), load<f32>(from + (<usize> i << 2)));
    }
    from += fromStep;
  }
}

function distanceAt(a: Attention, head: i32, distance: i32): usize {
  return a.table + <usize> (head * a.distances + distance) * a.tableRow;
}

/** The table in the reverse order; with `asColumns` a column for each distance. */
function spreadTable(a: Attention, head: i32, asColumns: bool): void {
  memory.fill(table, 0, <usize> panels(distances) * widthPanel);
  for (let d = 0; d < distances; d++) {
    const from = distanceAt(a, head, d), turned = distances - 1 - d;
    for (let i = 0; i < a.each; i++) {
      const to = asColumns
        ? inPanels(table, widthPanel, i, turned)
        : inPanels(table, distancesPanel, turned, i);
      store<f32>(to, load<f32>(from + (<usize> i << 2)));
    }
  }
}

/** The first of the distances in the reverse order that queries before `end` can have, as a panel. */
function firstPanel(end: i32): i32 {
  return (distances - min(end, distances)) >> 4;
}

/** Adds what the table says to the scores of query i. */
function addRelative(scores: usize, extra: usize, i: i32): void {
  const count = min(i + 1, distances), firstKey = i + 1 - count;
  const beyond = load<f32>(extra);
  for (let j = 0; j < firstKey; j++) {
    store<f32>(scores, load<f32>(scores) + beyond);
    scores += 4;
  }
  extra += <usize> (distances - count) << 2;
  for (let j = 0; j < count; j++) {
    store<f32>(scores, load<f32>(scores) + load<f32>(extra));
    scores += 4;
    extra += 4;
  }
}

/** Scores to shares, for one query. What is behind it, up to `end`, becomes 0. */
function softmaxRow(scores: usize, count: i32, end: i32): void {
  const whole = <usize> panels(count) << 6, bytes = <usize> count << 2;
  for (let at = bytes; at < whole; at += 4) store<f32>(scores + at, -f32.MAX_VALUE);
  let peaks = v128.load(scores);
  for (let at: usize = 16; at < whole; at += 16) peaks = f32x4.max(peaks, v128.load(scores + at));
  const peak = f32x4.splat(largest(peaks));
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(scores + at, Curve.exp(f32x4.sub(v128.load(scores + at), peak)));
  }
  memory.fill(scores + bytes, 0, (<usize> panels(end) << 6) - bytes);
  let sums = f32x4.splat(0);
  for (let at: usize = 0; at < whole; at += 16) sums = f32x4.add(sums, v128.load(scores + at));
  const factor = f32x4.splat(1 / sum(sums));
  for (let at: usize = 0; at < whole; at += 16) v128.store(scores + at, f32x4.mul(v128.load(scores + at), factor));
}

export function attention(a: Attention, thread: i32, threads: i32): void {
  layOut(a, thread);
  const last = share(a.batch, thread + 1, threads), scale: f32 = 1 / sqrt<f32>(<f32> a.each);
  for (let head = 0; head < a.heads; head++) {
    spreadTable(a, head, true);
    for (let example = share(a.batch, thread, threads); example < last; example++) {
      gather(part(a.queries, a.queriesRow, a.queriesStep, a, head, example, 0), a.queriesStep, a, queries, scale);
      spreadColumns(part(a.keys, a.keysRow, a.keysStep, a, head, example, 0), a.keysStep, a, keys);
      spreadRows(part(a.values, a.valuesRow, a.valuesStep, a, head, example, 0), a.valuesStep, a, values);
      for (let first = 0; first < a.steps; first += QUERIES) attend(a, head, example, first);
      beat(thread);
    }
  }
}

/** Some queries of one head of one example. */
function attend(a: Attention, head: i32, example: i32, first: i32): void {
  const rows = min(QUERIES, a.steps - first), end = first + rows, columns = <i32> (width >> 2);
  const from = queries + <usize> first * width, shares = sharesAt(a, head, example, first), row = a.sharesRow;
  multiply(from, width, columns, keys, widthPanel, panels(end), shares, row, 64, rows, false);
  const skip = firstPanel(end), count = panels(distances) - skip;
  const right = table + <usize> skip * widthPanel, to = relative + (<usize> skip << 6);
  multiply(from, width, columns, right, widthPanel, count, to, relativeRow, 64, rows, false);
  for (let i = 0; i < rows; i++) {
    const scores = shares + <usize> i * row;
    addRelative(scores, relative + <usize> i * relativeRow, first + i);
    softmaxRow(scores, first + i + 1, end);
  }
  // Beyond the end stand zeros, up to the next panel.
  const depth = (end + 3) & ~3;
  multiply(shares, row, depth, values, stepsPanel, panels(a.each), heard, width, 64, rows, false);
  for (let i = 0; i < rows; i++) {
    const out = part(a.said, a.saidRow, a.saidStep, a, head, example, first + i);
    copyFloats(out, heard + <usize> i * width, <usize> a.each << 2);
  }
}

export function attentionGradient(a: Attention, thread: i32, threads: i32): void {
  layOut(a, thread);
  const last = share(a.batch, thread + 1, threads), scale: f32 = 1 / sqrt<f32>(<f32> a.each);
  for (let head = 0; head < a.heads; head++) {
    spreadTable(a, head, false);
    memory.fill(tableGradient, 0, <usize> panels(a.each) * distancesPanel);
    for (let example = share(a.batch, thread, threads); example < last; example++) {
      gather(part(a.queries, a.queriesRow, a.queriesStep, a, head, example, 0), a.queriesStep, a, queries, scale);
      gather(part(a.by, a.byRow, a.byStep, a, head, example, 0), a.byStep, a, by, 1);
      spreadRows(part(a.keys, a.keysRow, a.keysStep, a, head, example, 0), a.keysStep, a, keys);
      spreadColumns(part(a.values, a.valuesRow, a.valuesStep, a, head, example, 0), a.valuesStep, a, values);
      memory.fill(keysGradient, 0, <usize> panels(a.each) * stepsPanel);
      memory.fill(valuesGradient, 0, <usize> panels(a.each) * stepsPanel);
      for (let first = 0; first < a.steps; first += QUERIES) attendBack(a, head, example, first, scale);
      for (let t = 0; t < a.steps; t++) {
        const toKeys = part(a.keysGradient, a.keysGradientRow, a.keysGradientStep, a, head, example, t);
        const toValues = part(a.valuesGradient, a.valuesGradientRow, a.valuesGradientStep, a, head, example, t);
        for (let i = 0; i < a.each; i++) {
          const at = <usize> i << 2;
          give(toKeys + at, load<f32>(inPanels(keysGradient, stepsPanel, t, i)), a.accumulateKeys);
          give(toValues + at, load<f32>(inPanels(valuesGradient, stepsPanel, t, i)), a.accumulateValues);
        }
      }
      beat(thread);
    }
    giveTable(a, head, thread);
  }
}

function give(to: usize, x: f32, accumulate: i32): void {
  store<f32>(to, accumulate ? load<f32>(to) + x : x);
}

function giveTable(a: Attention, head: i32, thread: i32): void {
  for (let d = 0; d < a.distances; d++) {
    const to = a.tableGradient + <usize> thread * a.tableGradientThread +
      <usize> (head * a.distances + d) * a.tableRow;
    for (let i = 0; i < a.each; i++) {
      const x: f32 = d < distances ? load<f32>(inPanels(tableGradient, distancesPanel, distances - 1 - d, i)) : 0;
      give(to + (<usize> i << 2), x, a.clear ? 0 : 1);
    }
  }
}

/** From the gradient of a query's shares, which stands in `slope`, to that of its scores. */
function softmaxSlopes(shares: usize, slope: usize, count: i32, end: i32): void {
  const whole = <usize> panels(count) << 6, bytes = <usize> count << 2;
  let sums = f32x4.splat(0);
  for (let at: usize = 0; at < whole; at += 16) sums = fma(v128.load(shares + at), v128.load(slope + at), sums);
  const mean = f32x4.splat(sum(sums));
  for (let at: usize = 0; at < whole; at += 16) {
    v128.store(slope + at, f32x4.mul(v128.load(shares + at), f32x4.sub(v128.load(slope + at), mean)));
  }
  memory.fill(slope + bytes, 0, (<usize> panels(end) << 6) - bytes);
}

/** Moves the slopes of query i's scores to where the table's distances stand. */
function moveBack(slope: usize, to: usize, i: i32): void {
  const count = min(i + 1, distances), firstKey = i + 1 - count;
  memory.fill(to, 0, relativeRow);
  copyFloats(to + (<usize> (distances - count) << 2), slope + (<usize> firstKey << 2), <usize> count << 2);
  let beyond: f32 = 0;
  for (let j = 0; j < firstKey; j++) beyond += load<f32>(slope + (<usize> j << 2));
  if (firstKey) store<f32>(to, load<f32>(to) + beyond);
}

function attendBack(a: Attention, head: i32, example: i32, first: i32, scale: f32): void {
  const rows = min(QUERIES, a.steps - first), end = first + rows, columns = <i32> (width >> 2), each = panels(a.each);
  const shares = sharesAt(a, head, example, first), outputs = by + <usize> first * width;
  multiply(outputs, width, columns, values, widthPanel, panels(end), slopes, slopesRow, 64, rows, false);
  for (let i = 0; i < rows; i++) {
    const slope = slopes + <usize> i * slopesRow;
    softmaxSlopes(shares + <usize> i * a.sharesRow, slope, first + i + 1, end);
    moveBack(slope, relative + <usize> i * relativeRow, first + i);
  }
  const depth = (end + 3) & ~3;
  multiply(slopes, slopesRow, depth, keys, stepsPanel, each, heard, width, 64, rows, false);
  const skip = firstPanel(end) << 4, count = (panels(distances) << 4) - skip;
  const moved = relative + (<usize> skip << 2), right = table + (<usize> skip << 6);
  multiply(moved, relativeRow, count, right, distancesPanel, each, heard, width, 64, rows, true);
  for (let i = 0; i < rows; i++) {
    const to = part(a.queriesGradient, a.queriesGradientRow, a.queriesGradientStep, a, head, example, first + i);
    for (let c = 0; c < a.each; c++) {
      const at = <usize> c << 2;
      give(to + at, load<f32>(heard + <usize> i * width + at) * scale, a.accumulateQueries);
    }
  }
  const asked = queries + <usize> first * width;
  addGradient(slopes, slopesRow, end, keysGradient, stepsPanel, each, asked, rows);
  addGradient(shares, a.sharesRow, end, valuesGradient, stepsPanel, each, outputs, rows);
  addGradient(moved, relativeRow, count, tableGradient + (<usize> skip << 6), distancesPanel, each, asked, rows);
}

/** `to += aᵀ · b`, b being rows side by side. */
function addGradient(
  a: usize,
  aRow: usize,
  depth: i32,
  to: usize,
  panel: usize,
  count: i32,
  b: usize,
  rows: i32,
): void {
  gradient(a, aRow, 0, depth, to, panel, count, b, width, 0, 1, rows, factors, true);
}
