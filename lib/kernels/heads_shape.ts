import { type PackWords, PANEL, panelRows, roundUp } from "./layer_shape.ts";

/** A dense layer on the last hidden state, and the loss that belongs to it. */
export type Head =
  /** Logits of classes, and their softmax cross-entropy in nats. */
  | { loss: "crossEntropy"; size: number; weight: number }
  /** One number: `(y - p)^2 + pressure * max(-p, 0)`. */
  | { loss: "pressedError"; size: 1; weight: number; pressure: number };

/** All heads of a network side by side in one matrix: where each begins, and the sizes. */
export class HeadsShape {
  /** First column of each head. A head of classes begins a panel, and has it to its end. */
  readonly firstColumns: readonly number[];
  /** Columns, a multiple of 16. */
  readonly columns: number;
  /** Rows of a panel. */
  readonly panelRows: number;

  /**
   * @param units Width of the hidden state.
   * @param paddedUnits The same as the kernel has it.
   */
  constructor(readonly heads: readonly Head[], readonly units: number, readonly paddedUnits: number) {
    const firstColumns = new Array<number>(heads.length);
    let next = 0;
    const place = (loss: Head["loss"], unit: number) =>
      heads.forEach((head, i) => {
        if (head.loss !== loss) return;
        firstColumns[i] = next;
        next += roundUp(head.size, unit);
      });
    place("crossEntropy", PANEL);
    place("pressedError", 1);
    this.firstColumns = firstColumns;
    this.columns = roundUp(next, PANEL);
    this.panelRows = panelRows(this.depth);
  }

  /** Rows that count: the hidden state's and the bias's. */
  get depth(): number {
    return this.paddedUnits + 1;
  }

  /** Floats of the weights in panels. */
  get weightFloats(): number {
    return this.columns * this.panelRows;
  }

  /** Where the two matrices of a head go in the panels. */
  parts(head: number, panels: number, plain: { kernel: number; bias: number }): PackWords[] {
    const { panelRows, paddedUnits } = this;
    const { size: units } = this.heads[head];
    const common = { panels, panelRows, groups: 1, units, paddedUnits: 0, firstColumn: this.firstColumns[head] };
    return [
      { ...common, plain: plain.kernel, rows: this.units, firstRow: 0 },
      { ...common, plain: plain.bias, rows: 1, firstRow: paddedUnits },
    ];
  }
}
