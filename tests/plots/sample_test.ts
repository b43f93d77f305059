import { readKern } from "../../lib/formats/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { engrave, pianoRoll, stack } from "../../lib/plots/mod.ts";
import { assertSnapshot } from "./snapshot.ts";

Deno.test("the README's picture: an invention as musicians read it, above what the model learns from", async () => {
  const kern = await Deno.readTextFile(new URL("../../data/sample/bwv772-invention.krn", import.meta.url));
  const score = readKern(kern);
  const bars: [number, number] = [1, 3];
  const names = score.parts.map(({ name }) => name);
  const roll = pianoRoll(toNoteTable(score), { bars, names, title: "The same bars as the model gets them" });
  assertSnapshot(stack(await engrave(kern, { bars, title: "Invention in C major, BWV 772" }), roll), "invention");
});
