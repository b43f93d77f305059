import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { KernError, readKern } from "../../lib/formats/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { engrave, pianoRoll, stack } from "../../lib/plots/mod.ts";
import { CADENCE } from "./music.ts";
import { assertSnapshot, assertWellFormed } from "./snapshot.ts";

/** Four bars, an upbeat, and a repeat sign in the middle of bar 2. */
const REPEATED = [
  "**kern",
  "*M2/4",
  "8c",
  "=1",
  "4d",
  "4e",
  "=2",
  "4.f",
  "=:|!|:",
  "8g",
  "=3",
  "2a",
  "=4",
  "2b",
  "==",
  "*-",
].join("\n");

function count(svg: string, name: string): number {
  return svg.split(`class="${name}"`).length - 1;
}

Deno.test("engrave() engraves a score in four voices", async () => {
  assertSnapshot(await engrave(CADENCE, { title: "A cadence in G major" }), "engraved_cadence");
});

Deno.test("engrave() stands above the piano roll of the same notes", async () => {
  const score = readKern(CADENCE);
  const roll = pianoRoll(toNoteTable(score), { names: score.parts.map((part) => part.name) });
  assertSnapshot(stack(await engrave(CADENCE), roll), "engraved_above_piano_roll");
});

Deno.test("engrave() gives the same SVG for the same score, and another score other ids", async () => {
  const first = await engrave(CADENCE);
  const other = await engrave(REPEATED);
  assertEquals((await engrave(CADENCE)).svg, first.svg);
  const ids = (svg: string) => [...svg.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assertNotEquals(ids(first.svg).length, 0);
  assertEquals(ids(first.svg).filter((id) => ids(other.svg).includes(id)), []);
});

Deno.test("engrave() engraves the bars asked for, by their numbers", async () => {
  const notes = async (first: number, last: number) => {
    const { svg } = await engrave(REPEATED, { bars: [first, last] });
    assertWellFormed(svg);
    return count(svg, "note");
  };
  assertEquals(count((await engrave(REPEATED)).svg, "note"), 7);
  assertEquals(await notes(0, 1), 3);
  assertEquals(await notes(2, 2), 2);
  assertEquals(await notes(3, 4), 2);
  assertEquals(count((await engrave(REPEATED)).svg, "note"), 7, "A selection outlives its call");
  assertStringIncludes((await engrave(REPEATED, { bars: [0, 2] })).svg, "Upbeat and bars 1 to 2");
});

Deno.test("engrave() sets beams where the text has none", async () => {
  const plain = "**kern\n*M2/4\n8c\n8d\n8e\n8f\n==\n*-";
  assert(count((await engrave(plain)).svg, "beam") > 0);
});

Deno.test("engrave() says which page it shows", async () => {
  const bars = Array.from({ length: 60 }, (_, i) => `=${i + 1}\n4c\n4d\n4e\n4f\n8g\n8a\n8b\n8cc\n4r\n4c`).join("\n");
  const figure = await engrave(`**kern\n*M6/4\n${bars}\n==\n*-`);
  assertStringIncludes(figure.svg, "Page 1 of ");
  assertStringIncludes(figure.description, "60 bars, page 1 of ");
  const whole = await engrave(`**kern\n*M6/4\n${bars}\n==\n*-`, { allPages: true });
  assertEquals([count(whole.svg, "note"), whole.description], [540, "Score, 60 bars, engraved"]);
  assertWellFormed(whole.svg);
});

Deno.test("engrave() escapes the title", async () => {
  const { svg } = await engrave(CADENCE, { title: "<script>alert(1)</script>\u0000" });
  assertWellFormed(svg);
  assert(!svg.includes("<script"));
});

Deno.test("engrave() says where a text is broken", async () => {
  await assertRejects(() => engrave(""), KernError);
  const error = await assertRejects(() => engrave("**kern\n4c\n4zz\n*-"), KernError);
  assertEquals([error.line, error.spine], [3, 1]);
  await assertRejects(() => engrave(CADENCE, { bars: [1, 9] }), RangeError, "the score has the bars 0 to 2");
  await assertRejects(() => engrave(CADENCE, { bars: [2, 1] }), RangeError, "bars 2 to 1");
});

Deno.test("engrave() keeps Verovio's log to itself", async () => {
  const script = `
    import { engrave } from "${new URL("../../lib/plots/mod.ts", import.meta.url)}";
    await engrave("**kern\\n*foo\\n*M9/4\\n4c\\n=1\\n4d;^~\\n*-\\n");`;
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: new URL("../..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, said);
  assert(!/\[(Warning|Error|Info)\]|WARNING|verovio/i.test(said), said);
});
