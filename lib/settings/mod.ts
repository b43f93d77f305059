/**
 * The two readings of everything the paper left open, in one object.
 *
 * Kronforst and Mitra, "RNN Music Generation" (2025), says one thing in the
 * text and does another in its published run. `published` is what the run
 * did, bugs included; `corrected` is what the text says, with the bugs taken
 * out. All that differs is a setting with a name of its own: functions are given these settings, and no function decides
 * anything by the reading's name.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { settings } from "./mod.ts";
 *
 * assertEquals(settings("published").temperature, 4);
 * assertEquals(settings("corrected", { epochs: 3 }).epochs, 3);
 * ```
 *
 * A run leaves its settings in `settings.json`, and a sweep the best that it has found in `best.json`:
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { settings, type Settings, settingsJson } from "./mod.ts";
 *
 * const text = settingsJson.stringify(settings("published", { units: 64 }));
 * const { reading, ...changes } = settingsJson.parse(text) as Settings;
 * assertEquals(settings(reading, changes).maxSeconds, Infinity);
 * ```
 *
 * @module
 */

import { checkArgument, checkOptions, kinds } from "../options/mod.ts";
import { READING, SETTING_KINDS } from "./kinds.ts";
import type { Reading, Settings } from "./settings.ts";

export { AUGMENTATION, FEEDBACK, MONITOR, OPTIMISER_KINDS, PIECES, READING, SUPERVISION } from "./kinds.ts";
/** Settings as JSON: `settingsJson.stringify` and `settingsJson.parse`. */
export * as settingsJson from "./settings_json.ts";
export * from "./settings.ts";

const PUBLISHED: Settings = {
  reading: "published",
  system: "lstm",
  pieces: "seven",
  flattening: "first",
  transpose: false,
  maxSeconds: Infinity,
  length: 75,
  shift: 1,
  acrossPieces: true,
  partial: false,
  augmentation: {},
  units: 128,
  dropout: 0,
  batchSize: 50,
  dropRemainder: true,
  reshuffle: false,
  learningRate: 0.0025,
  schedule: "constant",
  warmUpSteps: 0,
  plateauPatience: 2,
  weightDecay: 0,
  clipNorm: Infinity,
  averageDecay: 0,
  epochs: 100,
  patience: 5,
  monitor: "train",
  lossWeights: { pitch: 0.05, step: 1, duration: 1 },
  supervision: "last",
  order: ["pitch", "step", "duration"],
  times: "seconds",
  features: [],
  voice: "each",
  others: "none",
  bias: 0,
  temperature: 4,
  count: 120,
  feedback: "raw",
  carryState: false,
  seed: 42,
  buildKernel: true,
};

const CORRECTED: Settings = {
  ...PUBLISHED,
  reading: "corrected",
  pieces: "split",
  flattening: "all",
  transpose: true,
  maxSeconds: 4,
  length: 50,
  acrossPieces: false,
  dropRemainder: false,
  reshuffle: true,
  monitor: "heldOut",
  temperature: 1,
  feedback: "scaled",
  carryState: true,
};

/** The names of all settings: what is spread into the options of a function may have them. */
export const SETTING_NAMES: readonly string[] = Object.freeze(Object.keys(PUBLISHED));

/**
 * The settings of a reading, with your changes.
 *
 * @throws {TypeError} If the reading has another name, or an override is not a setting or has another type.
 * @throws {RangeError} If an override is out of range.
 */
export function settings(reading: Reading, overrides: Partial<Omit<Settings, "reading">> = {}): Settings {
  checkArgument("choose settings", "the reading", reading, READING);
  checkOptions<Partial<Settings>>("choose settings", overrides, SETTING_KINDS);
  const base = reading === "published" ? PUBLISHED : CORRECTED;
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  return { ...base, lossWeights: { ...base.lossWeights }, ...given };
}

/**
 * The settings that a run or a sweep has written down, checked as {@linkcode settings} checks them.
 *
 * @param written What {@linkcode settingsJson} has read.
 * @throws {TypeError} If it is no object, or as `settings` has it.
 * @throws {RangeError} As `settings` has it.
 */
export function writtenSettings(written: unknown): Settings {
  checkArgument("choose settings", "the file", written, kinds.object("an object of settings"));
  const { reading, ...changes } = written as Settings;
  return settings(reading, changes);
}
