/**
 * `deno task kills`: kills a training at random moments, and sees whether it goes on as if nothing had been.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { seeded } from "../lib/random/mod.ts";
import { type CommandOptions, countOf, runCommand } from "./command.ts";
import { endWithTask } from "./kernel/lifeline.ts";
import { type Kill, killTrainings } from "./kills/kill_trainings.ts";
import { PLACES } from "./kills/messages.ts";
import { jsonLine, textTable } from "./terminal_text.ts";

const OUT = resolve(import.meta.dirname!, "../runs");
const KERNELS = ["portable", "native"] as const;

const USAGE = `deno task kills [--times N] [--kernel portable|native] [--seed S] [--json]

Kills a small training with SIGKILL at moments that a seed draws: while it
resumes, in the middle of steps, while a checkpoint is written, between its
files, its manifest and its renames. After each kill a copy goes on to the
end, which has to be that of a run nobody killed, to the bit, with no epoch
that was on disk learned anew; then the training itself goes on, and is
killed again.

  --times N     kills on each kernel (default: 200, several minutes)
  --kernel K    portable or native (default: both)
  --seed S      decides the moments (default: 42)
  --json        print every kill as JSON instead of a table
  --help        show this text`;

/** Where the task prints, and where it trains. */
export interface KillsTaskOptions extends CommandOptions {
  /** A folder is made in it, and removed if all went well. @default {"runs"} of the project */
  out?: string;
}

interface Asked {
  times: number;
  kernels: readonly (typeof KERNELS[number])[];
  seed: number;
  json: boolean;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, 1 if it failed or a run did not go on as it should, 2 if the arguments are wrong, 130 if it
 * was stopped.
 */
export function killsTask(args: readonly string[], options: KillsTaskOptions = {}): Promise<number> {
  const { out = OUT } = options;
  return runCommand<Asked>({
    usage: USAGE,
    asked: () => askedFor(args),
    stopped: () => "Stopped",
    async run({ times, kernels, seed, json }, { print, signal }) {
      await Deno.mkdir(out, { recursive: true });
      const folder = await Deno.makeTempDir({ dir: out, prefix: "kills-" });
      const rows: string[][] = [], all: (Kill & { kernel: string })[] = [];
      for (const kernel of kernels) {
        const progress = terminalProgress(`kills, ${kernel} kernel`, times);
        const place = join(folder, kernel);
        await Deno.mkdir(place);
        const how = { times, kernel, prng: seeded(seed), folder: place, signal };
        const kills = await killTrainings({ ...how, onKill: (done) => progress.update(done, `${done} of ${times}`) });
        await progress.done();
        all.push(...kills.map((kill) => ({ kernel, ...kill })));
        rows.push(...rowsOf(kernel, kills));
      }
      const failed = all.filter(({ wrong }) => wrong !== undefined);
      if (failed.length === 0) await Deno.remove(folder, { recursive: true });
      if (json) print(jsonLine({ seed, times, kills: all }));
      else {
        print(textTable(["kernel", "killed while", "kills", "resumed to the bit"], rows).join("\n"));
        for (const { kernel, moment, wrong } of failed) print(`${kernel}, at ${JSON.stringify(moment)}: ${wrong}`);
        if (failed.length > 0) print(`What failed is in ${folder}`);
      }
      return failed.length === 0 ? 0 : 1;
    },
  }, options);
}

function askedFor(args: readonly string[]): Asked | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      times: { type: "string" },
      kernel: { type: "string" },
      seed: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return undefined;
  const kernels = KERNELS.filter((kernel) => values.kernel === undefined || values.kernel === kernel);
  if (kernels.length === 0) throw new RangeError(`--kernel takes portable or native, got "${values.kernel}"`);
  const { json = false } = values;
  return { times: countOf(values.times, "times") ?? 200, kernels, seed: countOf(values.seed, "seed") ?? 42, json };
}

/** A row for each place, and one for all. */
function rowsOf(kernel: string, kills: readonly Kill[]): string[][] {
  const row = (name: string, some: readonly Kill[]) => [
    ...[kernel, name, `${some.length}`],
    `${some.filter(({ wrong }) => wrong === undefined).length}`,
  ];
  return [...PLACES.map((place) => row(place, kills.filter((kill) => kill.place === place))), row("in all", kills)];
}

if (import.meta.main) {
  endWithTask();
  Deno.exit(await killsTask(Deno.args));
}
