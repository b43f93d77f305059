// Attention for one event after another: it looks at the keys and values of all before it, and is remembered with them.
import { copyFloats } from "./arrange";

/** Attention for one event: what RECALL points at. `count`: events before it. */
@unmanaged
export class Recall {
  heads: i32;
  each: i32;
  distances: i32;
  query: usize;
  key: usize;
  value: usize;
  said: usize;
  table: usize;
  tableRow: usize;
  rememberedKeys: usize;
  rememberedValues: usize;
  row: usize;
  scores: usize;
  count: i32;
}

/** One event: its key and value are remembered, and its query looks at all that are. */
export function recall(r: Recall): void {
  const now = r.count, bytes = <usize> (r.heads * r.each) << 2;
  copyFloats(r.rememberedKeys + <usize> now * r.row, r.key, bytes);
  copyFloats(r.rememberedValues + <usize> now * r.row, r.value, bytes);
  for (let head = 0; head < r.heads; head++) recallHead(r, head, now);
}

function recallHead(r: Recall, head: i32, now: i32): void {
  const first = <usize> (head * r.each) << 2, query = r.query + first, said = r.said + first;
  let peak: f32 = -f32.MAX_VALUE, total: f32 = 0;
  for (let j = 0; j <= now; j++) {
    const key = r.rememberedKeys + <usize> j * r.row + first;
    const apart = r.table + <usize> (head * r.distances + min(now - j, r.distances - 1)) * r.tableRow;
    let score: f32 = 0;
    for (let i = 0; i < r.each; i++) {
      const at = <usize> i << 2;
      score += load<f32>(query + at) * (load<f32>(key + at) + load<f32>(apart + at));
    }
    score /= sqrt<f32>(<f32> r.each);
    store<f32>(r.scores + (<usize> j << 2), score);
    peak = max(peak, score);
  }
  memory.fill(said, 0, <usize> r.each << 2);
  for (let j = 0; j <= now; j++) {
    const weight = Mathf.exp(load<f32>(r.scores + (<usize> j << 2)) - peak);
    const value = r.rememberedValues + <usize> j * r.row + first;
    total += weight;
    for (let i = 0; i < r.each; i++) {
      const at = <usize> i << 2;
      store<f32>(said + at, load<f32>(said + at) + weight * load<f32>(value + at));
    }
  }
  for (let i = 0; i < r.each; i++) store<f32>(said + (<usize> i << 2), load<f32>(said + (<usize> i << 2)) / total);
}
