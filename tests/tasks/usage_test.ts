/** Every task of `deno.json` says how it is used, and what is wrong with how it is called, before it does anything. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { benchTask } from "../../bench/train.ts";
import { benchWindowsTask } from "../../bench/windows_memory.ts";
import { withFolder } from "../corpus/made_up.ts";
import type { CommandOptions } from "../../tasks/command.ts";
import { corpusTask } from "../../tasks/corpus.ts";
import { docLintTask } from "../../tasks/doc_lint.ts";
import { evaluateTask } from "../../tasks/evaluate.ts";
import { fuzzTask } from "../../tasks/fuzz.ts";
import { harmoniseTask } from "../../tasks/harmonise.ts";
import { inspectTask } from "../../tasks/inspect.ts";
import { kernelsTask } from "../../tasks/kernels.ts";
import { killsTask } from "../../tasks/kills.ts";
import { labTask } from "../../tasks/lab.ts";
import { licencesTask } from "../../tasks/licences.ts";
import { metricsTask } from "../../tasks/metrics.ts";
import { nativeTask } from "../../tasks/native.ts";
import { notebooksTask } from "../../tasks/notebook_cells.ts";
import { pretrainTask } from "../../tasks/pretrain.ts";
import { sweepTask } from "../../tasks/sweep.ts";
import { tableTask } from "../../tasks/table.ts";
import { transferTask } from "../../tasks/transfer.ts";

type Task = (args: readonly string[], options: Omit<CommandOptions, "signal">) => number | Promise<number>;

const ROOT = new URL("../../", import.meta.url).pathname;

/** A task that writes to its own terminal, in a process. */
const started = (script: string): Task => async (args, { print, complain }) => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", script, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const [said, complained] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trimEnd());
  if (said) print!(said);
  if (complained) complain!(complained);
  return code;
};

const TASKS: Record<string, Task> = {
  "inspect": inspectTask,
  "metrics": metricsTask,
  "evaluate": evaluateTask,
  "harmonise": harmoniseTask,
  "transfer": transferTask,
  "sweep": sweepTask,
  "table": tableTask,
  "kills": killsTask,
  "corpus": corpusTask,
  "reproduce": started("tasks/reproduce.ts"),
  "pretrain": pretrainTask,
  "lab": labTask,
  "fuzz": fuzzTask,
  "test:jupyter": started("tasks/test_jupyter.ts"),
  "check:notebooks": notebooksTask,
  "doc:lint": docLintTask,
  "kernels": kernelsTask,
  "native": nativeTask,
  "bench": benchTask,
  "bench:windows": benchWindowsTask,
  "licences": licencesTask,
};

/** What these take is taken by `deno test`. */
const DENO_TEST = ["test", "ok"];

/** Arguments that each lack something, or name what is not there, and what is said. NOWHERE is a path at which nothing is. */
const WRONG: [task: string, args: string, code: number, said: RegExp][] = [
  ["inspect", "", 2, /Name at least one file/],
  ["inspect", "NOWHERE", 1, /NOWHERE/],
  ["metrics", "", 2, /Name at least one file or folder/],
  ["metrics", "NOWHERE", 1, /NOWHERE/],
  ["metrics", "--against NOWHERE NOWHERE", 1, /NOWHERE/],
  ["evaluate", "--corpus NOWHERE", 1, /NOWHERE/],
  ["evaluate", "--corpus", 2, /--corpus/],
  ["harmonise", "", 2, /melody/i],
  ["harmonise", "NOWHERE", 1, /NOWHERE/],
  ["transfer", "--corpus NOWHERE --others NOWHERE", 1, /NOWHERE/],
  ["sweep", "", 2, /file/i],
  ["sweep", "NOWHERE", 2, /NOWHERE cannot be read: there is no such file/],
  ["table", "", 2, /folder/i],
  ["table", "NOWHERE", 2, /--out/],
  ["table", "NOWHERE --out NOWHERE.out", 1, /NOWHERE/],
  ["kills", "--times 0", 2, /--times/],
  ["corpus", "--zip NOWHERE", 1, /NOWHERE: there is no such file/],
  ["corpus", "--jsb --file NOWHERE", 1, /NOWHERE: there is no such file/],
  ["reproduce", "--corpus NOWHERE", 1, /NOWHERE: there is no such file/],
  ["reproduce", "--settings NOWHERE", 2, /there is no such file/],
  ["fuzz", "--what mp3", 2, /mp3/],
  ["native", "--for pdp11", 2, /pdp11/],
  ["bench", "--check", 2, /--peers/],
  ["bench:windows", "NOWHERE", 1, /NOWHERE/],
];

async function run(task: string, ...args: string[]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await TASKS[task](args, {
    print: (text) => said.push(text),
    complain: (line) => complained.push(line),
  });
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}

Deno.test("every task of deno.json is called here", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  assertEquals([...Object.keys(TASKS), ...DENO_TEST].sort(), Object.keys(tasks).sort());
});

for (const task of Object.keys(TASKS)) {
  Deno.test(`deno task ${task} says how it is used, and refuses an option that there is not`, async () => {
    const { code, said, complained } = await run(task, "--help");
    assertEquals([code, complained], [0, ""]);
    assert(said.startsWith(`deno task ${task}`), said);
    assertMatch(said, /--help +show this text/);
    // JupyterLab takes what is not ours.
    if (task === "lab") return;
    const refused = await run(task, "--nonsense");
    assertEquals([refused.code, refused.said], [2, ""], refused.complained);
    assertMatch(refused.complained, /--nonsense/);
    // Two lines, so that what is wrong is still to be seen.
    const [, ...others] = refused.complained.split("\n");
    assertEquals(others, [`deno task ${task} --help shows how it is used`], refused.complained);
  });
}

Deno.test("tasks say what is missing, or is not there, and leave nothing behind", () =>
  withFolder(async (folder) => {
    const nowhere = join(folder, "nowhere");
    for (const [task, args, code, words] of WRONG) {
      const found = await run(task, ...args.split(" ").filter(Boolean).map((word) => word.replace("NOWHERE", nowhere)));
      const line = `deno task ${task} ${args}: ${found.code}, ${found.complained}`;
      assertEquals(found.code, code, line);
      assertMatch(found.complained.replaceAll(nowhere, "NOWHERE"), words, line);
      assert(!/\n +at .*:\d+:\d+|os error/.test(found.complained), line);
    }
    assertEquals([...Deno.readDirSync(folder)], []);
  }));
