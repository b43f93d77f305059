import {
  classesOfTempo,
  type Column,
  type Columns,
  type Encoded,
  type Encoding,
  type Moving,
} from "../encodings/mod.ts";
import type { Augmentation } from "../settings/mod.ts";

/** Some windows in plain numbers, to train on or to evaluate. */
export interface Batch {
  /** How many windows. */
  size: number;
  /**
   * What goes in, by the names of a model's inputs: heard columns, and `next.` and the name of a column that is known or
   * said of the event to come. Int32 for classes, otherwise float32; window after window, shape [size, steps, width].
   */
  inputs: Columns;
  /** How many steps each input has: as many as the windows have events, or 1 for what is about the event after them. */
  steps: Record<string, number>;
  /** What is to be said, by the names of heads: int32 for classes, otherwise float32; shape [size], or [size, steps]. */
  targets: Columns;
  /**
   * Steps of each window that are events; what is to the right of them is padding, in inputs and targets alike.
   *
   * @default all steps
   */
  lengths?: Int32Array;
}

/** One way in which windows are changed: by a number of steps for each, drawn anew. */
export interface Change {
  /** How columns move by it. */
  by: "transposing" | "scaling" | "loudness";
  /** Lowest and highest number of steps, both possible. */
  range: readonly [lowest: number, highest: number];
}

/**
 * How windows of an encoding are changed.
 *
 * @throws {RangeError} If none of its columns changes with the tempo, or with the velocity, or may be unknown, and that is
 * asked for.
 */
export function changesOf<Event>(augmentation: Augmentation, encoding: Encoding<Event>): Change[] {
  const { transpose, tempo, velocity, mask } = augmentation, { hears, knows = [], says } = encoding;
  if (mask && !hears.some((column) => column.mask)) {
    throw new RangeError(
      `Cannot make windows: augmentation.mask hides nothing, because no column of the encoding "${encoding.name}" may be unknown`,
    );
  }
  const changes: (Change | undefined)[] = [
    transpose && { by: "transposing", range: transpose },
    tempo && { by: "scaling", range: classesOfTempo(tempo) },
    velocity && { by: "loudness", range: velocity },
  ];
  return changes.filter((change) => change !== undefined).map((change) => {
    const { by } = change;
    if (by === "transposing" || [...hears, ...knows, ...says].some((column) => column[by])) return change;
    const name = by === "scaling" ? "tempo" : "velocity";
    throw new RangeError(
      `Cannot make windows: augmentation.${name} changes nothing, because no column of the encoding "${encoding.name}" does`,
    );
  });
}

/** What {@linkcode gatherBatch} gathers from. */
export interface GatherOptions {
  /** The columns: what they are called, and how they are transposed. */
  hears: readonly Column[];
  knows: readonly Column[];
  says: readonly Column[];
  /** Their values. */
  encoded: Encoded;
  /** Events in a window. */
  length: number;
  /** How many events each window has, where they differ; the rest is padded. */
  counts?: Int32Array;
  /** Whether the event after each event of a window is to be named, and not the one after the window alone. */
  every: boolean;
  /** How windows are changed, in this order. @default {[]} */
  changes?: readonly Change[];
  /** Share of the classes that are forgotten: see `Augmentation`. @default {0} */
  forget?: number;
  /** Largest share of what may be unknown that is hidden: see `Augmentation`. @default {0} */
  mask?: number;
  /** Draws by how much; without it nothing is changed. */
  prng?: () => number;
}

/** Gathers the windows that begin at the events `firsts`. */
export function gatherBatch(firsts: Int32Array, options: GatherOptions): Batch {
  const { hears, knows, says, encoded: { heard, known, said }, length, counts, every } = options;
  const { changes = [], forget = 0, mask = 0, prng } = options;
  const size = firsts.length, targetSteps = every ? length : 1;
  const batch: Batch = { size, inputs: {}, steps: {}, targets: {}, ...counts && { lengths: counts } };
  const gathered: { array: Int32Array | Float32Array; each: number; column: Column }[] = [];
  const gather = (
    from: Int32Array | Float32Array,
    column: Column,
    steps: number,
    next: boolean,
  ) => {
    const { width = 1 } = column, each = steps * width;
    const array = from instanceof Int32Array ? new Int32Array(size * each) : new Float32Array(size * each);
    firsts.forEach((first, i) => {
      const count = counts?.[i] ?? length;
      const offset = next ? every ? 1 : count : 0;
      const start = (first + offset) * width;
      array.set(from.subarray(start, start + Math.min(steps, count) * width), i * each);
    });
    gathered.push({ array, each, column });
    return array;
  };
  for (const column of hears) {
    batch.inputs[column.name] = gather(heard[column.name], column, length, false);
    batch.steps[column.name] = length;
  }
  for (const column of says) {
    const values = gather(said[column.name], column, targetSteps, true);
    batch.targets[column.name] = batch.inputs[`next.${column.name}`] = values;
    batch.steps[`next.${column.name}`] = targetSteps;
  }
  for (const column of knows) {
    batch.inputs[`next.${column.name}`] = gather(known[column.name], column, targetSteps, true);
    batch.steps[`next.${column.name}`] = targetSteps;
  }
  if (!prng) return batch;
  for (let i = 0; i < size; i++) {
    for (const { by, range } of changes) {
      const ofWindow = gathered.flatMap(({ array, each, column: { width = 1, [by]: moving } }) => {
        // Padding stays as it is.
        const some = Math.min(each, (counts?.[i] ?? length) * width);
        return moving ? [{ values: array.subarray(i * each, i * each + some), moving }] : [];
      });
      change(ofWindow, range, prng());
    }
  }
  if (forget > 0) {
    const clocks = new Set(hears.map(({ clock }) => clock));
    const forgettable = (column: Column) => column.size !== undefined && !column.serves && !clocks.has(column.name);
    for (const column of hears.filter(forgettable)) forgetSome(batch.inputs[column.name], column.size!, forget, prng);
    for (const column of knows.filter(forgettable)) {
      forgetSome(batch.inputs[`next.${column.name}`], column.size!, forget, prng);
    }
  }
  for (let i = 0; mask > 0 && i < size; i++) {
    const share = prng() * mask, shares = new Map<string, number>();
    for (const { name, mask: hidden } of hears) {
      if (!hidden) continue;
      if (!shares.has(hidden.of)) shares.set(hidden.of, prng() < EVEN ? share : 0);
      forgetSome(batch.inputs[name].subarray(i * length, (i + 1) * length), hidden.class, shares.get(hidden.of)!, prng);
    }
  }
  return batch;
}

/** How likely it is that a thing is hidden in part. */
const EVEN = 1 / 2;

function forgetSome(values: Int32Array | Float32Array, forgotten: number, share: number, prng: () => number): void {
  for (let i = 0; i < values.length; i++) if (prng() < share) values[i] = forgotten;
}

/** Moves the columns of one window by as many steps: all that keep its values in their range are equally likely. */
function change(
  columns: readonly { values: Int32Array | Float32Array; moving: Moving }[],
  [least, most]: Change["range"],
  drawn: number,
): void {
  let [lowest, highest] = [least, most];
  for (const { values, moving } of columns) {
    const [low, high] = moving.room?.(values) ?? [-Infinity, Infinity];
    lowest = Math.max(lowest, low);
    highest = Math.min(highest, high);
  }
  if (lowest > highest) return;
  const steps = lowest + Math.floor(drawn * (highest - lowest + 1));
  if (steps !== 0) { for (const { values, moving } of columns) moving.move(values, steps); }
}
