import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type GridCorpus, type GridPiece, readJsb } from "../../lib/formats/mod.ts";
import { type Cell, cellPieces, START } from "../../lib/encodings/mod.ts";
import { type GridFigures, gridFigures, scoreModel } from "../../lib/evaluation/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import {
  bigramGrid,
  type CountingSystem,
  repeatGrid,
  type SequenceModel,
  uniformGrid,
  unigramGrid,
} from "../../lib/systems/mod.ts";
import { readShared, readSharedJson, sharedTest } from "../shared.ts";

type Side = "train" | "valid" | "test";

/** Figures of one model on one side; the unigram has a few of them. */
interface Row {
  pieces?: number;
  micro: number;
  macro: number;
  perFrameMicro?: number;
  microBits?: number;
  perVoiceMicro: Record<string, number>;
  changeCells?: number;
  changeCellsMicro?: number;
  changeAndFirstFrameCells?: number;
  changeAndFirstFrameMicro?: number;
  heldCellsMicro?: number;
  argmaxAccuracy?: number;
}

interface Ladder {
  uniform: { ln47: number };
  counts: Record<Side, { pieces: number; frames: number; cells: number; restCells: number }>;
  repeatPrevious: Record<Side, {
    transitions: number;
    perVoice: Record<string, number>;
    meanOverVoices: number;
    wholeFrame: number;
    macroMeanOverVoices: number;
  }>;
  models: Record<string, Partial<Record<Side, Row>>>;
  perPieceTest: Record<string, Record<string, number>>;
  spot: Record<string, number>;
}

const voicesOf = ({ S, A, T, B }: Record<string, number>) => [S, A, T, B];
const corpus = () => readJsb(new TextDecoder().decode(readShared("corpus/jsb/Jsb16thSeparated.json")));
const ladder = () => readSharedJson<Ladder>("reference/metrics/ladder.json");

const learn = (system: CountingSystem<Cell>, grid: GridCorpus) =>
  system.learn({ train: cellPieces(grid.train), heldOut: cellPieces(grid.valid) }, {
    ...settings("corrected"),
    range: grid,
  });
const figuresOf = async (model: SequenceModel<Cell>, pieces: readonly GridPiece[]) =>
  gridFigures((await scoreModel(model, cellPieces(pieces))).heads.cell, pieces);

/** Compares what is there, and says how many numbers that were. */
function assertFigures(figures: GridFigures, row: Row, where: string): number {
  const pairs: [number, number | undefined][] = [
    [figures.pieces, row.pieces],
    [figures.micro, row.micro],
    [figures.macro, row.macro],
    [figures.frame, row.perFrameMicro],
    [figures.bits, row.microBits],
    ...figures.voices.map((nats, i): [number, number] => [nats, voicesOf(row.perVoiceMicro)[i]]),
    [figures.changed.cells, row.changeCells],
    [figures.changed.nats, row.changeCellsMicro],
    [figures.changedOrFirst.cells, row.changeAndFirstFrameCells],
    [figures.changedOrFirst.nats, row.changeAndFirstFrameMicro],
    [figures.held.nats, row.heldCellsMicro],
    [figures.accuracy, row.argmaxAccuracy],
  ];
  const known = pairs.filter(([, expected]) => expected !== undefined);
  for (const [actual, expected] of known) assertAlmostEquals(actual, expected!, 1e-9, where);
  return known.length;
}

sharedTest("readJsb() reads the JSB chorales", async () => {
  const { train, valid, test, lowest, highest } = corpus();
  assertEquals([lowest, highest], [36, 81]);
  const { counts } = await ladder();
  for (const [side, pieces] of Object.entries({ train, valid, test })) {
    const { pieces: length, frames, cells, restCells } = counts[side as Side];
    const all = pieces.flat(2);
    assertEquals([pieces.length, pieces.flat().length, all.length], [length, frames, cells]);
    assertEquals(all.filter((pitch) => pitch === -1).length, restCells);
  }
});

sharedTest("scoreModel() and gridFigures() reproduce the likelihood ladder on the JSB chorales", async () => {
  const grid = corpus(), reference = await ladder();
  const models: Record<string, SequenceModel<Cell>> = {
    unigram: learn(unigramGrid, grid),
    bigramP1: learn(bigramGrid(1), grid),
    bigramP4: learn(bigramGrid(4), grid),
    bigramP16: learn(bigramGrid(16), grid),
  };
  assertEquals(Object.keys(models).sort(), Object.keys(reference.models).sort());
  let compared = 0;
  for (const [name, model] of Object.entries(models)) {
    for (const [side, row] of Object.entries(reference.models[name])) {
      const pieces = grid[side as Side], figures = await figuresOf(model, pieces);
      compared += assertFigures(figures, row, `${name}, ${side}`);
      if (side !== "test") continue;
      for (const [piece, nats] of Object.entries(reference.perPieceTest[name] ?? {})) {
        assertAlmostEquals(figures.perPiece[Number(piece)], nats, 1e-9, `${name}, piece ${piece}`);
        compared++;
      }
    }
  }
  assertEquals(compared, 2 * 6 + 9 * 15 + 3 * 52);
  const uniform = await figuresOf(learn(uniformGrid, grid), grid.test);
  assertAlmostEquals(uniform.micro, reference.uniform.ln47, 1e-9);
});

sharedTest("repeatGrid() hits the cells of the JSB chorales that only go on", async () => {
  const grid = corpus(), reference = await ladder();
  const model = learn(repeatGrid, grid);
  for (const side of ["train", "valid", "test"] as const) {
    const { later } = await figuresOf(model, grid[side]), row = reference.repeatPrevious[side];
    assertEquals(later.frames, row.transitions);
    later.voices.forEach((share, i) => assertAlmostEquals(share, voicesOf(row.perVoice)[i], 1e-9));
    assertAlmostEquals(later.mean, row.meanOverVoices, 1e-9);
    assertAlmostEquals(later.wholeFrame, row.wholeFrame, 1e-9);
    assertAlmostEquals(later.macro, row.macroMeanOverVoices, 1e-9);
  }
});

sharedTest("unigramGrid() and bigramGrid() give single cells of the JSB chorales what they should", async () => {
  const grid = corpus(), { spot } = await ladder();
  /** What is said of one voice in frame `frames` after as many frames of one pitch in all voices. */
  const said = (model: SequenceModel<Cell>, frames: number, before: number, voice: number, pitch: number) => {
    const listener = model.listen();
    listener.hear(START);
    for (let i = 0; i < 4 * frames + voice; i++) listener.hear(before);
    return Math.exp(listener.next("cell", {})[model.say(pitch).cell]);
  };
  const unigram = learn(unigramGrid, grid), bigram = learn(bigramGrid(4), grid);
  assertAlmostEquals(said(unigram, 0, -1, 0, 60), spot["U_S(60)"], 1e-12);
  assertAlmostEquals(said(unigram, 0, -1, 3, -1), spot["U_B(-1)"], 1e-12);
  assertAlmostEquals(said(bigram, 4, 67, 0, 67), spot["P4_S(67|67,phase0)"], 1e-12);
  assertAlmostEquals(said(bigram, 4, 67, 0, 69), spot["P4_S(69|67,phase0)"], 1e-12);
  assertAlmostEquals(said(bigram, 3, 48, 3, 50), spot["P4_B(50|48,phase3)"], 1e-12);
});
