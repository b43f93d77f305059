/** How a column changes when music is changed by whole steps: semitones, classes of times, velocities. */
export interface Moving {
  /**
   * How far values can be moved: the lowest and the highest number of steps.
   *
   * @default as far as the other columns allow
   */
  room?(values: ArrayLike<number>): readonly [lowest: number, highest: number];
  /** Moves values, in place. */
  move(values: Int32Array | Float32Array, steps: number): void;
}

/** What a column does for one head. */
export interface Service {
  /** The head, by the name of the said column. */
  readonly head: string;
  /**
   * `"anchor"`: a class from which what is said is some classes away; with fewer classes than that has, such as 12 for
   * pitches, it stands for one in each octave. `"logs"`: natural logs, one for each class of what is said, to be weighed
   * and added to its logits. `"evidence"`: numbers to read.
   */
  readonly as: "anchor" | "logs" | "evidence";
}

/** How a column says that something is unknown. */
export interface Mask {
  /** The class that says so. */
  readonly class: number;
  /** Of what it is: a voice. */
  readonly of: string;
}

/** One thing that a model hears or says of each event: a class, or one or more numbers. */
export interface Column {
  /** Its name: that of a model's input, or of a head. */
  readonly name: string;
  /** How many classes there are, counted from 0; an anchor may also be -1, for none. Without it the column holds numbers. */
  readonly size?: number;
  /**
   * Numbers of an event.
   *
   * @default 1
   */
  readonly width?: number;
  /**
   * Largest number that a model is trained to say; larger ones are clipped to it, in training alone.
   *
   * @default Infinity
   */
  readonly most?: number;
  /**
   * Of a column that is known of the event to come: what has to be drawn of that event first.
   *
   * @default []
   */
  readonly after?: readonly string[];
  /**
   * What it is for, where one head alone is to read it.
   *
   * @default whatever hears or knows it reads it
   */
  readonly serves?: Service;
  /**
   * The heard column of two classes that tells when it says something new: a slow layer may hear it at its ones alone.
   *
   * @default it says something new of each event
   */
  readonly clock?: string;
  /**
   * That it may be unknown: the class that stands there then, and of what it is. Columns of one thing, such as one voice
   * before and after a frame, are hidden as often as each other.
   *
   * @default it is always known
   */
  readonly mask?: Mask;
  /**
   * How it changes when music is transposed, by semitones.
   *
   * @default not at all
   */
  readonly transposing?: Moving;
  /**
   * How it changes when music is played slower, by classes of times: each is a tenth longer (`CLASS_WIDTH` of `lib/notes`
   * on a log scale).
   *
   * @default not at all
   */
  readonly scaling?: Moving;
  /**
   * How it changes when music is played louder, by MIDI velocities.
   *
   * @default not at all
   */
  readonly loudness?: Moving;
}

/** Values of one event by the names of their columns: a number each, or `width` numbers. */
export type Values = Record<string, number | ArrayLike<number>>;

/** Values of the said columns of one event: classes, or numbers. */
export type Said = Record<string, number>;

/** Values of many events by the names of their columns, `width` entries per event: int32 for classes, else float32. */
export type Columns = Record<string, Int32Array | Float32Array>;

/**
 * What a model hears and says of each event of a piece. Windows, batches,
 * listeners and a run's mark derive from it.
 *
 * Three kinds of columns: those **heard** of the events before; those **known**
 * of the event to come, before it has been drawn (which voice is next) or when
 * part of it has been (its place in the bar, once its step is drawn); and those
 * **said**, each by a head of the same name. A model's inputs have the names of
 * heard columns, or `next.` and the name of one that is known or said of the
 * event to come: that of another head, already drawn, makes a chained head.
 *
 * What is heard and known depends on the past alone, so that whole pieces and
 * single events give the same numbers: {@linkcode encodeWhole} listens.
 */
