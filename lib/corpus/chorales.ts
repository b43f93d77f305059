import type { GridCorpus } from "../formats/mod.ts";
import { type Chorale, choraleOfFrames, REST } from "../score/mod.ts";

/** Chorales, split in three. */
export interface ChoraleCorpus {
  /** What it is called. */
  name: string;
  /** To learn from. */
  train: readonly Chorale[];
  /** To choose a model by. */
  valid: readonly Chorale[];
  /** To measure it on. */
  test: readonly Chorale[];
  /** Lowest MIDI number in all of them. */
  lowest: number;
  /** Highest MIDI number in all of them. */
  highest: number;
}

/** The three sides of a corpus, with the range of its pitches. */
export function choraleCorpus(
  name: string,
  sides: Pick<ChoraleCorpus, "train" | "valid" | "test">,
): ChoraleCorpus {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const { frames } of [...sides.train, ...sides.valid, ...sides.test]) {
    for (const pitch of frames.flat()) {
      if (pitch === REST) continue;
      lowest = Math.min(lowest, pitch);
      highest = Math.max(highest, pitch);
    }
  }
  return { name, ...sides, lowest, highest };
}

/**
 * Chorales on a grid that knows no holds, such as those that `openJsb` opens, by the names that they have as files:
 * `train/000`, …, `test/076`.
 */
export function gridChorales(grid: GridCorpus, name = "jsb"): ChoraleCorpus {
  const side = (side: "train" | "valid" | "test") =>
    grid[side].map((frames, i) => choraleOfFrames(frames, `${side}/${String(i).padStart(3, "0")}`));
  return choraleCorpus(name, { train: side("train"), valid: side("valid"), test: side("test") });
}
