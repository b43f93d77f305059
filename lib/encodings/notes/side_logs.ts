import { durationClasses, stepClasses } from "../../notes/mod.ts";
import type { Column } from "../encoding.ts";
import { movingLogs } from "../moving.ts";
import { scalingLogs } from "../scaling.ts";
import type { NoteSide } from "./note_feature.ts";

/** How many pitches there are. */
const PITCHES = 128;

/** Of each side of a note how many classes it has, and how logs of them move. */
export const SIDE_LOGS: Readonly<
  Record<NoteSide, { classes: number; moves: Pick<Column, "transposing" | "scaling"> }>
> = {
  step: { classes: stepClasses.count, moves: { scaling: scalingLogs(stepClasses) } },
  pitch: { classes: PITCHES, moves: { transposing: movingLogs(PITCHES) } },
  duration: { classes: durationClasses.count, moves: { scaling: scalingLogs(durationClasses) } },
};

/**
 * A column of logs for the classes of a side, to be weighed and added to its logits.
 *
 * @param after Where it is known of the note to come: what has to be drawn of that first.
 */
export function logColumn(name: string, side: NoteSide, after?: readonly NoteSide[]): Column {
  const { classes, moves } = SIDE_LOGS[side];
  return { name, width: classes, ...after && { after }, serves: { head: side, as: "logs" }, ...moves };
}

/**
 * Natural logs of shares plus a floor. Most shares are 0: to take the log of each would take the most of a note's time.
 *
 * @param weights What is shared.
 * @param all What they are shares of. @default 1
 */
export function flooredLogs(weights: Float64Array, floor: number, all = 1): Float32Array {
  const logs = new Float32Array(weights.length).fill(Math.log(floor));
  for (let c = 0; c < weights.length; c++) if (weights[c] > 0) logs[c] = Math.log(weights[c] / all + floor);
  return logs;
}
