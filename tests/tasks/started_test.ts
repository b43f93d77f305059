/**
 * Tasks as `deno task` starts them, with their own permissions: in a copy of the project as whoever clones it has it,
 * with neither `data/cache/` nor `runs/`. What they do is tested in files of their own; here they go through all doors.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { exists, melody, midiBytes, withFolder, zipOf } from "../corpus/made_up.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
/** What the tasks below need of the project. */
const PARTS = ["data/catalogue.json", "data/sample", "deno.json", "deno.lock", "lib", "links", "tasks"];

/** Tasks that are not started here, and why. */
const ELSEWHERE: Record<string, string> = {
  "reproduce": "tests/tasks/reproduce_test.ts starts it with its permissions",
  "harmonise": "it has to learn first, for minutes",
  "pretrain": "it has one size, of minutes",
  "bench": "it measures for minutes",
  "bench:windows": "it measures bachcentral",
  "kernels": "tests/kernels compares what it makes",
  "native": "tests/kernels builds as it does, where there is a compiler",
  "lab": "it needs Python and Jupyter",
  "test:jupyter": "it needs Python, Jupyter and a browser; CI runs it",
  "test": "it runs this",
  "ok": "it runs this",
  "check:notebooks": "it is part of ok",
  "doc:lint": "it is part of ok",
};

async function copy(from: string, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) await copy(join(from, name), join(to, name));
}

const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json"))) as { tasks: Record<string, unknown> };
const started = new Set<string>();

Deno.test("tasks do their work with the permissions that deno task gives them", (test) =>
  withFolder(async (folder) => {
    const project = join(folder, "project"), tunes = join(folder, "tunes");
    for (const part of PARTS) {
      await Deno.mkdir(dirname(join(project, part)), { recursive: true });
      await copy(join(ROOT, part), join(project, part));
    }
    await Deno.mkdir(tunes);
    const music = (from: number, to: number) =>
      Object.fromEntries(
        Array.from({ length: to - from }, (_, i) => [`tune${from + i}.mid`, midiBytes(melody(from + i, 200))] as const),
      );
    for (const [name, bytes] of Object.entries(music(1, 13))) await Deno.writeFile(join(tunes, name), bytes);
    await Deno.writeFile(join(folder, "own.zip"), zipOf(music(1, 13)));
    await Deno.writeFile(join(folder, "others.zip"), zipOf(music(21, 25)));
    await Deno.writeTextFile(
      join(folder, "tiny.json"),
      JSON.stringify({
        corpus: tunes,
        system: "lstm",
        settings: { length: 4, shift: 4, batchSize: 8 },
        sweep: { units: [4, 6] },
        rungs: [1],
        workers: 1,
      }),
    );

    /** Starts a task, and gives what it says; what it leaves lies in the project, or where `leaves` says. */
    const step = async (command: string, says: string, leaves: string[] = []) => {
      const [task, ...args] = command.split(" ");
      started.add(task);
      await test.step(`deno task ${command}`, async () => {
        const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
          args: ["task", "-q", task, ...args],
          cwd: project,
          // Paths are those of where the task is started; npx, which may have started the tests, says otherwise.
          env: { NO_COLOR: "1", INIT_CWD: project },
        }).output();
        const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
        assertEquals(code, 0, said);
        assertStringIncludes(said, says);
        for (const path of leaves) assert(await exists(join(project, path)), path);
      });
    };
    await step("licences", "LGPL-3.0-or-later");
    await step("inspect ../tunes/tune1.mid", "pitch");
    await step("metrics --against ../tunes ../own.zip", "pitch_class");
    await step("corpus --catalogue --zip ../own.zip", "Catalogued 12 files");
    await step("corpus --zip ../own.zip", "12 files from", ["data/cache/bachcentral/tune1.mid"]);
    await step("corpus", "All 12 files are there already");
    assertEquals([...Deno.readDirSync(join(project, "data/cache"))].map(({ name }) => name), ["bachcentral"]);
    await step("table ../tunes --out runs/table --workers 1", "12 of 12 files", ["runs/table/shard=0"]);
    await step("table ../tunes --out ../table --workers 1", "12 of 12 files", ["../table/shard=0"]);
    await step("evaluate --corpus ../tunes --models unigram --reading corrected", "# Evaluation on", [
      "runs/evaluation/report.md",
      "data/cache/evaluation",
    ]);
    const tiny = "--others ../others.zip --model lstm --units 4 --draws 1 --notes 60";
    await step(`transfer --corpus ../tunes ${tiny}`, "# Transfer", [
      "runs/transfer/curves.svg",
    ]);
    await step("sweep ../tiny.json", "The best is trial", ["runs/sweeps/tiny/best.json"]);
    await step("kills --times 1 --kernel portable", "in all");
    await step("fuzz --what zip --mutants 20", "0 wrong");
  }));

Deno.test("every task is started above, or elsewhere for a reason", () => {
  assertEquals([...started, ...Object.keys(ELSEWHERE)].sort(), Object.keys(tasks).sort());
});
