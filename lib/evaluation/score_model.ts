import type { DataFrame } from "nodejs-polars";
import { logNormalClasses } from "../heads/mod.ts";
import type { ScoredNotes } from "../metrics/mod.ts";
import { type NextNote, noteClasses, type NoteHeadName, type NoteModel } from "../models/mod.ts";
import { durationClasses, stepClasses } from "../notes/mod.ts";
import { argmax } from "./argmax.ts";
import { eachNote, type PassOptions, piecesToScore } from "./each_note.ts";

/** Standard deviations, in seconds, of the normal distributions around the times that a model regresses. */
export interface Sigmas {
  /** Of the step; none if the model says probabilities of its classes. */
  step?: number;
  /** Of the duration; none if the model says probabilities of its classes. */
  duration?: number;
}

/** Options of {@linkcode scoreModel}. */
export interface ScoreOptions extends PassOptions {
  /**
   * For the times that a model regresses: `fitSigmas` finds them.
   *
   * @default no model that regresses can be scored
   */
  sigmas?: Sigmas;
}

const HEADS: readonly NoteHeadName[] = ["pitch", "step", "duration"];

/**
 * What a model gives to the notes that came: teacher-forced, it hears every
 * note of a piece as it stands, and names each before it hears it. Every note
 * is scored that has one before it in its piece; nothing crosses pieces.
 *
 * Pitch is scored over the 128 MIDI numbers, the step over `stepClasses`, the
 * duration over `durationClasses`. A time that is regressed counts as a normal
 * distribution with the given sigma over the classes: {@linkcode logNormalClasses}.
 *
 * @param model Any model that names the next note.
 * @param table A table of notes with the columns `piece`, `pitch`, `step` and `duration`. Flattening and transposition
 * are its affair.
 * @returns One entry a scored note; a piece of a single note has none. Where a model gives 0 to what came, `nats` are
 * Infinity.
 * @throws {TypeError} If the table lacks a column, or the model regresses a time that has no sigma.
 * @throws {RangeError} If a value in the table or a sigma is out of range, or no note has one before it.
 * @throws {Error} If the model says something that is not a number.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function scoreModel(
  model: NoteModel,
  table: DataFrame,
  options: ScoreOptions = {},
): Promise<ScoredNotes<NoteHeadName>> {
  const { sigmas = {} } = options;
  for (const [head, sigma] of Object.entries(sigmas)) {
    if (sigma !== undefined && !(sigma > 0 && sigma < Infinity)) {
      throw new RangeError(`Cannot score "${model.name}": the sigma of ${head} must be positive, got ${sigma}`);
    }
  }
  const { pieces, total } = piecesToScore(table);
  const emptyHead = () => ({
    nats: new Float64Array(total),
    hit: new Uint8Array(total),
    confidence: new Float64Array(total),
  });
  const heads = { pitch: emptyHead(), step: emptyHead(), duration: emptyHead() };
  const piece = new Int32Array(total);
  await eachNote(model, pieces, options, ({ said, came, index, pieceIndex }) => {
    piece[index] = pieceIndex;
    for (const head of HEADS) {
      const logs = logsOf(model, said, head, sigmas);
      const right = noteClasses[head].of(came), likeliest = argmax(logs);
      if (!(logs[right] < 1e-6)) {
        throw new Error(`Cannot score "${model.name}": it says ${logs[right]} as log-probability of ${head} ${right}`);
      }
      const { nats, hit, confidence } = heads[head];
      nats[index] = Math.max(0, -logs[right]);
      hit[index] = Number(likeliest === right);
      confidence[index] = Math.exp(logs[likeliest]);
    }
  });
  return { pieces: pieces.map(({ piece }) => piece), piece, heads };
}

function logsOf(model: NoteModel, said: NextNote, head: NoteHeadName, sigmas: Sigmas): ArrayLike<number> {
  const value = said[head];
  if (head === "pitch" || typeof value !== "number") return value as ArrayLike<number>;
  const sigma = sigmas[head];
  if (sigma === undefined) {
    throw new TypeError(`Cannot score "${model.name}": it says the ${head} in seconds; give it a sigma (fitSigmas)`);
  }
  return logNormalClasses(value, sigma, head === "step" ? stepClasses : durationClasses);
}
