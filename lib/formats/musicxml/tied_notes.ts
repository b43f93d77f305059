import type { Note } from "../../score/mod.ts";
import type { TimeLine } from "./lay_out.ts";
import type { Mending } from "./musicxml_error.ts";
import type { Head, Page } from "./page.ts";

/** A note in ticks, and where it stands. */
export interface PlacedNote {
  /** The note without its seconds and its loudness. */
  note: Pick<Note, "pitch" | "startTick" | "endTick" | "fermata">;
  /** The head that it begins with. */
  head: Head;
}

/** How many notes of one pitch that end together a tie is looked for among; more is no music. */
const MOST_UNISONS = 8;

/**
 * Joins the noteheads of a part that ties connect, across its voices and staves. A tie goes from a note to one of the
 * same pitch that begins when it ends, first of all in the same voice; there it need not be marked at both its ends, as
 * many programs leave out the second.
 *
 * Where a repeat or an ending begins or ends, a tie may lack its other end: the note then begins or ends there. Elsewhere
 * that is mended: the tie is dropped.
 *
 * @returns The notes, by onset.
 * @throws {MusicXmlError} If a tie lacks an end and the reading is strict.
 */
export function tiedNotes(
  page: Page,
  { tickOf, tieTick, barTicks, endTick }: TimeLine,
  mending: Mending,
): PlacedNote[] {
  const seams = new Set<number>();
  for (const [i, { seam }] of page.bars.entries()) {
    if (seam) seams.add(barTicks[i]).add(barTicks[i + 1] ?? endTick);
  }
  const place = ({ line, bar, part }: Head) => {
    const { name, id } = page.parts[part];
    return { line, bar: page.bars[bar].number, part: name || id };
  };
  const heads = page.heads.map((head) => ({ head, tick: tickOf(head) })).sort((a, b) => a.tick - b.tick);
  const notes: PlacedNote[] = [];
  /** Notes whose tie is open, by part, pitch and end. */
  const open = new Map<string, (PlacedNote & { last: Head })[]>();
  for (const { head, tick } of heads) {
    const { part, pitch, voice, staff, fermata } = head;
    const end = tickOf(head, head.length);
    const waiting = open.get(`${part} ${pitch} ${tick}`)?.slice(-MOST_UNISONS);
    let tied = waiting?.find(({ last }) => last.voice === voice && last.staff === staff);
    if (head.tiedBefore) tied ??= waiting?.at(-1);
    if (tied) {
      if (!head.tiedBefore) {
        mending.mend(place(head), "A tie to this note begins, but does not end", "the notes were joined");
      }
      const list = open.get(`${part} ${pitch} ${tick}`)!;
      list.splice(list.lastIndexOf(tied), 1);
      tied.note.endTick = end;
      tied.last = head;
      if (fermata) tied.note.fermata = true;
    } else {
      if (head.tiedBefore && !seams.has(tick)) {
        mending.mend(place(head), "A tie begins nowhere: no note of its pitch ends here", "the tie was dropped");
      }
      // Rounded to the grid of ticks a note may lose all its length.
      if (end <= tick) continue;
      tied = { note: { pitch, startTick: tick, endTick: end, ...fermata && { fermata } }, head, last: head };
      notes.push(tied);
    }
    if (!head.tiedAfter) continue;
    const key = `${part} ${pitch} ${tieTick(head)}`, list = open.get(key);
    if (list) list.push(tied);
    else open.set(key, [tied]);
  }
  const unmatched = [...open.values()].flat().map(({ last }) => last).filter((head) => !seams.has(tieTick(head)));
  for (const head of unmatched.sort((a, b) => a.line - b.line)) {
    mending.mend(place(head), "A tie ends nowhere: no note of its pitch begins there", "the tie was dropped");
  }
  return notes;
}
