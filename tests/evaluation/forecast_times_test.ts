import { assert, assertEquals, assertRejects } from "@std/assert";
import { notePieces } from "../../lib/encodings/mod.ts";
import { fitHeads, forecastTimes, scoreModel } from "../../lib/evaluation/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { networkModel } from "../../lib/sampling/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import { gruDensity, unigram } from "../../lib/systems/mod.ts";
import { tunes } from "../systems/tunes.ts";

await startBackend();

const pieces = notePieces(tunes([60, 62, 64, 65, 67], [67, 65, 64], [50]));

Deno.test("forecastTimes() asks every kind of time head, of each scored note, and agrees with the nats of its class", async () => {
  for (const times of ["mixture", "logNormal", "classes", "seconds"] as const) {
    const chosen = settings("corrected", { ...gruDensity.defaults, length: 4, units: 3, times, features: ["recent"] });
    const network = gruDensity.build({ ...chosen, prng: seeded(1) });
    const [encoding, heads] = [gruDensity.encoding(chosen), gruDensity.heads(chosen)];
    const model = await fitHeads(networkModel(network, { name: times, carryState: false, encoding, heads }), pieces);
    const forecasts = await forecastTimes(model, pieces), { heads: scored } = await scoreModel(model, pieces);
    assertEquals(Object.keys(forecasts), ["step", "duration"]);
    for (const [name, classes] of [["step", stepClasses], ["duration", durationClasses]] as const) {
      assertEquals(forecasts[name].length, 6);
      forecasts[name].forEach(({ mean, variance, came, below, upTo }, i) => {
        assert(mean > 0 && mean < 4 && variance > 0 && below >= 0 && upTo <= 1 + 1e-9);
        assert(Math.abs(upTo - below - Math.exp(-scored[name].nats[i])) < 1e-6, times);
        assertEquals(came, classes.seconds(classes.of(name === "step" ? 0.25 : 0.5)));
      });
    }
    network.dispose();
  }
});

Deno.test("forecastTimes() asks models that count, too, and refuses heads that are not there", async () => {
  const model = unigram.learn({ train: pieces, heldOut: pieces }, settings("corrected"));
  const { step } = await forecastTimes(model, pieces, { times: { step: stepClasses } });
  assertEquals(step.length, 6);
  await assertRejects(
    () => forecastTimes(model, pieces, { times: { tempo: stepClasses } }),
    TypeError,
    'no head "tempo"',
  );
  await assertRejects(
    () => forecastTimes(model, pieces, { times: { step: durationClasses } }),
    RangeError,
    'head "step" has 65 classes, not 64',
  );
});
