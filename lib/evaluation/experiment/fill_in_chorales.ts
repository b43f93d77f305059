import type { Chorale, ChoraleCorpus } from "../../corpus/mod.ts";
import { mean } from "../../metrics/mod.ts";
import { cellPieces } from "../../encodings/mod.ts";
import { settings } from "../../settings/mod.ts";
import { betweenGrid, type CellScores, cellsOfVoices, type ConditionalModel } from "../../systems/mod.ts";
import { type FillingFigures, type FillingRow, fillingRow, type FillingRun } from "../report/filling_report.ts";
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
    return figuresOf(cellsOfVoices(scores), corpus[side]);
  };
  const [valid, test] = [await scored("valid"), await scored("test")];
  return { valid, test, classes: model.cells.count, parameters: model.parameters, seconds };
}

/** The row that all others must stay below: a cell from what its own voice has before and after it, `betweenGrid`. */
export async function betweenRow(corpus: ChoraleCorpus, watched: Watched): Promise<FillingRow> {
  const before = performance.now(), range = { lowest: corpus.lowest, highest: corpus.highest };
  const train = cellPieces(corpus.train.map(({ frames }) => frames));
  const model = betweenGrid({ train, heldOut: [] }, { ...settings("corrected"), range });
  const seconds = (performance.now() - before) / 1000;
  const of = {
    name: model.name,
    title: "its voice alone",
    citation: "Bigrams from both sides: a cell from what its own voice has before and after it",
  };
  return fillingRow(of, [await fillInChorales({ model, seconds }, corpus, watched)]);
}

function figuresOf({ nats, hit }: CellScores, chorales: readonly Chorale[]): FillingFigures {
  const cells = Array.from(nats.keys()), struck = chorales.flatMap(({ struck }) => struck.flat());
  const piece = chorales.flatMap(({ frames }, i) => Array<number>(4 * frames.length).fill(i));
  const meanOf = (indices: readonly number[], values: ArrayLike<number> = nats) => mean(indices.map((i) => values[i]));
  const voices = [0, 1, 2, 3].map((voice) => cells.filter((i) => i % 4 === voice));
  const begun = cells.filter((i) => struck[i]);
  const ofPieces = [...Map.groupBy(cells, (i) => piece[i]).values()];
  return {
    micro: meanOf(cells),
    macro: mean(ofPieces.map((indices) => meanOf(indices))),
    voices: voices.map((indices) => meanOf(indices)),
    onset: meanOf(begun),
    accuracy: meanOf(cells, hit),
    voiceAccuracy: voices.map((indices) => meanOf(indices, hit)),
    onsetAccuracy: meanOf(begun, hit),
  };
}
