import { assertEquals, assertThrows } from "@std/assert";
import { flatten, type Flattening } from "../../lib/score/mod.ts";
import { part, score } from "../notes/scores.ts";

const music = score([
  part([], { name: "rests" }),
  part([[64, 2, 1], [60, 0, 4], [67, 2, 1]]),
  part([[62, 2, 1], [72, 0, 1]]),
  part([[36, 0, 1], [38, 2, 1]], { drum: true }),
]);
const sequence = (flattening: Flattening, drums?: boolean) =>
  flatten(music, flattening, { drums }).map(({ note, part }) => [part, note.pitch]);

Deno.test("flatten() takes the first part that has notes, and keeps the source's order in a chord", () => {
  assertEquals(sequence("first"), [[1, 60], [1, 64], [1, 67]]);
  assertEquals(sequence("first", true), sequence("first"));
});

Deno.test("flatten() takes all parts but drums, the notes of one onset by pitch", () => {
  assertEquals(sequence("all"), [[1, 60], [2, 72], [2, 62], [1, 64], [1, 67]]);
});

Deno.test("flatten() takes the drums when it is asked to", () => {
  assertEquals(sequence("all", true), [[3, 36], [1, 60], [2, 72], [3, 38], [2, 62], [1, 64], [1, 67]]);
});

Deno.test("flatten() gives nothing for a score without notes, and takes drums alone as the first part", () => {
  assertEquals(flatten(score([part([])]), "first"), []);
  assertEquals(flatten(score([]), "all"), []);
  const drums = score([part([[36, 0, 1]], { drum: true })]);
  assertEquals([flatten(drums, "first").length, flatten(drums, "all").length], [1, 0]);
});

Deno.test("flatten() refuses another flattening", () => {
  assertThrows(() => flatten(music, "both" as "all"), TypeError, 'must be "first" or "all", current value is "both"');
});
