import type { Note } from "../../score/mod.ts";
import { KernError, quote } from "./kern_error.ts";
import type { Field } from "./spines.ts";
import type { WrittenNote } from "./tokens.ts";

/** One notehead: a note as written, before ties join it to others. */
export interface Notehead extends WrittenNote {
  /** Onset in ticks. */
  tick: number;
  /** How long it is, in ticks. */
  length: number;
  /** A fermata stands on it. */
  fermata: boolean;
  /** The token it comes from. */
  field: Field;
}

/** A note without its seconds. */
export type TickNote = Omit<Note, "start" | "end">;

/**
 * Joins the noteheads of one voice that ties connect. A tie goes from a note
 * to one of the same pitch that begins when it ends, first of all in the same
 * column, otherwise in any column of the voice (a tie into or out of a split).
 *
 * @param heads By onset.
 * @param seams Times, in ticks, at which the music may go on elsewhere than on the page: section labels and repeat
 * signs. Only there may a tie lack its other end: the note then begins or ends there.
 * @throws {KernError} If a tie lacks one elsewhere.
 */
export function joinTies(heads: readonly Notehead[], seams: ReadonlySet<number>, velocity: number): TickNote[] {
  const notes: TickNote[] = [];
  const open = new Map<number, { note: TickNote; head: Notehead }[]>();
  for (const head of heads) {
    const waiting = open.get(head.pitch) ?? [];
    const matching = head.tiedBefore ? waiting.filter((tie) => tie.note.endTick === head.tick) : [];
    const tie = matching.find((other) => other.head.field.sub === head.field.sub) ?? matching[0];
    if (tie) {
      tie.note.endTick += head.length;
      if (head.fermata) tie.note.fermata = true;
      if (head.tiedAfter) tie.head = head;
      else waiting.splice(waiting.indexOf(tie), 1);
      continue;
    }
    if (head.tiedBefore && !seams.has(head.tick)) {
      const what = `The tie to ${quote(head.field.text)} begins nowhere`;
      throw new KernError(`${what}: no note of its pitch with [ or _ ends here in this voice`, head.field);
    }
    const note: TickNote = { pitch: head.pitch, velocity, startTick: head.tick, endTick: head.tick + head.length };
    if (head.fermata) note.fermata = true;
    notes.push(note);
    if (head.tiedAfter) open.set(head.pitch, [...waiting, { note, head }]);
  }
  const unmatched = [...open.values()].flat().filter(({ note }) => !seams.has(note.endTick)).map(({ head }) => head);
  if (unmatched.length > 0) {
    const first = unmatched.reduce((a, b) => (b.field.line < a.field.line ? b : a));
    const what = `The tie from ${quote(first.field.text)} ends nowhere`;
    throw new KernError(`${what}: no note of its pitch with ] or _ begins in this voice when it ends`, first.field);
  }
  return notes;
}
