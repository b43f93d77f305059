import type { Flattening } from "../score/mod.ts";

/** What the published run did, or what the paper's text says. */
export type Reading = "published" | "corrected";

/** How a generated pitch is heard by the model that named it: its raw MIDI number, or scaled like the seed's, by 128. */
export type Feedback = "raw" | "scaled";

/** Which notes of a window a model is trained to name: the one after the last, or the one after each. */
export type Supervision = "last" | "every";

/**
 * How a model says times: it names seconds, as the paper's does; it chooses among classes; or it says how likely all
 * times are, by one log-normal distribution or by a mixture of several.
 */
export type TimeHead = "seconds" | "classes" | "logNormal" | "mixture";

/** How the learning rate goes through a run. */
export type Schedule = "constant" | "cosine" | "plateau";

/** How examples are changed when they are shuffled to be learned from, each by a draw of its own. */
export interface Augmentation {
  /**
   * Lowest and highest interval in semitones, both possible, by which an example is moved: `[-6, 5]` are all keys. Of
   * these, all that keep its pitches in the range of their columns are equally likely.
   *
   * @default no example is moved
   */
  transpose?: readonly [lowest: number, highest: number];
  /**
   * Slowest and fastest tempo, as factors, at which an example is played: `[0.8, 1.25]`. Its steps and durations become
   * longer or shorter by whole classes of times, a tenth each; of these, all that the range and the classes leave room for
   * are equally likely.
   *
   * @default no example is played faster or slower
   */
  tempo?: readonly [slowest: number, fastest: number];
  /**
   * Lowest and highest number that is added to an example's MIDI velocities, where the model hears them. Of these, all
   * that keep them from 1 to 127 are equally likely.
   *
   * @default no example is played louder or softer
   */
  velocity?: readonly [lowest: number, highest: number];
  /**
   * Let the windows of a piece begin elsewhere in each epoch, as far as their number allows.
   *
   * @default false
   */
  jitter?: boolean;
  /**
   * Share of what is heard and known in classes that is forgotten, event by event and column by column: the class after
   * its last stands there. For networks that have one more, as those of viewpoints do.
   *
   * @default {0}
   */
  forget?: number;
  /**
   * Largest share of what may be unknown (`Column.mask`) that is hidden, so that a model learns to do without. For each example
   * a share from 0 to this is drawn, and by even odds each thing, such as a voice, is hidden to that share or not at all.
   *
   * @default {0}
   */
  mask?: number;
}

/** Everything the two readings decide. */
export interface Settings {
  /** Which reading this is. */
  reading: Reading;
  /** The network's name in the registry of systems. */
  system: string;
  /** Which pieces of the 228 are learned from: the run's seven movements of the cello suites, or a side of the split. */
  pieces: "seven" | "split";
  /** Voices into one sequence: the run took the first instrument, the text all parts by onset, then pitch. */
  flattening: Flattening;
  /** Transpose every piece to C major or A minor. */
  transpose: boolean;
  /** Longest step and duration that the model sees, in seconds; longer ones are clipped. `Infinity` clips nothing. */
  maxSeconds: number;
  /** Notes in a window. */
  length: number;
  /** Notes between the starts of two windows. */
  shift: number;
  /** Windows may run over the end of one piece into the next. */
  acrossPieces: boolean;
  /** What is left of a piece behind its last window, and pieces shorter than a window, are examples too. */
  partial: boolean;
  /** How examples are changed. */
  augmentation: Augmentation;
  /** Units of the LSTM. */
  units: number;
  /** Rate of dropout, in systems that leave it open. */
  dropout: number;
  /** Windows in a batch. */
  batchSize: number;
  /** Leave out the last, smaller batch of an epoch. */
  dropRemainder: boolean;
  /**
   * Draw a new order of the windows for each epoch. The run drew one and kept it: in the tutorial that it adapts, the
   * data set is cached after it has been shuffled and batched.
   */
  reshuffle: boolean;
  /** Adam's learning rate, at its highest. */
  learningRate: number;
  /**
   * `"constant"`; `"cosine"`, down to 0 at the end of the last epoch; or `"plateau"`, halved whenever the monitored loss
   * has not become lower for `plateauPatience` epochs.
   */
  schedule: Schedule;
  /** Steps in which the learning rate rises to its height, before anything else begins. */
  warmUpSteps: number;
  /** Epochs without a better loss after which `"plateau"` halves the learning rate. */
  plateauPatience: number;
  /** How much of a weight goes with a step, as a share of the learning rate (AdamW). */
  weightDecay: number;
  /** Length to which longer gradients are shortened. */
  clipNorm: number;
  /** How much an average of the weights keeps of itself at a step; held-out pieces are then named by it. 0 keeps none. */
  averageDecay: number;
  /** Passes over the training windows. */
  epochs: number;
  /** Stop after this many epochs without a better loss. */
  patience: number;
  /** Which loss early stopping looks at. */
  monitor: "train" | "heldOut";
  /** Weights of the losses in their sum, by the names of the heads. */
  lossWeights: Readonly<Record<string, number>>;
  /**
   * The loss counts after a window's last note, or after each. Both readings have the last: each note is then named
   * from as many before it. `"every"` learns from `length` targets of one pass, and wants a `shift` of about as much.
   */
  supervision: Supervision;
  /** In which order systems that chain the sides of a note draw them: each knows those before it. */
  order: readonly ("step" | "pitch" | "duration")[];
  /** How systems that leave it open say step and duration. */
  times: TimeHead;
  /** What systems of features hear, by the names of `NOTE_FEATURES` in `lib/encodings`. */
  features: readonly string[];
  /** Which voices systems say that go voice by voice: each in turn, or the highest or lowest of a piece. */
  voice: "each" | "top" | "bass";
  /**
   * What those systems know of the other voices when they say a note: nothing; those notes that came before it, so that a
   * sum over all voices is a likelihood; or, given, those that begin with it, too. See `voicePieces` in `lib/encodings`.
   */
  others: "none" | "past" | "given";
  /** Graves's bias of times drawn from densities, 0 or more: a high one keeps to what is likely. */
  bias: number;
  /** Softmax temperature of the sampled pitch. */
  temperature: number;
  /** Notes to generate. */
  count: number;
  /** How generated pitches are fed back. The run forgot to scale them. */
  feedback: Feedback;
  /** Carry the model's state from note to note, instead of reading the window anew for each. */
  carryState: boolean;
  /** Where every random number of the run comes from. */
  seed: number;
  /** Build the native kernel before training, once, where there is none and the machine has a C compiler. */
  buildKernel: boolean;
}
