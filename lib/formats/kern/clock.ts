import { KernError } from "./kern_error.ts";
import type { Field, SubSpine } from "./spines.ts";

/** The value that occurs most often; of several, the first. */
export function mostFrequent<T>(values: readonly T[]): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/**
 * Keeps the time of a text in ticks. `**kern` states no onsets: a line sounds
 * when the notes before it have run out, so the clock also proves that the
 * rhythms of all spines add up.
 */
export class Clock {
  readonly #ticksPerQuarter: number;
  /** When the last note of each column ends, and the line it stands in. */
  readonly #ends = new Map<SubSpine, { tick: number; line: number }>();
  #bar: { number: number; tick: number } | undefined;
  #latest = 0;

  /** Starts at tick 0; every duration must be a whole number of ticks. */
  constructor(ticksPerQuarter: number) {
    this.#ticksPerQuarter = ticksPerQuarter;
  }

  /** Names the bar that begins here, for the messages. */
  beginBar(number: number, tick: number): void {
    this.#bar = { number, tick };
  }

  /**
   * When the columns of this line are free again: the time of the next notes.
   *
   * @throws {KernError} If columns that are joined here end at different times.
   */
  position(fields: readonly Field[]): number {
    this.#admit(fields);
    return fields.length === 0 ? this.#latest : Math.min(...fields.map((field) => this.#end(field).tick));
  }

  /**
   * As {@linkcode position}, where all columns must be free at once.
   *
   * @param what What stands in this line, for the message.
   * @throws {KernError} If they are not, naming the spine that differs from most.
   */
  meeting(fields: readonly Field[], what: string): number {
    this.#admit(fields);
    if (fields.length === 0) return this.#latest;
    const ends = fields.map((field) => this.#end(field));
    const tick = mostFrequent(ends.map((end) => end.tick));
    const odd = ends.findIndex((end) => end.tick !== tick);
    if (odd >= 0) {
      const { tick: oddTick, line } = ends[odd];
      const most = ends.filter((end) => end.tick === tick).length;
      throw new KernError(
        `The spines do not reach ${what} together. This one is at ${this.#say(oddTick)}, after its note or rest of ` +
          `line ${line}; ${most === 1 ? "another is" : `${most} others are`} at ${this.#say(tick)}`,
        fields[odd],
      );
    }
    return tick;
  }

  /**
   * The time of a line of data, proved.
   *
   * @param starting The columns in which a note or rest begins here.
   * @param holding The columns that say `.` here.
   * @throws {KernError} If a note begins before the one above it is over, or if a column is silent after its note.
   */
  begin(starting: readonly Field[], holding: readonly Field[]): number {
    const tick = this.meeting(starting, "this line's notes");
    for (const field of holding) {
      const end = this.#end(field);
      if (end.tick <= tick) {
        throw new KernError(
          `This spine is silent: its note or rest of line ${end.line} ends at ${this.#say(end.tick)}, and this line ` +
            `sounds at ${this.#say(tick)}. Write a note or rest here, or lengthen that one`,
          field,
        );
      }
    }
    return tick;
  }

  /** Notes how long the note or rest lasts that begins in this column. */
  hold(field: Field, endTick: number): void {
    this.#ends.set(field.sub, { tick: endTick, line: field.line });
    this.#latest = Math.max(this.#latest, endTick);
  }

  /** A spine that was added with `*+` begins with the next notes of the others. */
  #admit(fields: readonly Field[]): void {
    const isNew = ({ sub }: Field) => sub.parents.length === 0 && !this.#ends.has(sub);
    const added = fields.filter(isNew);
    if (added.length === 0) return;
    const others = fields.filter((field) => !isNew(field)).map((field) => this.#end(field).tick);
    const tick = others.length > 0 ? Math.min(...others) : this.#latest;
    for (const { sub, line } of added) this.#ends.set(sub, { tick, line });
  }

  #end(field: Field): { tick: number; line: number } {
    const { sub } = field;
    const known = this.#ends.get(sub);
    if (known) return known;
    const ends = sub.parents.map((parent) => this.#end({ ...field, sub: parent }));
    const odd = ends.find((end) => end.tick !== ends[0].tick);
    if (odd) {
      throw new KernError(
        `The columns that *v joins above do not end together: ${this.#say(ends[0].tick)} (note of line ` +
          `${ends[0].line}) and ${this.#say(odd.tick)} (line ${odd.line}). Fill the shorter with a rest, such as 4ryy`,
        field,
      );
    }
    this.#ends.set(sub, ends[0]);
    return ends[0];
  }

  /** A time as musicians look for it: quarter notes since the barline. */
  #say(tick: number): string {
    const bar = this.#bar;
    const quarters = (ticks: number) => Number((ticks / this.#ticksPerQuarter).toFixed(4));
    return bar ? `quarter ${quarters(tick - bar.tick)} of bar ${bar.number}` : `quarter ${quarters(tick)} of the piece`;
  }
}
