import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { categorical } from "../../lib/heads/mod.ts";
import { kernelEngine, startBackend, stopBackend } from "../../lib/kernels/mod.ts";
import { lstm } from "../../lib/layers/mod.ts";
import { networkModel, type NetworkModelOptions } from "../../lib/sampling/mod.ts";
import type { Listener } from "../../lib/systems/mod.ts";
import { mixedModel, PITCHES } from "../layers/mixed_models.ts";
import { toyEncoding, type ToyEvent, toyHeads } from "../training/toy.ts";

await startBackend();
assert(kernelEngine(), "there is no kernel to test");

const EVENTS = Array.from(
  { length: 9 },
  (_, i) => ({ pitch: (3 * i) % PITCHES, place: i % 4, step: i / 10, extra: 0 }),
);

function optionsOf(model: tf.LayersModel): NetworkModelOptions<ToyEvent> {
  const heads = toyHeads().filter(({ name }) => model.outputNames.includes(name));
  return { name: "carried", carryState: true, encoding: toyEncoding(), heads };
}

/** What a listener says of each head, with the pitch drawn. */
function said(listener: Listener<ToyEvent>, model: tf.LayersModel, pitch: number): number[] {
  return optionsOf(model).heads.flatMap(({ name }) =>
    Array.from(listener.next(name, name === "pitch" ? {} : { pitch }))
  );
}

for (const kind of ["classes", "chained", "attention", "sums", "scales"]) {
  Deno.test(`networkModel() carries the state of any graph, to what reading all anew says: ${kind}`, async () => {
    const model = mixedModel(kind);
    const used = kernelEngine()!.arena.used;
    const carried = networkModel(model, optionsOf(model)).listen();
    const found = EVENTS.map((event, i) => {
      carried.hear(event);
      // Asked twice, as a beam search would, of two pitches.
      said(carried, model, (i + 1) % PITCHES);
      return said(carried, model, i % PITCHES);
    });
    const twin = carried.fork();
    twin.hear(EVENTS[3]);
    carried.hear(EVENTS[5]);
    const forked = [said(twin, model, 1), said(carried, model, 1)];
    carried.dispose();
    twin.dispose();
    assertEquals(kernelEngine()!.arena.used, used);

    await stopBackend();
    try {
      const listener = networkModel(model, optionsOf(model)).listen();
      EVENTS.forEach((event, i) => {
        listener.hear(event);
        said(listener, model, i % PITCHES).forEach((value, k) => assertAlmostEquals(found[i][k], value, 1e-5));
      });
      const other = listener.fork();
      other.hear(EVENTS[3]);
      listener.hear(EVENTS[5]);
      [other, listener].forEach((each, i) =>
        said(each, model, 1).forEach((value, k) => assertAlmostEquals(forked[i][k], value, 1e-5))
      );
    } finally {
      await startBackend();
    }
  });
}

Deno.test("networkModel() carries what is known of the event to come where a layer remembers it", async () => {
  const encoding = {
    ...toyEncoding(),
    knows: [{ name: "voice", size: 3 }],
    listen() {
      let count = 0;
      const ears = (begun: number) => {
        count = begun;
        return {
          hear: (event: ToyEvent) => (count++, toyEncoding().listen().hear(event)),
          know: () => ({ voice: count % 3 }),
          fork: () => ears(count),
        };
      };
      return ears(0);
    },
  };
  const inputs = [["heard.pitch", PITCHES], ["next.voice", 3]].map(([name, classes]) => {
    const input = tf.input({ shape: [null], dtype: "int32", name: name as string });
    return [
      input,
      tf.layers.embedding({ inputDim: classes as number, outputDim: 3 }).apply(input),
    ] as tf.SymbolicTensor[];
  });
  const both = tf.layers.concatenate().apply(inputs.map(([, x]) => x)) as tf.SymbolicTensor;
  const states = lstm({
    units: 5,
    recurrentActivation: "sigmoid",
    recurrentInitializer: "glorotUniform",
    returnSequences: true,
  })
    .apply(both);
  const outputs = tf.layers.dense({ units: PITCHES, name: "pitch" }).apply(states) as tf.SymbolicTensor;
  const model = tf.model({ inputs: inputs.map(([input]) => input), outputs });
  const heads = [categorical("pitch", { classes: PITCHES })];
  const listen = () => {
    const listener = networkModel(model, { name: "voices", carryState: true, encoding, heads }).listen();
    return EVENTS.map((event) => {
      listener.hear(event);
      return Array.from(listener.next("pitch", {}));
    });
  };
  const carried = listen();
  await stopBackend();
  try {
    listen().flat().forEach((value, k) => assertAlmostEquals(carried.flat()[k], value, 1e-5));
  } finally {
    await startBackend();
  }
});

Deno.test("networkModel() says why a model carries no state", () => {
  const input = tf.input({ shape: [null, 2], name: "times" });
  const back = lstm({ units: 2, name: "back", goBackwards: true, recurrentInitializer: "zeros" }).apply(input);
  const outputs = tf.layers.dense({ units: PITCHES, name: "pitch" }).apply(back) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs });
  assertThrows(
    () => networkModel(model, optionsOf(model)),
    TypeError,
    'no state that could be carried: layer "back" goes backwards: it knows what is to come',
  );
});
