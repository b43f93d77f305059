import type { DataFrame } from "nodejs-polars";
import { intervalHead } from "./interval_head.ts";
import { mixtureHead } from "./mixture_head.ts";
import { ngramHead } from "./ngram_head.ts";
import { modelOfHeads } from "./note_head.ts";
import type { NoteModel } from "./note_model.ts";

/**
 * How often each pitch and each class of time occurs, whatever came before.
 *
 * @param train A table of notes to learn from.
 */
export function unigramModel(train: DataFrame): NoteModel {
  return ngramModel("unigram", { train, order: 1 });
}

/**
 * What each pitch and each class of time is followed by.
 *
 * @param train A table of notes to learn from.
 * @param heldOut Held-out pieces to choose the smoothing by.
 */
export function bigramModel(train: DataFrame, heldOut: DataFrame): NoteModel {
  return ngramModel("bigram", { train, heldOut, order: 2 });
}

/**
 * The n-grams that an LSTM has to beat: of the pitch a 5-gram mixed with a
 * 6-gram of intervals, of step and duration 5-grams of classes. Of all orders
 * up to these, they are the best on the held-out pieces of the 228.
 *
 * @param train A table of notes to learn from.
 * @param heldOut Held-out pieces to choose smoothing and weight by.
 */
export function bestNgramModel(train: DataFrame, heldOut: DataFrame): NoteModel {
  const smoothing = heldOut;
  const pitches = ngramHead("pitch", train, { order: 5, smoothing });
  const intervals = intervalHead(train, { order: 6, smoothing });
  return modelOfHeads("n-grams", {
    pitch: mixtureHead(pitches, intervals, heldOut),
    step: ngramHead("step", train, { order: 5, smoothing }),
    duration: ngramHead("duration", train, { order: 5, smoothing }),
  });
}

function ngramModel(name: string, { train, heldOut, order }: { train: DataFrame; heldOut?: DataFrame; order: number }) {
  const options = { order, smoothing: heldOut };
  return modelOfHeads(name, {
    pitch: ngramHead("pitch", train, options),
    step: ngramHead("step", train, options),
    duration: ngramHead("duration", train, options),
  });
}
