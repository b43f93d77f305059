import { durationClasses, stepClasses } from "../../notes/mod.ts";
import { type BarPlace, type NoteEvent, placeAfter } from "../note_events.ts";

/** Two moments this near to each other are one, in seconds. */
const TOGETHER = 1e-3;
/** As many of the last notes are looked through for those that still sound: a hand has fewer fingers. */
const REACH = 40;
/** How fast the usual step follows the last ones. */
const FOLLOWING = 0.1;
const [SHORTEST, LONGEST] = [0.01, 4];

/** How the notes heard so far stand to the next one, once its step is known. */
export interface Meeting {
  /** Notes that end where the next one begins, the latest first: their indices. */
  ended: readonly number[];
  /** Those of them that no note goes on from yet: their indices. */
  open: readonly number[];
  /** Notes that sound on, the latest first: their indices. */
  sounding: readonly number[];
  /** Pitches that sound with it: of what sounds on, and of the chord that it belongs to. */
  around: readonly number[];
  /** The note of the chord before that has the place in its chord which the next one takes; -1 for none. */
  place: number;
  /** Classes of a step: the times that the notes sounding on have left from there, each once, rising. */
  left: readonly number[];
}

/**
 * The notes of a piece so far, as a listener looks back at them: which sound,
 * which began together, how time usually passes. Times are in seconds from the
 * first onset; classes are `stepClasses` and `durationClasses`.
 */
export class NotePast {
  /** The notes as they came, with all that is known of them. */
  readonly notes: NoteEvent[] = [];
  /** MIDI number of each note. */
  readonly pitches: number[] = [];
  /** Class of each step. */
  readonly steps: number[] = [];
  /** Class of each duration. */
  readonly durations: number[] = [];
  /** When each begins. */
  readonly onsets: number[] = [];
  /** When each ends. */
  readonly ends: number[] = [];
  /** The note that each goes on from: the nearest in pitch of those that ended where it began; -1 for none. */
  readonly follows: number[] = [];
  /** Where each stands in its bar: as the note says, or counted on from there at the tempo of the last onset. */
  readonly places: (BarPlace | undefined)[] = [];
  /** How the notes before the last one stood to it when it came; nothing where it is the first. */
  came?: Meeting;
  /** The notes that began with the last one, itself among them: their indices. */
  chord: number[] = [];
  /** Those that began together before them. */
  chordBefore: number[] = [];
  /** Class of the last step that was not 0; 0 before there is one. */
  motion = 0;
  /** Class of the one before it. */
  motionBefore = 0;
  /** The last step that was not 0, in seconds. */
  motionSeconds = 0;
  /** Natural log of the usual step in seconds: a mean that forgets. */
  usualStep: number = Math.log(0.2);
  /** Seconds of the last step of each class. */
  #exact = new Map<number, number>();
  /** The last answer of `meet`: several features ask for the same step. */
  #met?: { step: number; meeting: Meeting };
  /** The answer of `sounding`. */
  #sounding?: readonly number[];

  /** How many notes have been heard. */
  get length(): number {
    return this.pitches.length;
  }

  /** When the last one begins; 0 before there is one. */
  get now(): number {
    return this.onsets.at(-1) ?? 0;
  }

