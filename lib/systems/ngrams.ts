import { noteClasses, type NoteEvent } from "../encodings/mod.ts";
import { mixtureColumn, modelOfColumns, type SaidPieces, saidPieces } from "./column_model.ts";
import { intervalColumn, ngramColumn } from "./ngram_columns.ts";
import type { CountingSystem } from "./system.ts";

const BACK_OFF = 'MacKay and Peto, "A hierarchical Dirichlet language model" (1995)';

/** How often each pitch and each class of time occurs, whatever came before. */
export const unigram: CountingSystem<NoteEvent> = {
  name: "unigram",
  title: "unigram",
  citation: "Counts how often each class occurs",
  learn: ({ train }) => ngramModel("unigram", { train: saidPieces(noteClasses, train), order: 1 }),
};

/** What each pitch and each class of time is followed by. */
export const bigram: CountingSystem<NoteEvent> = {
  name: "bigram",
  title: "bigram",
  citation: BACK_OFF,
  learn: ({ train, heldOut }) =>
    ngramModel("bigram", {
      train: saidPieces(noteClasses, train),
      smoothing: saidPieces(noteClasses, heldOut),
      order: 2,
    }),
};

/**
 * The n-grams that an LSTM has to beat: of the pitch a 5-gram mixed with a
 * 6-gram of intervals, of step and duration 5-grams of classes. Of all orders
 * up to these, they are the best on the held-out pieces of the 228.
 */
export const ngrams: CountingSystem<NoteEvent> = {
  name: "n-grams",
  title: "n-grams",
  citation: `${BACK_OFF}; Conklin and Witten, "Multiple viewpoint systems for music prediction" (1995)`,
  learn(lessons) {
    const [train, smoothing] = [lessons.train, lessons.heldOut].map((pieces) => saidPieces(noteClasses, pieces));
    const [pitch, step, duration] = noteClasses.says;
    const pitches = ngramColumn(pitch, train, { order: 5, smoothing });
    return modelOfColumns("n-grams", noteClasses, [
      mixtureColumn(pitches, intervalColumn(pitch, train, { order: 6, smoothing }), smoothing),
      ngramColumn(step, train, { order: 5, smoothing }),
      ngramColumn(duration, train, { order: 5, smoothing }),
    ]);
  },
};

function ngramModel(
  name: string,
  { train, ...options }: { train: SaidPieces; order: number; smoothing?: SaidPieces },
) {
  const columns = noteClasses.says.map((column) => ngramColumn(column, train, options));
  return modelOfColumns(name, noteClasses, columns);
}
