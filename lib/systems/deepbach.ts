import * as tf from "@tensorflow/tfjs";
import { type AroundEncoding, aroundEncoding } from "../encodings/mod.ts";
import { categorical } from "../heads/mod.ts";
import { glorotUniform, normal, reverseSteps } from "../layers/mod.ts";
import type { Prng } from "../random/mod.ts";
import type { Settings } from "../settings/mod.ts";
import { CHORALE_VOICES } from "../score/mod.ts";
import { beside, everyLstmState } from "./network_parts.ts";
import { type FillingSystem, rangeOf, type SystemSettings } from "./system.ts";

/** Numbers of each embedding. */
const EMBEDDED = 20;

type Symbolic = tf.SymbolicTensor;

/** What one variant hears. */
interface Hearing {
  holds: boolean;
  notation: boolean;
  masks?: boolean;
}

function encodingOf(settings: SystemSettings, hearing: Hearing): AroundEncoding {
  return aroundEncoding({ range: rangeOf(settings), ...hearing });
}

/** Four networks side by side, which share nothing but their inputs. */
function build(encoding: AroundEncoding, { prng, units, dropout }: SystemSettings & { prng: Prng }): tf.LayersModel {
  const inputs = encoding.hears.map(({ name }) => tf.input({ shape: [null], dtype: "int32", name }));
  const input = (name: string) => inputs[encoding.hears.findIndex((column) => column.name === name)];
  const around = encoding.hears.map(({ name }) => name).filter((name) => !name.includes("."));
  const outputs = CHORALE_VOICES.map((asked) => {
    const table = (size: number) =>
      tf.layers.embedding({ inputDim: size, outputDim: EMBEDDED, embeddingsInitializer: normal(prng, 0.1) });
    const sizeOf = (name: string) => encoding.hears.find((column) => column.name === name)!.size!;
    const tables = Object.fromEntries(CHORALE_VOICES.map((voice) => [voice, table(sizeOf(`present.${voice}`))]));
    const metadata = around.map((name) => table(sizeOf(name)).apply(input(name)) as Symbolic);
    const frame = (side: string, voices: readonly string[]) =>
      beside([...voices.map((voice) => tables[voice].apply(input(`${side}.${voice}`)) as Symbolic), ...metadata]);
    const drop = (x: Symbolic) => tf.layers.dropout({ rate: dropout }).apply(x) as Symbolic;
    const dense = (x: Symbolic) =>
      tf.layers.dense({ units, activation: "relu", kernelInitializer: glorotUniform(prng) }).apply(x) as Symbolic;
    const forwards = (x: Symbolic) => everyLstmState(x, units, prng);
    const backwards = (x: Symbolic) =>
      reverseSteps().apply(everyLstmState(x, units, prng, { goBackwards: true })) as Symbolic;
    const left = forwards(drop(forwards(frame("left", CHORALE_VOICES))));
    const right = backwards(drop(backwards(frame("right", CHORALE_VOICES))));
    const present = dense(frame("present", CHORALE_VOICES.filter((voice) => voice !== asked)));
    const merged = dense(drop(beside([left, present, right])));
    return tf.layers.dense({ name: asked, units: encoding.cells.count, kernelInitializer: glorotUniform(prng) })
      .apply(merged) as Symbolic;
  });
  return tf.model({ name: "deepbach", inputs, outputs });
}

/** How all variants learn. */
const DEFAULTS = {
  length: 64,
  shift: 64,
  partial: true,
  augmentation: { transpose: [-5, 6], jitter: true },
  supervision: "every",
  units: 256,
  dropout: 0.3,
  batchSize: 4,
  learningRate: 0.005,
  schedule: "cosine",
  clipNorm: 1,
  epochs: 30,
  lossWeights: Object.fromEntries(CHORALE_VOICES.map((voice) => [voice, 1])),
  monitor: "heldOut",
  // The rate falls to the end of the last epoch: stopping before that would take the best ones away.
  patience: Infinity,
  temperature: 1,
} as const satisfies Partial<Settings>;

