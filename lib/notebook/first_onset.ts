import type { TimedNote } from "../score/mod.ts";

/** Notes moved so that the first one begins at once: a passage is heard without the silence of what was before it. */
export function fromFirstOnset(notes: readonly TimedNote[]): TimedNote[] {
  const first = notes.reduce((least, { start }) => Math.min(least, start), Infinity);
  return notes.map((note) => ({ ...note, start: note.start - first, end: note.end - first }));
}
