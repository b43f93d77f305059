import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "node:path";
import { LockedError } from "../../lib/locks/mod.ts";
import { settings, settingsJson } from "../../lib/settings/mod.ts";
import { loadRun } from "../../lib/training/mod.ts";
import { BOOK } from "../../tasks/book.ts";
import { CellError, type Notebook, readNotebook } from "../../tasks/kernel/notebook.ts";
import { reproduce } from "../../tasks/reproduce.ts";
import { optionsOf } from "../../tasks/reproduce_options.ts";
import { isAlive, leftAlive, notebookOf, withNotebooks } from "./made_up.ts";

const PARAMETERS = 'let corpus = "sample";\nlet reading = "published";\nlet epochs = 1;\nlet seed = 1;\n' +
  'let out = "nowhere";\nlet resume = false;';

const losses = { total: 1, pitch: 4, step: 0.5, duration: 0.25 };

/** A notebook that leaves a run's record where 05-train would, without training. */
const TRAINS = notebookOf(
  PARAMETERS,
  `const history = { epochs: [{ epoch: 1, train: ${JSON.stringify(losses)}, seconds: 1 }], secondsPerStep: 0.1 };
const settings = { ...${
    JSON.stringify(settings("published"), (_, x) => x === Infinity ? "Infinity" : x)
  }, reading, seed };
const run = { corpus, pieces: ["a"], heldOut: [], leftOut: [], notes: 9, windows: 3, parameters: 5, untrained: history.epochs[0].train };
for (const [name, value] of Object.entries({ history, settings, run })) {
  await Deno.writeTextFile(out + "/" + name + ".json", JSON.stringify(value));
}
console.log(epochs, resume);`,
);

const DRAWS = notebookOf(
  `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": '<img src="data:image/svg+xml,%3Csvg/%3E">' }) })`,
);

/** Runs these notebooks into a folder of their own, whose path the test gets with what was printed. */
async function run(
  notebooks: Parameters<typeof withNotebooks>[0],
  options: Parameters<typeof reproduce>[0],
  test: (found: { out: string; printed: string; result: ReturnType<typeof reproduce> }) => Promise<void>,
): Promise<void> {
  await withNotebooks(notebooks, async (folder) => {
    const out = join(folder, "out");
    const printed: string[] = [];
    const names = Object.keys(notebooks).sort();
    const result = reproduce({ notebooks: folder, names, out, write: (text) => printed.push(text), ...options });
    await result.catch(() => {});
    await test({ out, printed: printed.join(""), result });
  });
}

Deno.test("reproduce() runs the notebooks in order and leaves everything in the run's folder", async () => {
  const notebooks = { "06-draws.ipynb": DRAWS, "05-trains.ipynb": TRAINS };
  await run(notebooks, { epochs: 3, seed: 7, reading: "corrected" }, async ({ out, printed, result }) => {
    const summary = await result;
    assertEquals(summary, JSON.parse(await Deno.readTextFile(join(out, "summary.json"))));
    assertEquals([summary?.corpus, summary?.reading, summary?.seed], ["sample", "corrected", 7]);
    assertEquals(summary?.files, [
      "figures/06-draws-01.svg",
      "history.json",
      "notebooks/05-trains.ipynb",
      "notebooks/06-draws.ipynb",
      "run.json",
      "settings.json",
    ]);
    const { cells } = await readNotebook(join(out, "notebooks", "05-trains.ipynb"));
    assertEquals(cells[1].metadata.tags, ["injected-parameters"]);
    assertEquals(cells[2].outputs, [{ output_type: "stream", name: "stdout", text: "3 false\n" }]);
    const lines = printed.trim().split("\n");
    assertEquals(lines.length, 6);
    assertStringIncludes(lines[0], "corpus sample, reading corrected, model lstm, epochs 3, seed 7");
    assertStringIncludes(lines[3], "05-trains 3/3");
    assertStringIncludes(lines[5], "2 notebooks in ");
  });
});

