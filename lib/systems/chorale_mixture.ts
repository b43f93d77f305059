import type { FrameEvent } from "../encodings/mod.ts";
import { choraleViewpoints, choraleViewpointsTraining } from "./chorale_viewpoints.ts";
import { type MixtureSystem, SEEDS_APART } from "./system.ts";

/** Narrower ones, which learn in two minutes. */
const NARROW = { units: 160, epochs: 20 };

/**
 * Networks of viewpoints of chorales, mixed voice by voice. Two are those of their own rows, whose runs it shares: one
 * without a look back, one with. Two more look back and are narrower: the first forgets more of what it hears, the second
 * hears neither phase and phrases nor lines and harmony, except through the passages that it finds.
 */
export const choraleMixture: MixtureSystem<FrameEvent> = {
  name: "chorale-mixture",
  title: "viewpoints of frames, a mixture",
  citation: 'After Dietterich, "Ensemble methods in machine learning" (2000): several networks of viewpoints',
  reads: "training",
  onRequest: true,
  members: [
    { system: choraleViewpoints },
    { system: choraleViewpointsTraining },
    {
      system: choraleViewpointsTraining,
      settings: { ...NARROW, augmentation: { transpose: [-6, 6], jitter: true, forget: 0.3 } },
      seedsOn: SEEDS_APART,
    },
    {
      system: choraleViewpointsTraining,
      settings: { ...NARROW, features: ["voices", "distances", "key", "place", "past", "passages", "quotations"] },
      seedsOn: 2 * SEEDS_APART,
    },
  ],
};
