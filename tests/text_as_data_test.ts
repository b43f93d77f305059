/**
 * Names of files and text in music are data, wherever they are shown: the same hostile texts go through all doors, and
 * what comes out is still a picture, a page, a table or a line that shows them, and nothing else.
 */

import { assert, assertEquals, assertNotMatch } from "@std/assert";
import pl from "nodejs-polars";
import * as evaluation from "../lib/evaluation/mod.ts";
import { markdownText } from "../lib/evaluation/report/markdown_table.ts";
import { readKern, writeKern, writeMidi, writeMusicXml } from "../lib/formats/mod.ts";
import { player, table } from "../lib/notebook/mod.ts";
import { progressLine } from "../lib/notebook/terminal_progress.ts";
import { toNoteTable } from "../lib/notes/mod.ts";
import {
  differences,
  display,
  distributions,
  engrave,
  escapeMarkup,
  type Figure,
  keyHistogram,
  pianoRoll,
  playingBands,
  plot,
  runCurves,
  sizeCurves,
  stack,
  tensionCurves,
  timeCalibration,
  trainingCurves,
} from "../lib/plots/mod.ts";
import * as plots from "../lib/plots/mod.ts";
import { parallelCoordinates } from "../lib/plots/parallel_coordinates.ts";
import { inspectTask } from "../tasks/inspect.ts";
import { cellPrinter } from "../tasks/kernel/print.ts";
import { metricsTask } from "../tasks/metrics.ts";
import { jsonLine, textTable, visibleLines } from "../tasks/terminal_text.ts";

const HOSTILE: Record<string, string> = {
  html: `<script>alert(1)</script><img src=x onerror=alert(1)>`,
  attribute: `" onload="alert(1)' x='`,
  references: "&#7;&#x1b;&#x202e;&lt;b&gt;&bogus;",
  cdata: "]]><!-- --><?x ?>",
  controls: "bell\x07 null\x00 delete\x7f feed\x0c",
  escape: "\x1b[31mred\x1b[0m\x1b]0;title\x07\x1b[2J",
  "one-byte escape": "\x9b31mred\x9d0;title\x9c",
  bidirectional: "\u202egnp.exe\u202c \u2066x\u2069 \u200fy\u061c",
  surrogate: "lone \ud83d and \udc00",
  noncharacters: "\ufffe\uffff",
  lines: "one\ntwo\r\nthree\u2028four\u2029# five\n| six |",
  markdown: "a|b \\| *c* _d_ `e` [f](javascript:g) ![h](http://i) # j ~~k~~ www.l.org m@n.org [o]: p",
};
const ALL = Object.values(HOSTILE).join(" ");
const TEXTS = [...Object.entries(HOSTILE), ["all", ALL]] as const;

/** What XML forbids, what a terminal obeys, and what turns the text around it; line breaks and tabs are left. */
// deno-lint-ignore no-control-regex
const UNFIT = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/u;

/** Elements that a figure has; none of them runs anything, or loads it. */
const DRAWN = [
  ...["circle", "clipPath", "defs", "desc", "ellipse", "g", "line", "linearGradient", "path", "polygon", "polyline"],
  ...["rect", "stop", "style", "svg", "symbol", "text", "title", "tspan", "use"],
];

