import type { Block } from "../layer_buffers.ts";
import { PANEL, roundUp } from "../layer_shape.ts";

/** What a node has computed: rows of `width` floats, and what is known of their gradient. */
export class Tensor {
  /** Where the gradient is, or will be. */
  gradient?: Block;
  /** Whether something has been written there. */
  touched = false;
  /** Whether the gradient lies in a place that others share, and must not be given back. */
  isPart = false;
  /** Whether a loss may leave the gradient where the outputs are. */
  inPlace = false;
  /** Gives the place for the gradient, if it is a part of another's. */
  lend?: () => Block;

  constructor(
    /** Where the rows are: of each example together, one step after the other. */
    readonly block: Block,
    readonly width: number,
    readonly steps: number,
    /** Whether weights come before it, so that its gradient is wanted. */
    readonly learns: boolean,
    /** Whether the last step comes first. */
    readonly reversed = false,
    /** Of what has no rows of its own: adds them to others, or puts them there. */
    readonly addTo?: (to: Block, accumulate: 0 | 1) => void,
  ) {}
}

/** The columns from `first` on. */
export function columns(block: Block, first: number): Block {
  return { ...block, at: block.at + first * 4 };
}

/** The same steps from the last to the first. */
export function backwards(block: Block, steps: number): Block {
  return { at: block.at + (steps - 1) * block.step, row: block.row, step: -block.step };
}

/** The last step alone. */
export function lastStep(block: Block, steps: number): Block {
  return { ...block, at: block.at + (steps - 1) * block.step };
}

/** A width as the kernel multiplies it. */
export function padded(width: number): number {
  return roundUp(width, PANEL);
}

/** Words of the instructions that read rows. */
export function fromWords(block: Block) {
  return { from: block.at, fromRow: block.row, fromStep: block.step };
}

/** Words of the instructions that write rows. */
export function toWords(block: Block) {
  return { to: block.at, toRow: block.row, toStep: block.step };
}

/** Words of the instructions that go back over what was kept. */
export function savedWords(block: Block) {
  return { saved: block.at, savedRow: block.row, savedStep: block.step };
}
