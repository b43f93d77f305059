import type { NoteEvent } from "../encodings/mod.ts";
import type { MixtureSystem } from "./system.ts";
import { viewpointsTraining } from "./viewpoints.ts";

/** Networks in the mixture: what more of them add is little, and each takes its time. */
const MEMBERS = 5;
/** Seeds of one mixture are so far apart that those of the next ones, which are one higher each, come between them. */
const APART = 100;

/** Several networks of viewpoints that differ by their seeds, mixed head by head. */
export const viewpointsMixture: MixtureSystem<NoteEvent> = {
  name: "viewpoints-mixture",
  title: "viewpoints, a mixture",
  citation: 'After Dietterich, "Ensemble methods in machine learning" (2000): several networks of viewpoints',
  reads: "training",
  onRequest: true,
  members: Array.from({ length: MEMBERS }, (_, i) => ({ system: viewpointsTraining, seedsOn: APART * i })),
};
