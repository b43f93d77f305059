import { stepClasses } from "../../notes/mod.ts";
import type { Said, Values } from "../encoding.ts";
import type { NoteFeature, NoteFeatureListener } from "./note_feature.ts";
import type { NotePast } from "./note_past.ts";
import { type Ballot, sideColumns, Tally } from "./passage_votes.ts";

/** What another note of a line adds that is the same, and what one that is the same in part; more than the last is not counted. */
const SAME = 4, ALMOST = 1, MOST = 96;
/** What is left, in eighths, of what was alike before a note that is not the same. */
const KEPT = 4;
/** What the same pitch adds, the same time between the two notes, and the same interval. */
const SAME_PITCH = 2, SAME_TIME = 4, SAME_INTERVAL = 4;
/** As many of the last notes can be gone on from: `NotePast` looks as far back. */
const REACH = 64;
/** As many notes that the next one may go on from are looked at. */
const OPEN = 4;
/** A line that is less alike than the best by so much counts a third, in the wide vote and in the sharp one. */
const SPREADS = [2.5, 1] as const;
const NAME = "line";

/**
 * What followed where a line of the piece has been before. A note goes on from one that ended where it began, as
 * that one did from another, and so on back (`NotePast.follows`). Once the step is drawn, it is known which notes
 * the next one may go on from; earlier lines that were like theirs note by note, in whatever key and whatever sounded beside them, vote for the
 * pitch and the duration that come next.
 *
 * The columns are those of `voteColumns` for the pitch, after the step, and for the duration, after both. A note costs
 * time in proportion to the notes before it.
 */
export const linePast: NoteFeature = {
  name: NAME,
  knows: [...sideColumns(NAME, "pitch", ["step"]), ...sideColumns(NAME, "duration", ["step", "pitch"])],
  listen: () => new LinePastListener(),
};

class LinePastListener implements NoteFeatureListener {
  /** Of each of the last notes, how alike the lines are that end at it and at each note before it. */
  #alike: Int16Array[] = [];
  /** Of each note the one that it goes on from, -1 for none, and the class of the time from onset to onset. */
  #from: number[] = [];
  #times: number[] = [];
  /** What was asked last of the next note: its step, the lines that vote, and what they said of the pitch. */
  #asked?: { step: number; lines: Ballot; values: Values };
  readonly #tally = new Tally(NAME, { spreads: SPREADS });

  hear(past: NotePast): Values {
    const { pitches, durations, onsets } = past, at = past.length - 1;
    this.#asked = undefined;
    const from = past.follows[at], time = from < 0 ? -1 : stepClasses.of(onsets[at] - onsets[from]);
    this.#from.push(from);
    this.#times.push(time);
    const alike = new Int16Array(at), before = this.#rowOf(from);
    if (from >= 0) {
      const interval = pitches[at] - pitches[from], duration = durations[at];
      for (let j = 1; j < at; j++) {
        const then = this.#from[j];
        if (then < 0) continue;
        const isInterval = pitches[j] - pitches[then] === interval, isTime = this.#times[j] === time;
        const isDuration = durations[j] === duration;
        const sofar = before !== undefined && then < from ? before[then] : 0;
        alike[j] = isInterval && isTime && isDuration
          ? Math.min(sofar + SAME, MOST)
          : ((sofar * KEPT) >> 3) + ALMOST * (Number(isInterval) + Number(isTime) + Number(isDuration));
      }
    }
    this.#alike.push(alike);
    if (this.#alike.length > REACH) this.#alike.shift();
    return {};
  }

  know(past: NotePast, { step, pitch }: Said): Values {
    if (step === undefined) return {};
    if (this.#asked?.step !== step) this.#asked = this.#ask(past, step);
    if (pitch === undefined) return this.#asked.values;
    return { ...this.#asked.values, ...this.#durations(past, pitch) };
  }

  /** Lines that were as alike as those that the next note may go on from, and their votes for the pitch. */
  #ask(past: NotePast, step: number) {
    const { pitches, onsets, now, length } = past, places = past.meet(step).open.slice(0, OPEN);
    const alike = new Int16Array(places.length * length), values = new Int16Array(alike.length);
    const last = pitches.at(-1) ?? 0;
    places.forEach((from, i) => {
      const row = this.#rowOf(from);
      if (!row) return;
      const time = stepClasses.of(now + past.secondsOf(step) - onsets[from]);
      for (let k = 1; k < length; k++) {
        const then = this.#from[k], at = k * places.length + i;
        if (then < 0 || then >= from) continue;
        alike[at] = row[then] + (pitches[then] === pitches[from] ? SAME_PITCH : 0) +
          (this.#times[k] === time ? SAME_TIME : 0);
        values[at] = pitches[from] + pitches[k] - pitches[then] - last;
      }
    });
    const ago = (line: number) => length - Math.floor(line / places.length);
    const lines = { alike, values, count: alike.length, last, ago };
    return { step, lines, values: this.#tally.count("pitch", lines) };
  }

  /** Votes for the duration, above all of the lines that voted for the pitch that came. */
  #durations({ durations, length }: NotePast, pitch: number): Values {
    const { lines } = this.#asked!, { count, last } = lines, places = count / length;
    const alike = new Int16Array(count), values = new Int16Array(count);
    for (let at = 0; at < count; at++) {
      if (lines.alike[at] < 1) continue;
      alike[at] = lines.alike[at] + (lines.values[at] === pitch - last ? SAME_INTERVAL : 0);
      values[at] = durations[Math.floor(at / places)];
    }
    return this.#tally.count("duration", { ...lines, alike, values });
  }

  /** How alike others are to the line that ends at a note, if it is among the last. */
  #rowOf(note: number): Int16Array | undefined {
    return this.#alike[note - (this.#from.length - this.#alike.length)];
  }

  fork(): NoteFeatureListener {
    const copy = new LinePastListener();
    copy.#alike = [...this.#alike];
    copy.#from = [...this.#from];
    copy.#times = [...this.#times];
    return copy;
  }
}
