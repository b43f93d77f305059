import * as Plot from "@observablehq/plot";
import pl from "nodejs-polars";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { categorical, logNormal, paperHeads } from "../../lib/heads/mod.ts";
import { tonalTension } from "../../lib/metrics/mod.ts";
import { durationClasses, findKey, pitchClassHistogram } from "../../lib/notes/mod.ts";
import {
  COLOURS,
  coloursOf,
  display,
  distributions,
  escapeMarkup,
  keyHistogram,
  PALETTE,
  pianoRoll,
  plainText,
  plot,
  runCurves,
  stack,
  svgIn,
  tensionCurves,
  trainingCurves,
} from "../../lib/plots/mod.ts";
import { generated, prelude } from "./music.ts";
import { assertSnapshot, assertWellFormed } from "./snapshot.ts";

const HOSTILE = `</text><script>alert("1")</script>&'\u0000\u0007\ud800`;

function losses(epoch: number, gap: number) {
  const pitch = 4.2 * Math.exp(-epoch / 25) + 0.6 + gap;
  const step = 0.3 * Math.exp(-epoch / 2) + 0.004 + gap / 100;
  const duration = 0.04 * Math.exp(-epoch / 8) + 0.005 + gap / 200;
  return { total: 0.05 * pitch + step + duration, pitch, step, duration };
}

function history(count: number, heldOut = true) {
  return {
    epochs: Array.from({ length: count }, (_, i) => ({
      epoch: i + 1,
      train: losses(i + 1, 0),
      ...(heldOut ? { heldOut: losses(i + 1, 0.2 + (i / 12) ** 2 / 4) } : {}),
      seconds: 1,
    })),
  };
}

Deno.test("pianoRoll() draws voices, bars and octaves", () => {
  const names = ["soprano", "tenor", "bass"];
  assertSnapshot(pianoRoll(prelude(), { title: "Bach, Prelude in C major, BWV 846", names }), "piano_roll_prelude");
});

Deno.test("pianoRoll() draws a table without metre", () => {
  assertSnapshot(pianoRoll(generated(), { title: "Generated" }), "piano_roll_generated");
});

Deno.test("pianoRoll() draws the bars or the seconds asked for", () => {
  const bars = pianoRoll(prelude(), { bars: [3, 4] });
  assertStringIncludes(bars.description, "32 of 128 notes");
  assertSnapshot(bars, "piano_roll_bars");
  assertStringIncludes(pianoRoll(prelude(), { seconds: 1 }).description, "5 of 128 notes");
});

Deno.test("pianoRoll() draws a single note without length", () => {
  const one = pl.DataFrame({ piece: ["one"], part: [0], pitch: [0], start: [0], end: [0] });
  const { svg } = pianoRoll(one);
  assertWellFormed(svg);
  assert(!svg.includes("NaN"));
});

Deno.test("pianoRoll() puts a bar line where a bar begins with a tie", () => {
  const table = pl.DataFrame({
    pitch: [60, 62, 64],
    start: [0, 3, 4],
    end: [3, 4, 5],
    bar: [1, 2, 3],
    beat: [1, 2, 1],
  });
  const rules = pianoRoll(table).svg.match(/aria-label="rule".*?<\/g>/g)!;
  assertEquals(rules[rules.length - 1].match(/<line /g)?.length, 3);
});

Deno.test("pianoRoll() draws bars from where they begin, be it with a rest", () => {
  const table = pl.DataFrame({
    pitch: [60, 62, 64, 65],
    start: [8.5, 9, 10, 12],
    end: [9, 10, 12, 14],
    bar: [5, 5, 6, 7],
    beat: [2, 3, 1, 1],
  });
  const { svg } = pianoRoll(table, { bars: [5, 6] });
  const [, first] = svg.match(/aria-label="x-axis tick label"[^>]*>(?:<text[^>]*>)([^<]*)/)!;
  assertEquals(first, "8.0");
  const rules = svg.match(/aria-label="rule".*?<\/g>/g)!;
  assertEquals(rules[rules.length - 1].match(/<line /g)?.length, 2);
});

Deno.test("pianoRoll() draws an upbeat from its first note", () => {
  const table = pl.DataFrame({
    pitch: [60, 62, 64],
    start: [0, 0.5, 1],
    end: [0.5, 1, 2],
    bar: [0, 0, 1],
    beat: [4, 4.5, 1],
  });
  const rules = pianoRoll(table, { bars: [0, 1] }).svg.match(/aria-label="rule".*?<\/g>/g)!;
  assertEquals(rules[rules.length - 1].match(/<line /g)?.length, 1);
});