Deno.test("reproduce() stops at the first error with notebook, cell and line, and keeps what was shown", async () => {
  const fails = notebookOf("console.log(1);", "const a = 1;\nthrow new Error(`no ${a}`);", "2");
  await run({ "01-fails.ipynb": fails, "02-draws.ipynb": DRAWS }, {}, async ({ out, result }) => {
    const error = await assertRejects(() => result, CellError);
    assertEquals(error.message, "01-fails.ipynb: Cell 2, line 2: throw new Error(`no ${a}`);\nError: no 1");
    const { cells } = await readNotebook(join(out, "notebooks", "01-fails.ipynb"));
    assertEquals(cells.map((cell) => cell.outputs?.length), [1, 1, 0]);
    await assertRejects(() => Deno.stat(join(out, "notebooks", "02-draws.ipynb")), Deno.errors.NotFound);
  });
});

Deno.test("reproduce() runs only what it is asked for, whatever else is in the folder", async () => {
  const notebooks = { "05-trains.ipynb": TRAINS, "06-draws.ipynb": DRAWS, "scratch.ipynb": notebookOf("throw 1") };
  await run(notebooks, { names: ["06-draws.ipynb"] }, async ({ out, result }) => {
    assertEquals(await result, undefined);
    assertEquals((await Array.fromAsync(Deno.readDir(join(out, "notebooks")))).map(({ name }) => name), [
      "06-draws.ipynb",
    ]);
  });
});

Deno.test("reproduce() keeps the run that its folder has, and says where", async () => {
  await run({ "05-trains.ipynb": TRAINS }, { epochs: 3 }, async ({ out, printed }) => {
    assert(!printed.includes("is kept in"), printed);
    const folder = join(out, "..");
    let again = "";
    const options = { notebooks: folder, names: ["05-trains.ipynb"], out, write: (text: string) => again += text };
    await reproduce({ ...options, seed: 2 });
    assertStringIncludes(again, `The earlier run is kept in ${out}-1`);
    assertEquals((await loadRun(`${out}-1`)).settings.seed, 42);
    assertEquals((await loadRun(out)).settings.seed, 2);
    assert((await Deno.stat(join(`${out}-1`, "notebooks", "05-trains.ipynb"))).isFile);
  });
});

Deno.test("reproduce() resumes where there is a checkpoint, and says so where there is none", async () => {
  const shows = notebookOf(PARAMETERS, "console.log(resume);");
  await withNotebooks({ "05-shows.ipynb": shows }, async (folder) => {
    const out = join(folder, "out");
    const shown = async (): Promise<unknown[]> => {
      let printed = "";
      await reproduce({
        notebooks: folder,
        names: ["05-shows.ipynb"],
        out,
        resume: true,
        write: (text) => printed += text,
      });
      const { cells } = await readNotebook(join(out, "notebooks", "05-shows.ipynb"));
      return [cells[2].outputs, printed.includes("There is no checkpoint to resume from")];
    };
    const says = (text: string) => [{ output_type: "stream", name: "stdout", text }];
    assertEquals(await shown(), [says("false\n"), true]);
    await Deno.mkdir(join(out, "checkpoint"));
    assertEquals(await shown(), [says("true\n"), false]);
  });
});

Deno.test("reproduce() refuses a model that is not a network, and names those that are", async () => {
  const { message } = await assertRejects(() => reproduce({ model: "unigram" }), RangeError);
  assertStringIncludes(message, "--model takes one of lstm, lstm-seven, gru-metre");
  assertStringIncludes(message, 'got "unigram"');
});

Deno.test("reproduce() tells the notebooks of a run to begin with, which cannot be the one that it replaces", async () => {
  const says = notebookOf('let initialWeights = "";', "console.log(`from ${initialWeights}`);");
  await run({ "05-says.ipynb": says }, { initialWeights: "/runs/first" }, async ({ out, result }) => {
    await result;
    assertStringIncludes(await Deno.readTextFile(join(out, "notebooks/05-says.ipynb")), "from /runs/first");
  });
  await run({ "05-says.ipynb": says }, { initialWeights: "/runs/first", out: "/runs/first" }, async ({ result }) => {
    await assertRejects(() => result, RangeError, "Cannot go on from /runs/first: the new run would take its place");
  });
});

Deno.test("optionsOf() reads the command's arguments", () => {
  const args =
    "--corpus bachcentral --reading corrected --model gru-metre --epochs 2 --seed 0 --out x --only 05,06 --resume"
      .split(" ");
  assertEquals({ ...optionsOf(args) }, {
    corpus: "bachcentral",
    reading: "corrected",
    model: "gru-metre",
    epochs: 2,
    seed: 0,
    out: "x",
    names: ["05-train.ipynb", "06-sample.ipynb"],
    resume: true,
  });
  assertEquals(optionsOf(["--help"]), undefined);
  assertEquals(optionsOf(["--all"])?.names, BOOK);
  assertEquals(optionsOf([])?.names, undefined);
  assertEquals(optionsOf(["--json"])?.json, true);
  assertEquals(optionsOf(["--initial-weights", "runs/first"])?.initialWeights, "runs/first");
});

