/**
 * What `deno task reproduce` can be told.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { whyUnreadable } from "../lib/files/mod.ts";
import { type Reading, type Settings, settings, settingsJson, writtenSettings } from "../lib/settings/mod.ts";
import { BOOK } from "./book.ts";
import { readingOf } from "./command.ts";
import { userPath } from "./user_path.ts";

/** Name of the paper's own network. */
export const PAPER = settings("published").system;
/** Passes over the training windows, where nobody says how many. */
export const EPOCHS_ON_SAMPLE = 20;
/** The same of other music than the sample. */
export const EPOCHS_OF_PAPER = 100;

/** How it is used. */
export const USAGE = `deno task reproduce [options]

Runs the paper's experiment: notebooks 1 to 7, in order, in Deno's own kernel.

  --corpus NAME    sample (default), bachcentral (get it first: deno task corpus),
                   or a folder or zip of MIDI, kern, MusicXML or ABC files
  --reading NAME   published (what the paper's run did; default)
                   or corrected (what its text says)
  --model NAME     another network than the paper's (default: lstm)
  --list           name all systems, and where they come from
  --settings FILE  all settings as a run left them in settings.json, or a sweep in
                   best.json, in place of --reading and --model
  --epochs N       passes over the training windows
                   (default: ${EPOCHS_ON_SAMPLE} on the sample, otherwise ${EPOCHS_OF_PAPER})
  --seed N         where all random numbers come from (default: 42)
  --out DIR        the run's folder (default: runs/CORPUS-READING)
  --initial-weights DIR   begin with what the run in that folder has learned, on
                   other music perhaps: same --model, same units
  --resume         go on from the run's last checkpoint, if there is one
  --only A,B       run only the notebooks whose names begin so, such as 05,06
  --all            run all ${BOOK.length} notebooks: the others train and measure other
                   models too
  --json           print summary.json at the end instead of words
  --help           show this text

What a run has left in its folder moves to DIR-1, DIR-2, … when another begins.`;

/** What a run is asked for. */
export interface ReproduceOptions {
  /** `sample`, `bachcentral`, or a folder or zip. @default {"sample"} */
  corpus?: string;
  /** What the paper's run did, or what its text says. @default {"published"} */
  reading?: Reading;
  /** Name of a network in the registry of systems. @default {"lstm"} */
  model?: string;
  /** Other settings than those of the system. @default {{}} */
  changes?: Partial<Omit<Settings, "reading">>;
  /** Passes over the training windows. @default 20 on the sample, otherwise 100 */
  epochs?: number;
  /** Where all random numbers come from. @default {42} */
  seed?: number;
  /** The run's folder. @default runs/CORPUS-READING */
  out?: string;
  /** Folder of a run to begin with the weights of. @default none */
  initialWeights?: string;
  /** Go on from the last checkpoint, if there is one. @default {false} */
  resume?: boolean;
  /** Names of the notebooks to run, in order. @default {EXPERIMENT} */
  names?: readonly string[];
  /** Folder of the notebooks. @default notebooks */
  notebooks?: string;
  /** Takes the progress text. @default standard error */
  write?: (text: string) => void;
  /** Stops the running cell, as the Stop button does, and then the run. */
  signal?: AbortSignal;
}

function integer(text: string | undefined, name: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text) || Number(text) < least || !Number.isSafeInteger(Number(text))) {
    throw new RangeError(`--${name} takes an integer of at least ${least}, got "${text}"`);
  }
  return Number(text);
}

/** The notebooks whose names begin so. */
function namesOf(beginnings: readonly string[]): string[] {
  const unknown = beginnings.find((beginning) => !BOOK.some((name) => beginning && name.startsWith(beginning)));
  if (unknown !== undefined) {
    throw new RangeError(`--only takes beginnings of ${BOOK.join(", ")}, got "${unknown}"`);
  }
  return BOOK.filter((name) => beginnings.some((beginning) => name.startsWith(beginning)));
}

/**
 * Settings that a run or a sweep has written down, as options: what they leave to others is in `changes`.
 *
 * @throws {Error} If there is no such file, or it does not have the settings of this version.
 */
function optionsFrom(path: string): Pick<ReproduceOptions, "reading" | "model" | "epochs" | "seed" | "changes"> {
  try {
    const written = settingsJson.parse(Deno.readTextFileSync(userPath(path)));
    writtenSettings(written);
    const { reading, ...all } = written as Settings;
    const { system: model, epochs, seed, ...changes } = all;
    return { reading, ...model !== PAPER && { model }, epochs, seed, changes };
  } catch (error) {
    throw new Error(
      `--settings takes what a run left in settings.json, or a sweep in best.json: ${
        whyUnreadable(error) ?? (error as Error).message
      }`,
    );
  }
}

/** The options that the command's arguments stand for; `undefined` where they ask for help. */
export function optionsOf(args: readonly string[]): (ReproduceOptions & { json?: boolean }) | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      corpus: { type: "string" },
      reading: { type: "string" },
      epochs: { type: "string" },
      seed: { type: "string" },
      out: { type: "string" },
      "initial-weights": { type: "string" },
      resume: { type: "boolean" },
      model: { type: "string" },
      settings: { type: "string" },
      list: { type: "boolean" },
      only: { type: "string" },
      all: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { help, list: _, only, all, "initial-weights": initialWeights, settings: from, ...others } = values;
  if (help) return undefined;
  if (from !== undefined && (values.model !== undefined || values.reading !== undefined)) {
    throw new TypeError(
      "--settings says which model and which reading, so --model and --reading cannot be given with it",
    );
  }
  const written = from === undefined ? undefined : optionsFrom(from);
  return {
    ...others,
    ...initialWeights !== undefined && { initialWeights },
    reading: readingOf(values.reading),
    ...written,
    epochs: integer(values.epochs, "epochs", 1) ?? written?.epochs,
    seed: integer(values.seed, "seed", 0) ?? written?.seed,
    names: only === undefined ? all ? BOOK : undefined : namesOf(only.split(",")),
  };
}
