import { type Head, HeadsShape } from "./heads_shape.ts";
import { type Cell, LayerShape, type PackWords } from "./layer_shape.ts";

/** What a {@linkcode Network} is made of. */
export interface NetworkShape {
  /** Numbers that come in at a step. */
  inputs: number;
  /** Recurrent layers, each on top of the one before. */
  layers: readonly { cell: Cell; units: number }[];
  /** What is read from the last layer's hidden state. */
  heads: readonly Head[];
}

/** One of tfjs's weights: its place in the flat parameters, and its length. */
export interface Part {
  /** Numbers that it has. */
  length: number;
  /** The words of `pack`, for parameters that begin at address `panels` and plain numbers at `plain`. */
  words(panels: number, plain: number): PackWords;
}

/** The sizes of a network and of its flat parameters: the layers' weights in panels, then the heads'. */
export class NetworkSizes {
  readonly layers: readonly LayerShape[];
  readonly heads: HeadsShape;
  /** Where each layer's weights begin, in bytes from the beginning of the parameters; then the heads'. */
  readonly offsets: readonly number[];
  /** All parameters, with padding. */
  readonly floats: number;
  /** tfjs's weights: of each layer kernel, recurrent kernel and bias; of each head kernel and bias. */
  readonly parts: readonly Part[];

  /** @throws {RangeError} If a size is no whole number above 0, or there is no layer or no head. */
  constructor(shape: NetworkShape) {
    check("layers", shape.layers.length);
    check("heads", shape.heads.length);
    check("inputs", shape.inputs);
    const layers: LayerShape[] = [];
    for (const { cell, units } of shape.layers) {
      check("units", units);
      layers.push(new LayerShape(cell, layers.at(-1)?.units ?? shape.inputs, units));
    }
    for (const head of shape.heads) check("size of a head", head.size);
    this.layers = layers;
    const last = layers.at(-1)!;
    this.heads = new HeadsShape(shape.heads, last.units, last.paddedUnits);
    const offsets = [0];
    for (const layer of layers) offsets.push(offsets.at(-1)! + layer.weightFloats * 4);
    this.offsets = offsets;
    this.floats = offsets.at(-1)! / 4 + this.heads.weightFloats;
    this.parts = [...layers.flatMap((layer, i) => layerParts(layer, offsets[i])), ...this.#headParts()];
  }

  #headParts(): Part[] {
    const { heads, offsets } = this;
    return heads.heads.flatMap(({ size }, head) =>
      [heads.units * size, size].map((length, i) => ({
        length,
        words: (panels, plain) => heads.parts(head, panels + offsets.at(-1)!, { kernel: plain, bias: plain })[i],
      }))
    );
  }
}

function layerParts(layer: LayerShape, offset: number): Part[] {
  return layer.plainFloats.map((length, i) => ({
    length,
    words: (panels, plain) => layer.parts(panels + offset, { kernel: plain, recurrentKernel: plain, bias: plain })[i],
  }));
}

function check(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`Cannot make a network: ${name} must be a whole number above 0, got ${value}`);
  }
}
