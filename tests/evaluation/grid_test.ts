import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type GridCorpus, readJsb } from "../../lib/formats/mod.ts";
import { gridFigures, scoreGrid } from "../../lib/evaluation/mod.ts";
import { bigramGrid, gridClasses, repeatGrid, uniformGrid, unigramGrid } from "../../lib/models/mod.ts";

const FIRST = [[67, 64, 60, 48], [67, 64, 60, 50], [69, 64, -1, 50]];
const SECOND = [[67, 64, 60, 48]];

const corpus = (changes: Record<string, unknown> = {}): GridCorpus =>
  readJsb(JSON.stringify({ train: [FIRST, SECOND], valid: [SECOND], test: [FIRST, SECOND], ...changes }));

Deno.test("gridClasses() has a rest and every pitch of the range", () => {
  const classes = gridClasses(corpus());
  assertEquals(classes.count, 23);
  assertEquals([-1, 48, 69].map(classes.of), [0, 1, 22]);
  for (const pitch of [47, 70, NaN]) {
    assertThrows(() => classes.of(pitch), RangeError, `the class of pitch ${pitch}: the range is from 48 to 69`);
  }
});

Deno.test("scoreGrid() asks every model for probabilities that sum to 1, of every cell", () => {
  const grid = corpus();
  for (
    const model of [uniformGrid(grid), unigramGrid(grid), bigramGrid(grid, 1), bigramGrid(grid, 2), repeatGrid(grid)]
  ) {
    const listener = model.listen();
    for (const pitch of FIRST.flat()) {
      assertAlmostEquals(listener.next().reduce((a, b) => a + b), 1, 1e-12, model.name);
      listener.hear(model.classes.of(pitch));
    }
    const { pieces, piece, heads: { cell } } = scoreGrid(model, grid.test);
    assertEquals(pieces, ["0", "1"]);
    assertEquals([...piece], [...Array(12).fill(0), ...Array(4).fill(1)]);
    assert(cell.nats.every((nats) => nats > 0 && nats < Infinity));
  }
});

Deno.test("bigramGrid() counts the transitions of each voice at each place", () => {
  const grid = corpus(), V = 23;
  const U = (times: number) => (0.1 + times) / (4 + 0.1 * V);
  const { heads: { cell: { nats } } } = scoreGrid(bigramGrid(grid, 2), [FIRST]);
  const bass = [3, 7, 11].map((i) => Math.exp(-nats[i]));
  // 48 twice, then 50 twice: once from 48 at an odd frame, once from 50 at an even one.
  assertAlmostEquals(bass[0], U(2), 1e-12);
  assertAlmostEquals(bass[1], (1 + 5 * U(2)) / 6, 1e-12);
  assertAlmostEquals(bass[2], (1 + 5 * U(2)) / 6, 1e-12);
  const { heads: { cell } } = scoreGrid(bigramGrid(grid, 1), [[FIRST[1], FIRST[2], FIRST[2]]]);
  assertAlmostEquals(Math.exp(-cell.nats[7]), (1 + 5 * U(2)) / 6, 1e-12);
  // Nothing ever followed the rest.
  assertAlmostEquals(Math.exp(-cell.nats[10]), U(1), 1e-12);
  assertThrows(() => bigramGrid(grid, 0), RangeError, "phases must be a positive integer, current value is 0");
});

Deno.test("repeatGrid() expects what each voice had, as often as it had it again", () => {
  const grid = corpus(), r = (5 + 1) / (8 + 2);
  const { heads: { cell: { nats } } } = scoreGrid(repeatGrid(grid), [FIRST]);
  assertAlmostEquals(nats[0], Math.log(23), 1e-12);
  assertAlmostEquals(nats[4], -Math.log(r), 1e-12);
  assertAlmostEquals(nats[7], -Math.log((1 - r) / 22), 1e-12);
});

Deno.test("gridFigures() takes means over cells, pieces, voices, and what changes", () => {
  const nats = Float64Array.from({ length: 16 }, (_, i) => i), hit = Uint8Array.from(nats, (_, i) => Number(i >= 5));
  const piece = Int32Array.from(nats, (_, i) => Number(i >= 12));
  const scored = { pieces: ["0", "1"], piece, heads: { cell: { nats, hit, confidence: nats } } };
  const figures = gridFigures(scored, [FIRST, SECOND]);
  assertEquals([figures.pieces, figures.cells, figures.micro, figures.frame], [2, 16, 7.5, 30]);
  assertEquals(figures.perPiece, [5.5, 13.5]);
  assertEquals([figures.macro, figures.bits], [9.5, 7.5 / Math.LN2]);
  assertEquals(figures.voices, [6, 7, 8, 9]);
  // The bass in frame 1, soprano and tenor in frame 2.
  assertEquals(figures.changed, { cells: 3, nats: (7 + 8 + 10) / 3 });
  assertEquals(figures.changedOrFirst, { cells: 11, nats: (7 + 8 + 10 + 6 + 54) / 11 });
  assertEquals(figures.held, { cells: 5, nats: (4 + 5 + 6 + 9 + 11) / 5 });
  assertEquals(figures.accuracy, 11 / 16);
  assertEquals(figures.later, { frames: 2, voices: [0.5, 1, 1, 1], mean: 0.875, wholeFrame: 0.5, macro: 0.875 });
  assertThrows(() => gridFigures(scored, [FIRST]), RangeError, "16 cells were scored, the pieces have 12");
});
