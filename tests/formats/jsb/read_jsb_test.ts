import { assertEquals, assertThrows } from "@std/assert";
import {
  FormatError,
  type GridCorpus,
  readJsb,
  readJsbPiece,
  readJsbSets,
  splitJsb,
} from "../../../lib/formats/mod.ts";

const FIRST = [[67, 64, 60, 48], [67, 64, 60, 50], [69, 64, -1, 50]];
const SECOND = [[67, 64, 60, 48]];

const corpus = (changes: Record<string, unknown> = {}): GridCorpus =>
  readJsb(JSON.stringify({ train: [FIRST, SECOND], valid: [SECOND], test: [FIRST, SECOND], ...changes }));

Deno.test("readJsb() reads pieces, and finds their range", () => {
  const grid = corpus();
  assertEquals([grid.train, grid.valid, grid.test], [[FIRST, SECOND], [SECOND], [FIRST, SECOND]]);
  assertEquals([grid.lowest, grid.highest], [48, 69]);
});

Deno.test("readJsb() says what is wrong with a file", () => {
  const refused = (changes: Record<string, unknown>, message: string) =>
    assertThrows(() => corpus(changes), FormatError, message);
  refused({ valid: undefined }, 'there is no list "valid"');
  refused({ test: [FIRST, []] }, 'piece 1 of "test" is not a list of frames');
  for (
    const [frame, shown] of [
      [[60, 60, 60], "[60, 60, 60]"],
      [[60, 60, 60, 128], "[60, 60, 60, 128]"],
      [[60, 60, 60, -2], "[60, 60, 60, -2]"],
      [[60, 60, 60, null], "[60, 60, 60, null]"],
      [[[[[60]]]], "a list of 1"],
      [60, "60"],
    ]
  ) {
    refused({ train: [[FIRST[0], frame]] }, `frame 1 of piece 0 of "train" is not four MIDI numbers or -1: ${shown}`);
  }
  const rests = [[[-1, -1, -1, -1]]];
  refused({ train: rests, valid: rests, test: rests }, "there is no note in them");
  assertThrows(() => readJsb("null"), FormatError, 'there is no list "train"');
  assertThrows(() => readJsb("{"), FormatError, "this is not JSON: ");
});

Deno.test("readJsbPiece() reads one chorale as a score, a part for each voice", () => {
  const { parts } = readJsbPiece(JSON.stringify(FIRST));
  assertEquals(parts.map(({ name }) => name), ["soprano", "alto", "tenor", "bass"]);
  assertEquals(parts[3].notes.map(({ pitch, start, end }) => [pitch, start, end]), [[48, 0, 0.125], [
    50,
    0.125,
    0.375,
  ]]);
  assertThrows(() => readJsbPiece("[]"), FormatError, "the piece is not a list of frames");
  assertThrows(() => readJsbPiece("{}"), FormatError, "the piece is not a list of frames");
  assertThrows(() => readJsbPiece('{"train": []}'), FormatError, "the file holds many of them");
});

Deno.test("splitJsb() takes a list of chorales apart, and nothing else", () => {
  const pieces = splitJsb(JSON.stringify([FIRST, SECOND]))!;
  assertEquals(pieces.map(readJsbPiece), [FIRST, SECOND].map((piece) => readJsbPiece(JSON.stringify(piece))));
  for (const other of [JSON.stringify(FIRST), '{"train": []}', "[]", "[[]]", "null", "{", ""]) {
    assertEquals(splitJsb(other), undefined, other);
  }
});

Deno.test("readJsbSets() makes a row of each set of pitches, from the top, filled up with rests", () => {
  const sides = (piece: unknown) => JSON.stringify({ train: [piece], valid: [], test: [] });
  const { train, lowest, highest } = readJsbSets(sides([[48, 60, 64, 67], [55, 60], []]));
  assertEquals(train, [[[67, 64, 60, 48], [60, 55, -1, -1], [-1, -1, -1, -1]]]);
  assertEquals([lowest, highest], [48, 67]);
  for (
    const [frame, shown] of [[[48, 48], "[48, 48]"], [[1, 2, 3, 4, 5], "[1, 2, 3, 4, 5]"], [[-1], "[-1]"], [7, "7"]]
  ) {
    assertThrows(
      () => readJsbSets(sides([[60], frame])),
      FormatError,
      `frame 1 of piece 0 of "train" is not four MIDI numbers or -1: ${shown}`,
    );
  }
  assertThrows(() => readJsbSets(sides(3)), FormatError, "is not a list of frames");
});
