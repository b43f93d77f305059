import { assertAlmostEquals, assertEquals } from "@std/assert";
import { METRICS } from "../../lib/metrics/mod.ts";
import { readMidi } from "../../lib/formats/mod.ts";
import { toNoteTable } from "../../lib/notes/mod.ts";
import { readShared, readSharedJson, sharedTest } from "../shared.ts";

interface Reference {
  midi: { file: string };
  recount: {
    notes: number;
    features: Record<string, { value: number; jSymbolic: number; agreesTo4Digits: boolean }>;
  };
}

sharedTest("metrics under jSymbolic's names say what jSymbolic printed, to its four digits", async () => {
  const { midi, recount } = await readSharedJson<Reference>("reference/metrics/jsymbolic.json");
  const score = readMidi(readShared(`reference/metrics/${midi.file}`));
  const table = toNoteTable(score, { drums: true });
  assertEquals(table.height, recount.notes);
  const features = Object.entries(recount.features);
  assertEquals(features.length, 32);
  for (const [name, { value, jSymbolic, agreesTo4Digits }] of features) {
    const metric = METRICS.find((candidate) => candidate.name === name || candidate.alias === name);
    const ours = metric?.of(table, score);
    assertAlmostEquals(ours!, value, 1e-6, `${name}: ${ours}, recounted as ${value}`);
    assertEquals(agreesTo4Digits, true);
    assertEquals(Number(ours!.toPrecision(4)), jSymbolic, name);
  }
});
