import { assertEquals } from "@std/assert";
import type { CellProgress } from "../../tasks/kernel/notebook.ts";
import { cellPrinter } from "../../tasks/kernel/print.ts";

const SOURCE = 'import {\n  a,\n} from "b";\n// why\n\nconst c = a(1);';

/** What is printed of this progress. */
function printed(progress: Partial<CellProgress>[], columns?: number): string[] {
  const texts: string[] = [];
  const print = cellPrinter("05-train", (text) => texts.push(text), columns);
  for (const each of progress) {
    print({ cell: 2, cells: 12, source: SOURCE, outputs: [], seconds: 0, finished: false, ...each });
  }
  return texts;
}

const says = (text: string) => [{ output_type: "stream" as const, name: "stdout" as const, text }];

Deno.test("cellPrinter() prints a line for each cell that has ended", () => {
  assertEquals(printed([{}, { seconds: 1 }, { seconds: 2.34, finished: true }]), [
    "  05-train  2/12     2.3 s  const c = a(1);\n",
  ]);
});

Deno.test("cellPrinter() says every 15 seconds what a long cell shows", () => {
  const outputs = says("epoch 1\n\x1b[1mepoch 2\x1b[0m\n");
  const seconds = Array.from({ length: 32 }, (_, i) => ({ seconds: i, outputs }));
  assertEquals(printed(seconds), [
    "  05-train  2/12    15.0 s  epoch 2 …\n",
    "  05-train  2/12    30.0 s  epoch 2 …\n",
  ]);
});

Deno.test("cellPrinter() takes the text of what is displayed, and passes over errors", () => {
  const outputs = [
    { output_type: "display_data" as const, data: { "text/html": "<b>", "text/plain": "[bar] 50 %" }, metadata: {} },
    { output_type: "error" as const, ename: "E", evalue: "e", traceback: [] },
  ];
  assertEquals(printed([{ seconds: 15, outputs }]), ["  05-train  2/12    15.0 s  [bar] 50 % …\n"]);
});

Deno.test("cellPrinter() says what has changed, wherever it stands", () => {
  const shows = (...texts: string[]) => ({
    outputs: texts.map((text) => ({
      output_type: "display_data" as const,
      data: { "text/plain": text },
      metadata: {},
    })),
  });
  const progress = [
    { seconds: 14, ...shows("bar 1", "curves 1") },
    { seconds: 15, ...shows("bar 2", "curves 1") },
    { seconds: 29, ...shows("bar 2", "curves 2") },
    { seconds: 30, ...shows("bar 2", "curves 2") },
    { seconds: 31, finished: true },
    { cell: 3, seconds: 15 },
  ];
  assertEquals(printed(progress).map((line) => line.slice(28).trim()), [
    "bar 2 …",
    "curves 2 …",
    "const c = a(1);",
    "const c = a(1); …",
  ]);
});

Deno.test("cellPrinter() rewrites the line on a terminal, and keeps to its width", () => {
  const progress = [{}, { seconds: 1, outputs: says("█".repeat(100)) }, { seconds: 2, finished: true }];
  assertEquals(printed(progress, 40), [
    "\r\x1b[K  05-train  2/12     0.0 s  const c = a",
    `\r\x1b[K  05-train  2/12     1.0 s  ${"█".repeat(11)}`,
    "\r\x1b[K  05-train  2/12     2.0 s  const c = a\n",
  ]);
});

Deno.test("cellPrinter() names a cell of imports by its first line", () => {
  const source = 'import { a } from "b";\nimport c from "d";';
  assertEquals(printed([{ source, finished: true }]), ['  05-train  2/12     0.0 s  import { a } from "b";\n']);
});

Deno.test("cellPrinter() says at once in a file that a cell takes minutes, and does not repeat it", () => {
  const bar = (left: string) => says(`Training ░░ 0 %  ${left} left`);
  const times = [1, 2, 3, 4].map((seconds) => ({ seconds, outputs: bar("12:34") }));
  assertEquals(printed(times), ["  05-train  2/12     2.0 s  Training ░░ 0 %  12:34 left …\n"]);
  assertEquals(printed([{ seconds: 3, outputs: bar("1:59") }, { seconds: 4, outputs: bar("0:02") }]), []);
  assertEquals(printed([{ seconds: 3, outputs: bar("1:02:03") }]).length, 1);
});