Deno.test("pianoRoll() draws notes of no length wide and dark enough to be seen", () => {
  const table = pl.DataFrame({ pitch: [60, 61], start: [0, 99], end: [0.0001, 100] });
  const rects = pianoRoll(table).svg.match(/<g aria-label="rect"[^>]*>.*?<\/g>/g)!;
  const [narrow] = rects.slice(-1);
  assertEquals(narrow.match(/width="([\d.]+)"/)?.[1], "2.5");
  assert(!narrow.includes("stroke"), narrow);
});

Deno.test("pianoRoll() says what it cannot draw", () => {
  const table = prelude();
  const two = pl.DataFrame({ piece: ["a", "b"], pitch: [60, 61], start: [0, 0], end: [1, 1] });
  assertThrows(() => pianoRoll(two), RangeError, "2 pieces");
  assertThrows(() => pianoRoll(two, { bars: [1, 2] }), TypeError, `no column "bar"`);
  assertThrows(() => pianoRoll(table.drop("end")), TypeError, `"end"`);
  assertThrows(() => pianoRoll(table, { bars: [90, 91] }), RangeError, "none of the table's 128 notes");
  const many = Array.from({ length: 10_001 }, (_, i) => i / 10);
  const dense = pl.DataFrame({ pitch: many.map(() => 60), start: many, end: many });
  assertThrows(() => pianoRoll(dense), RangeError, "10001 notes are more than 10000");
  assertStringIncludes(pianoRoll(dense, { seconds: 10 }).description, "100 of 10001 notes");
});

Deno.test("tensionCurves() draws tension under the roll", () => {
  const { curve } = tonalTension(prelude(), { window: "beat" });
  const names = ["soprano", "tenor", "bass"];
  assertSnapshot(
    tensionCurves(prelude(), curve, { title: "Bach, Prelude in C major, BWV 846", names }),
    "tension_curves",
  );
});

Deno.test("tensionCurves() draws the windows that reach into the bars asked for", () => {
  const { curve } = tonalTension(prelude());
  assertStringIncludes(tensionCurves(prelude(), curve, { bars: [3, 4] }).description, "32 of 128 notes");
  const halves = pl.DataFrame({ start: [0, 8, 20], diameter: [1, 2, 3], momentum: [0, 1, 1], strain: [1, 0, 1] });
  const figure = tensionCurves(prelude(), halves, { bars: [3, 4] });
  assertStringIncludes(figure.description, "tensile strain in 2 windows");
  assertSnapshot(figure, "tension_curves_bars");
});

Deno.test("tensionCurves() draws a piece without tension", () => {
  const one = pl.DataFrame({ pitch: [60], start: [0], end: [0] });
  const { svg } = tensionCurves(one, pl.DataFrame({ start: [0], diameter: [0], momentum: [0], strain: [0] }));
  assertWellFormed(svg);
  assert(!svg.includes("NaN"));
});

Deno.test("tensionCurves() says what it cannot draw", () => {
  const { curve } = tonalTension(prelude());
  assertThrows(() => tensionCurves(prelude(), curve.head(0)), RangeError, "none of 0 windows is within 0 to");
  assertThrows(() => tensionCurves(prelude(), curve.drop("strain")), TypeError, `"strain"`);
  assertThrows(() => tensionCurves(prelude().head(0), curve), RangeError, "none of the table's 0 notes");
  const back = pl.DataFrame({ start: [1, 0], diameter: [1, 1], momentum: [1, 1], strain: [1, 1] });
  assertThrows(() => tensionCurves(prelude(), back), RangeError, "window 1 begins at 0 seconds, after one at 1");
});

Deno.test("distributions() draws one table in notes", () => {
  assertSnapshot(distributions(prelude()), "distributions");
});

Deno.test("distributions() draws several tables on the same axes", () => {
  const tables = { published: generated(), corrected: generated(300), Bach: prelude() };
  assertSnapshot(distributions(tables, { title: "Generated and Bach" }), "distributions_compared");
});

Deno.test("distributions() counts every note once", () => {
  const table = pl.DataFrame({ pitch: [0, 127, 60], step: [0, 0, 0], duration: [1, 1, 1] });
  const { svg } = distributions(table);
  assertWellFormed(svg);
  assert(!svg.includes("NaN"));
  // 97.5 percent of 1, 2, …, 200 lie at or below 196; the four above are told, not dropped.
  const values = Array.from({ length: 200 }, (_, i) => i + 1);
  const wide = pl.DataFrame({ pitch: values.map(() => 60), step: values, duration: values });
  assertEquals(distributions(wide).svg.match(/4 more up to 200 s/g)?.length, 2);
});

