/**
 * What only a notebook needs: showing values in the middle of a cell, figures that change in place, progress, players,
 * tables, and a Stop button that does not cost the kernel.
 *
 * Importing this room in Deno's Jupyter kernel also keeps the kernel alive on Stop and on errors in callbacks, and lets
 * data frames show themselves as {@linkcode table} shows them; outside a kernel the import does nothing, and what would
 * be shown is printed.
 *
 * ```ts
 * import { assertEquals, assertStringIncludes } from "@std/assert";
 * import { interrupted, pause, player } from "./mod.ts";
 *
 * const scale = [60, 62, 64, 65, 67].map((pitch, i) => ({ pitch, start: i / 4, end: i / 4 + 0.25, velocity: 80 }));
 * assertStringIncludes(player(scale, { title: "Five notes" }).html, "<b>Five notes</b> (5 notes, 0:01)");
 *
 * const stop = interrupted();
 * for (let i = 0; i < 3; i++) await pause(stop);
 * assertEquals(stop.aborted, false);
 * ```
 *
 * @module
 */

import "./frames.ts";

export { compareRuns, type CompareRunsOptions, type RunToCompare } from "./compare_runs.ts";
export { liveEvaluation } from "./live_evaluation.ts";
export { liveTraining, type LiveTrainingOptions } from "./live_training.ts";
export { player, type PlayerOptions } from "./player.ts";
export { PRETRAINED, runOrPretrained } from "./pretrained.ts";
export { progress } from "./progress.ts";
export { saveSample } from "./save_sample.ts";
export { live, show } from "./show.ts";
export { interrupted, pause } from "./stop.ts";
export { type Stage, stages } from "./stages.ts";
export type { Progress } from "./terminal_progress.ts";
export { type Shown, table, type TableOptions } from "./table.ts";
