// What the kernel is told to do: records of 32-bit words in the shared memory. TypeScript's side writes them
// (lib/kernels/engine/program.ts, in the same order); the kernel only reads. Those of single operations stand beside
// what they tell. Pointers and strides are in bytes.

/** Operation codes: the first word of every instruction. 0 and 1, the end and the barrier, never come here. */
export const enum Operation {
  Copy = 2,
  Zero = 3,
  Pack = 4,
  Unpack = 5,
  Transpose = 6,
  Forward = 7,
  Backward = 8,
  Multiply = 9,
  Gradient = 10,
  CrossEntropy = 11,
  PressedError = 12,
  Reduce = 13,
  Adam = 14,
  Add = 15,
  Product = 16,
  Embed = 17,
  EmbedGradient = 18,
  Dropout = 19,
  Curve = 20,
  CurveGradient = 21,
  Normalize = 22,
  NormalizeGradient = 23,
  Shift = 24,
  ShiftGradient = 25,
  Last = 26,
  LastGradient = 27,
  Decay = 28,
  Attention = 29,
  AttentionGradient = 30,
  Recall = 31,
}

/** A recurrent layer and its buffers: what FORWARD and BACKWARD point at. */
@unmanaged
export class Layer {
  cell: i32;
  batch: i32;
  steps: i32;
  inputs: i32;
  paddedUnits: i32;
  rows: usize;
  rowsRow: usize;
  rowsStep: usize;
  gates: usize;
  gatesRow: usize;
  gatesStep: usize;
  cells: usize;
  cellsRow: usize;
  cellsStep: usize;
  weights: usize;
  panelRows: i32;
  transposed: usize;
  weightGradient: usize;
  weightGradientThread: usize;
  hiddenGradient: usize;
  cellGradient: usize;
  /** Of both. */
  stateGradientRow: usize;
  outputGradient: usize;
  outputGradientRow: usize;
  outputGradientStep: usize;
  outputGradientWidth: i32;
  outputGradientSteps: i32;
  inputGradient: usize;
  inputGradientRow: usize;
  inputGradientStep: usize;
  /** Whether the gradient of the initial hidden state is wanted. */
  initialGradient: i32;
  /** Room for the two factors of the weights' gradient. */
  scratch: usize;
  scratchThread: usize;
  /** Whether the gates already hold the inputs' share, and the weights are the hidden state's alone. */
  projected: i32;
  /** Of each example the steps that are music, or 0. */
  lengths: usize;
  /** Whether the last step comes first. */
  reversed: i32;
  /** Of each example and step whether the layer moves on (an int32, 0 if not), or 0: it always does. */
  ticks: usize;
  ticksRow: usize;
  ticksStep: usize;
}

/** What has its record elsewhere. */
@unmanaged
export class Pointed<T> {
  operation: i32;
  record: T;
}

/** From one place to another: where a row of each begins, and how far it is to the next example and the next step. */
@unmanaged
export class FromTo {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
}

/** The same of rows of one width, at every step of every example. */
@unmanaged
export class Rows extends FromTo {
  width: i32;
  steps: i32;
  batch: i32;
}

/** The same on the way back, with what the way there has saved. */
@unmanaged
export class SavedRows extends FromTo {
  saved: usize;
  savedRow: usize;
  savedStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
}

/** `c = a · b` at every step, with b in panels. */
@unmanaged
export class Multiply {
  operation: i32;
  a: usize;
  aRow: usize;
  aStep: usize;
  depth: i32;
  panels: usize;
  panelRows: i32;
  panelCount: i32;
  c: usize;
  cRow: usize;
  cStep: usize;
  steps: i32;
  batch: i32;
  accumulate: i32;
}

/** `gradient = aᵀ · b`, summed over the rows that this thread has and all steps. */
@unmanaged
export class Gradient {
  operation: i32;
  a: usize;
  aRow: usize;
  aStep: usize;
  depth: i32;
  gradient: usize;
  gradientThread: usize;
  panelCount: i32;
  b: usize;
  bRow: usize;
  bStep: usize;
  steps: i32;
  batch: i32;
  panelRows: i32;
  scratch: usize;
  scratchThread: usize;
  accumulate: i32;
}
