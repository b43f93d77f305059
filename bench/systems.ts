/**
 * How long a step of training takes for every network of the registry of
 * systems, with its own settings, on this machine.
 *
 *     deno task bench:systems [NAME,…]
 *
 * The notes are those of the sample; each line has the median over forty steps.
 *
 * @module
 */

import { notePieces } from "../lib/encodings/mod.ts";
import { startBackend } from "../lib/kernels/mod.ts";
import { corpusTable } from "../lib/notes/mod.ts";
import { openCorpus } from "../lib/corpus/mod.ts";
import { seeded } from "../lib/random/mod.ts";
import { settings } from "../lib/settings/mod.ts";
import { isNetwork, NOTE_SYSTEMS, noteNetworkSystem } from "../lib/systems/mod.ts";
import { fit } from "../lib/training/mod.ts";
import { windowsOf } from "../lib/windows/mod.ts";

/** Steps that are timed, of which the first few warm up. */
const STEPS = 40;

const names = Deno.args[0]?.split(",") ?? NOTE_SYSTEMS.filter(isNetwork).map(({ name }) => name);
const systems = names.map(noteNetworkSystem);
await startBackend();
const notes = notePieces(corpusTable((await openCorpus("sample")).pieces));
for (const { name, defaults, encoding, heads, build } of systems) {
  const chosen = settings("corrected", { ...defaults, epochs: 10_000, patience: 10_000, monitor: "train", seed: 1 });
  const model = build({ ...chosen, prng: seeded(1) });
  const examples = windowsOf(notes, encoding(chosen), chosen);
  const stop = new AbortController();
  let steps = 0;
  const { secondsPerStep } = await fit(model, examples, {
    ...chosen,
    heads: heads(chosen),
    prng: seeded(1),
    signal: stop.signal,
    onStep: () => ++steps === STEPS ? stop.abort() : undefined,
  });
  const named = chosen.supervision === "every" ? chosen.length : 1;
  const size = `${chosen.batchSize} x ${chosen.length}, ${model.countParams()} weights`;
  const speed = Math.round(chosen.batchSize * named / secondsPerStep);
  console.log(
    `${name.padEnd(16)} ${
      (1000 * secondsPerStep).toFixed(1).padStart(8)
    } ms a step, ${speed} notes named a second (${size})`,
  );
  model.dispose();
}
Deno.exit(0);
