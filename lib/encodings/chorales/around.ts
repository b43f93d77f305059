import { type Chorale, CHORALE_VOICES, REST } from "../../score/mod.ts";
import { cellClasses } from "../cell_classes.ts";
import type { Column, Encoding, EventPiece, Moving, PitchRange } from "../encoding.ts";
import { BAR } from "../grid_cells.ts";
import { turningPitchClasses } from "../transposing.ts";

/** A place in a chorale that is known as a whole: models that fill in hear what comes after it, too. */
export interface Moment {
  /** The chorale. */
  readonly chorale: Chorale;
  /** A frame, from 0; -1 is the place before the first. */
  readonly at: number;
  /**
   * Whether the cell of a frame and a voice is not known, whatever stands there.
   *
   * @default all are known
   */
  readonly unknown?: IsUnknown;
}

/** Whether the cell of a frame and a voice is not known. */
export type IsUnknown = (frame: number, voice: number) => boolean;

/** Chorales moment by moment, the place before the first frame included. */
export function momentPieces(chorales: readonly Chorale[]): EventPiece<Moment>[] {
  return chorales.map((chorale) => ({
    piece: chorale.name,
    events: Array.from({ length: chorale.frames.length + 1 }, (_, i) => ({ chorale, at: i - 1 })),
  }));
}

/** What one voice can have in one frame, as the classes of a model that fills in. */
export interface ChoraleCells {
  /** The pitches. */
  readonly range: PitchRange;
  /** How many classes: a rest (0), the pitches, and the hold where there is one. */
  readonly count: number;
  /** The class of a note that goes on, if that is told apart from one that begins: the last one. */
  readonly hold?: number;
  /** How a column of them is transposed. */
  readonly transposing: Moving;
  /**
   * The class of a cell.
   *
   * @param pitch A MIDI number, or `REST`.
   * @param struck Whether a note begins there.
   * @throws {RangeError} If the pitch is outside the range.
   */
  of(pitch: number, struck: boolean): number;
  /** The MIDI number of a class, or `REST`: of any class but the hold. */
  pitch(value: number): number;
}

/** Options of {@linkcode aroundEncoding}. */
export interface AroundOptions {
  /** The pitches. */
  range: PitchRange;
  /**
   * Have a class for a note that goes on, so that a note is one cell and its holds. Without it each cell has its
   * pitch: then a note that is struck again looks as one that lasts.
   *
   * @default false
   */
  holds?: boolean;
  /**
   * Hear fermatas, the key signature and the place in the bar, which the chorales then have to have. Without it the place
   * is that of a 4/4 bar which begins with the first frame.
   *
   * @default false
   */
  notation?: boolean;
  /**
   * Have a class for what is unknown, so that a model can be asked for a cell when others are yet to be found.
   *
   * @default false
   */
  masks?: boolean;
}

/** An {@linkcode aroundEncoding}. */
export interface AroundEncoding extends Encoding<Moment> {
  /** Whether it knows of cells that are unknown. */
  readonly masks: boolean;
  /** What its classes are. */
  readonly cells: ChoraleCells;
}

/** Places that have a class of their own: longer bars count from the beginning again. */
const PLACES = 32;

/**
 * Chorales as a model hears them that fills in, DeepBach for one. Of each frame it hears what the four voices have in the
 * frame before (`left.soprano` and so on), in the frame after (`right.soprano`) and in the frame itself
 * (`present.soprano`), each with one class more for what lies beyond the piece; its `place` in the bar; and, where
 * notation is heard, whether there is a `fermata`, and the key `signature`, as the tonic of its major key. With masks there is
 * another class for cells that are unknown.
 *
 * All of this is heard at the moment before the frame, for windows name the event after each that they hear. The present
 * column of the voice that is asked for holds the answer: its network must not read it.
 *
 * @throws {RangeError} When it listens: if a chorale has no notation and that is to be heard.
 */
export function aroundEncoding(
  { range, holds = false, notation = false, masks = false }: AroundOptions,
): AroundEncoding {
  const cells = choraleCells(range, holds), { count, transposing } = cells, hidden = count + 1;
  const side = (name: string): Column[] =>
    CHORALE_VOICES.map((voice) => ({
      ...{ name: `${name}.${voice}`, transposing },
      ...masks ? { size: hidden + 1, mask: { class: hidden, of: voice } } : { size: hidden },
    }));
  const valueAt = ({ frames, struck }: Chorale, t: number, voice: number) =>
    frames[t] ? cells.of(frames[t][voice], struck[t][voice]) : count;
  const said = ({ chorale, at }: Moment) =>
    Object.fromEntries(CHORALE_VOICES.map((name, voice) => [name, at < 0 ? -1 : valueAt(chorale, at, voice)]));
  const hear = ({ chorale, at, unknown }: Moment) => {
    const values: Record<string, number> = {};
    const heard = (t: number, voice: number) =>
      masks && chorale.frames[t] && unknown?.(t, voice) ? hidden : valueAt(chorale, t, voice);
    CHORALE_VOICES.forEach((voice, v) => {
      values[`left.${voice}`] = heard(at, v);
      values[`present.${voice}`] = heard(at + 1, v);
      values[`right.${voice}`] = heard(at + 2, v);
    });
    // After the last frame comes none: nobody is asked for it.
    const t = Math.min(at + 1, chorale.frames.length - 1);
    if (!notation) return Object.assign(values, { place: t % BAR });
    const { notation: known } = chorale;
    if (!known) {
      throw new RangeError(
        `Cannot hear "${chorale.name}": fermatas, key and bars are to be heard, and it comes from a source without them`,
      );
    }
    return Object.assign(values, {
      place: known.place[t] % PLACES,
      fermata: Number(known.fermata[t]),
      // Seven semitones a sharp.
      signature: ((known.fifths[t] * 7) % 12 + 12) % 12,
    });
  };
  const listener = { hear, fork: () => listener };
  return {
    name: "around",
    settings: { lowest: range.lowest, highest: range.highest, holds, notation, ...masks && { masks } },
    cells,
    masks,
    hears: [
      ...["left", "present", "right"].flatMap(side),
      { name: "place", size: notation ? PLACES : BAR },
      ...notation
        ? [{ name: "fermata", size: 2 }, { name: "signature", size: 12, transposing: turningPitchClasses }]
        : [],
    ],
    says: CHORALE_VOICES.map((name) => ({ name, size: count, transposing })),
    say: said,
    decode(values) {
      const frame = CHORALE_VOICES.map((voice) => values[voice] === cells.hold ? REST : cells.pitch(values[voice]));
      const chorale = { name: "", frames: [frame], struck: [frame.map((pitch) => pitch !== REST)] };
      return { chorale, at: 0 };
    },
    listen: () => listener,
  };
}

function choraleCells(range: PitchRange, holds: boolean): ChoraleCells {
  const { count, transposing, of, cell } = cellClasses(range), hold = holds ? count : undefined;
  return {
    range,
    count: holds ? count + 1 : count,
    hold,
    transposing,
    of: (pitch, struck) => hold !== undefined && !struck && pitch !== REST ? hold : of(pitch),
    pitch: cell,
  };
}
