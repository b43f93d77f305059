import { assertStringIncludes, assertThrows } from "@std/assert";
import { type DifferenceRow, differences } from "../../lib/plots/mod.ts";
import { assertSnapshot, assertWellFormed } from "./snapshot.ts";

const rows: DifferenceRow[] = [
  {
    label: "passages of the piece's own past",
    values: {
      "by itself": { value: 1.2, low: 0.9, high: 1.6 },
      "beside everything else": { value: 0.9, low: 0.7, high: 1.2 },
    },
  },
  {
    label: "the key",
    values: {
      "by itself": { value: 0.2, low: 0.1, high: 0.3 },
      "beside everything else": { value: -0.02, low: -0.06, high: 0.03 },
    },
  },
  { label: "one piece & no interval", values: { "by itself": { value: 0.5, low: null, high: null } } },
];

Deno.test("differences() draws a row for each thing, and its intervals beside one another", () => {
  const figure = differences(rows, { title: "What each idea is worth", unit: "nats per note that it saves" });
  assertWellFormed(figure.svg);
  assertStringIncludes(figure.description!, "the key, beside everything else: -0.02");
  assertSnapshot(figure, "differences");
});

Deno.test("differences() cuts no label of the ladder", () => {
  const label = "times as log-normal distributions, not as seconds";
  assertStringIncludes(differences([{ ...rows[0], label }]).svg, `>${label}<`);
});

Deno.test("differences() refuses nothing, a label twice, and what is no number", () => {
  assertThrows(() => differences([]), RangeError, "there are none");
  assertThrows(() => differences([rows[0], rows[0]]), RangeError, 'two rows have the label "passages');
  const odd = { label: "odd", values: { one: { value: NaN, low: 0, high: 1 } } };
  assertThrows(() => differences([odd]), RangeError, '"odd" is NaN from 0 to 1');
});
