import { checkArgument, checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import { READING, type Reading, type Settings, settings, settingsJson } from "../settings/mod.ts";

/** Numbers to draw from. */
export interface SweptRange {
  /** The lowest. */
  from: number;
  /** The highest. */
  to: number;
  /**
   * Whether differences are alike, or ratios.
   *
   * @default {"linear"}
   */
  scale?: "linear" | "log";
}

/** What a setting may be: one of a list, or a number of a range. */
export type Swept = readonly unknown[] | SweptRange;

/** A sweep as it is written down: a search for the settings with which a system names held-out music best. */
export interface SweepFile {
  /**
   * What is learned from: `sample`, `bachcentral`, or the path of a folder or zip.
   *
   * @default {"sample"}
   */
  corpus?: string;
  /**
   * What the settings start from.
   *
   * @default {"published"}
   */
  reading?: Reading;
  /** Name of the network. */
  system: string;
  /**
   * Settings of all trials, over those of the system and the reading.
   *
   * @default {{}}
   */
  settings?: Partial<Omit<Settings, "reading">>;
  /** The settings that are searched for, by name. */
  sweep: Readonly<Record<string, Swept>>;
  /**
   * Whether a trial is made of each combination of the lists, or of values that are drawn; then the first trial is the
   * settings as they stand, and goes on to the last rung whatever comes of it.
   *
   * @default {"grid"}
   */
  search?: "grid" | "random";
  /**
   * How many trials are drawn, beside the first.
   *
   * @default undefined A grid has as many as it has combinations.
   */
  trials?: number;
  /**
   * What decides the draws.
   *
   * @default {42}
   */
  searchSeed?: number;
  /**
   * Each trial is trained once with each of these, and judged by the mean.
   *
   * @default {[42]}
   */
  seeds?: readonly number[];
  /**
   * Successive halving: the epochs after which trials are compared, and only the best go on; at the last they end.
   *
   * @default undefined All trials train for as many epochs as their settings say.
   */
  rungs?: readonly number[];
  /**
   * The share of the trials that go on from a rung, rounded up.
   *
   * @default {0.5}
   */
  keep?: number;
  /**
   * Name of the held-out loss that is to be small: `total`, or that of a head.
   *
   * @default {"total"}
   */
  minimise?: string;
  /**
   * Minutes in all, those of earlier calls included.
   *
   * @default {Infinity}
   */
  minutes?: number;
  /**
   * Trainings at a time.
   *
   * @default as many as the machine has cores
   */
  workers?: number;
}

/** A sweep that has been checked, with nothing left open but the number of workers. */
export type SweepPlan = Required<Omit<SweepFile, "trials" | "rungs" | "workers">> & Pick<SweepFile, "workers"> & {
  /** How many trials are drawn; 0 of a grid. */
  trials: number;
  /** The epochs after which trials are compared; empty where none ends early. */
  rungs: readonly number[];
};

const SWEPT: Kind<Swept> = {
  words: 'a list, such as [32, 64], or a range, such as { "from": 0.001, "to": 0.01, "scale": "log" }',
  hasType: (value) => typeof value === "object" && value !== null,
  isMeant: (value) => !Array.isArray(value) || value.length > 0,
};

const SEED = kinds.integer({ from: 0, to: 2 ** 32 - 1 });

const RANGE: Kinds<SweptRange> = {
  from: kinds.number(),
  to: kinds.number(),
  scale: optional(kinds.oneOf("linear", "log")),
};

const FILE: Kinds<SweepFile> = {
  corpus: optional(kinds.name),
  reading: optional(READING),
  system: kinds.name,
  settings: optional(kinds.object("an object of settings") as Kind<SweepFile["settings"]>),
  sweep: kinds.record("an object with a list or a range for each setting", SWEPT),
  search: optional(kinds.oneOf("grid", "random")),
  trials: optional(kinds.positiveInteger),
  searchSeed: optional(SEED),
  seeds: optional(distinct("seeds", SEED)),
  rungs: optional({
    ...kinds.list("epochs", kinds.positiveInteger),
    words: "a list of epochs, each more than the last",
    isMeant: (rungs) => rungs.length > 0 && rungs.every((epochs, i) => i === 0 || epochs > rungs[i - 1]),
  }),
  keep: optional(kinds.number({ above: 0, to: 1 })),
  minimise: optional(kinds.name),
  minutes: optional(kinds.orInfinity(kinds.positiveNumber)),
  workers: optional(kinds.positiveInteger),
};

/** Settings that have a place of their own, and which. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  reading: '"reading" is a key of the file itself',
  system: '"system" is a key of the file itself',
  seed: '"seeds" says with which seeds each trial is trained',
  pieces: "a sweep always learns from the training side of the split",
};

/**
 * Reads a sweep that is written down as JSON, and checks it: each setting by its name and what it must be. What depends
 * on the system, its heads above all, only whoever trains can check.
 *
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { readSweep } from "./mod.ts";
 *
 * const plan = readSweep('{ "system": "lstm", "sweep": { "units": [32, 64] } }', "small.json");
 * assertEquals([plan.search, plan.seeds, plan.minimise], ["grid", [42], "total"]);
 * assertThrows(
 *   () => readSweep('{ "system": "lstm",\n "sweep": { "unit": [32, 64] } }', "small.json"),
 *   TypeError,
 *   'Cannot sweep: small.json, line 2: there is no setting "unit", the nearest is "units"',
 * );
 * ```
 *
 * @param text JSON; the string `"Infinity"` is the number that JSON lacks.
 * @param path What messages call it.
 * @throws {SyntaxError} If it is no JSON.
 * @throws {TypeError} If something is missing, unknown, of the wrong type, or does not go together.
 * @throws {RangeError} If something is out of range.
 */
export function readSweep(text: string, path: string): SweepPlan {
  let file: unknown;
  try {
    file = settingsJson.parse(text);
  } catch (error) {
    throw new SyntaxError(`Cannot sweep: ${path} is not JSON that can be read: ${(error as Error).message}`);
  }
  try {
    return checked(file as SweepFile);
  } catch (error) {
    if (error instanceof Error) error.message = located(error.message, text, path);
    throw error;
  }
}

function checked(file: SweepFile): SweepPlan {
  checkArgument("sweep", "the file", file, kinds.object("an object with system, sweep and more"));
  checkOptions("sweep", file, FILE);
  const { sweep, search = "grid", rungs = [], reading = "published" } = file;
  const { settings: fixed = {} } = file;
  for (const name of [...Object.keys(fixed), ...Object.keys(sweep)]) {
    if (name in ELSEWHERE) throw new TypeError(`Cannot sweep: ${name} cannot be set here: ${ELSEWHERE[name]}`);
    if (name === "epochs" && rungs.length > 0) {
      throw new TypeError("Cannot sweep: epochs cannot be set here: the last of the rungs says how many there are");
    }
  }
  checkSettings("settings", reading, fixed);
  const names = Object.keys(sweep);
  if (names.length === 0) throw new RangeError("Cannot sweep: sweep must name a setting to search for");
  for (const name of names) {
    const values = sweep[name];
    if (name in fixed) throw new TypeError(`Cannot sweep: ${name} cannot be both fixed and searched for`);
    if (isList(values)) {
      values.forEach((value, i) => checkSettings(`sweep.${name}[${i}]`, reading, { [name]: value }));
      continue;
    }
    if (search === "grid") {
      throw new TypeError(
        `Cannot sweep: sweep.${name} is a range, but a grid takes lists: list its values, or choose "search": "random"`,
      );
    }
    checkRange(name, reading, values);
  }
  if (search === "random" && file.trials === undefined) {
    throw new TypeError("Cannot sweep: trials is missing, it must say how many are drawn");
  }
  if (search === "grid" && file.trials !== undefined) {
    throw new TypeError("Cannot sweep: trials cannot be set for a grid, which has one for each combination");
  }
  if (file.keep !== undefined && rungs.length < 2) {
    throw new TypeError("Cannot sweep: keep takes two rungs or more");
  }
  const { corpus = "sample", system, seeds = [42], keep = 0.5, minimise = "total", minutes = Infinity } = file;
  const { trials = 0, searchSeed = 42, workers } = file;
  const searched = { sweep, search, trials, searchSeed };
  const trained = { seeds, rungs, keep, minimise, minutes, ...workers && { workers } };
  return { corpus, reading, system, settings: fixed, ...searched, ...trained };
}

/** Whether a setting is one of a list. */
export function isList(values: Swept): values is readonly unknown[] {
  return Array.isArray(values);
}

/** Whether a range is of whole numbers alone: its ends are, and the setting takes no half between them. */
export function isWhole(name: string, { from, to }: SweptRange): boolean {
  return Number.isInteger(from) && Number.isInteger(to) && !takes(name, from + 0.5);
}

function takes(name: string, value: unknown): boolean {
  try {
    settings("published", { [name]: value });
    return true;
  } catch {
    return false;
  }
}

function checkRange(name: string, reading: Reading, range: SweptRange): void {
  checkOptions("sweep", range, RANGE);
  const { from, to, scale } = range;
  if (from >= to) throw new RangeError(`Cannot sweep: sweep.${name} must rise, it goes from ${from} to ${to}`);
  if (scale === "log" && from <= 0) {
    throw new RangeError(`Cannot sweep: sweep.${name} must begin above 0 for "scale": "log", current value is ${from}`);
  }
  checkSettings(`sweep.${name}.from`, reading, { [name]: from });
  checkSettings(`sweep.${name}.to`, reading, { [name]: to });
}

/** Lets `settings` check values, and says in whose place they stand. */
function checkSettings(place: string, reading: Reading, values: object): void {
  try {
    settings(reading, values);
  } catch (error) {
    const { message } = error as Error;
    const words = message.replace("Cannot choose settings: ", "").replace("there is no option", "there is no setting");
    const inside = place === "settings" ? words : words.replace(/^(?!there is)[\w.]+(?= must| is)/, place);
    throw Object.assign(error as Error, { message: `Cannot sweep: ${inside}` });
  }
}

function distinct(words: string, items: Kind<number>): Kind<readonly number[]> {
  return {
    ...kinds.list(words, items),
    words: `a list of ${words}, none twice`,
    isMeant: (values) => values.length > 0 && new Set(values).size === values.length,
  };
}

/** A message with the file, and with the line of the key that it names, if it is about one. */
function located(message: string, text: string, path: string): string {
  const [, unknown, known] =
    message.match(/^[^:]+: (?:there is no (?:option|setting) "([^"]+)"|([\w.]+(?:\[\d+\])*))/) ??
      [];
  const key = (unknown ?? known ?? "").replace(/\[\d+\]$/, "").split(".").at(-1)!;
  const before = text.split(new RegExp(`${RegExp.escape(JSON.stringify(key))}\\s*:`), 2);
  const place = key && before.length > 1 ? `${path}, line ${before[0].split("\n").length}` : path;
  return message.replace(/^Cannot sweep: /, `Cannot sweep: ${place}: `);
}
