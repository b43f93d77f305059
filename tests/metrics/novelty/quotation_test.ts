import { assert, assertEquals, assertThrows } from "@std/assert";
import pl, { type DataFrame } from "nodejs-polars";
import { longestQuotation, ngramOverlap, quotationIndex, type QuotationOptions } from "../../../lib/metrics/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";

/** A table of pieces; all steps are a quarter of a second unless others are given. */
function table(pieces: Record<string, number[]>, steps: Record<string, number[]> = {}): DataFrame {
  const rows = Object.entries(pieces).flatMap(([piece, pitches]) =>
    pitches.map((pitch, i) => ({ piece, pitch, step: steps[piece]?.[i] ?? (i === 0 ? 0 : 0.25) }))
  );
  return pl.DataFrame({
    piece: pl.Series("piece", rows.map(({ piece }) => piece), pl.Utf8),
    pitch: pl.Series("pitch", rows.map(({ pitch }) => pitch), pl.Int32),
    step: pl.Series("step", rows.map(({ step }) => step), pl.Float64),
  });
}

const THEME = [60, 62, 64, 65, 62, 64, 60, 67, 72];
const TRAINING = table({
  "air": [50, 55, 50, 55],
  "invention": [48, ...THEME, 71],
  "echo": [...THEME.slice(0, 5), 59],
});
const index = quotationIndex(TRAINING);

Deno.test("longestQuotation() finds the longest run of pitches, and its first place", () => {
  const sample = table({ "first": [40, 41, 50], "second": [70, 62, 64, 65, 62, 63] });
  assertEquals(longestQuotation(index, sample), {
    notes: 4,
    sample: { piece: "second", at: 1 },
    training: { piece: "invention", at: 2 },
    transposition: 0,
  });
});

Deno.test("longestQuotation() of a whole training piece is the piece", () => {
  const sample = table({ "copy": [48, ...THEME, 71] });
  for (const by of ["pitches", "intervals", "times"] as const) {
    assertEquals(longestQuotation(index, sample, { by }), {
      notes: 11,
      sample: { piece: "copy", at: 0 },
      training: { piece: "invention", at: 0 },
      transposition: 0,
    });
  }
});

Deno.test("longestQuotation() by intervals finds a transposed theme, by pitches it does not", () => {
  const sample = table({ "canon": [30, ...THEME.map((pitch) => pitch - 7), 31] });
  assertEquals(longestQuotation(index, sample, { by: "intervals" }), {
    notes: 9,
    sample: { piece: "canon", at: 1 },
    training: { piece: "invention", at: 1 },
    transposition: -7,
  });
  assertEquals(longestQuotation(index, sample)!.notes, 1);
});

Deno.test("longestQuotation() by times asks for the same steps within the tolerance, the first note's aside", () => {
  // The first note of the run is late, which is no matter; the sixth comes 0.04 too late.
  const steps = { "sample": [0, 3, 0.25, 0.255, 0.25, 0.25, 0.29, 0.25, 0.25, 0.25] };
  const sample = table({ "sample": [90, ...THEME] }, steps);
  const find = (options: QuotationOptions) => longestQuotation(index, sample, options)!;
  const { notes, sample: place, training } = find({ by: "times" });
  assertEquals([notes, place.at, training], [5, 1, { piece: "invention", at: 1 }]);
  assertEquals(find({ by: "times", tolerance: 0.05 }).notes, 9);
  // Exactly in time: 62 after 60, and after the late note 60, 67, 72.
  assertEquals(find({ by: "times", tolerance: 0 }), {
    notes: 4,
    sample: { piece: "sample", at: 6 },
    training: { piece: "invention", at: 6 },
    transposition: 0,
  });
  assertEquals(find({ by: "pitches" }).notes, 9);
});

Deno.test("longestQuotation() does not run over the end of a piece, on either side", () => {
  // 55 ends the air, 48 begins the invention; 71 ends it, 60 begins the echo.
  assertEquals(longestQuotation(index, table({ "across": [50, 55, 48, 60] }))!.notes, 2);
  assertEquals(longestQuotation(index, table({ "one": THEME.slice(0, 4), "other": THEME.slice(4) }))!.notes, 5);
});

Deno.test("longestQuotation() of repeated notes is as long as the shorter repetition", () => {
  const repeated = quotationIndex(table({ "drum": Array(100).fill(60), "more": Array(30).fill(60) }));
  const found = longestQuotation(repeated, table({ "sample": [61, ...Array(40).fill(60)] }))!;
  assertEquals(found, {
    notes: 40,
    sample: { piece: "sample", at: 1 },
    training: { piece: "drum", at: 0 },
    transposition: 0,
  });
  assertEquals(longestQuotation(repeated, table({ "sample": Array(300).fill(60) }))!.notes, 100);
});

Deno.test("longestQuotation() finds nothing without notes, or without a pitch in common", () => {
  assertEquals(longestQuotation(index, table({})), undefined);
  assertEquals(longestQuotation(quotationIndex(table({})), TRAINING), undefined);
  assertEquals(longestQuotation(quotationIndex(table({})), TRAINING, { by: "intervals" }), undefined);
  assertEquals(longestQuotation(index, table({ "low": [1, 2, 9] })), undefined);
  assertEquals(longestQuotation(index, table({ "low": [1, 21, 1] }), { by: "intervals" })!.notes, 1);
});

