import { checkOptions } from "../../options/mod.ts";
import { cellPieces } from "../../encodings/mod.ts";
import type { GridCorpus, GridPiece } from "../../formats/mod.ts";
import { mean } from "../../metrics/mod.ts";
import { carriesState, networkModel } from "../../sampling/mod.ts";
import { type Settings, settings } from "../../settings/mod.ts";
import {
  comparedByDefault,
  GRID_SYSTEMS,
  type GridSystem,
  gridSystem,
  isNetwork,
  type SequenceModel,
  type SystemSettings,
} from "../../systems/mod.ts";
import type { CellFigures, ChoraleReport, LadderRow } from "../report/chorale_report.ts";
import { fitHeads } from "../scoring/fit_heads.ts";
import { gridFigures } from "../scoring/grid_figures.ts";
import { scoreModel } from "../scoring/score_model.ts";
import { versionsFor } from "./code_version.ts";
import {
  type EvaluateCorpusOptions,
  EVALUATION_CACHE,
  FIRST_SEED,
  seedsOf,
  SYSTEMS_AND_RUNS,
} from "./evaluate_corpus.ts";
import { type ResultCache, resultCache } from "./result_cache.ts";
import { shortHash } from "./short_hash.ts";
import { trainNetwork } from "./train_network.ts";

/** Options of {@linkcode evaluateChorales}; they mean what they mean to `evaluateCorpus`. */
export interface EvaluateChoralesOptions
  extends Pick<EvaluateCorpusOptions, "models" | "seeds" | "epochs" | "overrides" | "cache" | "signal" | "onProgress"> {
}

/** Sixteenths of the soprano that two chorales share if they have a melody in common. */
const MELODY = 64;

/**
 * The likelihood ladder of chorales: how well systems name every cell of pieces
 * that they have not learned from, a rest too, each given all cells before it
 * (soprano, alto, tenor, bass of one sixteenth after the other), with no end to
 * guess.
 *
 * The `train` side is learned from, the `valid` side chooses (smoothing, a network's epoch), the `test` side is
 * measured once. Chorales of the `test` side that share the beginning of their melody with one that is learned from
 * stand apart from the others, too. Results are kept as `evaluateCorpus` keeps its own.
 *
 * Needs the permissions to read the project and to write the cache.
 *
 * @param corpus Chorales on a grid, split in three: `openJsb` has those of the literature.
 * @throws {RangeError} If an option is out of range, or a system has another name.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function evaluateChorales(
  corpus: GridCorpus,
  options: EvaluateChoralesOptions = {},
): Promise<ChoraleReport> {
  checkOptions<EvaluateChoralesOptions>("evaluate the chorales", options, SYSTEMS_AND_RUNS);
  const { models = comparedByDefault(GRID_SYSTEMS), overrides = {}, epochs } = options;
  const systems = models.map(gridSystem), seeds = seedsOf(options.seeds);
  const { code, kernel } = await versionsFor(systems);
  const cache = resultCache(options.cache ?? EVALUATION_CACHE), hash = shortHash(JSON.stringify(corpus));
  const ladder: LadderRow[] = [];
  for (const system of systems) {
    const own = { ...system.defaults, ...overrides, ...epochs && { epochs } };
    const rows: LadderRow[] = [];
    for (const seed of isNetwork(system) ? seeds : [FIRST_SEED]) {
      options.signal?.throwIfAborted();
      const chosen = settings("corrected", { ...own, seed });
      const of = {
        system: system.name,
        settings: isNetwork(system) ? JSON.stringify(chosen) : null,
        kernel: isNetwork(system) ? kernel : null,
        corpus: hash,
      };
      const kept = await cache.read<LadderRow>({ code: code.measuring, ...of });
      const row = kept ??
        await rowOf(system, chosen, corpus, options, () => cache.folder({ code: code.learning, ...of }));
      if (!kept) await cache.write({ code: code.measuring, ...of }, row);
      rows.push(row);
    }
    ladder.push(meanOf(rows));
  }
  return { kernel, code: code.measuring, sizes: sizesOf(corpus), ladder };
}

/** One system with one seed. */
async function rowOf(
  system: GridSystem,
  chosen: Settings,
  corpus: GridCorpus,
  { signal, onProgress = () => {} }: EvaluateChoralesOptions,
  run: () => ReturnType<ResultCache["folder"]>,
): Promise<LadderRow> {
  const [train, heldOut, test] = [corpus.train, corpus.valid, corpus.test].map(cellPieces);
  const range = { lowest: corpus.lowest, highest: corpus.highest };
  const made: SystemSettings = { ...chosen, range };
  const { title, name, citation } = system;
  let model: SequenceModel<number>, seconds: number, dispose = () => {};
  const watch = (what: string) => ({
    signal,
    onProgress: (done: number, total: number) => onProgress({ label: `${title}: ${what}`, done, total }),
  });
  if (isNetwork(system)) {
    const { best, last } = await trainNetwork({
      system,
      train,
      heldOut,
      settings: made,
      run: await run(),
      signal,
      label: title,
      onProgress,
    });
    last.model.dispose();
    dispose = () => best.model.dispose();
    const [encoding, heads] = [system.encoding(made), system.heads(made)];
    model = networkModel(best.model, { name: title, carryState: carriesState(best.model), encoding, heads });
    seconds = best.seconds;
  } else {
    const before = performance.now();
    model = system.learn({ train, heldOut }, made);
    seconds = (performance.now() - before) / 1000;
  }
  try {
    const fitted = await fitHeads(model, heldOut, watch("choosing by valid"));
    const valid = gridFigures(await scoreModel(fitted, heldOut, watch("valid")), corpus.valid);
    const scored = gridFigures(await scoreModel(fitted, test, watch("test")), corpus.test);
    const shared = sharedMelodies(corpus);
    const meanOver = (wanted: boolean) => {
      const nats = scored.perPiece.flatMap((mean, i) => shared[i] === wanted ? [mean * corpus.test[i].length] : []);
      const frames = corpus.test.reduce((sum, { length }, i) => sum + (shared[i] === wanted ? length : 0), 0);
      return frames === 0 ? null : nats.reduce((a, b) => a + b, 0) / frames;
    };
    return {
      name,
      title,
      citation,
      kind: "single",
      test: {
        micro: scored.micro,
        macro: scored.macro,
        frame: scored.frame,
        onset: scored.changed.nats,
        hold: scored.held.nats,
        voices: scored.voices,
        shared: meanOver(true),
        others: meanOver(false),
        accuracy: scored.accuracy,
      },
      valid: { micro: valid.micro, macro: valid.macro },
      parameters: fitted.parameters,
      seconds,
      seeds: 1,
    };
  } finally {
    dispose();
  }
}

