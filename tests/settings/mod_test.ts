import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type Reading, type Settings, settings, writtenSettings } from "../../lib/settings/mod.ts";

Deno.test("settings() of the published reading are the published run's", () => {
  const s = settings("published");
  assertEquals([s.length, s.shift, s.batchSize, s.units, s.epochs, s.patience, s.seed], [75, 1, 50, 128, 100, 5, 42]);
  assertEquals([s.learningRate, s.temperature, s.count], [0.0025, 4, 120]);
  assertEquals(s.lossWeights, { pitch: 0.05, step: 1, duration: 1 });
});

Deno.test("settings() carry the state and name the last note alone where the readings say so", () => {
  const [published, corrected] = [settings("published"), settings("corrected")];
  assertEquals([published.carryState, corrected.carryState], [false, true]);
  assertEquals([published.supervision, corrected.supervision], ["last", "last"]);
});

Deno.test("settings() gives a fresh object each time", () => {
  const s = settings("published");
  Object.assign(s.lossWeights, { pitch: 9 });
  assertNotEquals(settings("published").lossWeights.pitch, 9);
});

Deno.test("settings() takes overrides and leaves undefined ones out", () => {
  const s = settings("corrected", { epochs: 2, seed: undefined });
  assertEquals([s.epochs, s.seed, s.flattening], [2, 42, "all"]);
});

Deno.test("settings() refuses unknown readings and settings", () => {
  assertThrows(() => settings("imagined" as Reading), TypeError, "imagined");
  assertThrows(() => settings("published", { epoch: 2 } as Partial<Settings>), TypeError, '"epoch"');
  assertThrows(
    () => settings("published", { lossWeights: { pitch: 1, mode: -1 } }),
    RangeError,
    "Cannot choose settings: lossWeights.mode must be a number of 0 or more, current value is -1",
  );
});

Deno.test("writtenSettings() checks what was written down, and completes it", () => {
  const written = { reading: "corrected", epochs: 2 };
  assertEquals(writtenSettings(written), settings("corrected", { epochs: 2 }));
  for (const odd of [null, [], 3]) assertThrows(() => writtenSettings(odd), TypeError, "the file must be an object of");
  assertThrows(() => writtenSettings({ ...written, unit: 3 }), TypeError, 'the nearest is "units"');
});
