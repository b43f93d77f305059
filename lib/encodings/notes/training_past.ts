import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { EventPiece, Said, Values } from "../encoding.ts";
import type { NoteEvent } from "../note_events.ts";
import { type NoteFeature, type NoteFeatureListener, type NoteSide, ORDER } from "./note_feature.ts";
import type { NotePast } from "./note_past.ts";
import { ALMOST, type Likeness, STRICT } from "./own_past.ts";
import {
  type FoundPassages,
  inSteps,
  PassageIndex,
  type PassageKind,
  RelativeNotes,
  TOGETHER,
} from "./passage_index.ts";
import { type Passages, PassageVotes, voteColumns } from "./passage_votes.ts";

/** Options of {@linkcode trainingPast}. */
export interface TrainingPastOptions {
  /** What passages are found by. */
  by: PassageKind;
  /**
   * The pieces that are looked back at.
   *
   * @default none: it names its columns, but cannot listen
   */
  pieces?: readonly EventPiece<NoteEvent>[];
  /** In which order a note's sides are drawn. @default {["step", "pitch", "duration"]} */
  order?: readonly NoteSide[];
}

const NAMES = { melody: "trainingMelody", rhythm: "trainingRhythm" } as const;
/** How many passages vote. */
const MOST = 256;
/** As many of their last notes are compared. */
const BACK = 24;
/** How passages of other pieces are compared: times may be a class apart, and the key does not matter. */
const LIKENESS: Likeness = { ...STRICT, tolerance: 1, samePitch: 0, samePlace: 0, spreads: [4, 1.6] };

/** Indices by their pieces: making one takes a good part of a second, and several encodings look into it. */
const INDICES: Record<PassageKind, WeakMap<readonly EventPiece<NoteEvent>[], PassageIndex>> = {
  melody: new WeakMap(),
  rhythm: new WeakMap(),
};

function indexOf(pieces: readonly EventPiece<NoteEvent>[], kind: PassageKind): PassageIndex {
  const known = INDICES[kind].get(pieces);
  if (known) return known;
  const index = new PassageIndex(pieces, kind);
  INDICES[kind].set(pieces, index);
  return index;
}

/**
 * What followed in the pieces that are learned from, where they have been here before, in any key and at any tempo. Those
 * passages that have most of their last intervals, or times, in common with the one that leads up to now are compared with
 * it note by note, and vote as {@linkcode ownPast} has them vote; their columns have the same names, after
 * `trainingMelody` or `trainingRhythm`.
 *
 * A piece that is itself learned from is left out while it is listened to by its name: it would know what comes. A note
 * costs about the same time however many there are.
 */
export function trainingPast({ by, pieces, order = ORDER }: TrainingPastOptions): NoteFeature {
  const name = NAMES[by];
  return {
    name,
    get settings() {
      return { ...LIKENESS, most: MOST, ...pieces && { pieces: indexOf(pieces, by).mark } };
    },
    knows: voteColumns(name, order),
    listen(piece) {
      if (!pieces) {
        throw new TypeError(
          `Cannot look back at the pieces that are learned from, as the feature "${name}" does: there are none; ` +
            "give them to the system's encoding",
        );
      }
      return new TrainingPastListener(indexOf(pieces, by), new RelativeNotes(by), order, piece);
    },
  };
}

class TrainingPastListener implements NoteFeatureListener {
  readonly #votes: PassageVotes;
  readonly #found: FoundPassages = { count: 0, notes: new Int32Array(MOST) };
  readonly #alike = new Int16Array(MOST);
  readonly #after = new Int16Array(MOST);
  /** Whether passages have been looked for since the last note. */
  #looked = false;

  constructor(
    readonly index: PassageIndex,
    readonly heard: RelativeNotes,
    readonly order: readonly NoteSide[],
    readonly piece?: string,
  ) {
    this.#votes = new PassageVotes(NAMES[heard.kind], order, LIKENESS);
  }

  hear(past: NotePast): Values {
    this.heard.add(past);
    this.#looked = false;
    this.#votes.forget();
    return {};
  }

  know(past: NotePast, drawn: Said): Values {
    if (!this.#looked) this.#look();
    const passages: Passages = {
      count: this.#found.count,
      alike: this.#alike,
      after: (side, drawn) => this.#follow(side, drawn),
    };
    return this.#votes.tell(past, drawn, passages);
  }

  /** Finds passages, and compares them. */
  #look(): void {
    this.#looked = true;
    const { index, heard, piece } = this, found = this.#found;
    if (heard.length === 0) found.count = 0;
    else index.find(heard, found, piece);
    for (let i = 0; i < found.count; i++) this.#alike[i] = this.#likeness(found.notes[i]);
  }

  /** How alike the passage that ends at a note of the index is to the one that leads up to now. */
  #likeness(note: number): number {
    const { heard: a, index: { notes: b } } = this, at = a.length - 1;
    const { same, kept, most, tolerance } = LIKENESS;
    let back = Math.min(BACK, at, note + 1) - 1;
    for (let k = 0; k < back; k++) if (b.tokens[note - k] < 0) back = k - 1;
    let alike = 0;
    for (let k = back; k >= 0; k--) {
      const i = at - k, j = note - k;
      const isInterval = a.intervals[i] === b.intervals[j];
      const isStep = Math.abs(a.steps[i] - b.steps[j]) <= tolerance;
      const isDuration = Math.abs(a.durations[i] - b.durations[j]) <= tolerance;
      alike = isInterval && isStep && isDuration
        ? Math.min(alike + same, most)
        : ((alike * kept) >> 3) + ALMOST * (Number(isInterval) + Number(isStep) + Number(isDuration));
    }
    return alike;
  }

  /** What came after the passages, in this piece's own times. */
  #follow(side: NoteSide, { step }: Said): Int16Array {
    const { heard, index: { notes } } = this, after = this.#after, { count, notes: ends } = this.#found;
    const motion = heard.motions[heard.length - 1];
    for (let i = 0; i < count; i++) {
      const next = ends[i] + 1;
      if (side === "pitch") after[i] = notes.intervals[next];
      else if (side === "step") {
        const relative = notes.steps[next];
        after[i] = relative === TOGETHER ? 0 : Math.min(Math.max(relative + motion, 1), stepClasses.count - 1);
      } else {
        // As long in relation to its step, if that is drawn.
        const relative = notes.durations[next];
        after[i] = Math.min(Math.max(relative + (step || motion) - inSteps(0), 0), durationClasses.count - 1);
      }
    }
    return after;
  }

  fork(): NoteFeatureListener {
    return new TrainingPastListener(this.index, this.heard.fork(), this.order, this.piece);
  }
}
