import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { EvaluationReport, LadderReport, PlayingReport } from "../../lib/evaluation/mod.ts";
import { BEST_SYSTEMS, CHORALE_SYSTEMS, FILLING_SYSTEMS, NOTE_SYSTEMS } from "../../lib/systems/mod.ts";
import { evaluateTask, type EvaluateTaskOptions } from "../../tasks/evaluate.ts";
import { exists } from "../corpus/made_up.ts";
import { type Ran, ran, withTunes } from "./made_up.ts";

/** Runs the task on twelve made-up files. */
function onTunes(
  test: (run: (args: string[], options?: EvaluateTaskOptions) => Promise<Ran>, folder: string) => Promise<void>,
): Promise<void> {
  return withTunes(async (folder) => {
    const options = {
      out: join(folder, "out"),
      cache: join(folder, "cache"),
      samples: 2,
      overrides: { count: 8, length: 4, units: 4 },
    };
    const run = (args: string[], others: EvaluateTaskOptions = {}) =>
      ran((how) => evaluateTask(["--corpus", join(folder, "tunes"), ...args], { ...options, ...how, ...others }));
    await test(run, folder);
  });
}

Deno.test("evaluate prints tables, and leaves the report", () =>
  onTunes(async (run, folder) => {
    const { code, printed, complaints } = await run(["--models", "uniform,lstm", "--epochs", "1", "--seeds", "2"]);
    assertEquals([code, complaints], [0, ""]);
    for (const line of ["# Evaluation on tunes", "## published", "## corrected", "| LSTM, best epoch |"]) {
      assertStringIncludes(printed, line);
    }
    assertEquals(await Deno.readTextFile(join(folder, "out/report.md")), printed);
    const report: EvaluationReport = JSON.parse(await Deno.readTextFile(join(folder, "out/report.json")));
    assertEquals([report.corpus, report.seeds], ["tunes", [42, 43]]);
  }));

Deno.test("evaluate --json prints the report on one line", () =>
  onTunes(async (run, folder) => {
    const { printed } = await run(["--models", "bigram", "--reading", "corrected", "--strict", "--json"]);
    assertEquals(printed.includes("\n"), false);
    const report: EvaluationReport = JSON.parse(printed);
    assertEquals(report, JSON.parse(await Deno.readTextFile(join(folder, "out/report.json"))));
    const [{ reading, strict, rows }] = report.sections;
    assertEquals([reading, strict, rows.map(({ id }) => id)], ["corrected", true, ["bigram"]]);
  }));

Deno.test("evaluate --models best compares the n-grams and the best of each kind of reader", () =>
  onTunes(async (run) => {
    const { code, printed } = await run(["--models", "best", "--reading", "published", "--epochs", "1", "--json"]);
    assertEquals(code, 0);
    const { sections: [{ rows }] }: EvaluationReport = JSON.parse(printed);
    assertEquals([...new Set(rows.map(({ id }) => id.split(":")[0]))], BEST_SYSTEMS);
    const readers = rows.map(({ reads }) => reads);
    assertEquals(new Set(readers).size, BEST_SYSTEMS.length - 1);
  }));

Deno.test("evaluate --ladder says what ideas are worth, and leaves a table and a figure", () =>
  onTunes(async (run, folder) => {
    const { code, printed, complaints } = await run(["--ladder", "--rungs", "recent,dropout", "--epochs", "1"]);
    assertEquals([code, complaints], [0, ""]);
    assertStringIncludes(printed, "# What each idea is worth on tunes, published");
    assertEquals(await Deno.readTextFile(join(folder, "out/ladder.md")), printed);
    const report: LadderReport = JSON.parse(await Deno.readTextFile(join(folder, "out/ladder.json")));
    assertEquals(report.rungs.map(({ name }) => name), ["recent", "dropout"]);
    assertStringIncludes(await Deno.readTextFile(join(folder, "out/ladder.svg")), "What each idea is worth");
  }));

Deno.test("evaluate --race says who is as good as the recipe, and when", () =>
  onTunes(async (run, folder) => {
    const { code, printed } = await run(["--race"]);
    assertEquals(code, 0);
    assertStringIncludes(printed, "# Seconds to the published recipe's pitch on tunes, published");
    assertEquals(await Deno.readTextFile(join(folder, "out/race.md")), printed);
  }));

Deno.test("evaluate --playing lets systems play, and leaves tables and figures", () =>
  onTunes(async (run, folder) => {
    const options = { lengths: [{ count: 8, samples: 2 }] };
    const asked = ["--playing", "--models", "unigram", "--reading", "published", "--epochs", "1"];
    const { code, printed, complaints } = await run([...asked, "--held-out"], options);
    assertEquals([code, complaints], [0, ""]);
    assertStringIncludes(printed, "Samples beside stretches of held-out pieces that overlap by half");
    assertEquals(await Deno.readTextFile(join(folder, "out/playing.md")), printed);
    const report: PlayingReport = JSON.parse(await Deno.readTextFile(join(folder, "out/playing.json")));
    assertEquals(report.sections[0].lengths[0].players[0].system, "unigram");
    assertStringIncludes(
      await Deno.readTextFile(join(folder, "out/playing.svg")),
      "published: 2 samples of 8 notes",
    );
    for (const wrong of [["--held-out"], ["--playing", "--strict"], ["--playing", "--seeds", "2"]]) {
      const { code, complaints } = await run(wrong);
      assertEquals(code, 2, wrong.join(" "));
      assertStringIncludes(complaints, "--playing");
    }
  }));

