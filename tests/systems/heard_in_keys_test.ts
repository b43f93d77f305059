import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import type { NoteEvent } from "../../lib/encodings/mod.ts";
import { logNormal } from "../../lib/heads/mod.ts";
import { stepClasses } from "../../lib/notes/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { followPiece, heardInKeys, ngrams } from "../../lib/systems/mod.ts";

const piece = (pitches: readonly number[]) => ({
  piece: "tune",
  events: pitches.map((pitch, i): NoteEvent => ({ pitch, step: i % 3 === 0 ? 0 : 0.25, duration: 0.5 })),
});
const TUNE = [60, 62, 64, 60, 62, 67, 66, 62, 60, 59, 60, 64];
const train = [piece(TUNE), piece(TUNE.map((pitch) => pitch + 3).toReversed())];
const model = ngrams.learn({ train, heldOut: [piece(TUNE.slice(2))] }, settings("published"));
const HEARD = [61, 63, 65, 61, 63].map((pitch): NoteEvent => ({ pitch, step: 0.25, duration: 0.5 }));

function says(of: typeof model, head: string, notes = HEARD): number[] {
  const listener = of.listen();
  for (const note of notes) listener.hear(note);
  return Array.from(listener.next(head, {}), Math.exp);
}
const moved = (by: number) => HEARD.map((note) => ({ ...note, pitch: note.pitch + by }));

Deno.test("heardInKeys() says the mean of what the model says of the piece in each key, with the pitches moved back", () => {
  const keys = [0, -1, 4], mixture = heardInKeys(model, keys);
  const [pitches, steps] = ["pitch", "step"].map((head) => keys.map((key) => says(model, head, moved(key))));
  says(mixture, "pitch").forEach((probability, pitch) => {
    // At the ends pitches come from beyond the MIDI numbers.
    if (pitch < 5 || pitch > 122) return;
    const mean = keys.reduce((sum, key, k) => sum + pitches[k][pitch + key] / 3, 0);
    assertAlmostEquals(probability, mean, 1e-4 * mean + 1e-7);
  });
  says(mixture, "step").forEach((probability, c) =>
    assertAlmostEquals(probability, (steps[0][c] + steps[1][c] + steps[2][c]) / 3, 1e-9)
  );
  // The n-grams give a little to intervals that lead beyond the MIDI numbers.
  assertAlmostEquals(says(mixture, "pitch").reduce((a, b) => a + b), 1, 1e-4);
  assertEquals(mixture.parameters, model.parameters);
});

Deno.test("heardInKeys() is the model itself in the piece's own key", () => {
  const mixture = heardInKeys(model, [0]);
  for (const head of ["pitch", "step", "duration"]) assertEquals(says(mixture, head), says(model, head));
});

Deno.test("heardInKeys() tells a chained head the drawn pitch in each key, and follows as it listens", () => {
  const told: number[] = [];
  const spy: typeof model = {
    ...model,
    listen: () => ({
      ...model.listen(),
      next: (head, { pitch }) => {
        if (head === "duration") told.push(pitch);
        return model.listen().next(head, {});
      },
    }),
  };
  heardInKeys(spy, [0, 7, -5]).listen().next("duration", { step: 0, pitch: 60 });
  assertEquals(told, [60, 67, 55]);
  const mixture = heardInKeys(model, [2, -3]), listener = mixture.listen();
  for (const [i, said] of [...followPiece(mixture, HEARD)].entries()) {
    listener.hear(HEARD[i]);
    for (const head of ["pitch", "step", "duration"]) {
      assertEquals(Array.from(said[head]), Array.from(listener.next(head, mixture.say(HEARD[i + 1]))));
    }
  }
});

Deno.test("heardInKeys() forks", () => {
  const listener = heardInKeys(model, [0, 5]).listen();
  for (const note of HEARD) listener.hear(note);
  const before = Array.from(listener.next("pitch", {})), fork = listener.fork();
  fork.hear({ pitch: 70, step: 1, duration: 1 });
  assertNotEquals(Array.from(fork.next("pitch", {})), before);
  assertEquals(Array.from(listener.next("pitch", {})), before);
});

Deno.test("heardInKeys() refuses what it cannot move", () => {
  assertThrows(() => heardInKeys(model, []), TypeError, "there are none");
  assertThrows(() => heardInKeys(model, [0.5]), RangeError, "keys[0] must be an integer");
  const seconds = { ...model, heads: [logNormal("pitch", { classes: stepClasses })] };
  assertThrows(() => heardInKeys(seconds, [1]), TypeError, '"n-grams" does not say pitches as classes');
});
