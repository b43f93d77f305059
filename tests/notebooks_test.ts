/**
 * The notebooks themselves: their form, and all of them run in
 * Deno's own kernel, in order, on the embedded sample.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { loadModel, loadRun } from "../lib/training/mod.ts";
import { startBackend } from "../lib/kernels/mod.ts";
import { readMidi } from "../lib/formats/mod.ts";
import { BOOK } from "../tasks/book.ts";
import { type Cell, codeCells, type Notebook, readNotebook, sourceOf } from "../tasks/kernel/notebook.ts";
import { LINE_WIDTH } from "../tasks/notebook_cells.ts";
import { reproduce } from "../tasks/reproduce.ts";

const FOLDER = new URL("../notebooks/", import.meta.url).pathname;
const NAMES = BOOK.map((name) => name.replace(".ipynb", ""));

function tagged(notebook: Notebook, tag: string): Cell[] {
  return notebook.cells.filter((cell) => cell.metadata.tags?.includes(tag));
}

for (const [i, name] of NAMES.entries()) {
  Deno.test(`${name} is a page of the book`, async () => {
    const notebook = await readNotebook(`${FOLDER}${name}.ipynb`);
    for (const cell of notebook.cells.filter((cell) => cell.cell_type === "code")) {
      const lines = sourceOf(cell).split("\n");
      assert(lines.length <= 20, `a long cell:\n${sourceOf(cell)}`);
      // The formatter breaks neither texts nor comments.
      assertEquals(lines.filter((line) => line.length > LINE_WIDTH), []);
    }
    assertEquals(tagged(notebook, "parameters").length, 1);
    const [first] = notebook.cells;
    assertMatch(sourceOf(first), new RegExp(`^# ${parseInt(name)} · `));
    for (const neighbour of [NAMES[i - 1], NAMES[i + 1]]) {
      if (neighbour) assert(sourceOf(first).includes(`](${neighbour}.ipynb)`), `no link to ${neighbour}`);
    }
    const last = notebook.cells.at(-1)!;
    if (NAMES[i + 1]) assert(sourceOf(last).includes(`](${NAMES[i + 1]}.ipynb)`), "the end does not lead on");
  });
}

Deno.test("the notebooks run in the kernel on the sample, and leave a whole run", async () => {
  const out = await Deno.makeTempDir();
  const said: string[] = [];
  await reproduce({ names: BOOK, out, epochs: 2, write: (text) => said.push(text) });

  for (const name of NAMES) {
    const cells = codeCells(await readNotebook(`${out}/notebooks/${name}.ipynb`));
    assertEquals(cells.map((cell) => cell.execution_count), cells.map((_, i) => i + 1), name);
    assertEquals(cells.flatMap((cell) => cell.outputs!.filter((output) => output.output_type === "error")), []);
    assert(said.some((line) => line.includes(`${name} ${cells.length}/${cells.length}`)), `no progress of ${name}`);
  }

  const summary = JSON.parse(await Deno.readTextFile(`${out}/summary.json`));
  assertEquals([summary.corpus, summary.epochs, summary.parameters], ["sample", 2, 84_354]);
  assert(summary.pieces >= 5 && summary.notes >= 1000 && summary.windows === summary.notes - 75);
  assert(summary.seconds_per_step > 0 && summary.heldout_last.pitch > 0);
  assert(summary.losses_last.total < summary.losses_first.total, "it did not learn");
  for (const file of summary.files) assert((await Deno.stat(`${out}/${file}`)).isFile, file);

  await startBackend();
  const model = await loadModel(`${out}/model`);
  assertEquals(model.countParams(), 84_354);
  model.dispose();
  assertEquals((await loadRun(out)).history.epochs.length, 2);
  for (const name of ["raw", "scaled", "n-grams"]) {
    const { parts } = readMidi(await Deno.readFile(`${out}/samples/${name}.mid`));
    assertEquals(parts.reduce((sum, { notes }) => sum + notes.length, 0), 120);
    assert((await Deno.stat(`${out}/samples/${name}.wav`)).size > 44_100);
  }
  const figures = [...Deno.readDirSync(`${out}/figures`)].map(({ name }) => name);
  assert(figures.length >= 15, `${figures}`);
  await Deno.remove(out, { recursive: true });
});

Deno.test("notebook 6 plays before anything has been trained, and says what", async () => {
  const out = await Deno.makeTempDir();
  assertEquals(await reproduce({ names: ["06-sample.ipynb"], out, write: () => {} }), undefined);
  const cells = codeCells(await readNotebook(`${out}/notebooks/06-sample.ipynb`));
  const said = cells.flatMap(({ outputs }) => outputs!).map((output) => "text" in output ? String(output.text) : "");
  assert(
    said.some((text) => text.includes(`in ${out} yet, so the one that comes with the project plays: `)),
    `${said}`,
  );
  for (const name of ["raw", "scaled", "n-grams"]) assert((await Deno.stat(`${out}/samples/${name}.mid`)).isFile);
  await Deno.remove(out, { recursive: true });
});
