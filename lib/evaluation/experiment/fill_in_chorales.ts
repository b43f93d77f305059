import { type Chorale, type ChoraleCorpus } from "../../corpus/mod.ts";
import { momentPieces } from "../../encodings/mod.ts";
import { mean } from "../../metrics/mod.ts";
import { conditionalNetwork } from "../../sampling/mod.ts";
import { cellsOfVoices, type FillingSystem } from "../../systems/mod.ts";
import type { FillingFigures, FillingRun } from "../report/filling_report.ts";
import { scoreConditional } from "../scoring/score_conditional.ts";
import type { Keep } from "./keep_latest.ts";
import type { SettledNetwork } from "./learn_chorales.ts";
import { type EvaluationStage, type NetworkWindows, trainNetwork } from "./train_network.ts";

/** How a system that fills in learns, and how that is watched. */
export interface FillInChoralesOptions {
  /** Its settings, the seed included. */
  network: SettledNetwork;
  /** Folder of its training run. */
  run: string;
  /** Keeps the windows of the network that has learned last. */
  keep: Keep<NetworkWindows>;
  /** Stops it. */
  signal?: AbortSignal;
  /** Told how far it has come. */
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/**
 * Lets a system learn to fill in chorales, and measures it on those that it has not learned from: every cell given all
 * others.
 *
 * @throws {RangeError} If the chorales have nothing of what it hears, as notation.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function fillInChorales(
  system: FillingSystem,
  corpus: ChoraleCorpus,
  { network, run, keep, signal, onProgress }: FillInChoralesOptions,
): Promise<FillingRun> {
  const settings = { ...network.settings, range: { lowest: corpus.lowest, highest: corpus.highest } };
  const [train, heldOut] = [corpus.train, corpus.valid].map(momentPieces), { title } = system;
  const learning = { system, train, heldOut, settings, run, keep, signal, label: title, onProgress };
  const { history, best: { model }, last } = await trainNetwork(learning);
  last.model.dispose();
  const encoding = system.encoding(settings);
  const filling = conditionalNetwork(model, { name: title, encoding, heads: system.heads(settings) });
  try {
    const scored = async (side: "valid" | "test") => {
      const chorales = corpus[side];
      const scores = await scoreConditional(filling, chorales, {
        signal,
        onProgress: (done, total) => onProgress({ label: `${title}: ${side}`, done, total }),
      });
      return figuresOf(cellsOfVoices(scores), chorales);
    };
    return {
      valid: await scored("valid"),
      test: await scored("test"),
      classes: encoding.cells.count,
      parameters: filling.parameters,
      seconds: history.epochs.reduce((sum, { seconds }) => sum + seconds, 0),
    };
  } finally {
    filling.dispose();
    model.dispose();
  }
}

function figuresOf(
  { nats, hit }: { nats: Float64Array; hit: ArrayLike<number> },
  chorales: readonly Chorale[],
): FillingFigures {
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