Deno.test("ngramOverlap() counts passages of each length, each as often as it comes", () => {
  const sample = table({ "a": [60, 62, 64, 99, 60, 62, 64], "b": [50, 55] });
  // Length 2: 60-62 and 62-64 twice each and 50-55, of 6 + 1. Length 3: 60-62-64 twice, of 5. Length 4: none of 4.
  assertEquals(ngramOverlap(index, sample, { longest: 8 }).map(({ ngrams, share }) => [ngrams, share]), [
    [9, 8 / 9],
    [7, 5 / 7],
    [5, 2 / 5],
    [4, 0],
    [3, 0],
    [2, 0],
    [1, 0],
    [0, NaN],
  ]);
  assertEquals(ngramOverlap(index, table({}), { longest: 1 }), [{ notes: 1, ngrams: 0, share: NaN }]);
});

Deno.test("QuotationIndex.match() agrees with a comparison of every place with every place", () => {
  const prng = seeded(3);
  const melody = (length: number) => Array.from({ length }, () => 60 + Math.floor(prng() * 4));
  const times = (length: number) => Array.from({ length }, () => [0, 0.25, 0.5][Math.floor(prng() * 3)]);
  const make = (count: number) => {
    const names = Array.from({ length: count }, (_, i) => `piece ${i}`);
    const pieces = Object.fromEntries(names.map((name) => [name, melody(1 + Math.floor(prng() * 30))]));
    return { pieces, steps: Object.fromEntries(names.map((name) => [name, times(pieces[name].length)])) };
  };
  const [known, asked] = [make(12), make(6)];
  const knownPitches = Object.values(known.pieces).flat();
  const knownIndex = quotationIndex(table(known.pieces, known.steps));
  for (const by of ["pitches", "intervals", "times"] as const) {
    const found = knownIndex.match(table(asked.pieces, asked.steps), { by });
    let row = 0;
    for (const [name, pitches] of Object.entries(asked.pieces)) {
      for (let last = 0; last < pitches.length; last++) {
        let longest = 0;
        for (const [other, theirs] of Object.entries(known.pieces)) {
          for (let end = 0; end < theirs.length; end++) {
            let notes = 0;
            while (notes <= Math.min(last, end)) {
              const [i, j] = [last - notes, end - notes];
              if (by !== "intervals" && pitches[i] !== theirs[j]) break;
              if (by === "intervals" && notes > 0 && pitches[i + 1] - pitches[i] !== theirs[j + 1] - theirs[j]) break;
              if (by === "times" && notes > 0 && asked.steps[name][i + 1] !== known.steps[other][j + 1]) break;
              notes++;
            }
            longest = Math.max(longest, notes);
          }
        }
        assertEquals(found.notes[row], longest, `${by}, note ${last} of ${name}`);
        assertEquals(knownPitches[found.ends[row]] + found.transposition[row], pitches[last]);
        row++;
      }
    }
    assert(Math.max(...found.notes) >= 3);
  }
});

Deno.test("QuotationIndex.match() leaves training pieces out as if they had never been there", () => {
  const sample = table({ "a": [48, ...THEME, 50, 55, 90] });
  const rest = quotationIndex(TRAINING.filter(pl.col("piece").neq(pl.lit("invention"))));
  for (const by of ["pitches", "intervals", "times"] as const) {
    assertEquals(longestQuotation(index, sample, { by })!.notes, 10);
    const without = longestQuotation(index, sample, { by, without: ["invention"] });
    assertEquals(without, longestQuotation(rest, sample, { by }));
    assertEquals([without!.notes, without!.training], [5, { piece: "echo", at: 0 }]);
    const [ours, theirs] = [index.match(sample, { by, without: ["invention"] }), rest.match(sample, { by })];
    assertEquals(ours.notes, theirs.notes);
    assertEquals(ngramOverlap(index, sample, { by, without: ["invention"] }), ngramOverlap(rest, sample, { by }));
  }
  const all = ["air", "invention", "echo"];
  assertEquals(longestQuotation(index, sample, { by: "intervals", without: all }), undefined);
  assertThrows(() => index.match(sample, { without: ["fugue"] }), TypeError, 'no training piece "fugue"');
});

Deno.test("quotationIndex() and what asks it refuse other tables and options", () => {
  assertThrows(() => quotationIndex(pl.DataFrame({ pitch: [60] })), TypeError, 'no column "piece"');
  assertThrows(() => quotationIndex(pl.DataFrame({ piece: ["a"], pitch: [200] })), RangeError, "got 200");
  const sample = table({ "a": [60] });
  const plain = quotationIndex(TRAINING.select("piece", "pitch"));
  assertEquals(longestQuotation(plain, sample.select("piece", "pitch"))!.notes, 1);
  assertThrows(
    () => longestQuotation(plain, sample, { by: "times" }),
    TypeError,
    'training table has no column "step"',
  );
  assertThrows(
    () => index.match(sample, { by: "rhythm" as "times" }),
    TypeError,
    'by must be "pitches", "intervals" or "times", current value is "rhythm"',
  );
  assertThrows(() => index.match(sample, { by: "times", tolerance: -1 }), RangeError, "current value is -1");
  assertThrows(() => index.match(sample, { by: "times", tolerance: NaN }), RangeError, "current value is NaN");
  assertThrows(() => ngramOverlap(index, sample, { longest: 0 }), RangeError, "current value is 0");
});
