import type { NoteEvent } from "../../encodings/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { pitchHead } from "./pitch_head.ts";
import type { Rule, RuleListener } from "./rule.ts";

/** Options of {@linkcode keepsMotion} and {@linkcode keepsPitchClasses}. */
export interface KeepsSharesOptions {
  /**
   * What the nats are multiplied by: 0 would leave everything as it is.
   *
   * @default 1
   */
  strength?: number;
  /**
   * How many notes count as recent.
   *
   * @default 64 for motion, 256 for pitch classes, as a piece modulates and comes home
   */
  recent?: number;
  /**
   * Notes of the beginning, to which the recent ones are compared; a piece that has fewer is compared to those it has.
   *
   * @default 50
   */
  beginning?: number;
}

/** What notes are sorted by. */
interface Sorting {
  /** What the rule is called. */
  name: string;
  /** What it does, for an error. */
  purpose: string;
  /** How many kinds there are. */
  kinds: number;
  /** The kind of a note, the first of a piece apart, by its pitch and that of the note before. */
  kindOf(pitch: number, last: number): number;
  /** What is added to each count, so that a kind that has not come yet is rare, and not forbidden. */
  smoothing: number;
  /** How many notes count as recent, unless told. */
  recent: number;
}

/**
 * Keeps repeated notes, steps (1 or 2 semitones) and leaps as common as they were at the beginning: a kind that has come
 * more often of late becomes rarer, one that has come less often likelier, by
 * `ln((then + 0.3) / (now + 0.3))` nats: how often it came among the recent notes, and how often it would have come among as
 * many at the beginning. From one note to the next, as the model says them.
 *
 * What begins in steps goes on in steps, and broken chords go on in leaps. A model that goes on from its own notes comes to
 * play like the average of what it has learned from.
 *
 * @param options How strictly, and what counts as recent and as the beginning.
 * @throws {RangeError} If an option is out of range.
 */
export function keepsMotion(options: KeepsSharesOptions = {}): Rule<NoteEvent> {
  return keepsShares(options, {
    name: "motion",
    purpose: "keep to the motion",
    kinds: 3,
    kindOf: (pitch, last) => Math.min(2, Math.ceil(Math.abs(pitch - last) / 2)),
    smoothing: 0.3,
    recent: 64,
  });
}

/**
 * Keeps each pitch class about as common as it was at the beginning, by `ln((then + 1) / (now + 1))` nats, counted as
 * {@linkcode keepsMotion} counts. Gently (a strength of 0.1), it keeps a piece near home, and still lets it modulate.
 *
 * @param options How strictly, and what counts as recent and as the beginning.
 * @throws {RangeError} If an option is out of range.
 */
export function keepsPitchClasses(options: KeepsSharesOptions = {}): Rule<NoteEvent> {
  return keepsShares(options, {
    name: "pitch classes",
    purpose: "keep to the pitch classes",
    kinds: 12,
    kindOf: (pitch) => pitch % 12,
    smoothing: 1,
    recent: 256,
  });
}

function keepsShares(options: KeepsSharesOptions, sorting: Sorting): Rule<NoteEvent> {
  const { strength = 1, recent = sorting.recent, beginning = 50 } = checkOptions(sorting.purpose, options, {
    strength: optional(kinds.positiveNumber),
    recent: optional(kinds.positiveInteger),
    beginning: optional(kinds.positiveInteger),
  });
  return {
    name: sorting.name,
    listen: (model) => new SharesListener(pitchHead(model).head, sorting, { strength, recent, beginning }),
  };
}

class SharesListener implements RuleListener<NoteEvent> {
  readonly heads: readonly string[];
  #last: number | undefined;
  /** Kinds of the notes heard: how often each came at the beginning, the recent ones, and how often each came there. */
  #heard = 0;
  #then: Float64Array;
  #recent: number[] = [];
  #now: Float64Array;

  constructor(
    readonly head: string,
    readonly sorting: Sorting,
    readonly options: Required<KeepsSharesOptions>,
  ) {
    this.heads = [head];
    this.#then = new Float64Array(sorting.kinds);
    this.#now = new Float64Array(sorting.kinds);
  }

  hear({ pitch }: NoteEvent): void {
    if (this.#last !== undefined) {
      const kind = this.sorting.kindOf(pitch, this.#last);
      // The first note has none before it.
      if (++this.#heard < this.options.beginning) this.#then[kind]++;
      this.#now[kind]++;
      this.#recent.push(kind);
      if (this.#recent.length > this.options.recent) this.#now[this.#recent.shift()!]--;
    }
    this.#last = pitch;
  }

  weigh(_: string, pitch: number): number {
    if (this.#heard === 0) return 0;
    const { options: { strength, beginning }, sorting: { smoothing } } = this;
    const kind = this.sorting.kindOf(pitch, this.#last!);
    const then = this.#then[kind] * this.#recent.length / Math.max(1, Math.min(this.#heard, beginning - 1));
    return strength * Math.log((then + smoothing) / (this.#now[kind] + smoothing));
  }

  fork(): SharesListener {
    const copy = new SharesListener(this.head, this.sorting, this.options);
    copy.#last = this.#last;
    copy.#heard = this.#heard;
    copy.#then = this.#then.slice();
    copy.#recent = [...this.#recent];
    copy.#now = this.#now.slice();
    return copy;
  }
}
