// What the kernel is told to do: records of 32-bit words in the shared memory. TypeScript's side writes them
// (lib/kernels/engine/program.ts, in the same order); the kernel only reads. Pointers and strides are in bytes.

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

/** `to[step][row] = from[step][row]` for the rows of the batch that this thread has, `width` floats each. */
@unmanaged
export class Copy {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
}

/** `to[step][row] = 0`. */
@unmanaged
export class Zero {
  operation: i32;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
}

/** Weights between tfjs's order, `[rows][groups * units]`, and panels of 16 columns. */
@unmanaged
export class Pack {
  operation: i32;
  plain: usize;
  rows: i32;
  panels: usize;
  firstRow: i32;
  panelRows: i32;
  groups: i32;
  units: i32;
  paddedUnits: i32;
  firstColumn: i32;
}

/** The panels of a matrix's transpose. */
@unmanaged
export class Transpose {
  operation: i32;
  panels: usize;
  panelRows: i32;
  columns: i32;
  to: usize;
  paddedUnits: i32;
  inputs: i32;
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
}

/** What has its record elsewhere. */
@unmanaged
export class Pointed<T> {
  operation: i32;
  record: T;
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

/** A loss of one head; the head's outputs become their gradients. */
@unmanaged
export class Loss {
  operation: i32;
  outputs: usize;
  outputsRow: usize;
  outputsStep: usize;
  steps: i32;
  batch: i32;
  column: i32;
  classes: i32;
  targets: usize;
  scale: usize;
  result: usize;
  pressure: f32;
}

/** The threads' gradients summed into the first one's, in the threads' order. */
@unmanaged
export class Reduce {
  operation: i32;
  gradients: usize;
  gradientsThread: usize;
  floats: i32;
  result: usize;
}

/** One step of Adam on flat arrays. */
@unmanaged
export class Adam {
  operation: i32;
  parameters: usize;
  gradients: usize;
  firstMoments: usize;
  secondMoments: usize;
  floats: i32;
  rate: f32;
  beta1: f32;
  beta2: f32;
  secondScale: f32;
  epsilon: f32;
  squares: usize;
  clipNorm: f32;
  average: usize;
  averageDecay: f32;
}

/** `panels *= keep`, for some rows of a matrix in panels. */
@unmanaged
export class Decay {
  operation: i32;
  panels: usize;
  panelRows: i32;
  panelCount: i32;
  firstRow: i32;
  rows: i32;
  keep: f32;
}

/** `to = from`, or `+=`; a width of 1 is spread, or summed up. */
@unmanaged
export class Add {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  fromWidth: i32;
  to: usize;
  toRow: usize;
  toStep: usize;
  toWidth: i32;
  width: i32;
  steps: i32;
  batch: i32;
  accumulate: i32;
}

/** `to = a · b`, or `+=`, number by number; a width of 1 is spread, or summed up. */
@unmanaged
export class Product {
  operation: i32;
  a: usize;
  aRow: usize;
  aStep: usize;
  aWidth: i32;
  b: usize;
  bRow: usize;
  bStep: usize;
  bWidth: i32;
  to: usize;
  toRow: usize;
  toStep: usize;
  toWidth: i32;
  width: i32;
  steps: i32;
  batch: i32;
  accumulate: i32;
}

@unmanaged
export class Embed {
  operation: i32;
  classes: usize;
  classesRow: usize;
  classesStep: usize;
  table: usize;
  tableRow: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
}

/** `clear`: floats of the gradient to set to 0 first. */
@unmanaged
export class EmbedGradient {
  operation: i32;
  classes: usize;
  classesRow: usize;
  classesStep: usize;
  gradient: usize;
  gradientThread: usize;
  tableRow: usize;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  clear: i32;
}

@unmanaged
export class Dropout {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  seed: usize;
  salt: u32;
  threshold: i32;
  scale: f32;
  accumulate: i32;
}

@unmanaged
export class CurveRows {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  kind: i32;
}

/** `saved`: what the curve made or, of gelu, what it was made of. */
@unmanaged
export class CurveGradient {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  saved: usize;
  savedRow: usize;
  savedStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  kind: i32;
  accumulate: i32;
}

/** `statistics`: two floats a row, the mean and the inverse of the deviation. */
@unmanaged
export class Normalize {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  gamma: usize;
  beta: usize;
  statistics: usize;
  epsilon: f32;
}

/** `clear`: whether the gradients of gamma and beta begin with 0. */
@unmanaged
export class NormalizeGradient {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  saved: usize;
  savedRow: usize;
  savedStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  gamma: usize;
  gammaGradient: usize;
  betaGradient: usize;
  gradientThread: usize;
  statistics: usize;
  accumulate: i32;
  clear: i32;
}

@unmanaged
export class Shift {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  classes: i32;
  modulo: i32;
  farthest: i32;
  steps: i32;
  batch: i32;
  anchors: usize;
  anchorRow: usize;
  anchorStep: usize;
  accumulate: i32;
}

/** Attention and its buffers: what ATTENTION and ATTENTION_GRADIENT point at. `each`: the width of a head. */
@unmanaged
export class Attention {
  heads: i32;
  batch: i32;
  steps: i32;
  each: i32;
  distances: i32;
  queries: usize;
  queriesRow: usize;
  queriesStep: usize;
  keys: usize;
  keysRow: usize;
  keysStep: usize;
  values: usize;
  valuesRow: usize;
  valuesStep: usize;
  said: usize;
  saidRow: usize;
  saidStep: usize;
  table: usize;
  tableRow: usize;
  shares: usize;
  sharesRow: usize;
  scratch: usize;
  scratchThread: usize;
  by: usize;
  byRow: usize;
  byStep: usize;
  queriesGradient: usize;
  queriesGradientRow: usize;
  queriesGradientStep: usize;
  keysGradient: usize;
  keysGradientRow: usize;
  keysGradientStep: usize;
  valuesGradient: usize;
  valuesGradientRow: usize;
  valuesGradientStep: usize;
  accumulateQueries: i32;
  accumulateKeys: i32;
  accumulateValues: i32;
  tableGradient: usize;
  tableGradientThread: usize;
  clear: i32;
}

/** The same for one event: what RECALL points at. `count`: events before it. */
@unmanaged
export class Recall {
  heads: i32;
  each: i32;
  distances: i32;
  query: usize;
  key: usize;
  value: usize;
  said: usize;
  table: usize;
  tableRow: usize;
  rememberedKeys: usize;
  rememberedValues: usize;
  row: usize;
  scores: usize;
  count: i32;
}

@unmanaged
export class Last {
  operation: i32;
  from: usize;
  fromRow: usize;
  fromStep: usize;
  to: usize;
  toRow: usize;
  toStep: usize;
  width: i32;
  steps: i32;
  batch: i32;
  lengths: usize;
}