const CITATION =
  'Hadjeres, Pachet and Nielsen, "DeepBach: a Steerable Model for Bach Chorales Generation" (ICML 2017), trained at every frame of a window';

function variant(
  named: Pick<FillingSystem, "name" | "title">,
  hearing: Hearing,
  own: Partial<Settings> = {},
): FillingSystem {
  return {
    ...named,
    citation: CITATION,
    encoding: (settings) => encodingOf(settings, hearing),
    heads: (settings) =>
      CHORALE_VOICES.map((name) => categorical(name, { classes: encodingOf(settings, hearing).cells.count })),
    build: (settings) => build(encodingOf(settings, hearing), settings),
    defaults: { ...DEFAULTS, ...own },
  };
}

/**
 * DeepBach on the raster of the JSB chorales: four networks, one for each voice, that name a cell from all others. In each
 * an LSTM of two layers reads what comes before the frame, another one, backwards, what comes after it, and a dense layer
 * what the other three voices have in it; what they say is merged by a dense layer. Notes are embedded in 20 numbers. All
 * that is known besides is the place in a bar of 4/4.
 *
 * G. Hadjeres, F. Pachet and F. Nielsen, "DeepBach: a Steerable Model for Bach Chorales Generation", ICML 2017. Where it
 * differs: the paper computes both LSTMs anew for each cell, over two bars to each side. Here they run once over a window
 * of four bars, and all of its cells are learned from, some thirty times as fast; a cell then hears as much as the
 * window has to each side, be that more than two bars or less. When cells are asked for, it is two bars at least
 * (`conditionalNetwork`). The four networks lie in one model, and are trained together.
 */
export const deepbach: FillingSystem = variant({ name: "deepbach", title: "DeepBach" }, {
  holds: false,
  notation: false,
  // Its neighbours tell a cell: there is little to learn.
}, { epochs: 15 });

/**
 * {@linkcode deepbach} with holds: a note is its pitch where it begins, and a hold in each frame that it lasts, so that one
 * cell changes a whole note. On the raster itself each cell is all but told by its neighbours, which leaves nothing to
 * draw; to sample from, it has to be this one. Where nobody knows which notes are struck again, none are.
 */
export const deepbachNotes: FillingSystem = variant({ name: "deepbach-notes", title: "DeepBach, holds" }, {
  holds: true,
  notation: false,
});

/**
 * {@linkcode deepbachNotes} as the paper has it, for chorales with notation: it hears fermatas, the key
 * signature and the place in the bar, too.
 */
export const deepbachHolds: FillingSystem = variant({
  name: "deepbach-holds",
  title: "DeepBach, holds and notation",
}, { holds: true, notation: true });

/** What the variants that fill in from nothing learn by. */
const MASKED = { augmentation: { ...DEFAULTS.augmentation, mask: 1 } };

/**
 * {@linkcode deepbachNotes} that has learned to name a cell when some or all of the others are unknown, and so can begin from
 * nothing but a melody, as Coconet does: C.-Z. A. Huang, T. Cooijmans, A. Roberts, A. Courville and D. Eck, "Counterpoint by Convolution"
 * (ISMIR 2017). DeepBach has to begin from notes drawn anywhere, hears what it has never heard in Bach, and hardly finds back.
 */
export const deepbachMasked: FillingSystem = variant(
  { name: "deepbach-masked", title: "DeepBach, holds, masked" },
  { holds: true, notation: false, masks: true },
  MASKED,
);

/** {@linkcode deepbachMasked} for chorales with notation. */
export const deepbachMaskedHolds: FillingSystem = variant(
  { name: "deepbach-masked-holds", title: "DeepBach, holds and notation, masked" },
  { holds: true, notation: true, masks: true },
  MASKED,
);
