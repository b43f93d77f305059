import type { Encoding, EventPiece, Said } from "../encodings/mod.ts";
import { counted } from "../heads/mod.ts";
import type { SequenceModel } from "./sequence_model.ts";

/** A model of one side of events, of the pitch of notes say: of one column of classes. Several make a model. */
export interface ColumnModel {
  /** The column that it names. */
  readonly column: string;
  /** How many classes that has. */
  readonly classes: number;
  /** How many numbers it has learned. */
  readonly parameters: number;
  /** Begins a piece. */
  listen(): ColumnListener;
}

/** A {@linkcode ColumnModel} that listens to one piece. */
export interface ColumnListener {
  /** Hears the classes of the event that comes next, those of all columns. */
  hear(said: Said): void;
  /** The probability of each class for the event after those heard. May be overwritten when it is asked again. */
  next(): Float64Array;
  /** The same listener once more. */
  fork(): ColumnListener;
}

/** The classes of pieces, event by event: what column models learn from. */
export type SaidPieces = readonly (readonly Said[])[];

/** The classes of pieces. */
export function saidPieces<Event>(
  encoding: Pick<Encoding<Event>, "say">,
  pieces: readonly EventPiece<Event>[],
): SaidPieces {
  return pieces.map(({ events }) => events.map((event) => encoding.say(event)));
}

/**
 * A model whose columns know nothing of each other's draws.
 *
 * @param name What a table of results calls it.
 * @param encoding What its columns are of.
 * @param columns One for each said column, in the order in which they are drawn.
 */
export function modelOfColumns<Event>(
  name: string,
  encoding: Pick<Encoding<Event>, "say" | "decode">,
  columns: readonly ColumnModel[],
): SequenceModel<Event> {
  const listenerOf = (ears: Record<string, ColumnListener>): ReturnType<SequenceModel<Event>["listen"]> => ({
    hear(event) {
      const said = encoding.say(event);
      for (const ear of Object.values(ears)) ear.hear(said);
    },
    next: (head) => ears[head].next().map(Math.log),
    fork: () => listenerOf(Object.fromEntries(Object.entries(ears).map(([column, ear]) => [column, ear.fork()]))),
    dispose() {},
  });
  return {
    name,
    say: encoding.say,
    decode: encoding.decode,
    parameters: columns.reduce((sum, { parameters }) => sum + parameters, 0),
    heads: columns.map(({ column, classes }) => counted(column, { classes })),
    listen: () => listenerOf(Object.fromEntries(columns.map((model) => [model.column, model.listen()]))),
  };
}

/** The probability that a model gives to each event of pieces that has one before it. */
export function heardProbabilities(model: ColumnModel, pieces: SaidPieces): Float64Array {
  return Float64Array.from(pieces.flatMap((events) => {
    const listener = model.listen();
    return events.slice(1).map((said, i) => {
      listener.hear(events[i]);
      return listener.next()[said[model.column]];
    });
  }));
}

/** The weights that {@linkcode mixtureColumn} chooses from. */
const WEIGHTS = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/** Two models in one. */
export interface MixtureColumn extends ColumnModel {
  /** How much the first counts; the second has the rest. */
  readonly weight: number;
}

/**
 * Two models that vote: `p(x) = w a(x) + (1 - w) b(x)`.
 *
 * F. Jelinek and R. L. Mercer, "Interpolated estimation of Markov source
 * parameters from sparse data" (1980).
 *
 * @param a The first.
 * @param b The second; it names the same column.
 * @param weight The w of the formula, between 0 and 1; or held-out pieces, whose events are to be as likely as can be
 * with 0.05, 0.1, … or 0.95.
 * @throws {RangeError} If the weight is not between 0 and 1, or there are no held-out events to choose by.
 */
export function mixtureColumn(a: ColumnModel, b: ColumnModel, weight: number | SaidPieces): MixtureColumn {
  const w = typeof weight === "number" ? weight : chooseWeight(a, b, weight);
  if (!(w > 0 && w < 1)) throw new RangeError(`Cannot mix: the weight must be between 0 and 1, got ${w}`);
  const listenerOf = (first: ColumnListener, second: ColumnListener): ColumnListener => ({
    hear(said) {
      first.hear(said);
      second.hear(said);
    },
    next() {
      const others = second.next();
      return first.next().map((p, x) => w * p + (1 - w) * others[x]);
    },
    fork: () => listenerOf(first.fork(), second.fork()),
  });
  return {
    column: a.column,
    classes: a.classes,
    // One more is the weight.
    parameters: a.parameters + b.parameters + 1,
    weight: w,
    listen: () => listenerOf(a.listen(), b.listen()),
  };
}

function chooseWeight(a: ColumnModel, b: ColumnModel, heldOut: SaidPieces): number {
  const [first, second] = [heardProbabilities(a, heldOut), heardProbabilities(b, heldOut)];
  if (first.length === 0) throw new RangeError("Cannot mix: the held-out pieces have no event that follows another");
  const nats = WEIGHTS.map((w) => first.reduce((sum, p, i) => sum - Math.log(w * p + (1 - w) * second[i]), 0));
  return WEIGHTS[nats.indexOf(Math.min(...nats))];
}
