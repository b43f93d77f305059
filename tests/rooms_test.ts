/** The house is as ARCHITECTURE.md draws it: its table of rooms is the only one, and these tests read it. */

import { assert, assertEquals } from "@std/assert";
import { dirname, join, normalize } from "node:path";

const ROOT = new URL("../", import.meta.url).pathname;

/** Tasks that may load no native code take these files of a room as they are; ARCHITECTURE.md says so. */
const TAKEN_ALONE = [
  "lib/evaluation/report/markdown_table.ts",
  "lib/kernels/native.ts",
  "lib/notebook/stages.ts",
  "lib/notebook/terminal_progress.ts",
  "lib/plots/figure.ts",
  "lib/plots/parallel_coordinates.ts",
  "lib/training/checkpoint_folders.ts",
  "lib/training/checkpoint.ts",
  "lib/training/keep_earlier_run.ts",
  "lib/training/run_lock.ts",
  "lib/training/run_record.ts",
];

/** All files under a folder that a test here looks at, by path from the project's folder. */
async function filesIn(folder: string, ending: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    if (isDirectory) found.push(...await filesIn(`${folder}/${name}`, ending));
    else if (name.endsWith(ending)) found.push(`${folder}/${name}`);
  }
  return found.sort();
}

/** The files of the project that a text imports from or exports again, types included, as paths from its folder. */
function importsOf(path: string, text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\b[^"'`;]*?\bfrom\s+"(\.[^"]+)"/gm);
  const calls = text.matchAll(/\bimport\(\s*"(\.[^"]+)"/g);
  return [...statements, ...calls].map(([, to]) => normalize(join(dirname(path), to)));
}

const roomOf = (path: string) => path.split("/")[1];

const library = await filesIn("lib", ".ts");
const imports = new Map<string, string[]>();
for (const path of library) imports.set(path, importsOf(path, await Deno.readTextFile(join(ROOT, path))));

/** The rooms in order, each with the rooms that it may import from. */
const rooms = new Map<string, string[]>();
for (const line of (await Deno.readTextFile(join(ROOT, "ARCHITECTURE.md"))).split("\n")) {
  const row = line.match(/^\| `lib\/(\w+)\/` +\|[^|]+\|([^|]+)\|$/);
  if (!row) continue;
  const [, room, allowed] = row;
  const words = allowed.trim();
  const others = words === "–" ? [] : words === "all above" ? [...rooms.keys()] : words.split(", ");
  rooms.set(room, ["options", ...others]);
}

Deno.test("importsOf() finds imports of values and types, exports, and calls, and none in comments", () => {
  const text = [
    'import { a } from "./a.ts";',
    "import type {",
    "  B,",
    '} from "../b/mod.ts";',
    'export * from "./c.ts";',
    'const d = await import("./d.ts");',
    ' * import { e } from "./e.ts";',
    'import tf from "@tensorflow/tfjs";',
  ];
  assertEquals(importsOf("lib/x/y.ts", text.join("\n")), ["lib/x/a.ts", "lib/b/mod.ts", "lib/x/c.ts", "lib/x/d.ts"]);
});

Deno.test("every room of lib/ stands in ARCHITECTURE.md's table, and every row is a room with a mod.ts", () => {
  assertEquals([...rooms.keys()].sort(), [...new Set(library.map(roomOf))].sort());
  for (const room of rooms.keys()) assert(imports.has(`lib/${room}/mod.ts`), room);
});

Deno.test("rooms import from rooms above them in the table, as their rows say, and through mod.ts alone", () => {
  const order = [...rooms.keys()];
  for (const [path, targets] of imports) {
    const room = roomOf(path);
    for (const target of targets.filter((target) => target.startsWith("lib/") && roomOf(target) !== room)) {
      const other = roomOf(target);
      assert(order.indexOf(other) < order.indexOf(room), `${path} imports upwards: ${other} stands below ${room}`);
      assert(
        rooms.get(room)!.includes(other),
        `${path} imports from ${other}, which the row of ${room} does not allow`,
      );
      assertEquals(target, `lib/${other}/mod.ts`, `${path} imports an inner file of another room`);
    }
    const outside = targets.find((target) => !target.startsWith("lib/"));
    assertEquals(outside, undefined, `${path} imports from outside lib/`);
  }
});

Deno.test("no row allows more than its room uses", () => {
  for (const [room, allowed] of rooms) {
    const files = library.filter((path) => roomOf(path) === room);
    const used = new Set(files.flatMap((path) => imports.get(path)!).map(roomOf));
    // `options` goes without saying, and the last room may use whatever there is.
    const idle = room === "notebook" ? [] : allowed.filter((other) => other !== "options" && !used.has(other));
    assertEquals(idle, [], `ARCHITECTURE.md lets ${room} import what it does not`);
  }
});

Deno.test("no files of lib/ import one another in a circle", () => {
  const done = new Set<string>();
  const visit = (path: string, above: readonly string[]) => {
    const circle = above.indexOf(path);
    assert(circle < 0, `a circle of imports: ${[...above.slice(circle), path].join(" -> ")}`);
    if (done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...above, path]);
    done.add(path);
  };
  for (const path of library) visit(path, []);
});

Deno.test("tasks and notebooks use the rooms of lib/ through mod.ts", async () => {
  for (const path of [...await filesIn("tasks", ".ts"), ...await filesIn("notebooks", ".ipynb")]) {
    const text = await Deno.readTextFile(join(ROOT, path));
    const code = path.endsWith(".ts") ? text : codeOf(text);
    for (const target of importsOf(path, code).filter((target) => target.startsWith("lib/"))) {
      assert(/^lib\/\w+\/mod\.ts$/.test(target) || TAKEN_ALONE.includes(target), `${path} imports ${target}`);
    }
  }
});

function codeOf(notebook: string): string {
  const { cells } = JSON.parse(notebook) as { cells: { cell_type: string; source: string[] }[] };
  return cells.filter((cell) => cell.cell_type === "code").map(({ source }) => source.join("")).join("\n");
}
