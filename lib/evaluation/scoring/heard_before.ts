import type { EventPiece, NoteEvent } from "../../encodings/mod.ts";
import { durationClasses, stepClasses } from "../../notes/mod.ts";
import { piecesToScore } from "./each_event.ts";

/** So many notes in a row, heard once more, are a passage heard before; fewer come again by chance. */
export const PASSAGE = 6;

/**
 * Which of the scored notes stand in a passage that their piece has had before, and so are cheap for whoever
 * remembers it: those before which six notes stand that have stood in a row before, each with the same interval from
 * the note before it, and the same classes of step and duration. A transposed passage is heard again, a changed one is not. That is how the
 * strict reader of `ownPast` compares passages, where nothing differs.
 *
 * @param pieces Pieces as events, as `scoreModel` takes them.
 * @returns One entry per scored note: 1 for a note of a passage heard before.
 * @throws {RangeError} If no event has one before it.
 */
export function heardBefore(pieces: readonly EventPiece<NoteEvent>[]): Uint8Array {
  const scored = piecesToScore(pieces);
  const repeats = new Uint8Array(scored.total);
  let index = 0;
  for (const { events } of scored.pieces) {
    const movements = events.map(({ pitch, step, duration }, i) =>
      `${pitch - (events[i - 1]?.pitch ?? NaN)} ${stepClasses.of(step)} ${durationClasses.of(duration)}`
    );
    const heard = new Set<string>();
    for (let next = 1; next < events.length; next++, index++) {
      // The first note has no interval, and is in no passage.
      if (next <= PASSAGE) continue;
      const passage = movements.slice(next - PASSAGE, next).join();
      repeats[index] = Number(heard.has(passage));
      heard.add(passage);
    }
  }
  return repeats;
}
