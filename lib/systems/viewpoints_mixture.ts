import type { NoteEvent } from "../encodings/mod.ts";
import { type MixtureSystem, SEEDS_APART } from "./system.ts";
import { viewpoints, viewpointsOwnPast, viewpointsTraining } from "./viewpoints.ts";

/**
 * Networks of viewpoints, mixed head by head: one that looks back at the piece alone, whose run is that of its own row,
 * and three that look back at the training pieces, too, and differ by their seeds.
 */
export const viewpointsMixture: MixtureSystem<NoteEvent> = {
  name: "viewpoints-mixture",
  title: "viewpoints, a mixture",
  citation: 'After Dietterich, "Ensemble methods in machine learning" (2000): several networks of viewpoints',
  reads: "training",
  onRequest: true,
  members: [
    { system: viewpointsOwnPast },
    ...[0, 1, 2].map((i) => ({ system: viewpointsTraining, seedsOn: SEEDS_APART * i })),
  ],
};

/**
 * The two that `WAY_OF_PLAYING` plays: the one of fixed state keeps the one that looks back from copying itself for ever. The
 * logs are mixed, so that what is played is likely to both; the weights were chosen by samples.
 */
export const viewpointsPlayer: MixtureSystem<NoteEvent> = {
  name: "viewpoints-player",
  title: "viewpoints, two together",
  citation: 'After Hinton, "Products of experts" (1999): two networks of viewpoints',
  reads: "own past",
  onRequest: true,
  members: [{ system: viewpoints }, { system: viewpointsOwnPast }],
  mixed: { of: "logs", weights: [0.3, 0.7] },
};
