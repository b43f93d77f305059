import { assertEquals, assertThrows } from "@std/assert";
import { choraleTokens, encodeWhole, type Token, tokenClasses, tokenPieces } from "../../../lib/encodings/mod.ts";
import { type Chorale, choraleOfFrames, REST } from "../../../lib/score/mod.ts";

const RANGE = { lowest: 43, highest: 69 };
const FRAMES = [[67, 62, 59, 43], [67, 64, REST, 48], [67, 64, 60, 48]];
const chorale = choraleOfFrames(FRAMES, "cadence");
const struck = (pitch: number): Token => ({ pitch, tied: false }),
  tied = (pitch: number): Token => ({ pitch, tied: true });

Deno.test("tokenPieces() writes a chorale of frames voice by voice, with no fermata and no end", () => {
  const [{ piece, events }] = tokenPieces([chorale]);
  assertEquals(piece, "cadence");
  assertEquals(events, [
    "start",
    ...[67, 62, 59, 43].map(struck),
    "frame",
    ...[tied(67), struck(64), struck(REST), struck(48)],
    "frame",
    ...[tied(67), tied(64), struck(60), tied(48)],
    "frame",
  ]);
});

Deno.test("tokenPieces() writes what the notation knows: a note struck again, a fermata, and the end", () => {
  const written: Chorale = {
    ...chorale,
    struck: [...chorale.struck.slice(0, 2), [true, false, true, false]],
    notation: { fermata: [false, false, true], place: [14, 15, 0], bar: [16, 16, 16], fifths: [0, 0, 0] },
  };
  const [{ events }] = tokenPieces([written]);
  assertEquals(events.slice(11), ["fermata", struck(67), tied(64), struck(60), tied(48), "frame", "end"]);
});

Deno.test("tokenClasses() have a class for every token, and one for what a cell has, held or struck", () => {
  const { count, untied, cells, of, token, untie } = tokenClasses(RANGE);
  assertEquals([count, untied, cells], [1 + 27 + 27 + 3, 1 + 27 + 3, 28]);
  for (let value = 0; value <= count; value++) assertEquals(of(token(value)), value);
  assertEquals([struck(REST), struck(43), struck(69)].map(of), [0, 1, 27]);
  assertEquals(untie(of(tied(60))), of(struck(60)));
  assertEquals((["frame", "fermata", "end"] as const).map((mark) => untie(of(mark))), [28, 29, 30]);
  assertThrows(() => of(struck(42)), RangeError, "Cannot find the token of pitch 42: the range is from 43 to 69");
});

Deno.test("choraleTokens() hears and says one class, and transposes pitches, held and struck, alone", () => {
  const encoding = choraleTokens(RANGE), [{ events }] = tokenPieces([chorale]);
  const { heard, said } = encodeWhole(encoding, [events]);
  assertEquals(Array.from(heard.token.slice(1)), Array.from(said.token.slice(1)));
  assertEquals([heard.token[0], said.token[0]], [encoding.hears[0].size! - 1, -1]);
  assertEquals(Array.from(said.token.slice(1), (token) => encoding.decode({ token })), events.slice(1));
  const { room, move } = encoding.hears[0].transposing!;
  // From G2, the lowest, to G4, which has two more above it.
  assertEquals(room!(heard.token), [0, 2]);
  const higher = heard.token.slice();
  move(higher, 2);
  const [{ events: expected }] = tokenPieces([
    choraleOfFrames(FRAMES.map((frame) => frame.map((pitch) => pitch === REST ? REST : pitch + 2)), ""),
  ]);
  assertEquals(higher, encodeWhole(encoding, [expected]).heard.token);
});
