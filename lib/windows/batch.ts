import * as tf from "@tensorflow/tfjs";

/** What the model is to say about the note after each window, one entry a window. */
export interface Targets {
  /** MIDI number, the index of the right class among 128: int32, shape [batch]. */
  pitch: tf.Tensor1D;
  /** Seconds from the window's last onset: float32, shape [batch, 1]. */
  step: tf.Tensor2D;
  /** Seconds: float32, shape [batch, 1]. */
  duration: tf.Tensor2D;
}

/** Some windows as tensors, to train on or to evaluate. Whoever takes a batch disposes of it. */
export interface Batch {
  /** Per note pitch / 128, step and duration in seconds: float32, shape [batch, length, 3]. */
  inputs: tf.Tensor3D;
  /** The note after each window. */
  targets: Targets;
  /** How many windows. */
  size: number;
  /** Frees the four tensors. */
  dispose(): void;
}

/** What {@linkcode nextNotes} gives, one entry a note of a batch, window after window: shape [batch * length]. */
export interface NextNotes {
  /** MIDI numbers. */
  pitch: Int32Array;
  /** Seconds. */
  step: Float32Array;
  /** Seconds. */
  duration: Float32Array;
}

/**
 * The note after each note of a batch: inside a window the next one, after the
 * last one the batch's target. So a window of 75 notes has 75 targets.
 */
export function nextNotes({ inputs, targets, size }: Batch): NextNotes {
  const notes = inputs.dataSync();
  const last = [targets.pitch, targets.step, targets.duration].map((target) => target.dataSync());
  const length = inputs.shape[1], count = size * length;
  const next = { pitch: new Int32Array(count), step: new Float32Array(count), duration: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const isLast = (i + 1) % length === 0, window = Math.floor(i / length), at = (i + 1) * 3;
    // 128 is a power of two, so that dividing by it has lost nothing.
    next.pitch[i] = isLast ? last[0][window] : notes[at] * 128;
    next.step[i] = isLast ? last[1][window] : notes[at + 1];
    next.duration[i] = isLast ? last[2][window] : notes[at + 2];
  }
  return next;
}

/** The columns that windows look into, one entry a note. */
export interface NoteColumns {
  /** MIDI numbers. */
  pitch: Float32Array;
  /** Seconds since the onset of the note before. */
  step: Float32Array;
  /** Seconds. */
  duration: Float32Array;
}

/** Writes the notes of one window, from `first` on, into `inputs` at `offset`: pitch / 128, step, duration each. */
export function writeInputs(
  columns: NoteColumns,
  first: number,
  length: number,
  inputs: Float32Array,
  offset: number,
): void {
  const { pitch, step, duration } = columns;
  for (let note = first; note < first + length; note++) {
    inputs[offset++] = pitch[note] / 128;
    inputs[offset++] = step[note];
    inputs[offset++] = duration[note];
  }
}

/** Gathers the windows that begin at the notes `firsts` into tensors. */
export function gatherBatch(columns: NoteColumns, firsts: Int32Array, length: number): Batch {
  const size = firsts.length;
  // Fresh arrays each time: tfjs's cpu backend keeps them instead of copying.
  const inputs = new Float32Array(size * length * 3);
  const pitch = new Int32Array(size);
  const step = new Float32Array(size);
  const duration = new Float32Array(size);
  firsts.forEach((first, i) => {
    writeInputs(columns, first, length, inputs, i * length * 3);
    pitch[i] = columns.pitch[first + length];
    step[i] = columns.step[first + length];
    duration[i] = columns.duration[first + length];
  });
  const batch = {
    inputs: tf.tensor3d(inputs, [size, length, 3]),
    targets: {
      pitch: tf.tensor1d(pitch, "int32"),
      step: tf.tensor2d(step, [size, 1]),
      duration: tf.tensor2d(duration, [size, 1]),
    },
  };
  return { ...batch, size, dispose: () => tf.dispose(batch) };
}