Deno.test("distributions() says what it cannot draw", () => {
  assertThrows(() => distributions({}), RangeError, "there is no table");
  assertThrows(() => distributions({ none: prelude().head(0) }), RangeError, `"none" has no notes`);
  assertThrows(() => distributions(prelude().drop("step")), TypeError, `"step"`);
});

Deno.test("trainingCurves() draws training and held-out losses", () => {
  assertSnapshot(trainingCurves(history(60), { heads: paperHeads() }), "training_curves");
});

Deno.test("trainingCurves() draws one epoch", () => {
  assertSnapshot(trainingCurves(history(1, false), { title: "First epoch" }), "training_curves_one_epoch");
});

Deno.test("trainingCurves() marks the epoch with the lowest held-out total", () => {
  const { epochs } = history(60);
  const best = epochs.reduce((a, b) => b.heldOut!.total < a.heldOut!.total ? b : a);
  assert(best.epoch > 1 && best.epoch < 60);
  assertStringIncludes(trainingCurves({ epochs }).description, `at epoch ${best.epoch}`);
});

Deno.test("trainingCurves() leaves out what is no number", () => {
  const { epochs } = history(3);
  epochs[1].train.pitch = NaN;
  epochs[2].heldOut!.total = Infinity;
  assert(!/d="[^"]*(NaN|Infinity)/.test(trainingCurves({ epochs }).svg));
  assertThrows(() => trainingCurves({ epochs: [] }), RangeError, "no epoch");
});

Deno.test("trainingCurves() draws the loss of whatever heads there are", () => {
  const record = { epoch: 1, train: { ...losses(1, 0), voice: 1.5 }, seconds: 1 };
  const { svg } = trainingCurves({ epochs: [record] });
  for (const label of ["total loss (weighted sum)", "pitch: loss", "voice: loss"]) assertStringIncludes(svg, label);
});

Deno.test("trainingCurves() names the unit of each loss whose head it knows", () => {
  const heads = [categorical("pitch", { classes: 128 }), logNormal("duration", { classes: durationClasses })];
  const { svg } = trainingCurves(history(2), { heads });
  for (const label of ["pitch: loss (nats)", "duration: loss (nats)", ">step: loss<"]) assertStringIncludes(svg, label);
  assertStringIncludes(svg, "total loss (weighted sum)");
  const all = trainingCurves(history(2), { heads: [...heads, categorical("step", { classes: 64 })] });
  assertStringIncludes(all.svg, "total loss (weighted sum, nats)");
});

Deno.test("runCurves() draws several runs, each in a colour of its own", () => {
  const short = { epochs: history(40).epochs.map((record, i) => ({ ...record, train: losses(3 * i + 1, 0) })) };
  const runs = { "learning rate 0.001": history(60), "learning rate 0.003": short };
  assertSnapshot(runCurves(runs, { heads: paperHeads() }), "run_curves");
});

Deno.test("runCurves() draws runs without held-out pieces", () => {
  const { svg } = runCurves({ one: history(1, false), two: history(2, false) });
  assertWellFormed(svg);
  assert(!svg.includes("NaN"));
  assert(!svg.includes("held out"));
});

Deno.test("runCurves() says what it cannot draw", () => {
  assertThrows(() => runCurves({}), RangeError, "there is no run");
  assertThrows(() => runCurves({ none: { epochs: [] } }), RangeError, `"none" has no epoch yet`);
});

Deno.test("keyHistogram() names the key and marks its scale", () => {
  const histogram = pitchClassHistogram(prelude());
  assertSnapshot(keyHistogram(histogram, findKey(histogram)), "key_histogram");
});

Deno.test("keyHistogram() says what it cannot draw", () => {
  assertWellFormed(keyHistogram(new Float64Array(12)).svg);
  assertThrows(() => keyHistogram([1, 2, 3]), RangeError, "twelve weights");
  assertThrows(() => keyHistogram(Array(12).fill(NaN)), RangeError, "twelve weights");
});

Deno.test("plot() draws title, caption and a continuous legend", () => {
  const figure = plot({
    title: "Forward and backward Euler",
    subtitle: "Integrating a leak",
    caption: "The colour is the time.",
    color: { legend: true, label: "time (seconds)" },
    x: { label: "time (seconds)" },
    y: { label: "state" },
    marks: [
      Plot.dot(Array.from({ length: 41 }, (_, i) => [i / 4, Math.exp(-i / 12)]), { x: "0", y: "1", stroke: "0" }),
    ],
  });
  assertStringIncludes(figure.svg, "data:image/svg+xml,");
  assertSnapshot(figure, "plot_continuous_legend");
});

