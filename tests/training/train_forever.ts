/** Trains into the run's folder that it is told, until someone kills it: for the test of checkpoints. */

import { startBackend } from "../../lib/kernels/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();
const options = tinyOptions({
  epochs: 12,
  run: Deno.args[0],
  // Epochs slow enough for the parent to strike before the last.
  onEpoch: async ({ epoch }) => {
    if (epoch === 1) console.log("the first epoch is done");
    await new Promise((resolve) => setTimeout(resolve, 5));
  },
});
await fit(tinyModel(), scaleWindows(), options);
await new Promise((resolve) => setTimeout(resolve, 30_000));
