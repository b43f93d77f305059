import type { Chorale, ChoraleCorpus } from "../../corpus/mod.ts";
import { cellPieces } from "../../encodings/mod.ts";
import { settings } from "../../settings/mod.ts";
import { betweenGrid, type CellScores, cellsOfVoices, type ConditionalModel } from "../../systems/mod.ts";
import { type FilledPiece, type FillingRow, fillingRow, type FillingRun } from "../report/filling_report.ts";
import { scoreConditional } from "../scoring/score_conditional.ts";
import type { EvaluationStage } from "./train_network.ts";

/** How what fills in is watched. */
interface Watched {
  signal?: AbortSignal;
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/**
 * Measures what fills in on chorales that it has not learned from: every cell given all others.
 *
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function fillInChorales(
  { model, seconds }: { model: ConditionalModel; seconds: number },
  corpus: ChoraleCorpus,
  { signal, onProgress }: Watched,
): Promise<FillingRun> {
  const scored = async (side: "valid" | "test") => {
    const scores = await scoreConditional(model, corpus[side], {
      signal,
      onProgress: (done, total) => onProgress({ label: `${model.name}: ${side}`, done, total }),
    });
    return piecesOf(cellsOfVoices(scores), corpus[side]);
  };
  const [valid, test] = [await scored("valid"), await scored("test")];
  return { valid, test, classes: model.cells.count, parameters: model.parameters, seconds };
}

/**
 * The row that all others must stay below: a cell from what its own voice has before and after it, `betweenGrid`.
 *
 * @param shared Which test chorales share a melody with one that is learned from.
 */
export async function betweenRow(
  corpus: ChoraleCorpus,
  shared: readonly boolean[],
  watched: Watched,
): Promise<FillingRow> {
  const before = performance.now(), range = { lowest: corpus.lowest, highest: corpus.highest };
  const train = cellPieces(corpus.train.map(({ frames }) => frames));
  const model = betweenGrid({ train, heldOut: [] }, { ...settings("corrected"), range });
  const seconds = (performance.now() - before) / 1000;
  const of = {
    name: model.name,
    title: "its voice alone",
    citation: "Bigrams from both sides: a cell from what its own voice has before and after it",
  };
  return fillingRow(of, [await fillInChorales({ model, seconds }, corpus, watched)], shared);
}

/** What the cells of each chorale came to, scored in their order: soprano, alto, tenor, bass of each frame. */
function piecesOf({ nats, hit }: CellScores, chorales: readonly Chorale[]): FilledPiece[] {
  let first = 0;
  return chorales.map(({ frames, struck }) => {
    const begins = struck.flat(), from = first, cells = Array.from({ length: 4 * frames.length }, (_, i) => i);
    first += cells.length;
    const filled = (some: readonly number[]) => ({
      cells: some.length,
      nats: some.reduce((sum, i) => sum + nats[from + i], 0),
      hits: some.reduce((sum, i) => sum + hit[from + i], 0),
    });
    return {
      all: filled(cells),
      voices: [0, 1, 2, 3].map((voice) => filled(cells.filter((i) => i % 4 === voice))),
      begun: filled(cells.filter((i) => begins[i])),
    };
  });
}
