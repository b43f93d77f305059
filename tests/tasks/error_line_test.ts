import { assert, assertEquals } from "@std/assert";
import { errorLine } from "../../tasks/kernel/error_line.ts";
import { Kernel } from "../../tasks/kernel/kernel.ts";

/** Runs each cell in the kernel and compares the line its error is put at; the cell's `// here` says which it should be. */
async function check(...cells: string[]): Promise<void> {
  await using kernel = await Kernel.start(".");
  for (const cell of cells) {
    const error = (await kernel.execute(cell)).at(-1);
    assert(error?.output_type === "error", `no error: ${cell}`);
    const here = cell.split("\n").findIndex((line) => line.endsWith("// here")) + 1;
    assertEquals(await errorLine(cell, error), here, `${cell}\n${JSON.stringify(error)}`);
  }
}

Deno.test("errorLine() finds the line of a plain error", async () => {
  await check(
    'throw new Error("one"); // here',
    'const a = 1;\n\n// a comment\n\nthrow new Error("five"); // here',
    "const b = 1;\nnotThere.at(b); // here\nconst c = 2;",
    'await Promise.reject(new Error("rejected")); // here',
  );
});

Deno.test("errorLine() finds the line where compiling takes lines away and adds some", async () => {
  await check(
    `
import { assert, assertEquals } from "@std/assert";
import {
  type Reading,
  settings,
} from "./lib/settings/mod.ts";
import type { Score } from "./lib/score/mod.ts";

interface Shape {
  sides: number;
}
type Name = string;
const shapes: Shape[] = [{ sides: 3 }, { sides: 4 }];
const choice = { a: 1, b: { c: 2, d: [3, 4] }, e: 5 };

assertEquals(shapes.length, 3); // here
`,
    `
const options = { count: 1, nested: { deep: true } };
for (const n of [1, 2, 3]) {
  // up to three
  const twice: number = 2 * n;
  if (twice > 4) throw new RangeError("too much"); // here
}
`,
  );
});

Deno.test("errorLine() takes the line of the cell where a function of another line or cell throws", async () => {
  await check(
    'function fail(n: number) {\n  throw new Error("in here " + n);\n}\n\nfail(1); // here',
    "const x = { a: 1, b: 2 };\n\nfail(x.a); // here",
    "const later = async () => {\n  await null;\n  fail(2);\n};\nawait later(); // here",
  );
});

Deno.test("errorLine() finds the line of a syntax error", async () => {
  await check("const a = 1;\n\nconst b = ); // here", "let c = 1;\nc +* 2; // here\nc");
});

Deno.test("errorLine() gives 0 where the error does not say", async () => {
  await check('throw "a string"', "Deno.exit(0)");
});
