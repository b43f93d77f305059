import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Kernel } from "../../tasks/kernel/kernel.ts";
import {
  CellError,
  type CellProgress,
  codeCells,
  readNotebook,
  runNotebook,
  sourceOf,
  withParameters,
} from "../../tasks/kernel/notebook.ts";
import { notebookOf, withNotebooks } from "./made_up.ts";

Deno.test("readNotebook() reads a notebook", async () => {
  const notebook = notebookOf("1", "2");
  await withNotebooks({ "a.ipynb": notebook }, async (folder) => {
    assertEquals(await readNotebook(join(folder, "a.ipynb")), notebook);
  });
});

Deno.test("readNotebook() refuses what is not a notebook, with its path", async () => {
  await withNotebooks({}, async (folder) => {
    const path = join(folder, "a.ipynb");
    const broken = {
      "{": "",
      "null": "it is not a notebook of format 4",
      '{"nbformat": 3, "cells": []}': "it is not a notebook of format 4",
      '{"nbformat": 4}': "it is not a notebook of format 4",
      '{"nbformat": 4, "cells": [{"cell_type": "code", "metadata": {}, "source": ""}, {"cell_type": "code"}]}':
        "cell 2 lacks its type, its metadata or its text",
    };
    for (const [text, reason] of Object.entries(broken)) {
      await Deno.writeTextFile(path, text);
      await assertRejects(() => readNotebook(path), SyntaxError, `Cannot read ${path}: ${reason}`);
    }
  });
});

Deno.test("codeCells() leaves out prose and empty cells, sourceOf() joins lines", () => {
  const notebook = notebookOf("1", " \n", "2");
  notebook.cells.unshift({ cell_type: "markdown", metadata: {}, source: "# Title" });
  notebook.cells[1].source = ["let a = 1;\n", "a"];
  assertEquals(codeCells(notebook).map(sourceOf), ["let a = 1;\na", "2"]);
});

Deno.test("withParameters() puts a cell with what is declared after the one tagged parameters", () => {
  const notebook = notebookOf("import x;", "let corpus = 'sample';\nlet epochs: number = 5;", "corpus");
  const before = structuredClone(notebook);
  const given = { corpus: 'a "quoted" folder', epochs: 2, resume: true };
  const { cells } = withParameters(notebook, given);
  assertEquals(cells.map(sourceOf), [
    "import x;",
    "let corpus = 'sample';\nlet epochs: number = 5;",
    'corpus = "a \\"quoted\\" folder";\nepochs = 2;',
    "corpus",
  ]);
  assertEquals(cells[2].metadata.tags, ["injected-parameters"]);
  assertEquals(notebook, before);
});

Deno.test("withParameters() writes objects as code has them", () => {
  const changes = { units: 64, maxSeconds: Infinity, augmentation: { transpose: [-6, 5] }, features: [] };
  const { cells } = withParameters(notebookOf("let changes = {};\nlet none = 1;"), { changes, none: {} });
  assertEquals(
    sourceOf(cells[1]),
    'changes = { "units": 64, "maxSeconds": Infinity, "augmentation": { "transpose": [-6, 5] }, "features": [] };\n' +
      "none = {};",
  );
});

Deno.test("withParameters() leaves a notebook alone that declares none of them", () => {
  for (const notebook of [notebookOf("1"), notebookOf("let other = 1;")]) {
    assertEquals(withParameters(notebook, { corpus: "sample" }), notebook);
  }
});

Deno.test("runNotebook() puts what the cells show into the notebook, and says how far it is", async () => {
  await using kernel = await Kernel.start(".");
  const notebook = withParameters(notebookOf("let n = 1;", "", "n + 1"), { n: 41 });
  notebook.cells[3].outputs = [{ output_type: "stream", name: "stdout", text: "of an earlier run" }];
  const seen: CellProgress[] = [];
  await runNotebook(notebook, kernel, { onProgress: (progress) => seen.push(progress) });
  assertEquals(notebook.cells.map((cell) => cell.execution_count), [1, 2, null, 3]);
  assertEquals(notebook.cells[3].outputs, [
    { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {}, execution_count: 3 },
  ]);
  assertEquals(seen.filter(({ finished }) => finished).map(({ cell, cells }) => [cell, cells]), [[1, 3], [2, 3], [
    3,
    3,
  ]]);
});

Deno.test("runNotebook() speaks up every second of a silent cell", async () => {
  await using kernel = await Kernel.start(".");
  const folder = await Deno.makeTempDir(), heard = `${folder}/heard`;
  const seconds: number[] = [];
  const onProgress = (progress: CellProgress) => {
    if (!progress.finished) seconds.push(progress.seconds);
    if (seconds.length === 3) Deno.writeTextFileSync(heard, "");
  };
  // However busy the machine is, the cell is silent until it was spoken for twice.
  const waits = `import { existsSync } from "node:fs";
    while (!existsSync(${JSON.stringify(heard)})) await new Promise((resolve) => setTimeout(resolve, 20));`;
  await runNotebook(notebookOf(waits), kernel, { onProgress });
  await Deno.remove(folder, { recursive: true });
  assert(seconds.length >= 3 && seconds[1] >= 1 && seconds[2] >= 2, `after ${seconds} seconds`);
});

Deno.test("runNotebook() stops at the first error with the cell and the line", async () => {
  await using kernel = await Kernel.start(".");
  const notebook = notebookOf("1", "const a: number = 1;\n\nthrow new RangeError(`a is ${a}`);", "2");
  const error = await assertRejects(() => runNotebook(notebook, kernel), CellError);
  assertEquals([error.cell, error.line], [2, 3]);
  assertEquals(error.message, "Cell 2, line 3: throw new RangeError(`a is ${a}`);\nRangeError: a is 1");
  assertEquals(notebook.cells.map((cell) => cell.outputs?.length), [1, 1, 0]);
  assertEquals(notebook.cells[2].execution_count, null);
});

Deno.test("runNotebook() stops at the cell under which the kernel dies", async () => {
  await using kernel = await Kernel.start(".");
  const error = await assertRejects(() => runNotebook(notebookOf("Deno.exit(1)"), kernel), CellError);
  assertStringIncludes(error.message, "Cell 1\nKernelDied: the kernel ended with code 1");
});

Deno.test("runNotebook() ends after the running cell once it is told to", async () => {
  await using kernel = await Kernel.start(".");
  const controller = new AbortController();
  const notebook = notebookOf("1", "2", "3");
  const onProgress = ({ cell }: CellProgress) => cell === 2 && controller.abort(new Error("enough"));
  await assertRejects(() => runNotebook(notebook, kernel, { onProgress, signal: controller.signal }), Error, "enough");
  assertEquals(notebook.cells.map((cell) => cell.outputs?.length), [1, 1, 0]);
});