Deno.test("plot() draws a legend of names", () => {
  const data = ["forward", "backward"].flatMap((method, k) =>
    Array.from({ length: 21 }, (_, i) => ({ time: i / 2, state: Math.exp(-i / (6 + 3 * k)), method }))
  );
  const figure = plot({
    title: "Two methods",
    color: { legend: true },
    x: { label: "time (seconds)" },
    marks: [Plot.lineY(data, { x: "time", y: "state", stroke: "method" })],
  });
  assertSnapshot(figure, "plot_legend");
});

Deno.test("plot() gives names the colours that they have throughout the book", () => {
  const domain = ["published", "corrected"];
  const marks = [Plot.dot(domain, { x: (_, i) => i, fill: (name) => name })];
  const { svg } = plot({ color: { domain }, marks });
  for (const colour of [PALETTE.published, PALETTE.corrected]) assertStringIncludes(svg, colour);
  assertEquals(coloursOf(["voice", "held out", "other"]), [COLOURS[0], PALETTE.heldOut, COLOURS[1]]);
  assertStringIncludes(plot({ color: { domain, range: ["red", "blue"] }, marks }).svg, `fill="red"`);
});

Deno.test("plot() says what it shows by its description, its title or its axes", () => {
  const axes = { x: { label: "epoch" }, y: { label: "loss" } };
  assertEquals(plot({ ariaDescription: "Losses", title: "A run", ...axes }).description, "Losses");
  assertEquals(plot({ title: "A run", ...axes }).description, "A run");
  assertEquals(plot(axes).description, "Plot of loss against epoch");
});

Deno.test("every figure escapes text and drops what SVG forbids", () => {
  const table = pl.DataFrame({
    part: [0, 1],
    pitch: [60, 61],
    start: [0, 0],
    end: [1, 1],
    step: [0, 0],
    duration: [1, 1],
  });
  const figures = [
    pianoRoll(table, { title: HOSTILE, names: [HOSTILE] }),
    distributions({ [HOSTILE]: table }, { title: HOSTILE }),
    trainingCurves(history(2), { title: HOSTILE }),
    tensionCurves(table, tonalTension(table).curve, { title: HOSTILE, names: [HOSTILE] }),
    plot({
      title: HOSTILE,
      caption: HOSTILE,
      x: { label: HOSTILE },
      color: { legend: true },
      marks: [Plot.dot([{ x: 1, y: 1, name: HOSTILE }], { x: "x", y: "y", fill: "name", title: "name" })],
    }),
  ];
  for (const { svg } of [...figures, stack(...figures)]) {
    assertWellFormed(svg);
    assert(!svg.includes("<script"));
    assertStringIncludes(svg, "&lt;script&gt;");
  }
  assertEquals(escapeMarkup(`<a href="x">'&\u0001`), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
});

Deno.test("a figure shows itself as an image that says what it shows", () => {
  const figure = plot({ title: HOSTILE, caption: "100 % ünï & #1 ♯", marks: [] });
  const { "text/html": html, "text/plain": text, ...rest } = figure[display]();
  assertEquals([text, rest], [`[${plainText(figure.description)}]`, {}]);
  assertEquals(Symbol.keyFor(display), "Jupyter.display");
  assert(/^<img style="max-width:100%" alt="[^"<>]+" src="data:image\/svg\+xml,[^"<>#&]+">$/.test(html), html);
  assertStringIncludes(html, `alt="${escapeMarkup(figure.description)}"`);
  assertEquals(svgIn(html), figure.svg);
});

Deno.test("svgIn() finds nothing where there is no figure", () => {
  for (const html of ["", "<table></table>", '<img src="https://example.org/a.svg">']) {
    assertEquals(svgIn(html), undefined);
  }
});

Deno.test("stack() puts figures under each other", () => {
  const [upper, lower] = [keyHistogram(Array(12).fill(1)), trainingCurves(history(2))];
  const both = stack(upper, lower);
  assertEquals([both.width, both.height], [Math.max(upper.width, lower.width), upper.height + lower.height]);
  assertStringIncludes(both.svg, `<svg y="${upper.height}" xmlns=`);
  assertWellFormed(both.svg);
  assertThrows(() => stack(), RangeError, "there are none");
});
