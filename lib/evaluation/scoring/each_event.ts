import { type Kinds, kinds, optional } from "../../options/mod.ts";
import type { EventPiece } from "../../encodings/mod.ts";
import type { Distribution } from "../../heads/mod.ts";
import type { ScoredHead } from "../../metrics/mod.ts";
import { followPiece, type SaidByHead, type SequenceModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";

/** Options of a pass over the events of pieces. */
export interface PassOptions {
  /**
   * Gives up before the next event when it fires.
   *
   * @default undefined
   */
  signal?: AbortSignal;
  /**
   * Called, and awaited, after each piece, with the events done and those to do in all.
   *
   * @default undefined
   */
  onProgress?: (done: number, total: number) => void | Promise<void>;
}

/** What each of these options must be. */
export const PASS: Kinds<PassOptions> = { signal: optional(kinds.signal), onProgress: optional(kinds.callback) };

/** An event to score. */
export interface EventToScore<Event> {
  /** What the model says of it. */
  said: SaidByHead;
  /** The event. */
  came: Event;
  /** Which scored event it is, counted from 0. */
  index: number;
  /** Which piece it is in. */
  pieceIndex: number;
}

/**
 * The pieces that have events to score, those that have one before them.
 *
 * @param whole The pieces.
 * @param model What names their events, and may take the pieces in another way.
 * @throws {RangeError} If there are none.
 */
export function piecesToScore<Event>(
  whole: readonly EventPiece<Event>[],
  model: Pick<SequenceModel<Event>, "pieces"> = {},
): { pieces: readonly EventPiece<Event>[]; total: number } {
  const pieces = model.pieces?.(whole) ?? whole;
  const some = pieces.filter(({ events }) => events.length > 1);
  if (some.length === 0) throw new RangeError("Cannot score: no event has another before it in its piece");
  return { pieces: some, total: some.reduce((sum, { events }) => sum + events.length - 1, 0) };
}

/** Lets a model listen to pieces, and shows each event together with what the model said of it. */
export async function eachEvent<Event>(
  model: SequenceModel<Event>,
  pieces: readonly EventPiece<Event>[],
  { signal, onProgress }: PassOptions,
  show: (event: EventToScore<Event>) => void,
): Promise<void> {
  const total = pieces.reduce((sum, { events }) => sum + events.length - 1, 0);
  const breathe = breather();
  let index = 0;
  for (const [pieceIndex, { piece, events }] of pieces.entries()) {
    let row = 0;
    for (const said of followPiece(model, events, piece)) {
      signal?.throwIfAborted();
      show({ said, came: events[++row], index: index++, pieceIndex });
      await breathe();
    }
    await onProgress?.(index, total);
  }
}

/** Room for what {@linkcode scoreInto} writes down of so many events. */
export function noScores(total: number): ScoredHead {
  return { nats: new Float64Array(total), hit: new Uint8Array(total), confidence: new Float64Array(total) };
}

/**
 * Writes down what one head gave to what came.
 *
 * @param scored Where it goes, at `index`.
 * @param model The model's name, for what is wrong with it.
 * @throws {Error} If the model says something that is not a number.
 */
export function scoreInto(
  scored: ScoredHead,
  index: number,
  model: string,
  head: Distribution,
  said: ArrayLike<number>,
  value: number,
): void {
  const logs = head.logs(said), right = head.classOf(value), likeliest = argmax(logs);
  if (!(logs[right] < 1e-6)) {
    throw new Error(`Cannot score "${model}": it says ${logs[right]} as log-probability of ${head.name} ${right}`);
  }
  scored.nats[index] = Math.max(0, -logs[right]);
  scored.hit[index] = Number(likeliest === right);
  scored.confidence[index] = Math.exp(logs[likeliest]);
}

/** Index of the highest value; of equal ones the first. */
function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
