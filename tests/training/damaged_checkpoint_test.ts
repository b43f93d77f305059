import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { DamageError, readSealed, sealFiles } from "../../lib/files/mod.ts";
import { fit, type FitOptions, resumeOrBegin } from "../../lib/training/mod.ts";
import { change, copyFolder, type Damage, damagesOf, edit, heard } from "./damages.ts";
import { bits, scaleWindows, tinyModel, tinyOptions } from "./tiny.ts";

await startBackend();

const windows = scaleWindows(), heldOut = scaleWindows(20, 55);

/** A run that leaves every file that a checkpoint can have. */
const options = (changes: Partial<FitOptions>) =>
  tinyOptions({ heldOut, restoreBest: "heldOut", averageDecay: 0.9, learningRate: 0.02, ...changes });

const work = await Deno.makeTempDir();
const template = `${work}/template`, other = `${work}/other`, alike = `${work}/alike`;
await fit(tinyModel(), windows, options({ epochs: 3, run: template }));
// Another music, and the same with another seed.
await fit(tinyModel(), scaleWindows(40, 62), options({ epochs: 3, run: other }));
await fit(tinyModel(7), windows, options({ epochs: 3, run: alike, prng: seeded(7) }));
const straight = tinyModel();
await fit(straight, windows, options({ epochs: 4 }));

const FILES = ["weights.bin", "optimiser.bin", "best.bin", "model.json", "state.json", "manifest.json"];

const swapped = (one: string, two: string): Damage => [`${one} and ${two} swapped`, async (folder) => {
  const [a, b] = await Promise.all([one, two].map((name) => Deno.readFile(`${folder}/${name}`)));
  await Deno.writeFile(`${folder}/${one}`, b);
  await Deno.writeFile(`${folder}/${two}`, a);
}];
const takenFrom = (
  run: string,
  whose: string,
  name: string,
): Damage => [`${name} of ${whose}`, (folder) => Deno.copyFile(`${run}/checkpoint/${name}`, `${folder}/${name}`)];
const numberIn = (
  name: string,
  at: number,
  value: number,
): Damage => [
  `${name} with ${value}`,
  (folder) => change(`${folder}/${name}`, ({ buffer }) => void (new Float32Array(buffer as ArrayBuffer)[at] = value)),
];
/** As if the damage had been there when the checkpoint was written: the manifest fits. */
const sealedWith = ([name, damage]: Damage): Damage => [`${name}, and a manifest that fits`, async (folder) => {
  await damage(folder);
  const files = FILES.filter((file) => file !== "manifest.json");
  const read = files.map(async (file) => [file, await Deno.readFile(`${folder}/${file}`)] as const);
  await sealFiles(folder, "checkpoint 3", Object.fromEntries(await Promise.all(read)));
}];

