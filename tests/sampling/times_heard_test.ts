import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { NoteEvent } from "../../lib/encodings/mod.ts";
import { numberColumn, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate } from "../../lib/sampling/mod.ts";
import { TimesHeard } from "../../lib/sampling/times_heard.ts";
import { settings } from "../../lib/settings/mod.ts";
import { ngrams } from "../../lib/systems/mod.ts";

const note = (step: number, duration = step): NoteEvent => ({ pitch: 60, step, duration });

/** Sixteenths at 100 beats a minute, and now and then an eighth. */
const tune = [0, ...Array.from({ length: 40 }, (_, i) => i % 4 === 3 ? 0.3 : 0.15)].map((step) => note(step, 0.15));

function heard(notes: readonly NoteEvent[]) {
  const times = new TimesHeard();
  for (const each of notes) times.hear(each);
  return times;
}

Deno.test("TimesHeard gives a time what the piece last had in its class", () => {
  const times = heard([note(0), note(0.25), note(0.26), note(0.5)]);
  assertEquals(stepClasses.of(0.25), stepClasses.of(0.26));
  assertEquals(times.exact(note(stepClasses.seconds(stepClasses.of(0.25)))), note(0.26));
  times.hear(note(0.25));
  assertEquals(times.exact(note(0.26)), note(0.25));
});

Deno.test("TimesHeard gives what is new the simplest multiple of the most common step", () => {
  const times = heard(tune);
  const inClass = (multiple: number) => stepClasses.seconds(stepClasses.of(multiple * 0.15));
  for (const multiple of [1 / 2, 1 / 3, 2 / 3, 3 / 2, 3, 4, 6, 8]) {
    assertAlmostEquals(times.exact(note(inClass(multiple), 0.15)).step, multiple * 0.15, 1e-12, `${multiple}`);
  }
});

Deno.test("TimesHeard never leaves a class, and keeps notes together", () => {
  const times = heard(tune);
  for (let index = 0; index < stepClasses.count; index++) {
    const { step } = times.exact(note(stepClasses.seconds(index), 0.15));
    assertEquals(stepClasses.of(step), index);
  }
});

Deno.test("TimesHeard leaves times as they are before the piece has a step", () => {
  assertEquals(new TimesHeard().exact(note(0.26)), note(0.26));
  assertEquals(heard([note(0, 1)]).exact(note(0.26)), note(0.26));
});

Deno.test("TimesHeard has a fork that goes on by itself", () => {
  const times = heard([note(0.25)]), fork = times.fork();
  fork.hear(note(0.26));
  assertEquals([times, fork].map((each) => each.exact(note(0.255)).step), [0.25, 0.26]);
});

Deno.test("generate() keeps the times of a piece, if it is to, and draws the same classes", async () => {
  const piece = { piece: "a tune", events: tune };
  const model = ngrams.learn({ train: [piece], heldOut: [piece] }, settings("corrected"));
  const steps = async (inTime: boolean) => {
    const table = await generate(model, tune, { count: 60, temperature: 1, inTime, prng: seeded(1) });
    return numberColumn(table, "step");
  };
  const [middle, exact] = [await steps(false), await steps(true)];
  assertEquals([...exact].map(stepClasses.of), [...middle].map(stepClasses.of));
  assert(middle.every((step) => step !== 0.15));
  const multiples = exact.map((step) => step / 0.15);
  assert(multiples.filter((multiple) => Math.abs(multiple - Math.round(multiple)) < 1e-9).length > 50);
});
