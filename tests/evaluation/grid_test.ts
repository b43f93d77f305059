import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type GridCorpus, readJsb } from "../../lib/formats/mod.ts";
import { type Cell, cellPieces, gridCells, START } from "../../lib/encodings/mod.ts";
import { gridFigures, scoreModel } from "../../lib/evaluation/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { bigramGrid, type CountingSystem, repeatGrid, uniformGrid, unigramGrid } from "../../lib/systems/mod.ts";

const FIRST = [[67, 64, 60, 48], [67, 64, 60, 50], [69, 64, -1, 50]];
const SECOND = [[67, 64, 60, 48]];

const corpus = (changes: Record<string, unknown> = {}): GridCorpus =>
  readJsb(JSON.stringify({ train: [FIRST, SECOND], valid: [SECOND], test: [FIRST, SECOND], ...changes }));

const learn = (system: CountingSystem<Cell>, grid = corpus()) =>
  system.learn({ train: cellPieces(grid.train), heldOut: [] }, { ...settings("corrected"), range: grid });

Deno.test("gridCells() has a rest and every pitch of the range, and knows the place of each cell", () => {
  const encoding = gridCells(corpus());
  assertEquals([encoding.says[0].size, encoding.hears[0].size], [23, 24]);
  assertEquals([-1, 48, 69].map((cell) => encoding.say(cell).cell), [0, 1, 22]);
  assertEquals([0, 1, 22].map((cell) => encoding.decode({ cell })), [-1, 48, 69]);
  for (const pitch of [47, 70, NaN]) {
    assertThrows(() => encoding.say(pitch), RangeError, `the class of pitch ${pitch}: the range is from 48 to 69`);
  }
  const listener = encoding.listen();
  assertEquals(listener.hear(START), { cell: 23 });
  assertEquals(listener.know!({}), { voice: 0, sixteenth: 0, before: -1 });
  assertEquals([67, 64, 60, 48, 67].map((cell) => listener.hear(cell).cell), [20, 17, 13, 1, 20]);
  const fork = listener.fork();
  listener.hear(60);
  assertEquals(fork.know!({}), { voice: 1, sixteenth: 1, before: 17 });
});

Deno.test("scoreModel() asks every model of cells for probabilities that sum to 1, of every cell", async () => {
  const grid = corpus();
  for (const system of [uniformGrid, unigramGrid, bigramGrid(1), bigramGrid(2), repeatGrid]) {
    const model = learn(system), listener = model.listen();
    listener.hear(START);
    for (const pitch of FIRST.flat()) {
      assertAlmostEquals(Array.from(listener.next("cell", {}), Math.exp).reduce((a, b) => a + b), 1, 1e-12, model.name);
      listener.hear(pitch);
    }
    const { pieces, piece, heads: { cell } } = await scoreModel(model, cellPieces(grid.test));
    assertEquals(pieces, ["0", "1"]);
    assertEquals([...piece], [...Array(12).fill(0), ...Array(4).fill(1)]);
    assert(cell.nats.every((nats) => nats > 0 && nats < Infinity));
  }
});

Deno.test("bigramGrid() counts the transitions of each voice at each place", async () => {
  const V = 23;
  const U = (times: number) => (0.1 + times) / (4 + 0.1 * V);
  const { heads: { cell: { nats } } } = await scoreModel(learn(bigramGrid(2)), cellPieces([FIRST]));
  const bass = [3, 7, 11].map((i) => Math.exp(-nats[i]));
  // 48 twice, then 50 twice: once from 48 at an odd frame, once from 50 at an even one.
  assertAlmostEquals(bass[0], U(2), 1e-12);
  assertAlmostEquals(bass[1], (1 + 5 * U(2)) / 6, 1e-12);
  assertAlmostEquals(bass[2], (1 + 5 * U(2)) / 6, 1e-12);
  const { heads: { cell } } = await scoreModel(learn(bigramGrid(1)), cellPieces([[FIRST[1], FIRST[2], FIRST[2]]]));
  assertAlmostEquals(Math.exp(-cell.nats[7]), (1 + 5 * U(2)) / 6, 1e-12);
  // Nothing ever followed the rest.
  assertAlmostEquals(Math.exp(-cell.nats[10]), U(1), 1e-12);
  assertThrows(() => bigramGrid(0), RangeError, "phases must be a positive integer, current value is 0");
});

Deno.test("repeatGrid() expects what each voice had, as often as it had it again", async () => {
  const r = (5 + 1) / (8 + 2);
  const { heads: { cell: { nats } } } = await scoreModel(learn(repeatGrid), cellPieces([FIRST]));
  assertAlmostEquals(nats[0], Math.log(23), 1e-12);
  assertAlmostEquals(nats[4], -Math.log(r), 1e-12);
  assertAlmostEquals(nats[7], -Math.log((1 - r) / 22), 1e-12);
});

Deno.test("gridFigures() takes means over cells, pieces, voices, and what changes", () => {
  const nats = Float64Array.from({ length: 16 }, (_, i) => i), hit = Uint8Array.from(nats, (_, i) => Number(i >= 5));
  const cells = { nats, hit };
  const figures = gridFigures(cells, [FIRST, SECOND]);
  assertEquals([figures.pieces, figures.cells, figures.micro, figures.frame], [2, 16, 7.5, 30]);
  assertEquals(figures.perPiece, [5.5, 13.5]);
  assertEquals([figures.macro, figures.bits], [9.5, 7.5 / Math.LN2]);
  assertEquals(figures.voices, [6, 7, 8, 9]);
  // The bass in frame 1, soprano and tenor in frame 2.
  assertEquals(figures.changed, { cells: 3, nats: (7 + 8 + 10) / 3 });
  assertEquals(figures.changedOrFirst, { cells: 11, nats: (7 + 8 + 10 + 6 + 54) / 11 });
  assertEquals(figures.held, { cells: 5, nats: (4 + 5 + 6 + 9 + 11) / 5 });
  const sum = (...nats: number[]) => ({ cells: nats.length, nats: nats.reduce((a, b) => a + b, 0) });
  assertEquals(figures.pieceCells, [{
    voices: [sum(0, 4, 8), sum(1, 5, 9), sum(2, 6, 10), sum(3, 7, 11)],
    changed: sum(7, 8, 10),
    held: sum(4, 5, 6, 9, 11),
  }, { voices: [sum(12), sum(13), sum(14), sum(15)], changed: sum(), held: sum() }]);
  assertEquals(figures.heldShare, (4 + 5 + 6 + 9 + 11) / 120);
  assertEquals(figures.accuracy, 11 / 16);
  assertEquals(figures.later, { frames: 2, voices: [0.5, 1, 1, 1], mean: 0.875, wholeFrame: 0.5, macro: 0.875 });
  assertThrows(() => gridFigures(cells, [FIRST]), RangeError, "16 cells were scored, the pieces have 12");
});
