import { type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import { FLATTENING } from "../score/mod.ts";
import type { Augmentation, Feedback, Reading, Settings, Supervision } from "./settings.ts";

/** What a feedback must be. */
export const FEEDBACK: Kind<Feedback> = kinds.oneOf("raw", "scaled");

/** What a reading must be. */
export const READING: Kind<Reading> = kinds.oneOf("published", "corrected");

/** What the choice of pieces must be. */
export const PIECES: Kind<Settings["pieces"]> = kinds.oneOf("seven", "split");

/** What a supervision must be. */
export const SUPERVISION: Kind<Supervision> = kinds.oneOf("last", "every");

/** What the loss that is watched must be. */
export const MONITOR: Kind<Settings["monitor"]> = kinds.oneOf("train", "heldOut");

/** What the settings of the optimiser must be, wherever they are given. */
export const OPTIMISER_KINDS: Kinds<
  Partial<
    Pick<
      Settings,
      "schedule" | "warmUpSteps" | "plateauPatience" | "weightDecay" | "clipNorm" | "averageDecay"
    >
  >
> = Object.freeze({
  schedule: optional(kinds.oneOf("constant", "cosine", "plateau")),
  warmUpSteps: optional(kinds.integer({ from: 0 })),
  plateauPatience: optional(kinds.positiveInteger),
  weightDecay: optional(kinds.number({ from: 0 })),
  clipNorm: optional(kinds.orInfinity(kinds.positiveNumber)),
  averageDecay: optional(kinds.number({ from: 0, below: 1 })),
});

/** What an augmentation must be. */
export const AUGMENTATION: Kind<Augmentation> = kinds.entries<Augmentation>({
  transpose: optional(rising("whole numbers of semitones", Number.isInteger)),
  tempo: optional(rising("factors of the tempo above 0", (factor) => factor > 0 && factor < Infinity)),
  velocity: optional(rising("whole numbers of MIDI velocities", Number.isInteger)),
  jitter: optional(kinds.boolean),
  forget: optional(kinds.number({ from: 0, below: 1 })),
  mask: optional(kinds.number({ from: 0, to: 1 })),
});

/** Two numbers that are the ends of a range. */
function rising(words: string, isMeant: (value: number) => boolean): Kind<readonly [number, number]> {
  return {
    words: `two ${words}, the lowest first`,
    hasType: Array.isArray,
    isMeant: ([lowest, highest, ...others]) =>
      isMeant(lowest) && isMeant(highest) && lowest <= highest && others.length === 0,
  };
}

/** What each setting must be. */
export const SETTING_KINDS: Kinds<Partial<Settings>> = {
  reading: optional(READING),
  system: optional(kinds.name),
  pieces: optional(PIECES),
  flattening: optional(FLATTENING),
  transpose: optional(kinds.boolean),
  maxSeconds: optional(kinds.orInfinity(kinds.positiveNumber)),
  length: optional(kinds.positiveInteger),
  shift: optional(kinds.positiveInteger),
  acrossPieces: optional(kinds.boolean),
  partial: optional(kinds.boolean),
  augmentation: optional(AUGMENTATION),
  units: optional(kinds.positiveInteger),
  dropout: optional(kinds.number({ from: 0, below: 1 })),
  batchSize: optional(kinds.positiveInteger),
  dropRemainder: optional(kinds.boolean),
  reshuffle: optional(kinds.boolean),
  learningRate: optional(kinds.positiveNumber),
  ...OPTIMISER_KINDS,
  epochs: optional(kinds.positiveInteger),
  patience: optional(kinds.orInfinity(kinds.positiveInteger)),
  monitor: optional(MONITOR),
  lossWeights: optional(kinds.record("an object with a number for each head", kinds.number({ from: 0 }))),
  supervision: optional(SUPERVISION),
  order: optional({
    words: '"step", "pitch" and "duration", once each',
    hasType: Array.isArray,
    isMeant: (order) => order.toSorted().join() === "duration,pitch,step",
  }),
  times: optional(kinds.oneOf("seconds", "classes", "logNormal", "mixture")),
  features: optional(kinds.list("names", kinds.text)),
  voice: optional(kinds.oneOf("each", "top", "bass")),
  others: optional(kinds.oneOf("none", "past", "given")),
  bias: optional(kinds.number({ from: 0 })),
  temperature: optional(kinds.positiveNumber),
  count: optional(kinds.positiveInteger),
  feedback: optional(FEEDBACK),
  carryState: optional(kinds.boolean),
  seed: optional(kinds.integer({ from: 0, to: 2 ** 32 - 1 })),
  buildKernel: optional(kinds.boolean),
};
