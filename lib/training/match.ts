import type * as tf from "@tensorflow/tfjs";
import type { Column } from "../encodings/mod.ts";
import type { Head } from "../heads/mod.ts";
import type { Supervision } from "../settings/mod.ts";
import type { Examples } from "../windows/mod.ts";

/**
 * Checks that nothing of a model would be left out without a word: `fit` knows
 * neither regularizers nor constraints.
 *
 * @throws {TypeError} If a layer has one.
 */
export function checkPlain(model: tf.LayersModel): void {
  for (const layer of model.layers) {
    const instead = "leave it out, and give weightDecay to fit";
    if (layer.losses.length > 0) {
      throw new TypeError(`Cannot train: layer "${layer.name}" has a regularizer, which fit does not have: ${instead}`);
    }
    if (layer.trainableWeights.some((weight) => (weight as { constraint?: unknown }).constraint)) {
      throw new TypeError(`Cannot train: layer "${layer.name}" has a constraint, which fit does not have: ${instead}`);
    }
  }
}

/** How a model and windows go together. */
export interface Match {
  /** What each of the model's inputs takes of a batch, in the model's order. */
  inputs: readonly string[];
  /** Whether its outputs name what comes after each event of a window, and not after the last alone. */
  answersEvery: boolean;
}

/** The part of windows that decides whether a model can read them. */
export type Readable = Pick<Examples, "encoding" | "length">;

/**
 * Checks that a model can read these windows and answers with these heads.
 *
 * An input has the name of a heard column, or, because all names in a model
 * differ and a head may have that name, `heard.` and the name; or `next.` and the
 * name of a column that is known or said of the event to come. If the model has
 * one input and the windows one heard column, any name will do.
 *
 * @throws {TypeError} If the model lacks a head, a head has another width than its loss, sampler and scorer want, the
 * windows lack what a head names, or an input is for something else than a column.
 * @throws {RangeError} If it takes windows of another length.
 */
export function matchOf(model: tf.LayersModel, windows: Readable, heads: readonly Head[]): Match {
  if (!model?.outputs) throw new TypeError("Cannot use the model: it must be a tf.LayersModel");
  const ranks = checkHeads(model, heads);
  const { says } = windows.encoding;
  for (const { name } of heads) {
    if (says.some((column) => column.name === name)) continue;
    throw new TypeError(
      `Cannot use the model: its head "${name}" has no column in the windows, which have ${listed(says)}`,
    );
  }
  const inputs = model.inputs.map((input, i) => inputFor(model, input, model.inputNames[i], windows));
  return { inputs, answersEvery: ranks.includes(3) };
}

/** The ranks of the heads' outputs. */
function checkHeads({ outputs, outputNames }: tf.LayersModel, heads: readonly Head[]): number[] {
  if (outputNames.length === 0) {
    const names = heads.map(({ name }) => `"${name}"`);
    throw new TypeError(
      "Cannot use the model: a sequential model has one output without a name; " +
        `build it with tf.model, on layers named ${names.length > 1 ? `${names.slice(0, -1).join(", ")} and ` : ""}${
          names.at(-1)
        }`,
    );
  }
  return heads.map(({ name, width, kernel }) => {
    const index = outputNames.indexOf(name);
    if (index < 0) {
      const names = outputNames.map((output) => `"${output}"`).join(", ");
      throw new TypeError(`Cannot use the model: it has no output "${name}", its outputs are ${names}`);
    }
    const { shape } = outputs[index];
    if (shape.length < 2 || shape.length > 3 || shape.at(-1) !== width) {
      const wanted = `[batch, ${shape.length === 3 ? "length, " : ""}${width}]`;
      const each = kernel?.loss === "crossEntropy" ? `a logit of each class from 0 to ${width - 1}` : "numbers";
      throw new TypeError(
        `Cannot use the model: its output "${name}" is ${written(shape)}, but its loss, sampler and scorer want ` +
          `${wanted}: ${width === 1 ? "one number" : each}`,
      );
    }
    return shape.length;
  });
}

/** What an input takes of a batch. */
function inputFor(model: tf.LayersModel, { shape }: tf.SymbolicTensor, name: string, windows: Readable): string {
  const { length, encoding: { hears, knows = [], says } } = windows;
  const isNext = name.startsWith("next.");
  const column = isNext
    ? [...knows, ...says].find((column) => `next.${column.name}` === name)
    : model.inputs.length === 1 && hears.length === 1
    ? hears[0]
    : hears.find((column) => column.name === name || `heard.${column.name}` === name);
  if (!column) {
    const columns = listed([...hears, ...[...knows, ...says].map(({ name }) => ({ name: `next.${name}` }))]);
    throw new TypeError(
      `Cannot use the model: its input "${name}" is not a column of the windows, which have ${columns}`,
    );
  }
  const { size, width = 1 } = column;
  const isShape = size !== undefined
    ? shape.length === 2
    : isNext && shape.length === 2
    ? shape[1] === width
    : shape.length === 3 && shape[2] === width;
  if (!isShape) {
    const which = model.inputs.length === 1 ? "its input" : `its input "${name}"`;
    const wanted = size === undefined ? `[batch, length, ${width}]` : `[batch, length], of ${size} classes`;
    throw new TypeError(`Cannot use the model: ${which} must be ${wanted}, got ${written(shape)}`);
  }
  const steps = size === undefined && shape.length === 2 ? 1 : shape[1];
  if (steps !== null && steps !== length && !(isNext && steps === 1)) {
    throw new RangeError(`Cannot use the model: it takes windows of ${steps} notes, these have ${length}`);
  }
  return isNext ? name : column.name;
}

const listed = (columns: readonly Pick<Column, "name">[]) => columns.map(({ name }) => `"${name}"`).join(", ");

/** A shape of the model, as it would be said. */
function written(shape: tf.Shape): string {
  return `[${shape.map((size, axis) => size ?? (axis === 0 ? "batch" : "any")).join(", ")}]`;
}

/**
 * By which events windows are measured, so that each counts once: the one after
 * each event where windows do not overlap and a model has learned to name all,
 * else the one after the window.
 */
export function measuredAt(
  { length, shift }: Pick<Examples, "length" | "shift">,
  supervision: Supervision,
): Supervision {
  return supervision === "every" && shift >= length ? "every" : "last";
}

/** For which events a batch has to be gathered: a model that answers at every step wants what it hears of each. */
export function gatheredFor({ answersEvery }: Match, at: Supervision): Supervision {
  return answersEvery ? "every" : at;
}
