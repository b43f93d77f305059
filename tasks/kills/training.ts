/**
 * A training that is killed: small, with all that a checkpoint can hold. It says each of its moments on a line before
 * that moment comes, so that whoever kills it can choose one.
 *
 *     deno run … tasks/kills/training.ts portable|native FOLDER [MOMENT]   stands still at that moment, if one is given
 *     deno run … tasks/kills/training.ts portable|native                   goes on with each folder named on a line
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import pl from "nodejs-polars";
import { kernelEngine, startBackend } from "../../lib/kernels/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { vanillaLstm } from "../../lib/systems/mod.ts";
import { fit } from "../../lib/training/mod.ts";
import { hasCheckpoint } from "../../lib/training/checkpoint_folders.ts";
import { type Windows, windows } from "../../lib/windows/mod.ts";
import { linesOf } from "../../lib/files/mod.ts";
import type { Moment, Outcome } from "./messages.ts";

const SCALE = [0, 2, 4, 5, 7, 9, 11, 12];
const LENGTH = 4;
const EPOCHS = 8;

/** Windows over a scale, up again and again. */
function scale(notes: number, tonic: number): Windows {
  const rows = [...Array(notes).keys()];
  const table = pl.DataFrame({
    piece: rows.map(() => "scale"),
    pitch: rows.map((i) => tonic + SCALE[i % SCALE.length]),
    step: rows.map((i) => i % 2 ? 0.25 : 0.5),
    duration: rows.map((i) => i % 3 ? 0.2 : 0.4),
  });
  return windows(table, { length: LENGTH });
}

/** Trains in a folder, from its checkpoint if there is one, and says what came of it. */
async function train(run: string, say: (moment: Moment) => void): Promise<Outcome> {
  const resume = await hasCheckpoint(run), model = vanillaLstm({ length: LENGTH, units: 8, prng: seeded(7) });
  let from: number | undefined;
  const { epochs, best } = await fit(model, scale(44, 60), {
    ...{ epochs: EPOCHS, batchSize: 10, learningRate: 0.02, schedule: "cosine", weightDecay: 0.01, averageDecay: 0.9 },
    lossWeights: { pitch: 0.05, step: 1, duration: 1 },
    heldOut: scale(24, 55),
    restoreBest: "heldOut",
    prng: seeded(42),
    run,
    resume,
    onStep: ({ epoch }) => {
      from ??= epoch;
      say({ step: epoch });
    },
    onEpoch: ({ epoch }) => say({ saved: epoch }),
  });
  const hash = createHash("sha256");
  for (const weight of model.getWeights()) hash.update(new Uint8Array(weight.dataSync().slice().buffer));
  hash.update(JSON.stringify([best, epochs.map(({ epoch, train, heldOut }) => [epoch, train, heldOut])]));
  model.dispose();
  return { bits: hash.digest("hex"), from: from ?? EPOCHS + 1 };
}

/** Says what is done to the files of a folder, before it is done. */
function announceFiles(folder: string, say: (moment: Moment) => void): void {
  let opened = "";
  // deno-lint-ignore no-explicit-any
  const announced = (of: any, name: string, pathOf: (path: unknown) => unknown) => {
    const work = of[name];
    of[name] = function (...args: unknown[]) {
      const path = pathOf(args[0]);
      if (typeof path === "string" && path.startsWith(folder)) say({ file: basename(path), what: name });
      return work.apply(this, args);
    };
  };
  const first = (path: unknown) => path;
  for (const name of ["readFile", "readTextFile", "writeFile", "rename", "remove", "mkdir"]) {
    announced(Deno, name, first);
  }
  announced(Deno, "open", (path) => opened = String(path));
  // Each file is opened, synced and closed before the next.
  announced(Deno.FsFile.prototype, "sync", () => opened);
}

function print(message: Moment | { outcome: Outcome }): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
}

if (import.meta.main) {
  const [kernel, folder, moment] = Deno.args;
  await startBackend({ native: kernel === "native", threads: 1 });
  if (kernel === "native" && !kernelEngine()?.kernel.startsWith("native")) {
    throw new Error("There is no native kernel that this machine can run: deno task native builds one");
  }
  if (folder === undefined) {
    for await (const line of linesOf(Deno.stdin.readable)) print({ outcome: await train(line, () => {}) });
  } else {
    let count = 0;
    const say = (message: Moment) => {
      print(message);
      if (++count !== Number(moment)) return;
      // Synchronously: nothing moves any more until it is killed.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    };
    announceFiles(folder, say);
    say({ begun: true });
    print({ outcome: await train(folder, say) });
  }
  Deno.exit(0);
}