/** Holds a text against XML's grammar, as far as figures use it, and their elements against the list. */
function assertDrawing(svg: string, what: string): void {
  assertNotMatch(svg, UNFIT, what);
  const open: string[] = [];
  const markup =
    /<(\/?)([a-zA-Z][\w:-]*)((?:\s+[a-zA-Z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);|[^<&]/gy;
  let at = 0;
  for (const found of svg.trim().matchAll(markup)) {
    at = found.index + found[0].length;
    const [all, closing, name, attributes, empty] = found;
    if (all.startsWith("&#")) {
      const code = all.startsWith("&#x") ? parseInt(all.slice(3), 16) : Number(all.slice(2, -1));
      assertNotMatch(String.fromCodePoint(code), UNFIT, `${what}: ${all}`);
    }
    if (name === undefined) continue;
    assert(DRAWN.includes(name), `${what}: <${name}>`);
    assertNotMatch(attributes ?? "", /\son\w+\s*=|href\s*=\s*["'](?!#)|javascript:/i, what);
    for (const [, value] of attributes.matchAll(/=\s*"([^"]*)"/g)) assertNotMatch(value, /&(?!\w+;|#\w+;)/, what);
    if (closing) assertEquals(open.pop(), name, what);
    else if (!empty) open.push(name);
  }
  assertEquals([at, open], [svg.trim().length, []], `${what}: no XML from here: ${svg.slice(at, at + 80)}`);
}

/** Attributes and elements of a page that run something, other than what the page is known to have. */
function assertPage(html: string, what: string, scripts = 0): void {
  assertNotMatch(html, UNFIT, what);
  // Text in quotes is text: what is left are names of elements and attributes.
  const tags = html.replace(/<script>.*?<\/script>/gs, "<script>").replace(/"[^"]*"/g, '""');
  assertEquals([...tags.matchAll(/<script/g)].length, scripts, what);
  for (const [tag] of tags.matchAll(/<[^>]*>/g)) {
    assertNotMatch(tag, /<(iframe|object|embed|link|meta|base|form)\b|\son\w+\s*=|srcdoc/i, what);
  }
  assertEquals([...tags.matchAll(/<img\b(?! (style|alt)="")/g)].length, 0, what);
}

/** One line for a terminal. */
function assertLine(line: string, what: string): void {
  assertNotMatch(line.replace(/\p{Cs}|[\ufffe\uffff]/gu, ""), UNFIT, what);
  assertNotMatch(line, /[\n\r\u2028\u2029]/, what);
}

/** The columns of a row of a table in Markdown: what an unescaped `|` divides. */
function cellsOf(line: string): string[] {
  return line.replace(/\\[\s\S]/g, "xx").split("|").slice(1, -1);
}

/** Nothing of the text is Markdown: what could be stands behind a backslash. */
function assertProse(line: string, what: string): void {
  assertLine(line, what);
  const left = line.replace(/\\[!-/:-@[-`{-~]/g, "");
  assertNotMatch(left, /[*`<>&~@|]|\]\(|\]\[|\]:|!\[|:\/\/|www\.|(?<!\w)_|_(?!\w)/i, what);
}

const NOTES = [60, 64, 67, 72].map((pitch, i) => ({
  pitch,
  start: i / 2,
  end: i / 2 + 0.4,
  velocity: 80,
  part: i % 2,
}));

/** A score in kern with a text in all places that kern has for words. */
const kernWith = (text: string) => {
  const word = text.replace(/[\t\n\r\u2028\u2029]+/g, " ");
  return [
    `!!!OTL: ${word}`,
    "**kern\t**text",
    `*I"${word}\t*`,
    "*M4/4\t*",
    `!LO:TX:a:t=${word.replaceAll(":", "&colon;")}\t!`,
    `!${word}\t!`,
    "=1\t=1",
    `4c\t${word.replace(/^[*!=.]/, "") || "la"}`,
    "4d\tla",
    "4e\tla",
    "4f\tla",
    "==\t==",
    "*-\t*-",
    "",
  ].join("\n");
};

const interval = { value: 1, low: 0, high: 2 };
const FIGURES: Record<string, (text: string) => Figure | Promise<Figure>> = {
  pianoRoll: (text) =>
    pianoRoll(toNoteTable(readKern("**kern\t**kern\n4c\t4e\n*-\t*-\n")), { title: text, names: [text, `2 ${text}`] }),
  plot: (text) =>
    plot({
      ...{ title: text, subtitle: text, caption: text, ariaDescription: text, x: { label: text }, y: { label: text } },
      color: { legend: true, domain: [text, "other"] },
    }),
  differences: (text) =>
    differences([{ label: text, values: { [text]: interval } }], { title: text, subtitle: text, unit: text }),
  parallelCoordinates: (text) =>
    parallelCoordinates([{ name: text, values: { [text]: text, b: 1 }, loss: 1, early: false }], {
      axes: [{ name: text }, { name: "b" }],
      ...{ loss: text, title: text, subtitle: text },
    }),
  distributions: (text) => {
    const notes = toNoteTable(readKern("**kern\n4c\n4d\n4e\n4f\n*-\n"));
    return distributions({ [text]: notes, other: notes }, { title: text });
  },
  playingBands: (text) => {
    const range = { low: 0, middle: 1, high: 2 };
    return playingBands([{ name: text, music: range, players: [{ name: text, ...range }] }], { title: text });
  },
  sizeCurves: (text) =>
    sizeCurves([{ name: text, points: [{ size: 1, values: [1] }, { size: 2, values: [2] }] }], {
      ...{ title: text, subtitle: text, x: text, y: text },
    }),
  runCurves: (text) => {
    const epochs = [1, 2].map((epoch) => ({ epoch, train: { total: epoch }, heldOut: { total: epoch } }));
    return runCurves({ [text]: { epochs } as unknown as Parameters<typeof runCurves>[0][string] }, { title: text });
  },
  trainingCurves: (text) => {
    const epochs = [1, 2].map((epoch) => ({
      epoch,
      train: { total: epoch, [text]: 1 },
      heldOut: { total: epoch, [text]: 2 },
    }));
    return trainingCurves({ epochs } as unknown as Parameters<typeof trainingCurves>[0], { title: text });
  },
  keyHistogram: (text) =>
    keyHistogram(new Array(12).fill(1), { tonic: 0, mode: "major", name: text, correlation: 0.5 }),
  tensionCurves: (text) =>
    tensionCurves(
      toNoteTable(readKern("**kern\t**kern\n4c\t4e\n*-\t*-\n")),
      pl.DataFrame({ start: [0], diameter: [1], momentum: [1], strain: [1] }),
      { title: text, names: [text, `2 ${text}`] },
    ),
  timeCalibration: (text) =>
    timeCalibration({
      [text]: {
        quantiles: { levels: [{ level: 0.5, share: 0.4 }] },
        variances: { bins: [{ variance: 0.01, squaredError: 0.02 }] },
      } as unknown as Parameters<typeof timeCalibration>[0][string],
    }, { title: text }),
  engrave: (text) => engrave(kernWith(text), { title: text }),
  stack: (text) => stack(FIGURES.plot(text) as Figure, FIGURES.differences(text) as Figure),
};

for (const [name, draw] of Object.entries(FIGURES)) {
  Deno.test(`${name} draws hostile text as text`, async () => {
    for (const [kind, text] of TEXTS) {
      const figure = await draw(text);
      assertDrawing(figure.svg, `${name}, ${kind}`);
      const shown = figure[display]();
      assertPage(shown["text/html"], `${name}, ${kind}`);
      assertNotMatch(shown["text/plain"], UNFIT);
    }
  });
}

Deno.test("every function of lib/plots draws hostile text above, or is excepted for a reason", () => {
  const EXCEPTED: Record<string, string> = {
    coloursOf: "it gives colours",
    escapeMarkup: "it has a test of its own below",
    plainText: "what it gives is the text/plain of every figure above",
    svgIn: "it reads what figures have drawn",
  };
  const functions = Object.entries(plots).filter(([, value]) => typeof value === "function").map(([name]) => name);
  assertEquals([...Object.keys(FIGURES), ...Object.keys(EXCEPTED)].sort(), functions.sort());
});

Deno.test("assertDrawing() finds what is no drawing", () => {
  const bad = [
    "<svg>&#07;</svg>",
    "<svg><script></script></svg>",
    "<svg><g></svg>",
    '<svg onload="x"></svg>',
    "<svg>\x07</svg>",
  ];
  for (
    const svg of [
      ...bad,
      "<svg>&bogus;</svg>",
      "<svg>a & b</svg>",
      '<svg><use href="http://x"/></svg>',
      "<svg><a/></svg>",
    ]
  ) {
    let found = false;
    try {
      assertDrawing(svg, "");
    } catch {
      found = true;
    }
    assert(found, svg);
  }
  assertDrawing('<svg a="b"><g>&lt;&#39;x</g><use href="#y"/></svg>\n', "");
});

Deno.test("escapeMarkup() keeps what is text, in any script", () => {
  assertEquals(escapeMarkup("Ö 春 नि 👩‍👩‍👧 שלום\tx\n"), "Ö 春 नि 👩‍👩‍👧 שלום\tx\n");
  for (const [kind, text] of TEXTS) assertNotMatch(escapeMarkup(text), /[<>"']|&(?!(amp|lt|gt|quot|#39);)/, kind);
});

Deno.test("tables and players of a notebook show hostile text as text", () => {
  for (const [kind, text] of TEXTS) {
    const shown = table(pl.DataFrame({ [text]: [text, "other"], n: [1, 2] }));
    assertPage(shown.html, kind);
    const plain = shown[display]()["text/plain"];
    assertNotMatch(plain, UNFIT, kind);
    assertEquals(plain.split(/[\n\r\u2028\u2029]/).length, 4, kind);
    const plays = player(NOTES, { title: text, names: [text, text], file: text });
    assertPage(plays.html, kind, 1);
    assertNotMatch(plays[display]()["text/plain"], UNFIT, kind);
  }
});

Deno.test("tables in Markdown show hostile text as text, each in its cell", () => {
  for (const [kind, text] of TEXTS) {
    const lines = evaluation.markdownTable([text, "n"], [[text, "1 [2, 3]"], ["other", text]]);
    assertEquals(lines.length, 4, kind);
    for (const [i, line] of lines.entries()) {
      assertLine(line, kind);
      assertEquals(cellsOf(line).length, 2, `${kind}: ${line}`);
      if (i !== 1) cellsOf(line).forEach((_, j) => assertProse(markdownText([text, text, "", "other"][i] + j), kind));
    }
    assertProse(markdownText(text), kind);
  }
  assertEquals(
    evaluation.markdownTable(["", "pitch_range"], [["own_past", "2.47 [2.20, 2.75]"]])[2],
    "| own_past | 2.47 [2.20, 2.75] |",
  );
});

/** Reports with little in them but what is named from outside: corpora, pieces, reasons and errors. */
const REPORTS: Record<string, (text: string) => Record<string, unknown>> = {
  evaluationMarkdown: (text) => ({
    sections: [],
    leftOut: [{ path: text, reason: text }, { path: "b", reason: text }],
  }),
  playingMarkdown: () => ({ against: "test", sections: [] }),
  choraleMarkdown: () => ({ sizes: { train: 1, valid: 1, test: 1, shared: 0 }, ladder: [], filling: [] }),
  transferMarkdown: (text) => ({ settings: {}, starts: [{ name: text, before: null }], points: [] }),
  raceMarkdown: (text) => ({
    recipe: {
      ...{ name: text, parameters: 1, secondsBefore: 1, measured: [] },
      reached: { seconds: 1, pitch: 1, steps: 1 },
    },
    runners: [{ name: text, parameters: 1, secondsBefore: 1, reached: null, measured: [] }],
  }),
  ladderMarkdown: (text) => ({ rungs: [], variants: [], failures: [{ variant: text, seed: 1, error: text }] }),
  choralePlayingMarkdown: (text) => ({
    samples: 1,
    music: { pieces: 1, measures: {} },
    players: [],
    harmonising: { melodies: [text], harmonisers: [] },
  }),
  rulesMarkdown: (text) => ({
    music: { fifths: 1 },
    rows: [{ player: text, rules: text, nats: 1, price: 1, rates: { fifths: 1 }, seconds: 1 }],
  }),
  rulesEvaluationMarkdown: () => ({ music: { fifths: 1 }, rows: [], calibrated: {} }),
};

Deno.test("every report in Markdown shows hostile text as text", () => {
  const writers = Object.entries(evaluation).filter(([name]) => name.endsWith("Markdown"));
  assertEquals(Object.keys(REPORTS).sort(), writers.map(([name]) => name).sort());
  const side = { pieces: [], notes: 0 };
  const common = { kernel: null, code: "0123456789", seed: 1, seeds: [1], level: 0.95, resamples: 1 };
  const sides = { train: side, heldOut: side, test: side };
  const asText = (report: string) => report.replace(/\\[!-/:-@[-`{-~]/g, "");
  for (const [name, write] of writers) {
    for (const [kind, text] of TEXTS) {
      const markdown = (text: string) =>
        (write as (report: unknown) => string)({ ...common, sides, corpus: text, ...REPORTS[name](text) });
      const hostile = asText(markdown(text)), plain = markdown("x");
      for (const line of hostile.split("\n")) assertLine(line, `${name}, ${kind}`);
      // The text brings no markup, no line and no column beyond those that a plain one has.
      assertEquals(hostile.split("\n").length, plain.split("\n").length, `${name}, ${kind}`);
      for (const mark of ["|", "*", "`", "<", "](", "!["]) {
        assertEquals(hostile.split(mark).length, plain.split(mark).length, `${name}, ${kind}: ${mark}`);
      }
    }
  }
});

Deno.test("lines for a terminal show hostile text and do nothing", () => {
  for (const [kind, text] of TEXTS) {
    for (const line of textTable([text, "n"], [[text, "1"], ["other", text]])) assertLine(line, kind);
    assertLine(jsonLine({ [text]: [text] }), kind);
    assertEquals(JSON.parse(jsonLine({ [text]: [text] })), { [text]: [text] });
    visibleLines(text).split("\n").forEach((line) => assertLine(line, kind));
    const state = { done: 1, total: 2, seconds: 1, finished: false };
    assertLine(progressLine({ ...state, label: text, note: text }), kind);
    assertLine(progressLine({ ...state, label: text, note: text, total: undefined }), kind);
    let printed = "";
    const output = {
      output_type: "stream",
      name: "stdout",
      text: `${text.replace(/[\n\r\u2028\u2029]/g, " ")}\n`,
    } as const;
    const progress = { cell: 1, cells: 1, source: "x", outputs: [output], seconds: 20, finished: false };
    cellPrinter("05", (text) => printed += text)(progress);
    assertLine(printed.trimEnd(), kind);
  }
  assertEquals(visibleLines("a\n\x1b[31mb\n"), "a\n[31mb\n");
});

Deno.test("inspect and metrics print what hostile files hold and are called, and do nothing", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const [kind, text] of TEXTS) {
      const name = text.toWellFormed().replace(/[/\0]/g, "").slice(0, 60);
      await Deno.writeFile(`${folder}/${name}.mid`, writeMidi(NOTES, { name: text }));
      await Deno.writeTextFile(`${folder}/${name}.krn`, kernWith(text));
      await Deno.writeTextFile(`${folder}/${name} broken.krn`, `**kern\n4c\n${text.replaceAll("\n", " ")}\n`);
      await Deno.writeTextFile(`${folder}/${name} broken.mid`, text);
      const files = ["", " broken"].flatMap((which) =>
        [".mid", ".krn"].map((type) => `${folder}/${name}${which}${type}`)
      );
      const said: string[] = [];
      const print = (line: string) => void said.push(line);
      for (const flags of [[], ["--json"]]) {
        await inspectTask([...flags, "--", ...files], { print, complain: print });
        await metricsTask([...flags, "--", ...files], { print, complain: print });
      }
      await inspectTask([text], { print, complain: print });
      // The second of the two lines is our own.
      const firstLine = (lines: string) => print(lines.replace("\ndeno task inspect --help shows how it is used", ""));
      await inspectTask([`--${text}`], { print: () => {}, complain: firstLine });
      assert(said.length > 20);
      for (const line of said) assertLine(line, `${kind}: ${line}`);
      for (const file of [...files]) await Deno.remove(file);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("scores keep hostile names as data, in MusicXML and kern", () => {
  for (const [kind, text] of TEXTS) {
    const score = { ...readKern("**kern\n*M4/4\n4c\n4d\n4e\n4f\n*-\n"), title: text };
    score.parts = score.parts.map((part) => ({ ...part, name: text }));
    const xml = writeMusicXml(score);
    // deno-lint-ignore no-control-regex
    assertNotMatch(xml, /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}|<(script|img|b)\b/u, kind);
    assertEquals([...xml.matchAll(/<work-title>/g)].length, 1, kind);
    const notes = readKern(writeKern(score)).parts.map(({ notes }) => notes.map(({ pitch }) => pitch));
    assertEquals(notes, [[60, 62, 64, 65]], kind);
  }
});
