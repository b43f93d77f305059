import { assertEquals } from "@std/assert";
import { moduleOf, stripped } from "../../tasks/notebook_cells.ts";
import { notebookOf } from "./made_up.ts";

Deno.test("moduleOf() makes one module of the cells, each under its number", () => {
  const notebook = notebookOf("let n = 1;\nlet m = 2;", "", "const a = n\na");
  notebook.cells.push({ cell_type: "markdown", metadata: {}, source: "not code" });
  assertEquals(
    moduleOf(notebook, "x.ipynb"),
    `// x.ipynb, cell 1
// deno-lint-ignore prefer-const
let n = 1;
// deno-lint-ignore prefer-const
let m = 2;
;
// x.ipynb, cell 2
const a = n
a
;
export {};
`,
  );
});

Deno.test("stripped() leaves out what cells have shown, and nothing else", () => {
  const notebook = notebookOf("1");
  const clean = structuredClone(notebook);
  Object.assign(notebook.cells[0], { outputs: [{ output_type: "stream", name: "stdout", text: "1" }] });
  notebook.cells[0].execution_count = 7;
  notebook.cells[0].metadata.execution = { "iopub.status.busy": "2026-11-26T16:54:43.886226Z" };
  assertEquals(JSON.parse(stripped(notebook)), clean);
});
