/**
 * What `deno task sweep` can be told.
 *
 * @module
 */

import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { whyUnreadable } from "../lib/files/mod.ts";
import { readSweep, type SweepPlan, type Trial, trialsOf } from "../lib/sweeps/mod.ts";
import { countOf } from "./command.ts";
import { folderOfTrial } from "./sweep/folder.ts";
import { userCorpus, userPath } from "./user_path.ts";

/** What the task says of itself. */
export const USAGE = `deno task sweep FILE [options]

Searches for good settings: trains a network once for each trial that FILE, a JSON
file, asks for, and compares them on held-out pieces; test pieces are not looked at.
data/sweeps/ has three to run or to copy:

  deno task sweep data/sweeps/viewpoints-sample.json                 about a minute
  deno task sweep data/sweeps/viewpoints-own-past-bachcentral.json   about a quarter of an hour
  deno task sweep data/sweeps/viewpoints-bachcentral.json            at most an hour

FILE has the keys

  system      name of the network (deno task evaluate --list names them)
  sweep       the settings to search for: each a list, [32, 64], or a range,
              { "from": 0.0005, "to": 0.01, "scale": "log" } (or "linear")
  corpus      sample (default), bachcentral, or a folder or zip
  reading     published (default) or corrected: what all other settings start from
  settings    other settings of all trials
  search      grid (default): all combinations of lists; or random: first a trial that
              changes nothing and goes on to the end, then others that are drawn
  trials      how many are drawn, where the search is random
  searchSeed  decides the draws (default: 42)
  seeds       each trial is trained with each, and judged by the mean (default: [42])
  rungs       successive halving: after so many epochs, such as [2, 4, 8], trials are
              compared, and only the best go on, with all their seeds
  keep        the share that goes on (default: 0.5)
  minimise    the held-out loss: total (default), or the name of a head
  minutes     stop after so many in all; raised, the same command goes on
  workers     trainings at a time (default: the number of cores)

Options:

  --trial N   train the trial N alone, from 1, to the end: a job of a cluster (cluster/
              has what submits them to Slurm and Ray). The command without it takes
              in what was trained so, and trains what is left
  --new       begin again; what is there moves to NAME-1, NAME-2, ...
  --json      print the report as JSON instead of a table
  --help      show this text

Everything is in runs/sweeps/NAME/ (of NAME.json): table.md, table.csv, report.json,
trials.svg, best.json and the trials' runs. Ctrl-C stops, and the same command goes on;
so it does after kill -9, and comes to the same. A trial that fails is a row with its
reason.`;

/** What the command is asked for. */
export interface Asked {
  name: string;
  plan: SweepPlan;
  trials: Trial[];
  anew: boolean;
  json: boolean;
}

/** What the arguments stand for; `undefined` where they ask for help. */
export async function askedFor(args: readonly string[]): Promise<Asked | undefined> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      new: { type: "boolean" },
      trial: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return undefined;
  if (positionals.length !== 1) throw new TypeError(`Name one FILE, got ${positionals.length}`);
  const path = userPath(positionals[0]);
  const text = await Deno.readTextFile(path).catch((error) => {
    throw new Error(`Cannot sweep: ${positionals[0]} cannot be read: ${whyUnreadable(error) ?? error.message}`);
  });
  const plan = readSweep(text, positionals[0]);
  const corpus = userCorpus(plan.corpus);
  const { new: anew = false, json = false } = values, name = basename(path).replace(/\.json$/, "");
  const trials = trialsOf(plan), alone = countOf(values.trial, "trial");
  const asked = { name, plan: { ...plan, corpus }, trials, anew, json };
  if (alone === undefined) return asked;
  if (alone > trials.length) throw new RangeError(`--trial takes 1 to ${trials.length}, got ${alone}`);
  return { ...asked, name: join(name, folderOfTrial(alone)), trials: [{ ...trials[alone - 1], number: 1 }] };
}
