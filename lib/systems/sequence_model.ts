import type { ChoraleCells, Encoding, EventPiece, IsUnknown, Said } from "../encodings/mod.ts";
import type { Distribution } from "../heads/mod.ts";
import type { Chorale } from "../score/mod.ts";

/**
 * Whatever names the next event of a piece, be that a note, a token or a cell
 * of a grid: the one interface by which models are scored (`lib/evaluation`) and
 * sampled from (`lib/sampling`).
 */
export interface SequenceModel<Event> extends Pick<Encoding<Event>, "pieces" | "say" | "decode"> {
  /** What a table of results calls it. */
  readonly name: string;
  /** How many numbers it has learned. */
  readonly parameters: number;
  /** What it says of an event, in the order in which that is drawn. */
  readonly heads: readonly Distribution[];
  /**
   * Begins a piece.
   *
   * @param piece Its name, if it has one: a model that looks back at the pieces it has learned from leaves it out of them.
   */
  listen(piece?: string): Listener<Event>;
  /**
   * What it says of each event of a piece but the first, as a listener would that hears the true ones, only faster.
   *
   * @param name The piece's name, as for `listen`.
   * @default listening event by event
   */
  follow?(piece: readonly Event[], name?: string): Iterable<SaidByHead>;
}

/** What a model says of one event: of each head the numbers that its distribution understands. */
export type SaidByHead = Readonly<Record<string, ArrayLike<number>>>;

/** A model that listens to one piece. */
export interface Listener<Event> {
  /** Hears the event that comes next. */
  hear(event: Event): void;
  /**
   * What one head says of the event after those that it has heard. The array may be overwritten when it is asked again.
   *
   * @param head Its name.
   * @param drawn What is drawn of that event so far; chained heads read it.
   * @throws {Error} If it has heard nothing and cannot begin by itself.
   */
  next(head: string, drawn: Said): ArrayLike<number>;
  /** The same listener once more, to go on another way. */
  fork(): Listener<Event>;
  /** Frees what it holds; the model stays. */
  dispose(): void;
}

/**
 * Whatever fills in: it names cells of a chorale, each from all others, before and after, as DeepBach does.
 */
export interface ConditionalModel {
  /** What a table of results calls it. */
  readonly name: string;
  /** How many numbers it has learned. */
  readonly parameters: number;
  /** What the classes of a cell are. */
  readonly cells: ChoraleCells;
  /** Whether it can be told that other cells are unknown, too. @default false */
  readonly masks?: boolean;
  /** What it says of a cell of soprano, alto, tenor and bass. */
  readonly heads: readonly Distribution[];
  /**
   * What it says of one voice's cells in some frames, each as if it alone were not known.
   *
   * @param chorale All cells; those that are asked for do not count each for itself.
   * @param voice Which, from 0 for the soprano.
   * @param from The first frame asked for. @default {0}
   * @param to The frame after the last. @default {all that are left}
   * @param unknown Cells that are not known either; only for models with `masks`. @default none
   * @returns Of each frame the numbers that the voice's head understands.
   * @throws {RangeError} If the chorale has something that the model does not know: a pitch outside its range, no notation.
   */
  given(
    chorale: Chorale,
    voice: number,
    from?: number,
    to?: number,
    unknown?: IsUnknown,
  ): readonly ArrayLike<number>[];
}

/** What a system that counts learns from. */
export interface Lessons<Event> {
  /** Pieces to count. */
  train: readonly EventPiece<Event>[];
  /** Pieces to choose smoothing and weights by. */
  heldOut: readonly EventPiece<Event>[];
}
