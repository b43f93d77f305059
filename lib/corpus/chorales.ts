import type { GridCorpus } from "../formats/mod.ts";
import { type Chorale, choraleOfFrames, choraleOfScore, REST } from "../score/mod.ts";
import { choralesAlike } from "./chorales_alike.ts";
import { CorpusError } from "./error.ts";
import type { LeftOut } from "./left_out.ts";
import { openCorpus } from "./open.ts";
import type { Corpus } from "./piece.ts";
import { splitByPiece } from "./split.ts";

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
  /** Pieces of the corpus that are no chorales, and why; nothing where there are none. */
  leftOut?: readonly LeftOut[];
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

/**
 * The chorales among the pieces of a corpus: those of four voices on a grid of sixteenths, whatever format they come in.
 * They are split by `splitByPiece`, those that are alike ({@linkcode choralesAlike}) on one side; pieces that come with a
 * side keep it.
 *
 * @throws {CorpusError} If there are fewer than three, too few for three sides.
 */
export function choralesOf({ name, pieces, leftOut: unread }: Corpus): ChoraleCorpus {
  const chorales = new Map<string, Chorale>(), leftOut = [...unread];
  for (const { path, score } of pieces) {
    try {
      chorales.set(path, choraleOfScore(score, path));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      leftOut.push({ path, reason: error.message.replace(`Cannot make a chorale of "${path}": `, "") });
    }
  }
  if (chorales.size < 3) {
    const [first] = leftOut;
    throw new CorpusError(
      `Cannot take the corpus ${name} for chorales: it has ${chorales.size}, and three sides need three` +
        (first ? `; of ${leftOut.length} that are none, the first, ${first.path}: ${first.reason}` : ""),
    );
  }
  const all = [...chorales.values()];
  const together = choralesAlike(all, all).map(({ one, other }) => [all[one].name, all[other].name]);
  const split = splitByPiece(pieces.filter(({ path }) => chorales.has(path)), { together });
  const side = (side: "train" | "valid" | "test") => split[side].map(({ path }) => chorales.get(path)!);
  const sides = { train: side("train"), valid: side("valid"), test: side("test") };
  return { ...choraleCorpus(name, sides), ...leftOut.length > 0 && { leftOut } };
}

/**
 * The chorales among the movements of Bach that come with the project: few, but there without a download.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { openSampleChorales } from "./mod.ts";
 *
 * const { train, valid, test } = await openSampleChorales();
 * assert(train.length > 0 && valid.length > 0 && test.length > 0);
 * assert(train.every(({ notation }) => notation?.fermata.includes(true)));
 * ```
 *
 * Needs `--allow-read` for `data/`.
 */
export async function openSampleChorales(): Promise<ChoraleCorpus> {
  return choralesOf(await openCorpus("sample"));
}
