import type { Engine } from "./engine.ts";
import { copyWords, LayerBuffers, zeroWords } from "./layer_buffers.ts";
import { roundUp, rowBytes } from "./layer_shape.ts";
import type { NetworkSizes } from "./network_shape.ts";
import { Program } from "./program.ts";

/**
 * A network that hears one note after another: each step takes what the layers
 * remember and costs the same, however many notes came before. On the calling
 * thread alone.
 */
export class NotePlayer {
  readonly #engine: Engine;
  readonly #layers: LayerBuffers[];
  readonly #step: Program;
  readonly #reset: Program;
  readonly #outputs: number;
  readonly #sizes: NetworkSizes;

  /** Use `Network.player()`. */
  constructor(engine: Engine, sizes: NetworkSizes, parameters: number) {
    const { arena } = engine;
    const { heads, offsets } = sizes;
    this.#engine = engine;
    this.#sizes = sizes;
    const one = { steps: 1, batch: 1 };
    const extent = { ...one, training: false, inputGradient: false, initialGradient: false, threads: 1 };
    this.#layers = sizes.layers.map((layer, i) => {
      const weights = { weights: parameters + offsets[i], transposed: 0, gradient: 0, gradientThread: 0 };
      return new LayerBuffers(arena, layer, extent, weights);
    });
    const outputsRow = rowBytes(heads.columns);
    this.#outputs = arena.take(outputsRow / 4);
    this.#step = new Program(arena).begin();
    this.#reset = new Program(arena).begin();
    this.#layers.forEach((layer, i) => {
      const below = this.#layers[i - 1];
      if (below) {
        this.#step.add("copy", copyWords(below.outputs, layer.inputs, { width: layer.shape.inputs, ...one }));
      }
      this.#step.add("forward", { record: layer.record });
      const state = { width: layer.shape.paddedUnits, ...one };
      this.#reset.add("zero", zeroWords(layer.hidden, state)).add("zero", zeroWords(layer.cells, state));
    });
    const read = this.#layers.at(-1)!.outputs;
    this.#step.add("multiply", {
      ...{ a: read.at, aRow: read.row, aStep: read.step, depth: roundUp(heads.depth, 4) },
      ...{ panels: parameters + offsets.at(-1)!, panelRows: heads.panelRows, panelCount: heads.columns / 16 },
      ...{ c: this.#outputs, cRow: outputsRow, cStep: outputsRow, ...one, accumulate: 0 },
    });
    for (const layer of this.#layers) {
      this.#step.add("copy", copyWords(layer.outputs, layer.hidden, { width: layer.shape.paddedUnits, ...one }));
    }
    this.#step.end();
    this.#reset.end();
  }

  /**
   * Hears one note.
   *
   * @param inputs What the network takes at one step.
   * @returns Each head's outputs: logits, or a number. Views, which the next step overwrites.
   * @throws {RangeError} If there are more or fewer inputs than the network takes.
   */
  step(inputs: ArrayLike<number>): Float32Array[] {
    const { arena } = this.#engine;
    const [first] = this.#layers;
    if (inputs.length !== first.shape.inputs) {
      throw new RangeError(`Cannot hear a note: it must have ${first.shape.inputs} numbers, got ${inputs.length}`);
    }
    arena.floats.set(inputs, first.inputs.at / 4);
    this.#engine.execute(this.#step, 1);
    const { heads, firstColumns } = this.#sizes.heads;
    return heads.map(({ size }, head) => {
      const at = this.#outputs / 4 + firstColumns[head];
      return arena.floats.subarray(at, at + size);
    });
  }

  /** Forgets all notes. */
  reset(): void {
    this.#engine.execute(this.#reset, 1);
  }

  /** What the layers remember: of each its hidden state, of an LSTM its cell state too. Copies. */
  get state(): { h: Float32Array; c?: Float32Array }[] {
    return this.#layers.map(({ shape: { cell, units }, hidden, cells }) => {
      const read = (at: number) => new Float32Array(this.#engine.arena.floats.subarray(at / 4, at / 4 + units));
      return cell === "lstm" ? { h: read(hidden.at), c: read(cells.at) } : { h: read(hidden.at) };
    });
  }

  set state(state: readonly { h: Float32Array; c?: Float32Array }[]) {
    this.#layers.forEach(({ shape: { units }, hidden, cells }, i) => {
      const write = (at: number, values: Float32Array | undefined) => {
        if (values && values.length !== units) {
          throw new RangeError(`Cannot remember: layer ${i} has ${units} units, got ${values.length} numbers`);
        }
        if (values) this.#engine.arena.floats.set(values, at / 4);
      };
      write(hidden.at, state[i].h);
      write(cells.at, state[i].c);
    });
  }

  /** Gives the memory back to the engine. */
  dispose(): void {
    for (const layer of this.#layers) layer.dispose();
    this.#step.dispose();
    this.#reset.dispose();
    this.#engine.arena.give(this.#outputs);
  }
}
