import * as tf from "@tensorflow/tfjs";
import { choraleTokens, type Token, tokenClasses } from "../encodings/mod.ts";
import { categorical, type Head, logSoftmax } from "../heads/mod.ts";
import { glorotUniform, normal } from "../layers/mod.ts";
import { columnInput, everyLstmState } from "./network_parts.ts";
import { type NetworkSystem, rangeOf, type SystemSettings } from "./system.ts";

/** Width of the embedding, and how many LSTM layers there are. */
const EMBEDDING = 32, LAYERS = 3;

/**
 * BachBot: three layers of LSTM over the tokens of a chorale, and one softmax. It hears classes of tokens, `[batch,
 * length]`, and says logits of the token after each, `[batch, length, tokens]`.
 *
 * Its authors transpose all chorales to C major or A minor first. The JSB chorales have no keys, and one found in the
 * whole piece would look ahead, so here each example is transposed by up to six semitones instead. Widths
 * and dropout are theirs; how long an example is and how fast it learns are ours.
 *
 * Scored, a note held and a note struck are one class: the probability of a cell is the sum of both, and compares with
 * that of systems that know nothing of ties. What it gives to tokens that are no cells is lost to it.
 *
 * F. Liang, M. Gotham, M. Johnson and J. Shotton, "Automatic Stylistic Composition of Bach Chorales with Deep LSTM"
 * (ISMIR 2017).
 */
export const bachbot: NetworkSystem<Token> = {
  name: "bachbot",
  title: "BachBot",
  citation: 'Liang et al., "Automatic Stylistic Composition of Bach Chorales with Deep LSTM" (2017), in all keys',
  onRequest: true,
  encoding: (settings) => choraleTokens(rangeOf(settings)),
  heads: (settings) => [cellHead(settings)],
  build({ prng, ...settings }) {
    const { length, units, dropout } = settings, [column] = choraleTokens(rangeOf(settings)).hears;
    const heard = columnInput("heard.token", column, length);
    let said = tf.layers.embedding({
      inputDim: column.size!,
      outputDim: EMBEDDING,
      embeddingsInitializer: normal(prng, 0.1),
    }).apply(heard) as tf.SymbolicTensor;
    for (let layer = 1; layer <= LAYERS; layer++) {
      const states = everyLstmState(said, units, prng, { name: `lstm.${layer}`, unitForgetBias: true });
      said = tf.layers.dropout({ rate: dropout }).apply(states) as tf.SymbolicTensor;
    }
    const token = tf.layers.dense({
      name: "token",
      units: tokenClasses(rangeOf(settings)).count,
      kernelInitializer: glorotUniform(prng),
    }).apply(said);
    return tf.model({ name: "bachbot", inputs: heard, outputs: token as tf.SymbolicTensor });
  },
  defaults: {
    // Five tokens a frame: three bars of 4/4.
    length: 240,
    shift: 240,
    units: 256,
    dropout: 0.3,
    partial: true,
    augmentation: { transpose: [-5, 6], jitter: true },
    supervision: "every",
    batchSize: 8,
    learningRate: 0.003,
    schedule: "cosine",
    warmUpSteps: 100,
    clipNorm: 1,
    epochs: 22,
    lossWeights: { token: 1 },
  },
};

/**
 * BachBot's softmax as it is, for whoever wants each token by itself: `bachbot` sums what is held and what is struck.
 */
export function tokenHead(settings: SystemSettings): Head {
  return categorical("token", { classes: tokenClasses(rangeOf(settings)).count });
}

/** One softmax over tokens that is scored by cell. */
function cellHead(settings: SystemSettings): Head {
  const { untied, untie } = tokenClasses(rangeOf(settings)), { discrete: _, ...tokens } = tokenHead(settings);
  return {
    ...tokens,
    classes: untied,
    classOf: untie,
    logs(said) {
      const sums = new Float64Array(untied);
      logSoftmax(said).forEach((log, value) => sums[untie(value)] += Math.exp(log));
      return sums.map(Math.log);
    },
  };
}
