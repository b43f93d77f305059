import type { NoteEvent } from "../encodings/mod.ts";
import type { MixtureSystem } from "./system.ts";
import { viewpointsOwnPast, viewpointsTraining } from "./viewpoints.ts";

/** Seeds of one mixture are so far apart that those of the next ones, which are one higher each, come between them. */
const APART = 100;

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
    ...[0, 1, 2].map((i) => ({ system: viewpointsTraining, seedsOn: APART * i })),
  ],
};
