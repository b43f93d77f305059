import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Job, type JobResult, ladderOf, ranked, runJobs } from "../../lib/sweeps/mod.ts";

/** Eight trials on three rungs with two seeds; trial 3 is best in the end, trial 8 looks best at the beginning. */
const LADDER = { trials: 8, seeds: [42, 43], rungs: 3, keep: 0.5 };

function lossOf({ trial, seed, rung }: Job): number {
  if (trial === 8) return 2.5 + (seed - 42) / 8;
  return 3 - rung + Math.abs(trial - 3) / 8 + (seed - 42) / 4;
}

const never = new AbortController().signal;

/** Runs the made-up sweep; each job takes as many turns of the event loop as `turns` says. */
function run(
  options: Partial<Parameters<typeof runJobs>[0]> = {},
  turns: (job: Job) => number = () => 1,
): ReturnType<typeof runJobs> {
  return runJobs({
    ...LADDER,
    results: [],
    workers: 2,
    async train(job) {
      for (let i = 0; i < turns(job); i++) await new Promise((resolve) => setTimeout(resolve));
      return { loss: lossOf(job), epoch: job.rung + 1, seconds: job.rung + 1 };
    },
    signal: never,
    ...options,
  });
}

Deno.test("runJobs() lets the better half go on from each rung, by the mean over the seeds", async () => {
  const results: JobResult[] = [];
  const { standings, jobs, rung } = await run({ results });
  assertEquals([jobs, rung], [[], 3]);
  // At the first rung 8 is best, then 3, 2 and 4; at the second 8 is overtaken, and 2 is the earlier of two equals.
  assertEquals(standings.map(({ rungs }) => rungs), [1, 3, 3, 2, 1, 1, 1, 2]);
  assertEquals(standings.map(({ state }) => state === "finished"), standings.map(({ rungs }) => rungs === 3));
  assertEquals(ranked(standings).map(({ trial }) => trial), [3, 2, 4, 8, 1, 5, 6, 7]);
  assertEquals(results.length, 2 * (8 + 4 + 2));
  const [best] = ranked(standings);
  assertAlmostEquals(best.mean, 1.125, 1e-12);
  assertAlmostEquals(best.spread, 0.25 / Math.SQRT2, 1e-12);
  assertEquals(best.seconds, 6);
});

Deno.test("runJobs() lets the reference go on beside the better half, whatever comes of it", async () => {
  // Of the five at the second rung three go on, and it is not one of them.
  const { standings } = await run({ reference: 7 });
  assertEquals(standings.map(({ rungs }) => rungs), [1, 3, 3, 3, 1, 1, 3, 2]);
  assertEquals((await run({ reference: 3 })).standings, (await run()).standings);
});

Deno.test("runJobs() finds the same with any number of workers, whoever comes first", async () => {
  const [one, many, reversed] = await Promise.all([
    run({ workers: 1 }),
    run({ workers: 16 }, ({ trial }) => trial),
    run({ workers: 5 }, ({ trial, seed }) => 10 - trial + 3 * (43 - seed)),
  ]);
  assertEquals(many, one);
  assertEquals(reversed, one);
});

Deno.test("runJobs() goes on to the same after a stop at any time", async () => {
  const straight = await run();
  for (let stop = 0; stop < 28; stop += 3) {
    const results: JobResult[] = [], controller = new AbortController();
    if (stop === 0) controller.abort();
    const train = async (job: Job, signal: AbortSignal) => {
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
      return { loss: lossOf(job), epoch: job.rung + 1, seconds: job.rung + 1 };
    };
    const onResult = () => void (results.length === stop && controller.abort());
    const stopped = await run({ results, train, onResult, signal: controller.signal });
    // One that was about to come in when the signal fired is not thrown away.
    assertEquals(results.length - stop <= 1, true);
    assertEquals(stopped.jobs.length > 0, true);
    assertEquals(await run({ results }), straight);
  }
});

Deno.test("runJobs() makes a row of a trial that fails, and halves the others", async () => {
  const results: JobResult[] = [];
  const { standings } = await run({
    results,
    train(job) {
      if (job.trial === 3 && job.seed === 43) return Promise.reject(new Error("Training diverged"));
      if (job.trial === 5) return Promise.resolve({ seconds: 2, failed: "its process ended" });
      return Promise.resolve({ loss: lossOf(job), epoch: 1, seconds: 1 });
    },
  });
  assertEquals([standings[2].state, standings[2].failed], ["failed", "Training diverged"]);
  assertEquals([standings[4].state, standings[4].failed, standings[4].seconds], ["failed", "its process ended", 4]);
  // Six are left at the first rung, three at the second, two at the third.
  assertEquals(standings.filter(({ rungs }) => rungs >= 2).length, 3);
  assertEquals(ranked(standings).map(({ trial }) => trial), [2, 4, 8, 1, 6, 7, 3, 5]);
});

Deno.test("runJobs() ends where all trials fail", async () => {
  const { standings, jobs } = await run({ train: () => Promise.reject(new Error("no")) });
  assertEquals([jobs, standings.every(({ state, mean }) => state === "failed" && Number.isNaN(mean))], [[], true]);
});

Deno.test("ladderOf() prefers the earlier of equals, and keeps one at least", () => {
  const options = { trials: 3, seeds: [1], rungs: 2, keep: 0.1 };
  const results = [3, 2, 1].map((trial) => ({ trial, seed: 1, rung: 0, loss: 5, epoch: 1, seconds: 1 }));
  assertEquals(ladderOf(results, options).jobs, [{ trial: 1, seed: 1, rung: 1 }]);
  assertEquals(ladderOf(results.slice(1), options).jobs, [{ trial: 3, seed: 1, rung: 0 }]);
});

Deno.test("ladderOf() of one rung lets all trials end", () => {
  const results = [1, 2].map((trial) => ({ trial, seed: 1, rung: 0, loss: trial, epoch: 1, seconds: 1 }));
  const { standings, jobs } = ladderOf(results, { trials: 2, seeds: [1], rungs: 1, keep: 0.5 });
  assertEquals([jobs, standings.map(({ state }) => state)], [[], ["finished", "finished"]]);
});