Deno.test("optionsOf() takes settings as a run or a sweep has left them", async () => {
  const folder = await Deno.makeTempDir(), path = join(folder, "best.json");
  try {
    const best = settings("corrected", { system: "gru-metre", units: 64, epochs: 9, seed: 7, patience: Infinity });
    await Deno.writeTextFile(path, settingsJson.stringify(best));
    const { changes, ...others } = optionsOf(["--settings", path])!;
    assertEquals(others, { reading: "corrected", model: "gru-metre", epochs: 9, seed: 7, names: undefined });
    assertEquals(settings("corrected", { ...changes, system: "gru-metre", epochs: 9, seed: 7 }), best);
    assertEquals(optionsOf(["--settings", path, "--epochs", "2", "--seed", "1"])?.epochs, 2);
    assertThrows(
      () => optionsOf(["--settings", path, "--model", "lstm"]),
      TypeError,
      "--model and --reading cannot be",
    );
    await Deno.writeTextFile(path, '{ "reading": "corrected", "unit": 3 }');
    assertThrows(() => optionsOf(["--settings", path]), Error, 'no option "unit", the nearest is "units"');
    for (const odd of ["null", "[]", "3"]) {
      await Deno.writeTextFile(path, odd);
      assertThrows(() => optionsOf(["--settings", path]), Error, "the file must be an object of settings");
    }
    assertThrows(() => optionsOf(["--settings", "/no/such.json"]), Error, "--settings takes what a run left");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("optionsOf() refuses what makes no sense", () => {
  const refused: [string, string][] = [
    ["--epochs 0", '--epochs takes an integer of at least 1, got "0"'],
    ["--epochs 2.5", '--epochs takes an integer of at least 1, got "2.5"'],
    ["--seed x", '--seed takes an integer of at least 0, got "x"'],
    ["--reading both", '--reading takes published or corrected, got "both"'],
    ["--epoch 3", "--epoch"],
    ["bachcentral", "bachcentral"],
    ["--out", "--out"],
    ["--only 05,9", "--only takes beginnings of 01-corpus.ipynb, 02-notes.ipynb"],
    ["--only 05,", 'got ""'],
  ];
  for (const [args, reason] of refused) assertThrows(() => optionsOf(args.split(" ")), Error, reason);
});

/** A notebook whose kernel tells its process id in a file and then waits for ever, or until it is stopped. */
const waits = (folder: string, listens: boolean) =>
  notebookOf(
    `const stopped = Promise.withResolvers<void>();\n` +
      (listens ? 'Deno.addSignalListener("SIGINT", () => stopped.resolve());\n' : "") +
      `await Deno.writeTextFile(${
        JSON.stringify(join(folder, "pid"))
      }, String(Deno.pid));\nsetInterval(() => {}, 100);\n` +
      "await stopped.promise;",
    `await Deno.writeTextFile(${JSON.stringify(join(folder, "too-far"))}, "");`,
  );

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** Writes a notebook into a folder, and a program beside it that reproduces it alone into the folder's `out`. */
async function programFor(folder: string, name: string, notebook: Notebook): Promise<string> {
  await Deno.writeTextFile(join(folder, name), JSON.stringify(notebook));
  const task = new URL("../../tasks/reproduce.ts", import.meta.url);
  const args = JSON.stringify(["--out", join(folder, "out")]);
  const where = JSON.stringify({ notebooks: folder, names: [name] });
  const program = join(folder, "program.ts");
  await Deno.writeTextFile(program, `import { main } from "${task}";\nDeno.exit(await main(${args}, ${where}));`);
  return program;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  for (const listens of [true, false]) {
    Deno.test({
      name: `reproduce stopped by ${signal} ends its kernel, which ${listens ? "listens" : "does not listen"}`,
      ignore: Deno.build.os === "windows",
      fn: async () => {
        await withNotebooks({}, async (folder) => {
          const program = await programFor(folder, "01-waits.ipynb", waits(folder, listens));
          const process = new Deno.Command(Deno.execPath(), {
            args: ["run", "-A", "--no-check", "--config", CONFIG, program],
            stdout: "null",
            stderr: "piped",
          }).spawn();
          const said = new Response(process.stderr).text();
          const pid = await untilWritten(join(folder, "pid"), process);
          process.kill(signal);
          const { code } = await process.status;
          assertEquals(code, 130);
          assertStringIncludes(await said, "The same command with --resume goes on from the last checkpoint");
          assert(!isAlive(pid), "the kernel is still there");
          await assertRejects(() => Deno.stat(join(folder, "too-far")), Deno.errors.NotFound);
          await readNotebook(join(folder, "out", "notebooks", "01-waits.ipynb"));
        });
      },
    });
  }
}

/** The number in a file that a process, or one of its own, is to write; how long that takes is the machine's affair. */
async function untilWritten(path: string, process: Deno.ChildProcess): Promise<number> {
  let hasEnded = false;
  process.status.then(() => hasEnded = true);
  while (!hasEnded) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text !== "") return Number(text);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nobody wrote ${path}`);
}

/** Commands whose SIGKILL must not leave a kernel behind: the program itself, and `deno task`, whose child it is. */
const KILLED: Record<string, (program: string) => string[]> = {
  "reproduce": (program) => ["run", "-A", "--no-check", "--config", CONFIG, program],
  "deno task reproduce": (
    program,
  ) => ["task", "--config", CONFIG, "--eval", `deno run -A --no-check --config ${CONFIG} ${program}`],
};

for (const [name, args] of Object.entries(KILLED)) {
  Deno.test({
    name: `${name} leaves no kernel training when it gets SIGKILL`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await withNotebooks({}, async (folder) => {
        const trains = `await Deno.writeTextFile(${JSON.stringify(join(folder, "pid"))}, String(Deno.pid));\nfor (;;);`;
        const program = await programFor(folder, "01-trains.ipynb", notebookOf(trains));
        const process = new Deno.Command(Deno.execPath(), { args: args(program), stdout: "null", stderr: "null" })
          .spawn();
        const pid = await untilWritten(join(folder, "pid"), process);
        process.kill("SIGKILL");
        await process.status;
        assertEquals(await leftAlive(pid), [], "the kernel is still there");
      });
    },
  });
}

Deno.test({
  name: "reproduce goes on where nobody reads what it prints, and ends with deno task all the same",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await withNotebooks({}, async (folder) => {
      // More than a pipe holds.
      const cells = Array.from({ length: 700 }, (_, i) => `const a${i} = "${"a line that is printed ".repeat(5)}";`);
      const trains = `await Deno.writeTextFile(${JSON.stringify(join(folder, "pid"))}, String(Deno.pid));\nfor (;;);`;
      const program = await programFor(folder, "01-trains.ipynb", notebookOf(...cells, trains));
      const args = KILLED["deno task reproduce"](program);
      const process = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "piped" }).spawn();
      const pid = await untilWritten(join(folder, "pid"), process);
      process.kill("SIGKILL");
      await process.status;
      const left = await leftAlive(pid);
      await process.stderr.cancel();
      assertEquals(left, [], "the kernel is still there");
    });
  },
});

Deno.test("reproduce() refuses a folder into which another runs its notebooks, and takes it over once that was killed", async () => {
  await withNotebooks({}, async (folder) => {
    const program = await programFor(folder, "01-waits.ipynb", waits(folder, false));
    const process = new Deno.Command(Deno.execPath(), {
      args: KILLED.reproduce(program),
      stdout: "null",
      stderr: "null",
    })
      .spawn();
    await untilWritten(join(folder, "pid"), process);
    await Deno.writeTextFile(join(folder, "01-other.ipynb"), JSON.stringify(notebookOf("1 + 1")));
    const said: string[] = [], out = join(folder, "out");
    const other = () =>
      reproduce({ out, notebooks: folder, names: ["01-other.ipynb"], write: (text) => void said.push(text) });
    await assertRejects(other, LockedError, `"${out}": this run is being written by process ${process.pid} since 2`);
    process.kill("SIGKILL");
    await process.status;
    await other();
    assertStringIncludes(said[0], `"${out}" belonged to process ${process.pid} since 2`);
    assertEquals((await Array.fromAsync(Deno.readDir(out))).some(({ name }) => name.endsWith("lock")), false);
  });
});
