import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { layOut } from "../../tasks/jupyter/workbook.ts";
import { readNotebook } from "../../tasks/kernel/notebook.ts";
import { notebookOf, withNotebooks } from "./made_up.ts";

const NAMES = ["01-a.ipynb", "02-b.ipynb"];
const NOW = new Date("2026-11-26T15:30:00Z");

/** Gives the test a book of two notebooks and what it needs to read and change them. */
async function withBook(test: (tools: Tools) => Promise<void>): Promise<void> {
  await withNotebooks({}, async (root) => {
    const book = join(root, "notebooks"), folder = join(root, "workbook");
    await Deno.mkdir(book);
    const write = (path: string, source: string, shown = false) => {
      const notebook = notebookOf(source);
      if (shown) notebook.cells[0].outputs = [{ output_type: "stream", name: "stdout", text: "shown\n" }];
      return Deno.writeTextFile(join(root, path), JSON.stringify(notebook));
    };
    const read = async (path: string) => (await readNotebook(join(root, path))).cells[0].source as string;
    for (const name of NAMES) await write(`notebooks/${name}`, "1");
    await test({ write, read, root, lay: (reset = false) => layOut(book, NAMES, folder, { reset, now: NOW }) });
  });
}

interface Tools {
  write: (path: string, source: string, shown?: boolean) => Promise<void>;
  read: (path: string) => Promise<string>;
  lay: (reset?: boolean) => Promise<string[]>;
  root: string;
}

const ASIDE = "workbook-2026-11-26T15-30-00";

Deno.test("layOut() copies the book, and a second time changes nothing", async () => {
  await withBook(async ({ lay, read, root }) => {
    await Deno.writeTextFile(join(root, "notebooks", "scratch.ipynb"), "not of the book");
    assertEquals(await lay(), []);
    assertEquals(await lay(), []);
    assertEquals(await read("workbook/01-a.ipynb"), "1");
    await assertRejects(() => Deno.stat(join(root, "workbook", "scratch.ipynb")), Deno.errors.NotFound);
  });
});

Deno.test("layOut() refreshes what is newer in the book and unchanged in the copy", async () => {
  await withBook(async ({ lay, read, write, root }) => {
    await lay();
    await write("notebooks/01-a.ipynb", "2");
    assertEquals(await lay(), ["Brought up to date with the book: 01-a.ipynb."]);
    assertEquals(await read("workbook/01-a.ipynb"), "2");
    assertEquals(await lay(), []);
    await write("workbook/01-a.ipynb", "2", true);
    await write("notebooks/01-a.ipynb", "3");
    assertEquals(await lay(), [
      "Brought up to date with the book: 01-a.ipynb.",
      `Your earlier 01-a.ipynb is now in ${ASIDE}/.`,
    ]);
    assertStringIncludes(await Deno.readTextFile(join(root, ASIDE, "01-a.ipynb")), "shown");
    assert((await Deno.stat(join(root, "workbook", "02-b.ipynb"))).isFile);
  });
});

Deno.test("layOut() keeps what has only been run where the book is as it was", async () => {
  await withBook(async ({ lay, write, root }) => {
    await lay();
    await write("workbook/01-a.ipynb", "1", true);
    assertEquals(await lay(), []);
    assertStringIncludes(await Deno.readTextFile(join(root, "workbook", "01-a.ipynb")), "shown");
  });
});

Deno.test("layOut() never overwrites a reader's changes, and says so where the book has moved on", async () => {
  await withBook(async ({ lay, read, write }) => {
    await lay();
    await write("workbook/01-a.ipynb", "mine");
    assertEquals(await lay(), []);
    await write("notebooks/01-a.ipynb", "2");
    for (let i = 0; i < 2; i++) {
      const [said, ...more] = await lay();
      assertStringIncludes(said, "You have changed 01-a.ipynb, and the book has a newer version: yours stays.");
      assertEquals(more, []);
    }
    assertEquals(await read("workbook/01-a.ipynb"), "mine");
  });
});

Deno.test("layOut() takes a copy for changed that is no longer a notebook, or whose record is gone", async () => {
  await withBook(async ({ lay, read, write, root }) => {
    await lay();
    await write("workbook/02-b.ipynb", "mine");
    await Deno.writeTextFile(join(root, "workbook", "01-a.ipynb"), "{ half of it");
    await Deno.remove(join(root, "workbook", ".book.json"));
    assertStringIncludes((await lay())[0], "You have changed 01-a.ipynb, 02-b.ipynb, and");
    assertEquals(await read("workbook/02-b.ipynb"), "mine");
    assertEquals(await Deno.readTextFile(join(root, "workbook", "01-a.ipynb")), "{ half of it");
  });
});

Deno.test("layOut() resets on demand, and keeps aside what was changed or had run", async () => {
  await withBook(async ({ lay, read, write, root }) => {
    await lay();
    await write("workbook/01-a.ipynb", "mine");
    await write("workbook/own.ipynb", "mine, too");
    assertEquals(await lay(true), [`Your earlier 01-a.ipynb is now in ${ASIDE}/.`]);
    assertEquals(await read("workbook/01-a.ipynb"), "1");
    assertEquals(await read(`${ASIDE}/01-a.ipynb`), "mine");
    assertEquals(await read("workbook/own.ipynb"), "mine, too");
    await assertRejects(() => Deno.stat(join(root, ASIDE, "02-b.ipynb")), Deno.errors.NotFound);
  });
});