const REFUSED: Damage[] = [
  ...FILES.flatMap(damagesOf),
  swapped("weights.bin", "best.bin"),
  ["the halves of optimiser.bin swapped", (folder) =>
    change(`${folder}/optimiser.bin`, (bytes) => {
      const half = bytes.length >> 1;
      return new Uint8Array([...bytes.subarray(half), ...bytes.subarray(0, half)]);
    })],
  ...["weights.bin", "optimiser.bin", "best.bin", "state.json", "manifest.json"].flatMap((name) => [
    takenFrom(other, "a run on other music", name),
    takenFrom(alike, "a run with another seed", name),
  ]),
  [
    "weights.bin of the checkpoint before",
    (folder) => Deno.copyFile(`${template}/checkpoint.old/weights.bin`, `${folder}/weights.bin`),
  ],
  [
    "state.json of the checkpoint before",
    (folder) => Deno.copyFile(`${template}/checkpoint.old/state.json`, `${folder}/state.json`),
  ],
  ["a learning rate edited", (folder) => edit(`${folder}/state.json`, /"learningRate": 0.02/, '"learningRate": 0.03')],
  ["the generator's state edited", (folder) => edit(`${folder}/state.json`, /("prng": \[\s*)\d/, "$19")],
  ["the steps done edited", (folder) => edit(`${folder}/state.json`, /"step": 0/, '"step": 2')],
  ["the optimiser's steps edited", (folder) => edit(`${folder}/state.json`, /"iterations": \d/, '"iterations": 9')],
  ["an epoch's loss edited", (folder) => edit(`${folder}/state.json`, /"total": \d/, '"total": 9')],
  ["a version of the future", (folder) => edit(`${folder}/manifest.json`, /"version":1/, '"version":2')],
  ["a version that is no number", (folder) => edit(`${folder}/manifest.json`, /"version":1/, '"version":"1"')],
  ["the manifest's own hash edited", (folder) => edit(`${folder}/manifest.json`, /"sha256":"./, '"sha256":"x')],
  ["a hash in the manifest edited", (folder) => edit(`${folder}/manifest.json`, /(best.bin.*"sha256":")./, "$1x")],
  ["a size in the manifest edited", (folder) => edit(`${folder}/manifest.json`, /"bytes":\d/, '"bytes":8')],
  ["a file renamed in the manifest", (folder) => edit(`${folder}/manifest.json`, /"best.bin"/, '"last.bin"')],
  ["another name in the manifest", (folder) => edit(`${folder}/manifest.json`, /checkpoint 3/, "checkpoint 5")],
  ["a manifest of nothing", (folder) => Deno.writeTextFile(`${folder}/manifest.json`, "null")],
  ["an empty folder", async (folder) => {
    await Deno.remove(folder, { recursive: true });
    await Deno.mkdir(folder);
  }],
  ["a file in the folder's place", async (folder) => {
    await Deno.remove(folder, { recursive: true });
    await Deno.writeTextFile(folder, "");
  }],
  ...[numberIn("weights.bin", 5, NaN), numberIn("best.bin", 0, Infinity), numberIn("optimiser.bin", 3, NaN)].flatMap(
    (damage) => [damage, sealedWith(damage)],
  ),
  sealedWith(["weights.bin too short", (folder) => change(`${folder}/weights.bin`, (bytes) => bytes.subarray(4))]),
  sealedWith(["a state of nothing", (folder) => Deno.writeTextFile(`${folder}/state.json`, "null")]),
  sealedWith(["a state without its optimiser", (folder) => edit(`${folder}/state.json`, /"iterations"/, '"times"')]),
];

/** What leaves all as it should be. */
const HARMLESS: Damage[] = [
  ["a file more", (folder) => Deno.writeTextFile(`${folder}/notes.txt`, "mine")],
  ["blanks in the manifest", (folder) => edit(`${folder}/manifest.json`, /^/, "  ")],
  ["a write that was broken off", async (folder) => {
    await Deno.writeTextFile(`${folder}/weights.bin.new`, "half");
    await Deno.writeTextFile(`${folder}/manifest.json.new`, '{"version":1,"sha');
  }],
  ["the next checkpoint broken off", async (folder) => {
    await copyFolder(folder, `${folder}.new`);
    await Deno.remove(`${folder}.new/manifest.json`);
  }],
  ["the next checkpoint damaged", async (folder) => {
    await copyFolder(`${alike}/checkpoint`, `${folder}.new`);
    await Deno.remove(`${folder}.new/best.bin`);
  }],
  ["the next checkpoint not renamed", (folder) => Deno.rename(folder, `${folder}.new`)],
  ["the two checkpoints swapped", async (folder) => {
    await Deno.rename(folder, `${folder}.x`);
    if (await Deno.stat(`${folder}.old`).then(() => true, () => false)) await Deno.rename(`${folder}.old`, folder);
    await Deno.rename(`${folder}.x`, `${folder}.old`);
  }],
];

let runs = 0;
/** A copy of the run, with a damage to its latest checkpoint. */
async function damagedRun([, damage]: Damage, { before }: { before: boolean }): Promise<string> {
  const run = `${work}/run-${++runs}`;
  await copyFolder(template, run);
  if (!before) await Deno.remove(`${run}/checkpoint.old`, { recursive: true });
  await damage(`${run}/checkpoint`);
  return run;
}

/** Goes on with a run to its end. */
async function goOn(run: string): Promise<number[][]> {
  const model = tinyModel(99);
  try {
    await fit(model, windows, options({ epochs: 4, run, resume: true }));
    return bits(model);
  } finally {
    model.dispose();
  }
}

Deno.test("a checkpoint has all that can be damaged, and two are kept", async () => {
  assertEquals(
    [...(await readSealed(`${template}/checkpoint`))!.keys()].sort(),
    FILES.filter((f) => f !== "manifest.json").sort(),
  );
  assert(await readSealed(`${template}/checkpoint.old`));
  assertEquals(await goOn(await damagedRun(["nothing", async () => {}], { before: true })), bits(straight));
});

Deno.test(`fit() refuses ${REFUSED.length} damages to its only checkpoint by name, and changes nothing`, async () => {
  for (const damage of REFUSED) {
    const run = await damagedRun(damage, { before: false });
    const error = await assertRejects(() => goOn(run), DamageError, "no checkpoint to resume from is whole");
    assertMatch(error.message, /\.(bin|json) of checkpoint 3 (has|is)|manifest\.json|is no checkpoint: /, damage[0]);
    // And again: nobody has touched it.
    await assertRejects(() => goOn(run), DamageError, error.message);
  }
});

Deno.test("fit() goes on from the checkpoint before a damaged one to the same bits, and says so", async () => {
  // Every third of them, for each trains on; the order of files and damages lets all kinds come by.
  for (const damage of REFUSED.filter((_, i) => i % 3 === 0)) {
    const run = await damagedRun(damage, { before: true });
    let ended: number[][] = [];
    const said = await heard(async () => ended = await goOn(run));
    assertMatch(said, /^Going on from checkpoint 2, the one before the latest of ".+": .+/, damage[0]);
    assertEquals(ended, bits(straight), damage[0]);
    const left = (await Array.fromAsync(Deno.readDir(run), ({ name }) => name)).sort();
    assertEquals(left, ["checkpoint", "checkpoint.damaged", "checkpoint.old"], damage[0]);
  }
});

Deno.test(`fit() is not troubled by ${HARMLESS.length} things that hurt no checkpoint`, async () => {
  for (const damage of HARMLESS) {
    for (const before of [false, true]) {
      const run = await damagedRun(damage, { before });
      assertEquals(await heard(async () => assertEquals(await goOn(run), bits(straight), damage[0])), "");
    }
  }
});

Deno.test("fit() knows a whole checkpoint of another run, and does not blame the learning rate", async () => {
  const wider = vanillaLstm({ length: 4, units: 9, prng: seeded(1) });
  const shapes = `${work}/shapes`;
  await fit(wider, windows, options({ epochs: 3, run: shapes }));
  for (const [run, what] of [[other, "windows.content was"], [alike, "seed was 7"], [shapes, "weights was"]]) {
    const mixed = await damagedRun([what, async (folder) => {
      await Deno.remove(folder, { recursive: true });
      await copyFolder(`${run}/checkpoint`, folder);
    }], { before: true });
    const error = await assertRejects(() => goOn(mixed), RangeError, `Cannot resume: the run was begun otherwise`);
    assert(error.message.includes(what) && !error.message.includes("lower the learning rate"), error.message);
  }
});

Deno.test("resumeOrBegin() begins anew where no checkpoint is whole, says so, and keeps what was there", async () => {
  const run = await damagedRun(["half a file", (folder) => Deno.writeTextFile(`${folder}/best.bin`, "half")], {
    before: false,
  });
  const model = tinyModel();
  const train = (resume: boolean) => fit(model, windows, options({ epochs: 4, run, resume }));
  const said = await heard(() => resumeOrBegin(train));
  assertMatch(said, /^Training anew: Cannot read ".+": no checkpoint .+ best.bin of checkpoint 3 has 4 bytes/);
  assertEquals(bits(model), bits(straight));
  assertEquals(await Deno.readTextFile(`${run}-1/checkpoint/best.bin`), "half");
});

Deno.test("the folder of these tests goes", () => Deno.remove(work, { recursive: true }));
