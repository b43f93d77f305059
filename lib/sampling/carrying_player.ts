import * as tf from "@tensorflow/tfjs";
import type { Values } from "../encodings/mod.ts";
import { type Stack, stackOf } from "../layers/mod.ts";
import { noteNetwork } from "../training/mod.ts";
import type { Player } from "./player.ts";

/**
 * Carries what the layers remember from event to event: each costs the same,
 * however many came before, and none is forgotten. On the kernel, or without it
 * on tfjs.
 *
 * @param model A stack of LSTM or GRU layers.
 * @param column Name of the column that it hears.
 */
export function carryingPlayer(model: tf.LayersModel, column: string): Player {
  const { outputNames } = model;
  const playerOf = (step: Step): Player => ({
    hear: (heard: Values) => step.hear(heard[column] as ArrayLike<number>),
    say: (output) => step.said()[outputNames.indexOf(output)],
    fork: () => playerOf(step.fork()),
    dispose: step.dispose,
  });
  return playerOf(kernelStep(model) ?? tfjsStep(stackOf(model)!));
}

/** Hears an event; says what the heads say, in the order of the model's outputs. */
interface Step {
  hear(inputs: ArrayLike<number>): void;
  said(): readonly ArrayLike<number>[];
  fork(): Step;
  dispose(): void;
}

function kernelStep(model: tf.LayersModel): Step | undefined {
  const notes = noteNetwork(model);
  if (!notes) return;
  let players = 0;
  const stepOf = (
    state?: ReturnType<typeof notes.network.player>["state"],
    before: readonly Float32Array[] = [],
  ): Step => {
    const player = notes.network.player();
    players++;
    if (state) player.state = state;
    let said = before;
    return {
      hear: (inputs) => void (said = player.step(inputs)),
      said: () => said,
      // What is said are views of the player's own memory.
      fork: () => stepOf(player.state, said.map((numbers) => numbers.slice())),
      dispose() {
        player.dispose();
        if (--players === 0) notes.dispose();
      },
    };
  };
  return stepOf();
}

/** The same on tfjs's cells. */
function tfjsStep({ layers, heads }: Stack): Step {
  const stepOf = (begun: tf.Tensor[][], before: readonly ArrayLike<number>[] = []): Step => {
    let states = begun, said = before;
    const hear = (event: ArrayLike<number>): tf.Tensor => {
      const old = states;
      let x: tf.Tensor = tf.tensor2d(Float32Array.from(event), [1, event.length]);
      states = layers.map(({ layer: { cell } }, i) => {
        // Dropout's masks of the last training, which tfjs leaves here.
        Object.assign(cell, { dropoutMask: null, recurrentDropoutMask: null });
        const [output, ...state] = cell.call([x, ...old[i]], { training: false }) as tf.Tensor2D[];
        x = output;
        return state.map((tensor) => tf.keep(tensor.clone()));
      });
      tf.dispose(old);
      return x;
    };
    return {
      hear(event) {
        tf.tidy(() => {
          const hidden = hear(event);
          said = heads.map(({ layer }) => (layer.apply(hidden) as tf.Tensor).dataSync());
        });
      },
      said: () => said,
      fork: () => stepOf(states.map((state) => state.map((tensor) => tf.keep(tensor.clone()))), said),
      dispose: () => void tf.dispose(states),
    };
  };
  return stepOf(
    layers.map(({ cell, units }) => Array.from({ length: cell === "lstm" ? 2 : 1 }, () => tf.zeros([1, units]))),
  );
}
