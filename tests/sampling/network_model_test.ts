import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { NoteEvent } from "../../lib/encodings/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import type { Listener, SaidByHead } from "../../lib/systems/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { noteModel, paper } from "../training/models.ts";

await startBackend();

const NOTES = [60, 62, 64, 65, 67, 69].map((pitch, i) => ({ pitch, step: 0.25 * i, duration: 0.5 }));

/** All that is said, in one list of numbers. */
const numbers = (said: SaidByHead) => ["pitch", "step", "duration"].flatMap((head) => Array.from(said[head]));
/** All that a listener says. */
const said = (listener: Listener<NoteEvent>) =>
  ["pitch", "step", "duration"].flatMap((head) => Array.from(listener.next(head, {})));

Deno.test("networkModel() says the same note by note as all at once", () => {
  const model = networkModel(noteModel(3), { ...paper(), name: "network", carryState: false });
  const listener = model.listen();
  const oneByOne = NOTES.slice(0, -1).map((note) => {
    listener.hear(note);
    return said(listener);
  });
  const before = tf.memory().numTensors;
  const together = Array.from(model.follow!(NOTES), numbers);
  assertEquals(tf.memory().numTensors, before);
  assertEquals(together.length, NOTES.length - 1);
  together.flat().forEach((value, i) => assertAlmostEquals(value, oneByOne.flat()[i], 1e-6));
  for (const few of [[], NOTES.slice(0, 1)]) assertEquals([...model.follow!(few)], []);
});

Deno.test("networkModel() says the same again when it is asked again", () => {
  for (const carryState of [true, false]) {
    const listener = networkModel(noteModel(3), { ...paper(), name: "network", carryState }).listen();
    NOTES.forEach((note) => listener.hear(note));
    assertEquals(said(listener), said(listener));
    listener.dispose();
  }
});

Deno.test("networkModel() refuses what it cannot do", () => {
  const options = { ...paper(), name: "network", carryState: false };
  const scripted = {
    inputs: [{ shape: [null, 3, 3] }],
    inputNames: ["notes"],
    outputNames: ["pitch", "step", "duration"],
    outputs: [128, 1, 1].map((width) => ({ shape: [null, width] })),
  };
  const other = (changes: object) => ({ ...scripted, ...changes }) as unknown as tf.LayersModel;
  assertThrows(() => networkModel(other({ outputNames: ["pitch"] }), options), TypeError, 'no output "step"');
  assertThrows(
    () => networkModel(other({ outputs: [128, 2, 1].map((width) => ({ shape: [null, width] })) }), options),
    TypeError,
    'its output "step" is [batch, 2], but its loss, sampler and scorer want [batch, 1]: one number',
  );
  assertThrows(
    () => networkModel(other({ inputs: [{ shape: [null, null, 3] }] }), options),
    RangeError,
    "Cannot listen: the model takes windows of any length",
  );
  assertThrows(
    () => networkModel(other({}), { ...options, carryState: true }),
    TypeError,
    "Cannot listen: the model has no state that could be carried: it is not a tf.LayersModel",
  );
  assertThrows(
    () =>
      networkModel(
        other({ inputs: [{ shape: [null, 3, 3] }, { shape: [null, 3, 3] }], inputNames: ["pitch", "notes"] }),
        options,
      ),
    TypeError,
    'its input "pitch" is not a column of the windows, which have "notes", "next.pitch", "next.step", "next.duration"',
  );
  for (const carryState of [true, false]) {
    const listener = networkModel(noteModel(3), { ...paper(), name: "network", carryState }).listen();
    assertThrows(() => listener.next("pitch", {}), Error, "Cannot name the next event: the model has heard none");
    listener.dispose();
  }
  const notes = tf.input({ shape: [3, 3] });
  const flat = tf.layers.flatten().apply(notes) as tf.SymbolicTensor;
  const heads = Object.entries({ pitch: 128, step: 1, duration: 1 }).map(([name, units]) =>
    tf.layers.dense({ name, units }).apply(flat) as tf.SymbolicTensor
  );
  const short = networkModel(tf.model({ inputs: notes, outputs: heads }), options).listen();
  short.hear(NOTES[0]);
  assertThrows(
    () => short.next("pitch", {}),
    TypeError,
    "Cannot listen to 1 events: they do not fill the model's window of 3",
  );
});

Deno.test("networkModel() goes on another way from a fork, with its state carried and with windows", () => {
  for (const [carryState, stock] of [[true, false], [true, true], [false, false]]) {
    const model = networkModel(noteModel(3, { stock, units: [9, 5] }), { ...paper(), name: "network", carryState });
    const listener = model.listen(), straight = model.listen();
    for (const each of [listener, straight]) NOTES.slice(0, 3).forEach((note) => each.hear(note));
    const fork = listener.fork(), before = said(listener);
    assertEquals(said(fork), before);
    listener.hear(NOTES[5]);
    assertEquals(said(fork), before);
    for (const each of [fork, straight]) each.hear(NOTES[3]);
    assertEquals(said(fork), said(straight));
    for (const each of [listener, fork, straight]) each.dispose();
  }
});