/** Means over seeds. */
function meanOf(rows: readonly LadderRow[]): LadderRow {
  const over = (of: (row: LadderRow) => number) => mean(rows.map(of));
  const figure = (name: Exclude<keyof CellFigures, "voices" | "shared" | "others">) => over(({ test }) => test[name]);
  const [first] = rows;
  const some = (name: "shared" | "others") => first.test[name] === null ? null : over(({ test }) => test[name]!);
  return {
    ...first,
    test: {
      micro: figure("micro"),
      macro: figure("macro"),
      frame: figure("frame"),
      onset: figure("onset"),
      hold: figure("hold"),
      voices: first.test.voices.map((_, voice) => over(({ test }) => test.voices[voice])),
      shared: some("shared"),
      others: some("others"),
      accuracy: figure("accuracy"),
    },
    valid: { micro: over(({ valid }) => valid.micro), macro: over(({ valid }) => valid.macro) },
    seconds: over(({ seconds }) => seconds),
    seeds: rows.length,
  };
}

/** Which test chorales share the beginning of their soprano, at whatever pitch, with one that is learned from. */
function sharedMelodies({ train, test }: GridCorpus): boolean[] {
  const melody = (piece: GridPiece) => {
    const soprano = piece.slice(0, MELODY).map(([pitch]) => pitch), first = soprano.find((pitch) => pitch >= 0);
    return soprano.map((pitch) => pitch < 0 ? "rest" : pitch - first!).join();
  };
  const known = new Set(train.map(melody));
  return test.map((piece) => known.has(melody(piece)));
}

function sizesOf(corpus: GridCorpus): ChoraleReport["sizes"] {
  const size = (pieces: readonly GridPiece[]) => ({
    pieces: pieces.length,
    frames: pieces.reduce((sum, { length }) => sum + length, 0),
  });
  return {
    train: size(corpus.train),
    valid: size(corpus.valid),
    test: size(corpus.test),
    shared: sharedMelodies(corpus).filter(Boolean).length,
  };
}
