import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { notePieces } from "../../lib/encodings/mod.ts";
import { openCorpus } from "../../lib/corpus/mod.ts";
import { corpusTable, numberColumn, pitchColumn } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate, type GenerateOptions, noSelfCopy, withinRange } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { ngrams } from "../../lib/systems/mod.ts";

const [heldOut, ...train] = notePieces(corpusTable((await openCorpus("sample")).pieces, { transpose: true }));
const model = ngrams.learn({ train, heldOut: [heldOut] }, settings("corrected"));
const ENDING = { bars: 4, barSeconds: 2, key: { tonic: 0, mode: "major" } } as const;

function play(changes: Partial<GenerateOptions> = {}) {
  const options = { count: 400, temperature: 1, prng: seeded(1), ending: ENDING, ...changes };
  return generate(model, heldOut.events.slice(0, 30), options);
}

Deno.test("generate() ends on the tonic, at the beginning of the last bar, with the bars that were asked for", async () => {
  for (let seed = 0; seed < 10; seed++) {
    const table = await play({ prng: seeded(seed) });
    const pitch = pitchColumn(table),
      [start, end, duration] = ["start", "end", "duration"].map((name) => numberColumn(table, name));
    assertEquals(pitch.at(-1)! % 12, 0);
    assertAlmostEquals(start.at(-1)!, 6);
    assertEquals(duration.at(-1), 2);
    assertAlmostEquals(Math.max(...end), 8);
    assert(start.slice(0, -1).every((onset, i) => onset < 6 && end[i] <= 6 + 1e-9));
  }
});

Deno.test("generate() counts what of the first bar is over", async () => {
  const start = numberColumn(await play({ ending: { ...ENDING, into: 1.5 } }), "start");
  assertAlmostEquals(start.at(-1)!, 4.5);
});

Deno.test("generate() has more of the dominant in the bar before the last one", async () => {
  const share = async (nats: number) => {
    const notes: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const table = await play({ prng: seeded(seed), ending: { ...ENDING, nats } });
      const start = numberColumn(table, "start");
      notes.push(...pitchColumn(table).filter((_, i) => start[i] >= 4.5 && start[i] < 5.9));
    }
    return notes.filter((pitch) => [7, 11, 2, 5].includes(pitch % 12)).length / notes.length;
  };
  const [free, steered] = [await share(0), await share(3)];
  assert(steered > free + 0.1, `${free} without, ${steered} with`);
});

Deno.test("generate() finds the key that it ends in by itself", async () => {
  // The piece is in C major or A minor, as all of them are.
  const table = await play({ ending: { bars: 4, barSeconds: 2 } });
  assert([0, 9].includes(pitchColumn(table).at(-1)! % 12));
});

Deno.test("generate() keeps rules to the end, as far as they leave a tonic", async () => {
  const rules = [withinRange({ lowest: 55, highest: 74 }), noSelfCopy({ longest: 3 })];
  const pitch = pitchColumn(await play({ rules }));
  assert(pitch.every((pitch) => pitch >= 55 && pitch <= 74) && [60, 72].includes(pitch.at(-1)!));
  const narrow = pitchColumn(await play({ rules: [withinRange({ lowest: 61, highest: 71 })] }));
  assertEquals(narrow.at(-1)! % 12, 0);
});

Deno.test("generate() says that a piece does not end", async () => {
  await assertRejects(() => play({ count: 5 }), RangeError, "4 bars have not ended after 5 notes");
  await assertRejects(() => play({ ending: { ...ENDING, into: 6 } }), RangeError, "begins after 6 seconds, 6 of which");
  await assertRejects(
    () => play({ ending: { ...ENDING, bars: 1 } }),
    RangeError,
    "ending.bars must be an integer of 2",
  );
});
