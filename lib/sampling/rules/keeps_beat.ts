import type { NoteEvent } from "../../encodings/mod.ts";
import { stepClasses } from "../../notes/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { TimesHeard } from "../times_heard.ts";
import type { Rule, RuleListener } from "./rule.ts";
import { secondsReader } from "./seconds_reader.ts";

/** Options of {@linkcode keepsBeat}. */
export interface KeepsBeatOptions {
  /**
   * What the nats are multiplied by: 0 would leave everything as it is.
   *
   * @default 1
   */
  strength?: number;
  /**
   * Onsets of the beginning, whose places count.
   *
   * @default Infinity, all that have been
   */
  beginning?: number;
}

/** Places in a beat that are told apart: thirty-seconds of it and triplets fall on one. */
const PARTS = 24;
/** What a place where there has been no onset has of the commonest one's: so it costs 3 nats, however long the piece. */
const UNHEARD = 0.05;
/** A unit that differs by less is the same. */
const SAME = 0.003;

/**
 * Keeps onsets to the places of the beat at which the piece has had them: a step
 * that leads to a place where there have been few becomes rarer, by up to 3 nats, so that what has left the
 * beat finds back. It costs `ln((x + 0.05) / 1.05)`, where x is how many onsets there have been, as a share of those at
 * the commonest place. For want of a beat, the unit is the step that is most common; a step
 * is as long as the piece plays it (`TimesHeard`). Where all that has been counts, a place that is common becomes ever more
 * so; where the beginning alone does, a piece stays as strict, or as free, as it began.
 *
 * @param options How strictly.
 * @throws {RangeError} If an option is out of range.
 */
export function keepsBeat(options: KeepsBeatOptions = {}): Rule<NoteEvent> {
  const { strength = 1, beginning = Infinity } = checkOptions("keep to the beat", options, {
    strength: optional(kinds.positiveNumber),
    beginning: optional(kinds.orInfinity(kinds.positiveInteger)),
  });
  return {
    name: "beat",
    listen(model) {
      const secondsOf = secondsReader(model, ["step"], "the beat");
      return new BeatListener((step) => secondsOf("step", step), strength, beginning);
    },
  };
}

class BeatListener implements RuleListener<NoteEvent> {
  readonly heads = ["step"];
  #times = new TimesHeard();
  #onsets: number[] = [];
  #unit: number | undefined;
  #places = new Float64Array(PARTS);

  constructor(readonly secondsOf: (step: number) => number, readonly strength: number, readonly beginning: number) {}

  hear(note: NoteEvent): void {
    const last = this.#onsets.at(-1);
    this.#times.hear(note);
    const { unit } = this.#times;
    if (unit !== undefined && !(Math.abs(unit / this.#unit! - 1) < SAME)) {
      this.#unit = unit;
      this.#places.fill(0);
      for (const onset of this.#onsets.slice(0, this.beginning)) this.#places[this.#placeOf(onset)]++;
    }
    if (last !== undefined && stepClasses.of(note.step) === 0) return;
    // The first note's step leads to it from outside.
    const onset = last === undefined ? 0 : last + note.step;
    this.#onsets.push(onset);
    if (this.#unit !== undefined && this.#onsets.length <= this.beginning) this.#places[this.#placeOf(onset)]++;
  }

  weigh(_: string, value: number): number {
    if (this.#unit === undefined) return 0;
    const step = this.#times.exactStep(this.secondsOf(value));
    if (stepClasses.of(step) === 0) return 0;
    const there = this.#places[this.#placeOf(this.#onsets.at(-1)! + step)], most = Math.max(...this.#places);
    return this.strength * Math.log((there / most + UNHEARD) / (1 + UNHEARD));
  }

  fork(): BeatListener {
    const copy = new BeatListener(this.secondsOf, this.strength, this.beginning);
    copy.#times = this.#times.fork();
    copy.#onsets = [...this.#onsets];
    copy.#unit = this.#unit;
    copy.#places = this.#places.slice();
    return copy;
  }

  #placeOf(onset: number): number {
    const units = onset / this.#unit!;
    return Math.round((units - Math.floor(units)) * PARTS) % PARTS;
  }
}
