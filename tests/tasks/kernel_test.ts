import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Kernel } from "../../tasks/kernel/kernel.ts";
import type { Output } from "../../tasks/kernel/outputs.ts";
import { isAlive } from "./made_up.ts";

/** Runs cells one after the other on a kernel of their own; gives what each showed. */
async function run(...cells: string[]): Promise<Output[][]> {
  await using kernel = await Kernel.start(".");
  const shown: Output[][] = [];
  for (const cell of cells) shown.push(await kernel.execute(cell));
  return shown;
}

Deno.test("Kernel.execute() gives the value of the last line", async () => {
  const [nothing, value] = await run("const x: number = 6;", "x * 7");
  assertEquals(nothing, []);
  assertEquals(value, [
    { output_type: "execute_result", data: { "text/plain": "42" }, metadata: {}, execution_count: 2 },
  ]);
});

/** What a value in a cell is that shows itself as this text. */
const SHOWS =
  'const shows = (text: string) => ({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": text }) });\n';

Deno.test("Kernel.execute() gives both streams", async () => {
  const [shown] = await run('console.log("out");\nconsole.error("err");\nconsole.log("more");');
  const texts = { stdout: "", stderr: "" };
  for (const output of shown) if (output.output_type === "stream") texts[output.name] += output.text;
  assertEquals(texts, { stdout: "out\nmore\n", stderr: "err\n" });
});

Deno.test("Kernel.execute() gives displays in their order, and their updates in their places", async () => {
  const [shown] = await run(`${SHOWS}
    await Deno.jupyter.display(shows("first"), { display_id: "a" });
    await Deno.jupyter.display(shows("second"), { display_id: "b" });
    await Deno.jupyter.display(shows("changed"), { display_id: "a", update: true });`);
  assertEquals(shown, [
    { output_type: "display_data", data: { "text/plain": "changed" }, metadata: {} },
    { output_type: "display_data", data: { "text/plain": "second" }, metadata: {} },
  ]);
});

Deno.test("Kernel.execute() clears when the cell says so", async () => {
  const [shown] = await run(`${SHOWS}
    await Deno.jupyter.display(shows("gone"));
    await Deno.jupyter.broadcast("clear_output", { wait: true });
    await Deno.jupyter.display(shows("stays"));`);
  assertEquals(shown, [{ output_type: "display_data", data: { "text/plain": "stays" }, metadata: {} }]);
});

Deno.test("Kernel.execute() reports what a cell shows while it runs", async () => {
  await using kernel = await Kernel.start(".");
  const lengths: number[] = [];
  await kernel.execute(
    'for (const text of ["a", "b", "c"]) {\n  await Deno.jupyter.display(text, { raw: false });\n}',
    (outputs) => lengths.push(outputs.length),
  );
  assertEquals(lengths, [1, 2, 3]);
});

Deno.test("Kernel.execute() ends with the error of a cell, and the kernel goes on", async () => {
  const [[error], syntax, after] = await run('throw new RangeError("too far");', "let = (", "1 + 1");
  assert(error.output_type === "error");
  assertEquals([error.ename, error.evalue], ["RangeError", "too far"]);
  assertEquals(syntax.at(-1)?.output_type, "error");
  assertEquals(after.length, 1);
});

Deno.test("Kernel.execute() ends with an error when the kernel dies under the cell", async () => {
  const [shown, after] = await run(
    'console.log("last words");\nawait new Promise((resolve) => setTimeout(resolve, 50));\nDeno.exit(3);',
    "1 + 1",
  );
  assertEquals(shown[0], { output_type: "stream", name: "stdout", text: "last words\n" });
  for (const output of [shown.at(-1), after.at(-1)]) {
    assert(output?.output_type === "error");
    assertEquals(output.ename, "KernelDied");
    assertStringIncludes(output.evalue, "the kernel ended with code 3");
  }
});

Deno.test("Kernel.execute() leaves finished cells as they were when the kernel is shut down", async () => {
  const [shown] = await run("1");
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(shown.length, 1);
});

Deno.test("Kernel.interrupt() presses Stop: a cell that listens goes on", async () => {
  await using kernel = await Kernel.start(".");
  const cell = `
    const stopped = Promise.withResolvers<string>();
    Deno.addSignalListener("SIGINT", () => stopped.resolve("stopped"));
    console.log("listening");
    await stopped.promise`;
  const shown = await kernel.execute(cell, ({ length }) => length === 1 && kernel.interrupt());
  const value = shown.at(-1);
  assert(value?.output_type === "execute_result");
  assertEquals(value.data["text/plain"], '"stopped"');
  assertEquals((await kernel.execute("1")).length, 1);
});

Deno.test("Kernel.kill() ends a cell that never ends", async () => {
  await using kernel = await Kernel.start(".");
  const shown = await kernel.execute('console.log("busy");\nawait new Promise(() => {});', () => kernel.kill());
  assertEquals(shown.at(-1)?.output_type, "error");
  kernel.kill();
  kernel.interrupt();
});

Deno.test("Kernel ends with its block, a busy one too", async () => {
  let pid = 0;
  {
    await using kernel = await Kernel.start(".");
    const [value] = await kernel.execute("Deno.pid");
    assert(value.output_type === "execute_result");
    pid = Number(value.data["text/plain"]);
    assert(isAlive(pid));
    kernel.execute("for (;;);");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert(!isAlive(pid));
});

Deno.test("Kernel.start() fails where its folder is not there", async () => {
  await assertRejects(() => Kernel.start("/nowhere/at/all"), Deno.errors.NotFound);
});

Deno.test("Kernel runs in its folder", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await using kernel = await Kernel.start(folder);
    const [value] = await kernel.execute("Deno.cwd()");
    assert(value.output_type === "execute_result");
    assertEquals(value.data["text/plain"], JSON.stringify(folder));
  } finally {
    await Deno.remove(folder);
  }
});

Deno.test("Kernel.execute() loses no output of 300 cells", async () => {
  const cells = Array.from({ length: 300 }, (_, i) => `console.log("line ${i}");\n${i}`);
  const shown = await run(...cells);
  for (const [i, outputs] of shown.entries()) {
    // The kernel's two ways out may overtake each other; what counts is that all arrives.
    const [value, stream] = outputs.toSorted((a, b) => a.output_type < b.output_type ? -1 : 1);
    assertEquals(stream, { output_type: "stream", name: "stdout", text: `line ${i}\n` });
    assertEquals(value, {
      output_type: "execute_result",
      data: { "text/plain": `${i}` },
      metadata: {},
      execution_count: i + 1,
    });
    assertEquals(outputs.length, 2);
  }
});
