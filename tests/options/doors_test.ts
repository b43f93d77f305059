import { assert, assertRejects } from "@std/assert";
import pl from "nodejs-polars";
import { startBackend } from "../../lib/kernels/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { player } from "../../lib/notebook/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { generate, networkModel } from "../../lib/sampling/mod.ts";
import { type Settings, settings } from "../../lib/settings/mod.ts";
import { evaluate, fit } from "../../lib/training/mod.ts";
import { paper } from "../training/models.ts";
import { windows } from "../../lib/windows/mod.ts";

await startBackend();

const rows = [...Array(9).keys()];
const table = pl.DataFrame({
  piece: rows.map(() => "scale"),
  pitch: rows.map((i) => 60 + i),
  step: rows.map(() => 0.5),
  duration: rows.map(() => 0.5),
});
const examples = windows(table, { length: 4 });
const model = () => vanillaLstm({ length: 4, units: 2, prng: seeded(1) });
const lossWeights = { pitch: 1, step: 1, duration: 1 };
const { signal } = new AbortController();
const prng = seeded(1);
const nothing = () => {};

/** A public function, and all options that it takes, with values that it would take. */
interface Door {
  call: (options: never) => unknown;
  options: Record<string, unknown>;
  /** Those that may not be left out. */
  required?: readonly string[];
}

const DOORS: Record<string, Door> = {
  settings: {
    call: (overrides: Partial<Settings>) => settings("published", overrides),
    options: { ...settings("published") },
  },
  windows: {
    call: (options: Parameters<typeof windows>[1]) => windows(table, options),
    options: { length: 4, shift: 1, acrossPieces: true, maxSeconds: 4 },
    required: ["length"],
  },
  "windows().batches": {
    call: (options: Parameters<typeof examples.batches>[0]) => examples.batches(options),
    options: { size: 2, prng, dropRemainder: true },
    required: ["size"],
  },
  vanillaLstm: {
    call: (options: Parameters<typeof vanillaLstm>[0]) => vanillaLstm(options),
    options: { length: 4, units: 2, prng },
    required: ["prng"],
  },
  fit: {
    call: (options: Parameters<typeof fit>[2]) => fit(model(), examples, options),
    options: {
      epochs: 1,
      batchSize: 2,
      learningRate: 0.1,
      lossWeights,
      prng,
      dropRemainder: true,
      reshuffle: true,
      supervision: "last",
      heldOut: examples,
      patience: 3,
      monitor: "train",
      restoreBest: true,
      run: "folder",
      resume: false,
      signal,
      onStep: nothing,
      onEpoch: nothing,
      createStep: nothing,
    },
    required: ["epochs", "batchSize", "learningRate", "lossWeights", "prng"],
  },
  evaluate: {
    call: (options: Parameters<typeof evaluate>[2]) => evaluate(model(), examples, options),
    options: { batchSize: 2, lossWeights, signal },
    required: ["batchSize", "lossWeights"],
  },
  generate: {
    call: (options: Parameters<typeof generate>[2]) => generate(model(), table, options),
    options: {
      count: 2,
      temperature: 1,
      prng,
      feedback: "raw",
      carryState: true,
      maxSeconds: 4,
      ...paper(),
      signal,
      onNote: nothing,
    },
    required: ["count", "temperature", "prng"],
  },
  networkModel: {
    call: (options: Parameters<typeof networkModel>[1]) => networkModel(model(), options),
    options: { name: "network", carryState: true, ...paper() },
    required: ["name", "carryState", "encoding", "heads"],
  },
  player: {
    call: (options: Parameters<typeof player>[1]) => player([{ pitch: 60, start: 0, end: 1, velocity: 80 }], options),
    options: { title: "A note", names: ["Soprano"], instrument: ["flute"], file: "../note.mid", seconds: 5 },
  },
};

/** What a function says of options that are not right. */
async function said({ call }: Door, options: unknown): Promise<string> {
  const error = await assertRejects(async () => await call(options as never));
  assert(error instanceof TypeError || error instanceof RangeError, `${error}`);
  return error.message;
}

for (const [name, door] of Object.entries(DOORS)) {
  Deno.test(`${name}() says which option has the wrong type, and what it must be`, async () => {
    for (const [option, value] of Object.entries(door.options)) {
      const wrong = typeof value === "string" ? 7 : "7";
      const message = await said(door, { ...door.options, [option]: wrong });
      const expected = new RegExp(
        `^Cannot [a-z].*: (the )?${option} must be .+, current value is ${JSON.stringify(wrong)}$`,
      );
      assert(expected.test(message), `${option}: ${message}`);
    }
  });

  Deno.test(`${name}() names the nearest option to a misspelt one`, async () => {
    for (const option of Object.keys(door.options)) {
      const misspelt = `${option[0]}h${option.slice(1)}`;
      const message = await said(door, { ...door.options, [misspelt]: 1 });
      assert(message.endsWith(`: there is no option "${misspelt}", the nearest is "${option}"`), message);
    }
  });

  if (!door.required) continue;
  Deno.test(`${name}() says which option is missing`, async () => {
    for (const option of door.required!) {
      const { [option]: _, ...others } = door.options;
      const message = await said(door, others);
      assert(message.includes(`: ${option} is missing, it must be `), message);
    }
    assert((await said(door, undefined)).includes(`is missing, it must be `));
  });
}
