import type { FlatNote, Note, Score } from "../score/mod.ts";

/** Of the notes of a part that begin together, which each is in the source, from 0; the first of them are left out. */
export function ranksOf(notes: readonly FlatNote[], parts: Score["parts"]): Map<Note, number> {
  const ranks = new Map<Note, number>(), counts = new Map<number, number>();
  for (const part of new Set(notes.map(({ part }) => part))) {
    counts.clear();
    for (const note of parts[part].notes) {
      const earlier = counts.get(note.startTick) ?? 0;
      if (earlier > 0) ranks.set(note, earlier);
      counts.set(note.startTick, earlier + 1);
    }
  }
  return ranks;
}

/**
 * What {@linkcode ranksOf} says, by row of a score in columns; 0 of the first.
 *
 * @param startTick Onsets of all its notes, in ticks.
 * @param rows Those that count, by onset.
 * @param partOf The part of each row.
 */
export function ranksOfRows(startTick: Uint32Array, rows: Uint32Array, partOf: Int32Array): Uint32Array<ArrayBuffer> {
  const ranks = new Uint32Array(startTick.length);
  for (let first = 0, last = 0; first < rows.length; first = last) {
    while (last < rows.length && startTick[rows[last]] === startTick[rows[first]]) last++;
    if (last === first + 1) continue;
    // In the order of the source, in which the rows of a part follow one another.
    const chord = rows.slice(first, last).sort();
    for (let k = 1; k < chord.length; k++) {
      if (partOf[chord[k]] === partOf[chord[k - 1]]) ranks[chord[k]] = ranks[chord[k - 1]] + 1;
    }
  }
  return ranks;
}
