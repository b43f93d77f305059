import { assertEquals, assertThrows } from "@std/assert";
import { openCorpus } from "../../lib/corpus/mod.ts";
import { corpusTable, numberColumn, withVoices } from "../../lib/notes/mod.ts";

Deno.test("withVoices() says the voice of each note, piece by piece", async () => {
  const { pieces } = await openCorpus("sample", { only: ["bwv269-chorale.krn", "bwv775-invention.krn"] });
  const table = corpusTable(pieces), voiced = withVoices(table);
  assertEquals(voiced.columns, [...table.columns, "voice"]);
  // Each of the four parts, and of the two, is one voice.
  const [part, voice] = ["part", "voice"].map((name) => numberColumn(voiced, name));
  const piece = voiced.getColumn("piece").toArray();
  const pairs = new Set(Array.from(part, (part, i) => `${piece[i]} ${part} ${voice[i]}`));
  assertEquals(pairs.size, 6);
});

Deno.test("withVoices() finds voices where no part is known, nearly as the parts have them", async () => {
  const { pieces } = await openCorpus("sample", { only: ["bwv775-invention.krn"] });
  const table = corpusTable(pieces), known = withVoices(table);
  const found = withVoices(table.select("piece", "pitch", "start", "end"));
  assertEquals(numberColumn(found, "voice"), numberColumn(known, "voice"));
  assertThrows(() => withVoices(table.select("piece", "pitch", "start")), TypeError, "end");
});
