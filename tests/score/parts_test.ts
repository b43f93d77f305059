import { assertEquals } from "@std/assert";
import { channelOf, firstInstrument, pitchedParts, whyUnpitched } from "../../lib/score/mod.ts";

Deno.test("firstInstrument() passes over parts without notes", () => {
  const part = { name: "", program: 0, drum: false, channel: 0, track: 0, notes: [] };
  const note = { pitch: 60, velocity: 64, startTick: 0, endTick: 1, start: 0, end: 1 };
  const sounding = { ...part, name: "second", notes: [note] };
  assertEquals(firstInstrument({ parts: [part, sounding, { ...sounding, name: "third" }] }), sounding);
  assertEquals(firstInstrument({ parts: [part] }), undefined);
});

Deno.test("channelOf() passes over the drums' channel, and begins anew after the last", () => {
  assertEquals([8, 9, 14, 15].map(channelOf), [8, 10, 15, 0]);
});

Deno.test("whyUnpitched() tells only drums from no notes, and pitchedParts() leaves both out", () => {
  const silent = { name: "", program: 0, drum: false, channel: 0, track: 0, notes: [] };
  const piano = { ...silent, notes: [{ pitch: 60, velocity: 64, startTick: 0, endTick: 1, start: 0, end: 1 }] };
  const drums = { ...piano, drum: true, channel: 9 };
  assertEquals(whyUnpitched({ parts: [silent, { ...drums, notes: [] }] }), "it has no notes");
  assertEquals(whyUnpitched({ parts: [silent, drums] }), "it has only drums");
  assertEquals([whyUnpitched({ parts: [drums, piano] }), pitchedParts({ parts: [drums, silent, piano] })], [
    undefined,
    [piano],
  ]);
});