  /** Hears the next note. */
  hear(note: NoteEvent): void {
    const { pitch, step, duration } = note;
    const index = this.length, stepClass = index === 0 ? 0 : stepClasses.of(step);
    this.came = index === 0 ? undefined : this.meet(stepClass);
    this.follows.push(this.#nearest(this.came?.open ?? [], pitch));
    this.notes.push(note);
    this.#met = this.#sounding = undefined;
    if (stepClass > 0) {
      this.chordBefore = this.chord;
      this.chord = [];
      [this.motionBefore, this.motion, this.motionSeconds] = [this.motion, stepClass, step];
      this.#exact.set(stepClass, step);
      this.usualStep += FOLLOWING * (Math.log(Math.min(Math.max(step, SHORTEST), LONGEST)) - this.usualStep);
    }
    const onset = index === 0 ? 0 : this.now + step, before = this.places.at(-1);
    this.places.push(note.place ?? (before && placeAfter(before, step)));
    this.chord.push(index);
    this.pitches.push(pitch);
    this.steps.push(stepClass);
    this.durations.push(durationClasses.of(duration));
    this.onsets.push(onset);
    this.ends.push(onset + duration);
  }

  /** Seconds of a step by its class: as long as the last step of that class was, or the time that stands for it. */
  secondsOf(step: number): number {
    return step === 0 ? 0 : this.#exact.get(step) ?? stepClasses.seconds(step);
  }

  /** Notes that sound beyond the last onset, the one that ends first at the beginning: their indices. */
  sounding(): readonly number[] {
    this.#sounding ??= this.#recent().filter((index) => this.ends[index] > this.now + TOGETHER)
      .sort((a, b) => this.ends[a] - this.ends[b] || a - b);
    return this.#sounding;
  }

  /**
   * How the notes stand to one that comes next.
   *
   * @param step Class of its step.
   */
  meet(step: number): Meeting {
    if (this.#met?.step !== step) this.#met = { step, meeting: this.#meeting(step) };
    return this.#met.meeting;
  }

  #meeting(step: number): Meeting {
    const { chord, chordBefore, now, ends, pitches } = this;
    const ended: number[] = [], sounding: number[] = [];
    if (step > 0) {
      for (const index of this.#recent().reverse()) {
        const left = ends[index] > now + TOGETHER ? stepClasses.of(ends[index] - now) : 0;
        if (left > step + 1) sounding.push(index);
        // Also what stopped a little early or late, and what was too short to sound till here.
        else if (left > 0 && left >= step - 1 || chord.includes(index)) ended.push(index);
      }
    } else {
      const heard = chord.map((index) => pitches[index]);
      for (const index of this.#recent().reverse()) {
        if (chord.includes(index)) continue;
        if (ends[index] > now + TOGETHER) sounding.push(index);
        else if (
          ends[index] > now - 0.6 * this.motionSeconds - TOGETHER && this.onsets[index] < now - TOGETHER &&
          !heard.includes(pitches[index])
        ) ended.push(index);
      }
    }
    const then = now + this.secondsOf(step);
    const left = new Set<number>();
    for (const index of sounding) if (ends[index] > then + TOGETHER) left.add(stepClasses.of(ends[index] - then));
    const taken = step > 0 ? [] : chord.map((index) => this.follows[index]);
    return {
      ended,
      open: ended.filter((index) => !taken.includes(index)),
      sounding,
      around: [...sounding, ...step === 0 ? chord : []].map((index) => pitches[index]),
      place: step > 0 ? chord[0] ?? -1 : chordBefore[chord.length] ?? -1,
      left: [...left].sort((a, b) => a - b),
    };
  }

  /** The note that is nearest to a pitch, the first of those that are as near; -1 for none. */
  #nearest(notes: readonly number[], pitch: number): number {
    const far = (index: number) => Math.abs(this.pitches[index] - pitch);
    return notes.reduce((nearest, index) => nearest < 0 || far(index) < far(nearest) ? index : nearest, -1);
  }

  /** The last notes, the earliest first. */
  #recent(): number[] {
    const recent: number[] = [];
    for (let index = Math.max(0, this.length - REACH); index < this.length; index++) recent.push(index);
    return recent;
  }

  /** The same past once more, to go on another way. */
  fork(): NotePast {
    const copy = new NotePast();
    for (const name of ["pitches", "steps", "durations", "onsets", "ends"] as const) copy[name].push(...this[name]);
    copy.notes.push(...this.notes);
    copy.follows.push(...this.follows);
    copy.places.push(...this.places);
    copy.came = this.came;
    copy.chord = [...this.chord];
    copy.chordBefore = this.chordBefore;
    copy.motion = this.motion;
    copy.motionBefore = this.motionBefore;
    copy.motionSeconds = this.motionSeconds;
    copy.usualStep = this.usualStep;
    copy.#exact = new Map(this.#exact);
    return copy;
  }
}
