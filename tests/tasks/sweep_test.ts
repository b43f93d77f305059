import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { startBackend } from "../../lib/kernels/mod.ts";
import { type Settings, settings, settingsJson } from "../../lib/settings/mod.ts";
import type { SweepFile, SweepReport } from "../../lib/sweeps/mod.ts";
import { loadModel, loadRun } from "../../lib/training/mod.ts";
import { sweepTask, type SweepTaskOptions } from "../../tasks/sweep.ts";
import { exists } from "../corpus/made_up.ts";
import { assertWellFormed } from "../plots/snapshot.ts";
import { type Ran, ran, withTunes } from "./made_up.ts";

/** Four trials of tiny networks, of which two go on. */
const TINY: Omit<SweepFile, "corpus"> = {
  system: "lstm",
  settings: { length: 4, shift: 4, batchSize: 8 },
  sweep: { units: [4, 6], learningRate: [0.01, 0.001] },
  seeds: [1, 2],
  rungs: [1, 2],
  workers: 2,
};

/** Gives the test a folder with twelve made-up files to learn from, and a way to run the task on them. */
function onTunes(
  test: (
    run: (name: string, file: Partial<SweepFile>, options?: SweepTaskOptions, args?: string[]) => Promise<Ran>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  return withTunes((folder) =>
    test(async (name, file, options = {}, args = []) => {
      const path = join(folder, `${name}.json`), out = join(folder, "sweeps");
      await Deno.writeTextFile(path, JSON.stringify({ corpus: join(folder, "tunes"), ...TINY, ...file }));
      return await ran((how) => sweepTask([path, ...args], { out, ...how, ...options }));
    }, folder)
  );
}

async function reportOf(folder: string, name: string): Promise<SweepReport> {
  return JSON.parse(await Deno.readTextFile(join(folder, "sweeps", name, "report.json")));
}

/** What trials came to, without seconds. */
function outcome({ rows, best }: SweepReport): unknown {
  return { best, rows: rows.map(({ seconds: _, ...row }) => row) };
}

Deno.test("sweep trains the trials, prints tables, and leaves tables, a figure, the best settings and the runs", () =>
  onTunes(async (run, folder) => {
    const { code, printed, complaints } = await run("tiny", {});
    assertEquals(code, 0, complaints);
    const place = join(folder, "sweeps/tiny");
    const report = await reportOf(folder, "tiny");
    assertEquals([report.finished, report.rows.map(({ rung }) => rung)], [true, [2, 2, 1, 1]]);
    assert(report.rows[0].mean! <= report.rows[1].mean! && report.rows[0].seeds.length === 2);
    assertStringIncludes(complaints, "4 trials of lstm on");
    assertStringIncludes(printed, "trial  units  learningRate  held-out total");
    assertStringIncludes(printed, `The best is trial ${report.best}`);
    assertStringIncludes(await Deno.readTextFile(join(place, "table.md")), "| trial | units |");
    assertStringIncludes(
      await Deno.readTextFile(join(place, "table.csv")),
      "trial,units,learningRate,mean,spread,seed 1",
    );
    assertWellFormed(await Deno.readTextFile(join(place, "trials.svg")));

    const { reading, ...changes } = settingsJson.parse(await Deno.readTextFile(join(place, "best.json"))) as Settings;
    const best = settings(reading, changes);
    const { units, learningRate } = report.rows[0].settings;
    assertEquals([best.units, best.learningRate, best.epochs, best.seed], [units, learningRate, 2, 1]);
    // The best has a run as notebook 5 leaves it; one that ended early has its history, and nothing to go on from.
    const folderOf = (row: number) => join(place, `trial-00${report.rows[row].trial}`, "seed-1");
    const { history } = await loadRun(folderOf(0));
    assertEquals(Math.min(...history.epochs.map(({ heldOut }) => heldOut!.total)), report.rows[0].seeds[0].loss);
    await startBackend();
    (await loadModel(join(folderOf(0), "model"))).dispose();
    assertEquals(await exists(join(folderOf(3), "history.json")), true);
    assertEquals(await exists(join(folderOf(3), "checkpoint")), false);

    const again = await run("tiny", { minutes: 3, workers: 1 });
    assertEquals([again.code, again.complaints], [0, ""]);
    assertEquals(outcome(await reportOf(folder, "tiny")), outcome(report));
  }));

Deno.test("sweep goes on after a stop, to the same as without", () =>
  onTunes(async (run, folder) => {
    await run("straight", { workers: 1 });
    const controller = new AbortController();
    const watch = (async () => {
      // As soon as something is known.
      while (!await exists(join(folder, "sweeps/stopped/results.jsonl"))) await new Promise((r) => setTimeout(r, 5));
      controller.abort(new Error("Stopped"));
    })();
    const stopped = await run("stopped", {}, { signal: controller.signal });
    await watch;
    assertEquals([stopped.code, stopped.complaints.endsWith("Stopped")], [130, true]);
    assertStringIncludes(stopped.printed, "It is not over.");
    // As a machine that loses its power leaves a line.
    await Deno.writeTextFile(join(folder, "sweeps/stopped/results.jsonl"), '{"trial":1,"se', { append: true });
    const { code, complaints } = await run("stopped", {});
    assertEquals(code, 0, complaints);
    assertStringIncludes(complaints, "Going on after");
    assertEquals(outcome(await reportOf(folder, "stopped")), outcome(await reportOf(folder, "straight")));
  }));

Deno.test("sweep does anew what is damaged, says so, and comes to the same", () =>
  onTunes(async (run, folder) => {
    await run("hurt", { workers: 1 });
    const before = outcome(await reportOf(folder, "hurt"));
    const path = (name: string) => join(folder, "sweeps/hurt", name);
    const results = path("results.jsonl"), lines = (await Deno.readTextFile(results)).split("\n");
    lines[1] = lines[1].replace(/"loss":0/, '"loss":9');
    // The last rung of a finished trial, and the record of its run.
    lines[lines.length - 2] = lines[lines.length - 2].slice(0, -9);
    await Deno.writeTextFile(results, lines.join("\n"));
    for await (const { name } of Deno.readDir(path("."))) {
      const history = path(`${name}/seed-1/history.json`);
      if (await exists(history)) await Deno.writeTextFile(history, "{", { append: true });
    }
    const { code, complaints } = await run("hurt", { workers: 1 });
    assertEquals(code, 0, complaints);
    assertStringIncludes(complaints, "Doing anew what line 2 has said: results.jsonl in hurt has other content");
    assertStringIncludes(complaints, `Doing anew what line ${lines.length - 1} has said: results.jsonl in hurt is cut`);
    assertEquals(outcome(await reportOf(folder, "hurt")), before);

    const sweep = path("sweep.json");
    await Deno.writeTextFile(sweep, (await Deno.readTextFile(sweep)).replace(/"seeds":\[\d/, '"seeds":[9'));
    const refused = await run("hurt", {});
    assertEquals(refused.code, 1);
    assertStringIncludes(
      refused.complaints,
      "Cannot go on: sweep.json in hurt has other content than its hash says; begin",
    );
  }));

Deno.test("sweep stops when its minutes are up, and goes on with more", () =>
  onTunes(async (run) => {
    const short = await run("short", { minutes: 1e-4 });
    assertEquals(short.code, 0, short.complaints);
    assertStringIncludes(short.printed, "It is not over; with more than 0.0001 minutes the same command goes on.");
    const { code, printed } = await run("short", { minutes: 10 });
    assertEquals(code, 0);
    assertStringIncludes(printed, "The best is trial");
  }));

Deno.test("sweep by draws begins with the settings as they stand, and lets them go on to the end", () =>
  onTunes(async (run, folder) => {
    const sweep = { learningRate: { from: 1e-7, to: 1e-2, scale: "log" } } as const;
    const drawn = { search: "random", trials: 3, keep: 0.25, sweep, seeds: [1] } as const;
    const { code, complaints } = await run("drawn", { ...drawn, settings: { ...TINY.settings, units: 4 } });
    assertEquals(code, 0, complaints);
    const { rows } = await reportOf(folder, "drawn"), first = rows.find(({ trial }) => trial === 1)!;
    const stands = JSON.parse(await Deno.readTextFile(join(folder, "sweeps/drawn/trial-001/seed-1/settings.json")));
    assertEquals([rows.length, first.rung, first.settings], [4, 2, { learningRate: stands.learningRate }]);
    assertEquals(stands.learningRate, settings("published").learningRate);
  }));

Deno.test("sweep makes a row of a trial that fails", () =>
  onTunes(async (run, folder) => {
    const sweep = { learningRate: [0.01, 1e30] };
    const { code, printed } = await run("failing", { sweep, settings: { ...TINY.settings, units: 4 }, rungs: [2] });
    assertEquals(code, 0);
    assertStringIncludes(printed, "failed: Training diverged");
    const { rows, best } = await reportOf(folder, "failing");
    assertEquals([best, rows.map(({ state }) => state)], [1, ["finished", "failed"]]);
  }));

Deno.test("sweep makes a row of a trial whose process is killed, and goes on", () =>
  onTunes(async (run, folder) => {
    // Long enough to be found at work.
    const long = { sweep: { units: [4, 5, 6] }, seeds: [1], rungs: [100], workers: 1 };
    const running = run("killed", long);
    const lock = join(folder, "sweeps/killed/trial-001/seed-1/trial.lock");
    while (!await exists(lock)) await new Promise((resolve) => setTimeout(resolve, 5));
    const killed = await new Deno.Command("pgrep", { args: ["-f", `worker.ts ${join(folder, "tunes")}`] }).output();
    Deno.kill(Number(new TextDecoder().decode(killed.stdout).trim()), "SIGKILL");
    const { code } = await running;
    const { rows } = await reportOf(folder, "killed");
    assertEquals([code, rows.map(({ state }) => state)], [0, ["finished", "finished", "failed"]]);
    assertEquals([rows[2].trial, rows[2].failed], [1, "its process ended by SIGKILL"]);
  }));

Deno.test("sweep refuses what it cannot do, and says why", () =>
  onTunes(async (run, folder) => {
    for (
      const [file, expected, message] of [
        [{ sweep: { unit: [1] } }, 2, 'refused.json, line 1: there is no setting "unit", the nearest is "units"'],
        [{ system: "tuba" }, 1, 'Cannot take "tuba": there is no system of notes that is a network of that name'],
        [{ corpus: "/no/such/folder" }, 1, "/no/such/folder"],
      ] as const
    ) {
      const { code, complaints } = await run("refused", file as Partial<SweepFile>);
      assertStringIncludes(complaints, message);
      assertEquals(code, expected, complaints);
    }
    await run("begun", { sweep: { units: [4] }, rungs: [1], seeds: [1] });
    const changed = { sweep: { units: [5] }, rungs: [1], seeds: [1] };
    const { code, complaints } = await run("begun", changed);
    assertEquals(code, 1);
    assertStringIncludes(complaints, "the sweep was begun with other values of sweep; --new begins again");
    assertEquals((await run("begun", changed, {}, ["--new", "--json"])).code, 0);
    assertEquals((await reportOf(folder, "begun-1")).rows[0].settings, { units: 4 });
    const owner = await Deno.open(join(folder, "sweeps/begun/lock"), { create: true, write: true });
    await owner.lock(true);
    assertStringIncludes(
      (await run("begun", changed)).complaints,
      `Cannot sweep into "${join(folder, "sweeps/begun")}": this sweep is being written by another process`,
    );
    owner.close();
  }));

Deno.test("sweep says how it is used", async () => {
  const said: string[] = [];
  const [print, complain] = [0, 1].map(() => (text: string) => void said.push(text));
  assertEquals(await sweepTask(["--help"], { print, complain }), 0);
  assertEquals(await sweepTask([], { print, complain }), 2);
  assertEquals(await sweepTask(["/no/such.json"], { print, complain }), 2);
  assertStringIncludes(said[0], "deno task sweep FILE");
  assertStringIncludes(said[1], "Name one FILE, got 0");
  assertStringIncludes(said.at(-1)!, "/no/such.json cannot be read");
});

Deno.test("sweep takes in trials that were trained alone, and comes to the same", () =>
  onTunes(async (run, folder) => {
    assertEquals((await run("whole", {})).code, 0);
    // The jobs of a cluster, of which one was lost.
    for (const trial of ["2", "1", "4"]) {
      const { code, complaints } = await run("apart", {}, {}, ["--trial", trial]);
      assertEquals(code, 0, complaints);
    }
    const { complaints } = await run("apart", {});
    const [whole, apart] = [await reportOf(folder, "whole"), await reportOf(folder, "apart")];
    assertEquals(outcome({ ...apart, name: "whole" }), outcome(whole), complaints);
    assertEquals((await run("apart", {}, {}, ["--trial", "5"])).code, 2);
    // Other music is not taken in.
    await Deno.remove(join(folder, "sweeps/apart/sweep.json"));
    const { code } = await run("apart", { settings: { ...TINY.settings, batchSize: 4 } });
    assertEquals(code, 1);
  }));
