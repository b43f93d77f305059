import { assertEquals } from "@std/assert";
import {
  type JobResult,
  ladderOf,
  readSweep,
  sweepCsv,
  sweepReport,
  sweepTable,
  trialsOf,
} from "../../lib/sweeps/mod.ts";

const plan = readSweep(
  JSON.stringify({
    system: "lstm",
    sweep: { units: [32, 64], augmentation: [{}, { transpose: [-6, 5] }] },
    seeds: [42, 43],
    rungs: [2, 4],
    minimise: "pitch",
  }),
  "made up",
);
const at = (trial: number, seed: number, rung: number, loss: number): JobResult => ({
  trial,
  seed,
  rung,
  loss,
  epoch: 2 * rung + 1,
  seconds: 10 * (rung + 1),
});
const results: JobResult[] = [
  ...[at(1, 42, 0, 3), at(1, 43, 0, 3.5), at(1, 42, 1, 2), at(1, 43, 1, 2.5), at(2, 42, 0, 3), at(2, 43, 0, 3.25)],
  ...[at(4, 42, 0, 6), at(4, 43, 0, 6)],
  { trial: 3, seed: 42, rung: 0, seconds: 1, failed: 'Training diverged: "step" is NaN, so it goes' },
];
const about = { name: "small", plan, kernel: "native", code: "abc", notes: 100 };
const reportOf = (some: JobResult[]) =>
  sweepReport(about, trialsOf(plan), ladderOf(some, { trials: 4, seeds: plan.seeds, rungs: 2, keep: plan.keep }));

Deno.test("sweepReport() puts the best first, and says what it is the mean of", () => {
  const { rows, best, finished } = reportOf(results);
  assertEquals([rows.map(({ trial }) => trial), best, finished], [[1, 2, 4, 3], 1, false]);
  assertEquals([rows[0].mean, rows[0].spread, rows[0].rung], [2.25, Math.sqrt(0.125), 2]);
  assertEquals(rows[0].seeds, [{ seed: 42, loss: 2, epoch: 3 }, { seed: 43, loss: 2.5, epoch: 3 }]);
  assertEquals([rows[0].seconds, rows[3].mean, rows[3].state], [40, null, "failed"]);
  assertEquals(reportOf([...results, at(2, 42, 1, 2), at(2, 43, 1, 2)]).finished, true);
});

Deno.test("sweepReport() knows no best before there is one", () => {
  assertEquals(reportOf([]).best, null);
  assertEquals(reportOf([at(1, 42, 0, 3)]).best, null);
});

Deno.test("sweepTable() shows settings, mean and spread, and why a trial failed", () => {
  assertEquals(sweepTable(reportOf(results)), {
    heading: ["trial", "units", "augmentation", "held-out pitch", "±", "epoch", "seconds", "rung", ""],
    rows: [
      ["1", "32", "{}", "2.2500", "0.3536", "3, 3", "40.0", "2/2", ""],
      ["2", "32", '{"transpose":[-6,5]}', "3.1250", "0.1768", "1, 1", "20.0", "1/2", "under way"],
      ["4", "64", '{"transpose":[-6,5]}', "6.0000", "0.0000", "1, 1", "20.0", "1/2", "ended early"],
      ["3", "64", "{}", "–", "–", "–", "1.0", "0/2", 'failed: Training diverged: "step" is NaN, so it goes'],
    ],
  });
});

Deno.test("sweepCsv() has every number in full, and quotes what must be", () => {
  const lines = sweepCsv(reportOf(results)).split("\r\n");
  assertEquals(lines[0], "trial,units,augmentation,mean,spread,seed 42,seed 43,seconds,rung,state,failed");
  assertEquals(lines[2], '2,32,"{""transpose"":[-6,5]}",3.125,0.1767766952966369,3,3.25,20,1,under way,');
  assertEquals(lines[4], '3,64,{},,,,,1,0,failed,"Training diverged: ""step"" is NaN, so it goes"');
  assertEquals(lines.length, 6);
});