export interface Encoding<Event> {
  /** Its name. */
  readonly name: string;
  /** What decides the numbers, besides the name: both go into a run's mark. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What is heard of each event. */
  readonly hears: readonly Column[];
  /**
   * What is known of the event to come; whoever has it has `know` in its listeners.
   *
   * @default []
   */
  readonly knows?: readonly Column[];
  /** What is said of each event, in the order in which it is drawn. */
  readonly says: readonly Column[];
  /**
   * The pieces as it takes them: voice by voice, say. Windows are cut from these, and models scored on them; those with one
   * name are parts of one piece.
   *
   * @default as they are
   */
  pieces?(pieces: readonly EventPiece<Event>[]): EventPiece<Event>[];
  /** The said columns' values of an event. */
  say(event: Event): Said;
  /** The event that values stand for; nothing where they stand for none. */
  decode(said: Said): Event;
  /**
   * Begins a piece.
   *
   * @param piece Its name, if it has one: whatever looks back at the pieces that are learned from leaves it out of them.
   */
  listen(piece?: string): EncodingListener<Event>;
  /**
   * An event as it is heard where somebody forgets to scale it, as the published run forgot with what it had drawn.
   *
   * @default the event: nothing is scaled
   */
  raw?(event: Event): Event;
}

/** An {@linkcode Encoding} that listens to one piece. */
export interface EncodingListener<Event> {
  /** Hears the event that comes next: the heard columns' values. */
  hear(event: Event): Values;
  /** The known columns' values of the event to come, those whose `after` has been drawn. */
  know?(drawn: Said): Values;
  /** The same listener once more, to go on another way. */
  fork(): EncodingListener<Event>;
}

/** A piece as the events that models hear. */
export interface EventPiece<Event> {
  /** Its name. */
  piece: string;
  /** Its events, in order. */
  events: readonly Event[];
}

/** The pitches that music has, as MIDI numbers. */
export interface PitchRange {
  /** The lowest. */
  lowest: number;
  /** The highest. */
  highest: number;
}

/** Columns of some events. */
export interface Encoded {
  /** How many events. */
  size: number;
  /** What is heard of each event. */
  heard: Columns;
  /** What was known of each event before it came, all of it. */
  known: Columns;
  /** What is said of each event, clipped where a column is. */
  said: Columns;
}

/**
 * Encodes whole pieces, one after the other; each begins anew.
 *
 * @param encoding What is heard and said.
 * @param pieces The events of each piece, in order.
 * @param names What the pieces are called, for encodings that look back at other pieces.
 * @returns Columns over all events.
 * @throws {RangeError} If the encoding gives a class that does not exist, or a number that is not finite.
 */
export function encodeWhole<Event>(
  encoding: Encoding<Event>,
  pieces: readonly (readonly Event[])[],
  names: readonly string[] = [],
): Encoded {
  const { hears, knows = [], says } = encoding;
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  const empty = (columns: readonly Column[]): Columns =>
    Object.fromEntries(columns.map(({ name, size: classes, width = 1 }) => [
      name,
      classes === undefined ? new Float32Array(size * width) : new Int32Array(size * width),
    ]));
  const [heard, known, said] = [hears, knows, says].map(empty);
  let row = 0;
  for (const [i, piece] of pieces.entries()) {
    const listener = encoding.listen(names[i]);
    for (const event of piece) {
      const values = encoding.say(event);
      write(encoding, says, said, row, values);
      // Of a piece that has come, all of each event is known.
      if (knows.length > 0) write(encoding, knows, known, row, listener.know!(values));
      write(encoding, hears, heard, row, listener.hear(event));
      row++;
    }
  }
  return { size, heard, known, said };
}

function write(
  { name: encoding }: Pick<Encoding<never>, "name">,
  columns: readonly Column[],
  into: Columns,
  row: number,
  values: Values,
): void {
  for (const { name, size, width = 1, most = Infinity } of columns) {
    const value = values[name], array = into[name];
    // At once: number by number it would be a good part of the time of encodings that have logs of many classes.
    if (size === undefined && most === Infinity && typeof value === "object" && value.length === width) {
      array.set(value, row * width);
      if (areFinite(array, row * width, width)) continue;
    }
    for (let k = 0; k < width; k++) {
      const number = typeof value === "number" ? value : value?.[k];
      const fits = size === undefined
        ? Number.isFinite(number)
        : Number.isInteger(number) && number >= -1 && number < size;
      if (!fits) {
        const expected = size === undefined ? "a finite number" : `a class from 0 to ${size - 1}, or -1 for none`;
        throw new RangeError(
          `Cannot encode event ${row} by "${encoding}": column "${name}" must be ${expected}, got ${number}`,
        );
      }
      array[row * width + k] = Math.min(number, most);
    }
  }
}

function areFinite(array: Int32Array | Float32Array, first: number, count: number): boolean {
  for (let i = first; i < first + count; i++) if (!Number.isFinite(array[i])) return false;
  return true;
}
