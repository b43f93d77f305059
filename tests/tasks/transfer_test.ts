import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { TransferReport } from "../../lib/evaluation/mod.ts";
import { transferTask, type TransferTaskOptions } from "../../tasks/transfer.ts";
import { exists, melody } from "../corpus/made_up.ts";
import { type Ran, ran, withTunes } from "./made_up.ts";

/** Runs the task on twelve made-up files. */
function onTunes(
  test: (run: (args: string[], options?: TransferTaskOptions) => Promise<Ran>, folder: string) => Promise<void>,
): Promise<void> {
  return withTunes(async (folder) => {
    const chorale = (seed: number) => melody(seed).map((pitch) => [pitch + 12, pitch + 5, pitch, pitch - 12]);
    await Deno.writeTextFile(join(folder, "fakes.json"), JSON.stringify([chorale(20), chorale(21)]));
    const options = {
      out: join(folder, "out"),
      cache: join(folder, "cache"),
      sizes: [1],
      overrides: { length: 4, batchSize: 20 },
    };
    const run = (args: string[], others: TransferTaskOptions = {}) =>
      ran((how) => transferTask(["--corpus", join(folder, "tunes"), ...args], { ...options, ...how, ...others }));
    await test(run, folder);
  });
}

Deno.test("transfer prints tables, and leaves report and curves", () =>
  onTunes(async (run, folder) => {
    const how = ["--others", join(folder, "fakes.json"), "--model", "lstm", "--units", "4", "--notes", "60"];
    const { code, printed, complaints } = await run([...how, "--draws", "1"]);
    assertEquals([code, complaints], [0, ""]);
    for (const line of ["# Transfer on tunes", "`lstm` with 4 units (published reading)", "| other music"]) {
      assertStringIncludes(printed, line);
    }
    assertEquals(await Deno.readTextFile(join(folder, "out/report.md")), printed);
    const report: TransferReport = JSON.parse(await Deno.readTextFile(join(folder, "out/report.json")));
    assertEquals([report.notes, report.seeds, report.starts[2].learned!.pieces], [60, [42], 2]);
    assertStringIncludes(await Deno.readTextFile(join(folder, "out/curves.svg")), "Learning from few pieces of tunes");

    const { printed: json } = await run([...how, "--draws", "1", "--json"]);
    assertEquals(JSON.parse(json), report);
  }));

Deno.test("transfer says what is wrong with its arguments, and ends with 130 where it is stopped", () =>
  onTunes(async (run, folder) => {
    for (
      const [args, message] of [
        [["--draws", "0"], '--draws takes a positive integer, got "0"'],
        [["--model", "bigram"], 'Cannot take "bigram"'],
        [["--reading", "mine"], "--reading takes published or corrected"],
        [["--draw", "3"], "--draw"],
      ] as const
    ) {
      const { code, complaints } = await run([...args]);
      assertEquals(code, 2);
      assertStringIncludes(complaints, message);
      assertStringIncludes(complaints, "deno task transfer --help");
    }
    const { code, complaints } = await run(["--others", "/no/such/place"]);
    assertEquals(code, 1);
    assertStringIncludes(complaints, "Cannot open the corpus /no/such/place");
    const stopped = await run(["--model", "lstm"], { signal: AbortSignal.abort(new Error("Stopped")) });
    assertEquals([stopped.code, stopped.complaints], [130, "Stopped"]);
    assert(!await exists(join(folder, "out/report.json")));
    assertStringIncludes((await run(["--help"])).printed, "--others A,B");
  }));