Deno.test("evaluate measures chorales, on a ladder and playing, and leaves both", () =>
  onTunes(async (run, folder) => {
    const chorales = ["--corpus", "sample", "--chorales", "--models", "grid-bigram-4"];
    const ladder = await run([...chorales, "--json"]);
    assertEquals(ladder.code, 0);
    const { ladder: [row] } = JSON.parse(ladder.printed);
    assertEquals([row.name, row.kind, row.seeds], ["grid-bigram-4", "single", 1]);
    const figures = ["micro", "macro", "frame", "onset", "hold", "voices", "shared", "others"];
    assertEquals(figures.filter((name) => row.test[name] === undefined), []);
    const { code, printed } = await run([...chorales, "--playing"]);
    assertEquals(code, 0);
    assertStringIncludes(printed, "# Playing chorales: sample");
    assert(await exists(join(folder, "out/report.json")) && await exists(join(folder, "out/playing.json")));
  }));

Deno.test("evaluate --rules says what rules cost systems of chorales", () =>
  onTunes(async (run, folder) => {
    const { code, printed } = await run(["--corpus", "sample", "--chorales", "--rules", "--models", "grid-bigram"]);
    assertEquals(code, 0);
    assertStringIncludes(printed, "# What rules cost: sample");
    assertEquals(await Deno.readTextFile(join(folder, "out/rules.md")), printed);
    const wrong = await run(["--rules"]);
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.complaints, "--rules takes a corpus of chorales");
  }));

Deno.test("evaluate says in its exit code that a model failed, and prints the others", () =>
  onTunes(async (run) => {
    const { code, printed } = await run(["--models", "uniform,lstm"], { overrides: { length: 500, count: 8 } });
    assertEquals(code, 1);
    assertStringIncludes(printed, "Failed: lstm with seed 42: Cannot make windows");
    assertStringIncludes(printed, "| uniform");
  }));

Deno.test("evaluate ends with 130 where it is stopped, and leaves no report", () =>
  onTunes(async (run, folder) => {
    const { code, complaints } = await run(["--models", "uniform"], {
      signal: AbortSignal.abort(new Error("Stopped")),
    });
    assertEquals([code, complaints], [130, "Stopped"]);
    assertEquals(await exists(join(folder, "out/report.json")), false);
  }));

Deno.test("evaluate lists all systems with their citations, the notes' and the chorales'", () =>
  onTunes(async (run) => {
    const { code, printed } = await run(["--list"]);
    assertEquals(code, 0);
    for (const system of [...NOTE_SYSTEMS, ...CHORALE_SYSTEMS.map(({ system }) => system), ...FILLING_SYSTEMS]) {
      assertStringIncludes(printed, system.citation);
    }
    for (const name of ["n-grams", "lstm-seven", "grid-bigram-16"]) assertStringIncludes(printed, name);
  }));

Deno.test("evaluate --set changes settings of all networks and of the section", () =>
  onTunes(async (run) => {
    const how = ["--models", "lstm", "--reading", "published", "--epochs", "1", "--json"];
    const { code, printed } = await run([...how, "--set", "flattening=all", "--set", "units=3"]);
    const [{ flattening, rows: [{ settings }] }] = (JSON.parse(printed) as EvaluationReport).sections;
    assertEquals([code, flattening, settings?.units, settings?.length], [0, "all", 3, 4]);
    for (
      const [set, words] of [["units=none", "units"], ["wings=2", "wings"], ["seed=3", "--set"], ["units", "--set"]]
    ) {
      const { code, complaints } = await run([...how, "--set", set]);
      assertEquals(code, 2);
      assertStringIncludes(complaints, words);
    }
  }));

Deno.test("evaluate refuses what it does not know", () =>
  onTunes(async (run) => {
    for (
      const [args, message] of [
        [
          ["--models", "bigram,tuba"],
          'Cannot take "tuba": there is no system of notes of that name among uniform, repeat, unigram',
        ],
        [["--seeds", "0"], '--seeds takes a positive integer, got "0"'],
        [["--epochs", "1e9"], '--epochs takes a positive integer, got "1e9"'],
        [["--reading", "loud"], '--reading takes published or corrected, got "loud"'],
        [["--rungs", "key"], "--rungs goes with --ladder"],
        [["--ladder", "--rungs", "key,tuba"], "--rungs takes some of recent, anchors"],
        [["--ladder", "--models", "lstm"], "--ladder does not go with --models"],
        [["--race", "--ladder"], "--race does not go with --ladder"],
        [["--corpus", "jsb", "--reading", "published"], "--reading takes a corpus of notes, not chorales"],
        [["--corpus", "jsb-quarters", "--playing"], "--playing takes chorales in sixteenths"],
        [["--louder"], "Unknown option '--louder'"],
      ] as const
    ) {
      const { code, complaints } = await run([...args]);
      assertEquals(code, 2);
      assertStringIncludes(complaints, message);
      assertStringIncludes(complaints, "deno task evaluate --help");
    }
    const missing = await run(["--corpus", "/no/such/folder"]);
    assertEquals(missing.code, 1);
    assertStringIncludes(missing.complaints, "/no/such/folder");
    const help = await run(["--help"]);
    assert(help.code === 0 && help.printed.startsWith("deno task evaluate"));
  }));
