import { KernError } from "./kern_error.ts";
import type { Repairs } from "./repairs.ts";
import type { Field, SubSpine } from "./spines.ts";

/** The value that occurs most often; of several, the first. */
export function mostFrequent<T>(values: readonly T[]): T {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

const later = (a: number, b: number) => Math.max(a, b);

/** When the last note or rest of a column ends. */
interface End {
  tick: number;
  /** When it may end instead, if the rhythm of the others asks for it. */
  otherTicks: number[];
  /** The line it stands in; nothing where the column has none yet. */
  line?: number;
}

/** A place that is wrong unless the rhythm goes on as `done` says. */
interface Doubt {
  field: Field;
  error: KernError;
  done: string;
  /** Only another column can say how it goes on. */
  needsOthers?: true;
  /** It is among the repairs. */
  said?: true;
}

/**
 * Keeps the time of a text in ticks. `**kern` states no onsets: a line sounds
 * when the notes before it have run out, so the clock also proves that the
 * rhythms of all spines add up.
 */
export class Clock {
  readonly #ticksPerQuarter: number;
  readonly #repairs: Repairs;
  readonly #ends = new Map<SubSpine, End>();
  /** Notes and rests that last beyond a barline, a label or the columns that *v joins: errors until it is seen. */
  readonly #doubts = new Map<End, Doubt>();
  #bar: { number: number; tick: number } | undefined;
  #latest = 0;

  /** Starts at tick 0; every duration must be a whole number of ticks. */
  constructor(ticksPerQuarter: number, repairs: Repairs) {
    this.#ticksPerQuarter = ticksPerQuarter;
    this.#repairs = repairs;
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
    return fields.length === 0 ? this.#latest : this.#earliest(fields);
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
    const sure = ends.filter(({ otherTicks }) => otherTicks.length === 0);
    const tick = mostFrequent((sure.length > 0 ? sure : ends).map((end) => end.tick));
    for (const end of ends) if (end.tick !== tick && end.otherTicks.includes(tick)) end.tick = tick;
    const odd = ends.findIndex((end) => end.tick !== tick);
    if (odd >= 0) this.#fail(this.#apart(ends, odd, tick, what), fields[odd]);
    for (const end of ends) {
      const doubt = this.#doubts.get(end);
      if (doubt?.needsOthers && sure.length === 0) throw doubt.error;
      if (doubt) this.#settle(end);
    }
    return tick;
  }

  /**
   * As {@linkcode meeting}, for the columns of a barline or label. With repairs a note or rest may last beyond it, if
   * the next one of its column begins when it ends.
   *
   * @throws {KernError} If they do not meet and nothing may be mended.
   */
  crossing(fields: readonly Field[], what: string): number {
    this.#admit(fields);
    const earliest = this.#earliest(fields);
    const lasting = (field: Field) => {
      const { tick, otherTicks } = this.#end(field);
      return tick > earliest && !otherTicks.includes(earliest);
    };
    if (this.#repairs.strict || !fields.some(lasting)) return this.meeting(fields, what);
    const ends = fields.map((field) => this.#end(field));
    const tick = mostFrequent(ends.map((end) => end.tick));
    const odd = ends.findIndex((end) => end.tick !== tick);
    const error = new KernError(this.#apart(ends, odd, tick, what), fields[odd]);
    for (const field of fields.filter(lasting)) {
      const end = this.#end(field);
      const done = `The note or rest of line ${end.line} lasts beyond ${what}`;
      if (!this.#doubts.has(end)) this.#doubts.set(end, { field, error, done });
    }
    return earliest;
  }

  /** Says that nothing more follows: what lasts beyond a barline is not contradicted any more. */
  finish(): void {
    for (const end of [...this.#doubts.keys()]) this.#settle(end);
  }

  #settle(end: End): void {
    const doubt = this.#doubts.get(end);
    this.#doubts.delete(end);
    if (!doubt || doubt.said) return;
    this.#repairs.remark(doubt.field, doubt.done);
    doubt.said = true;
  }

  /** The first doubt that is left is where the rhythm went wrong. */
  #fail(message: string, field: Field): never {
    for (const { error, said } of this.#doubts.values()) if (!said) throw error;
    throw new KernError(message, field);
  }

  /**
   * The time of a line of data, proved.
   *
   * @param starting The columns in which a note or rest begins here.
   * @param holding The columns that say `.` here.
   * @throws {KernError} If a note begins before the one above it is over, or if a column is silent after its note.
   */
  begin(starting: readonly Field[], holding: readonly Field[]): number {
    this.#decide(starting, holding);
    const tick = this.meeting(starting, "this line's notes");
    for (const field of holding) {
      const end = this.#end(field);
      if (end.tick <= tick) end.tick = end.otherTicks.find((other) => other > tick) ?? end.tick;
      if (end.tick <= tick) {
        const what = field.text.trim() === "" ? "The token is empty, and this spine is silent" : "This spine is silent";
        const why = end.line === undefined
          ? "no note or rest stands above that could go on. Write one here"
          : `its note or rest of line ${end.line} ends at ${this.#say(end.tick)}, and this line sounds at ` +
            `${this.#say(tick)}. Write a note or rest here, or lengthen that one`;
        this.#fail(`${what}: ${why}`, field);
      }
    }
    return tick;
  }

  /** Chooses when joined columns go on, if one time alone leaves none of those silent that hold. */
  #decide(starting: readonly Field[], holding: readonly Field[]): void {
    const doubted = starting.map((field) => this.#end(field)).filter((end) => this.#doubts.get(end)?.needsOthers);
    if (doubted.length === 0) return;
    const lasting = holding.map((field) => this.#end(field));
    const silence = lasting.reduce((tick, end) => Math.min(tick, end.otherTicks.reduce(later, end.tick)), Infinity);
    for (const end of doubted) {
      const possible = [end.tick, ...end.otherTicks].filter((tick) => tick < silence);
      if (possible.length === 1) [end.tick, end.otherTicks] = [possible[0], []];
    }
  }

  /** Notes when the note or rest ends that begins in this column, and when it may end instead. */
  hold(field: Field, endTick: number, otherTicks: number[] = []): void {
    this.#ends.set(field.sub, { tick: endTick, otherTicks, line: field.line });
    this.#latest = Math.max(this.#latest, endTick);
  }

  #earliest(fields: readonly Field[]): number {
    return fields.reduce((tick, field) => Math.min(tick, this.#end(field).tick), Infinity);
  }

  #apart(ends: readonly End[], odd: number, tick: number, what: string): string {
    const most = ends.filter((end) => end.tick === tick).length;
    const { line } = ends[odd];
    const last = line === undefined ? "without a note or rest above" : `after its note or rest of line ${line}`;
    return `The spines do not reach ${what} together. This one is at ${this.#say(ends[odd].tick)}, ${last}; ${
      most === 1 ? "another is" : `${most} others are`
    } at ${this.#say(tick)}`;
  }

  /** A spine that was added with `*+` begins with the next notes of the others. */
  #admit(fields: readonly Field[]): void {
    const isNew = ({ sub }: Field) => sub.parents.length === 0 && !this.#ends.has(sub);
    const added = fields.filter(isNew);
    if (added.length === 0) return;
    const others = fields.filter((field) => !isNew(field));
    const tick = others.length > 0 ? this.#earliest(others) : this.#latest;
    for (const { sub } of added) this.#ends.set(sub, { tick, otherTicks: [] });
  }

  #end(field: Field): End {
    // A list, not recursion: columns may be split and joined many times without a note between.
    const open = [field.sub];
    while (open.length > 0) {
      const sub = open.at(-1)!;
      const unknown = sub.parents.filter((parent) => !this.#ends.has(parent));
      if (!this.#ends.has(sub) && unknown.length > 0) {
        for (const parent of unknown) open.push(parent);
        continue;
      }
      if (!this.#ends.has(sub)) this.#ends.set(sub, this.#joined(sub.parents, field));
      open.pop();
    }
    return this.#ends.get(field.sub)!;
  }

  /** When columns end that are now one. If that is not at one time, the other columns have to say which of them counts. */
  #joined(parents: readonly SubSpine[], field: Field): End {
    const ends = parents.map((parent) => this.#ends.get(parent)!);
    const sure = ends.find(({ otherTicks }) => otherTicks.length === 0) ?? ends[0];
    for (const end of ends) if (end.otherTicks.includes(sure.tick)) end.tick = sure.tick;
    const odd = ends.find((end) => end.tick !== ends[0].tick);
    const doubt = this.#doubts.get(sure);
    if (!odd && doubt?.needsOthers) {
      // Each half of a column that is split again decides for itself.
      const half = { ...sure };
      this.#doubts.set(half, doubt);
      return half;
    }
    if (!odd) return sure;
    const ofLine = ({ line }: End) => line === undefined ? "no note above" : `line ${line}`;
    const what = `The columns that *v joins above do not end together: ${this.#say(ends[0].tick)} ` +
      `(${ends[0].line === undefined ? "" : "note of "}${ofLine(ends[0])}) and ${this.#say(odd.tick)} (${ofLine(odd)})`;
    const message = `${what}. Fill the shorter with a rest, such as 4ryy`;
    const ticks = new Set(ends.map((end) => end.tick));
    if (this.#repairs.strict || ticks.size > 2) this.#fail(message, field);
    const [tick, otherTick] = [...ticks].sort((a, b) => a - b);
    const joined = { tick, otherTicks: [otherTick], line: odd.line };
    const done = `${what}: the voice goes on when the other columns do`;
    this.#doubts.set(joined, { field, error: new KernError(message, field), done, needsOthers: true });
    return joined;
  }

  /** A time as musicians look for it: quarter notes since the barline. */
  #say(tick: number): string {
    const bar = this.#bar;
    const quarters = (ticks: number) => Number((ticks / this.#ticksPerQuarter).toFixed(4));
    return bar ? `quarter ${quarters(tick - bar.tick)} of bar ${bar.number}` : `quarter ${quarters(tick)} of the piece`;
  }
}
