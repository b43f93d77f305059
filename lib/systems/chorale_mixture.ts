import type { FrameEvent } from "../encodings/mod.ts";
import { choraleViewpoints, choraleViewpointsTraining } from "./chorale_viewpoints.ts";
import type { MixtureSystem } from "./system.ts";

/** Seeds of one mixture are so far apart that those of the next ones, which are one higher each, come between them. */
const APART = 100;

/**
 * Networks of viewpoints of chorales, mixed voice by voice: one without a look back and one with, whose runs are those of
 * their own rows, and two more that look back and differ by their seeds.
 */
export const choraleMixture: MixtureSystem<FrameEvent> = {
  name: "chorale-mixture",
  title: "viewpoints of frames, a mixture",
  citation: 'After Dietterich, "Ensemble methods in machine learning" (2000): several networks of viewpoints',
  reads: "training",
  onRequest: true,
  members: [
    { system: choraleViewpoints },
    ...[0, 1, 2].map((i) => ({ system: choraleViewpointsTraining, seedsOn: APART * i })),
  ],
};
