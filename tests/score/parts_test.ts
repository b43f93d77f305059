import { assertEquals } from "@std/assert";
import { channelOf, firstInstrument } from "../../lib/score/mod.ts";

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
