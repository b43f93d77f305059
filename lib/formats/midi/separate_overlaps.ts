import type { Note, Part } from "../../score/mod.ts";
import { byOnset } from "./tone.ts";

/**
 * The notes of a part in as many parts as it takes so that a note-off ends no other note too early.
 *
 * A note goes to the first part in which no note of its pitch sounds on that ends at another tick. A note of no length
 * gets one tick. It takes n log n steps, however many notes sound at once.
 */
export function separateOverlaps(part: Part): Part[] {
  const audible = part.notes.map((note) => ({ ...note, endTick: Math.max(note.endTick, note.startTick + 1) }));
  const layerOf = new Map<Note, number>();
  for (const notes of Map.groupBy(audible.toSorted(byOnset), ({ pitch }) => pitch).values()) {
    for (const [i, layer] of layersOf(notes).entries()) layerOf.set(notes[i], layer);
  }
  const layers: Note[][] = [];
  for (const note of audible) {
    const layer = layerOf.get(note)!;
    while (layers.length <= layer) layers.push([]);
    layers[layer].push(note);
  }
  return layers.length === 0 ? [part] : layers.map((notes) => ({ ...part, notes }));
}

/** The layer of each note of one pitch; the notes stand in the order of their onsets. */
function layersOf(notes: readonly Note[]): number[] {
  const free = new SmallestFirst();
  const sounding = new SmallestFirst();
  const layersByEnd = new Map<number, number[]>();
  let count = 0;
  return notes.map(({ startTick, endTick }) => {
    while (sounding.smallest <= startTick) {
      const end = sounding.take();
      for (const layer of layersByEnd.get(end)!) free.add(layer);
      layersByEnd.delete(end);
    }
    // Notes that end together may share a layer, since the note-off is meant for both. The last is the lowest of them.
    const together = layersByEnd.get(endTick);
    const lowest = together?.at(-1) ?? Infinity;
    if (lowest < free.smallest) return lowest;
    const layer = free.size > 0 ? free.take() : count++;
    if (together) together.push(layer);
    else {
      layersByEnd.set(endTick, [layer]);
      sounding.add(endTick);
    }
    return layer;
  });
}

/** Numbers of which the smallest is at hand: a binary heap. */
class SmallestFirst {
  readonly #heap: number[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The smallest number; Infinity where there is none. */
  get smallest(): number {
    return this.#heap[0] ?? Infinity;
  }

  add(value: number): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent] <= value) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = value;
  }

  take(): number {
    const heap = this.#heap;
    const [smallest, last] = [heap[0], heap.pop()!];
    if (heap.length === 0) return smallest;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= last) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return smallest;
  }
}
