import type { Note } from "../../score/mod.ts";
import { quote } from "./kern_error.ts";
import type { Repairs } from "./repairs.ts";
import type { Field, SubSpine } from "./spines.ts";
import type { WrittenNote } from "./tokens.ts";

/** One notehead: a note as written, before ties join it to others. */
export interface Notehead extends Omit<WrittenNote, "duration"> {
  /** Onset in ticks. */
  tick: number;
  /** How long it is, in ticks. */
  length: number;
  /** A fermata stands on it. */
  fermata: boolean;
  /** The token it comes from. */
  field: Field;
}

/** A note without its seconds, and the notehead with which it begins. */
export interface TiedNote {
  /** Its pitch, velocity, ticks and fermata. */
  note: Omit<Note, "start" | "end">;
  /** The first of its noteheads. */
  head: Notehead;
}

/** A note that a tie leads on from, until its other end is found. */
interface OpenTie extends TiedNote {
  /** The last notehead so far. */
  last: Notehead;
  found: boolean;
}

/** Ties of one pitch that end at one time, first come, first served. */
class Waiting {
  readonly #queues = new Map<SubSpine | number | undefined, { ties: OpenTie[]; next: number }>();

  add(tie: OpenTie): void {
    const { sub } = tie.last.field;
    for (const key of [sub, sub.spine, undefined]) {
      const queue = this.#queues.get(key);
      if (queue) queue.ties.push(tie);
      else this.#queues.set(key, { ties: [tie], next: 0 });
    }
  }

  /** The first tie from a column, from a spine (a number), or from anywhere. */
  take(from: SubSpine | number | undefined): OpenTie | undefined {
    const queue = this.#queues.get(from);
    while (queue && queue.next < queue.ties.length) {
      const tie = queue.ties[queue.next++];
      if (!tie.found) {
        tie.found = true;
        return tie;
      }
    }
  }

  /** Those whose other end was not found. */
  left(): OpenTie[] {
    return this.#queues.get(undefined)!.ties.filter(({ found }) => !found);
  }
}

/**
 * Joins the noteheads that ties connect. A tie goes from a note to one of the same pitch that begins when it ends: first
 * of all in the same column, then in any column of the voice (a tie into or out of a split), then in any voice, as ties
 * of a piano go from staff to staff. The note stays in the voice in which it begins. Where none is found, the sign may be
 * that of another note of its chord.
 *
 * @param heads By onset.
 * @param seams Times, in ticks, at which the music may go on elsewhere than on the page: section labels and repeat
 * signs. Only there may a tie lack its other end: the note then begins or ends there. Elsewhere `repairs` say so.
 * @returns The notes by onset.
 */
export function joinTies(
  heads: readonly Notehead[],
  seams: ReadonlySet<number>,
  velocity: number,
  repairs: Repairs,
): TiedNote[] {
  const notes: TiedNote[] = [];
  const ties = new Map<number, Map<number, Waiting>>();
  const partners = new Map<Notehead, OpenTie>();
  for (let first = 0, after = 0; first < heads.length; first = after) {
    while (after < heads.length && heads[after].tick === heads[first].tick) after++;
    const waiting = ties.get(heads[first].tick);
    let seeking = waiting ? heads.slice(first, after).filter(({ tiedBefore }) => tiedBefore) : [];
    for (
      const from of [(head: Notehead) => head.field.sub, (head: Notehead) => head.field.sub.spine, () => undefined]
    ) {
      seeking = seeking.filter((head) => {
        const tie = waiting?.get(head.pitch)?.take(from(head));
        if (tie) partners.set(head, tie);
        return !tie;
      });
    }
    const moved = waiting && seeking.length > 0 ? movedTies(seeking, heads.slice(first, after), waiting) : NONE_MOVED;
    const unsigned = new Set([...moved.values()].map(({ from }) => from));
    for (let i = first; i < after; i++) {
      const head = heads[i];
      const partner = partners.get(head) ?? moved.get(head)?.tie;
      partners.delete(head);
      if (head.tiedBefore && !partner && !seams.has(head.tick)) {
        const what = `The tie to ${quote(head.field.text)} begins nowhere`;
        const why = "no note of its pitch with [ or _ ends here";
        const done = unsigned.has(head) ? "it is that of another note of the chord" : "it is left out";
        repairs.mend(head.field, `${what}: ${why}`, `${what}: ${why}, so ${done}`);
      }
      const { note, head: start } = partner ?? newNote(head, velocity);
      if (partner) {
        note.endTick += head.length;
        if (head.fermata) note.fermata = true;
      } else {
        notes.push({ note, head });
      }
      const goesOn = head.tiedAfter && !unsigned.has(head) || moved.get(head)?.from.tiedAfter;
      if (!goesOn) continue;
      const pitches = ties.get(note.endTick) ?? new Map<number, Waiting>();
      ties.set(note.endTick, pitches);
      const sameEnd = pitches.get(head.pitch) ?? new Waiting();
      pitches.set(head.pitch, sameEnd);
      sameEnd.add({ note, head: start, last: head, found: false });
    }
  }
  const left = [...ties].filter(([tick]) => !seams.has(tick)).flatMap(([, pitches]) =>
    [...pitches.values()].flatMap((waiting) => waiting.left())
  );
  for (const { last } of left.toSorted((a, b) => a.last.field.line - b.last.field.line)) {
    const what = `The tie from ${quote(last.field.text)} ends nowhere`;
    const why = "no note of its pitch with ] or _ begins when it ends";
    repairs.mend(last.field, `${what}: ${why}`, `${what}: ${why}, so it is left out`);
  }
  return notes;
}

const NONE_MOVED: ReadonlyMap<Notehead, MovedTie> = new Map();

/** A tie whose sign stands on another note of the chord. */
interface MovedTie {
  tie: OpenTie;
  /** The notehead with the sign. */
  from: Notehead;
}

/**
 * The noteheads whose tie has its sign on another note of their chord, as in `[4c`, `4c 4C]`: older texts put the signs of
 * a chord at its ends.
 *
 * @param seeking Noteheads with a sign, whose own tie begins nowhere.
 * @param heads All that begin with them.
 * @param waiting The ties that end there, by pitch.
 */
function movedTies(
  seeking: readonly Notehead[],
  heads: readonly Notehead[],
  waiting: ReadonlyMap<number, Waiting>,
): Map<Notehead, MovedTie> {
  const moved = new Map<Notehead, MovedTie>();
  const chords = new Map(seeking.map(({ field }) => [field, [] as Notehead[]]));
  for (const head of heads) if (!head.tiedBefore) chords.get(head.field)?.push(head);
  for (const from of seeking) {
    const others = chords.get(from.field)!;
    let tie: OpenTie | undefined;
    while (!tie && others.length > 0) {
      const head = others.pop()!;
      tie = waiting.get(head.pitch)?.take(from.field.sub.spine);
      if (tie) moved.set(head, { tie, from });
    }
  }
  return moved;
}

function newNote(head: Notehead, velocity: number): TiedNote {
  const note = { pitch: head.pitch, velocity, startTick: head.tick, endTick: head.tick + head.length };
  return { note: head.fermata ? { ...note, fermata: true } : note, head };
}
