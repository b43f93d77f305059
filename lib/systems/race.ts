import type { Variant } from "./ladder.ts";

/** Settings of whoever learns fast: every note of a window is learned from, and nothing warms up. */
const FAST: Variant["settings"] = {
  batchSize: 16,
  learningRate: 0.01,
  schedule: "constant",
  warmUpSteps: 0,
  averageDecay: 0,
  augmentation: {},
  epochs: 3,
};

/** What is to be reached: the published recipe, and the pitch that it names best on pieces that it has not learned from. */
export const RECIPE: Variant = { name: "the published recipe", system: "lstm", settings: {} };

/** Who is to reach it sooner: small networks that hear notes as classes. */
export const RIVALS: readonly Variant[] = [
  { name: "GRU, metre, 64 units", system: "gru-metre", settings: { ...FAST, units: 64 } },
  { name: "GRU, metre, 32 units", system: "gru-metre", settings: { ...FAST, units: 32 } },
  {
    name: "viewpoints, the last notes, 32 units",
    system: "viewpoints",
    settings: { ...FAST, units: 32, dropout: 0, features: ["recent"] },
  },
  {
    name: "viewpoints, anchors and habits, 32 units",
    system: "viewpoints",
    settings: { ...FAST, units: 32, dropout: 0, features: ["recent", "anchors", "habits"] },
  },
];
