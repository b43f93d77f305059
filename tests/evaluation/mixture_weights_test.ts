import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { mixtureWeights, scoreModel } from "../../lib/evaluation/mod.ts";
import { mixMembers } from "../../lib/evaluation/scoring/mixture_weights.ts";
import { likelihood, pieceScores } from "../../lib/metrics/mod.ts";
import { counted, drawWeighted } from "../../lib/heads/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { type Listener, mixedModel, type SequenceModel } from "../../lib/systems/mod.ts";

/** Says the same of each event, whatever it has heard. */
function steady(probabilities: Record<string, readonly number[]>): SequenceModel<Record<string, number>> {
  const listener: Listener<Record<string, number>> = {
    hear() {},
    next: (head) => probabilities[head].map(Math.log),
    fork: () => listener,
    dispose() {},
  };
  return {
    name: "steady",
    parameters: 0,
    heads: Object.entries(probabilities).map(([name, { length }]) => counted(name, { classes: length })),
    say: (event) => event,
    decode: (said) => said,
    listen: () => listener,
  };
}

const MODELS = [
  steady({ a: [0.8, 0.1, 0.1], b: [0.5, 0.25, 0.25] }),
  steady({ a: [0.1, 0.8, 0.1], b: [0.25, 0.5, 0.25] }),
  steady({ a: [0.1, 0.1, 0.8], b: [0.25, 0.25, 0.5] }),
];
const SHARES = { a: [0.6, 0.3, 0.1], b: [0.2, 0.2, 0.6] };

/** Events of which models with these shares have each said some. */
function drawn(count: number) {
  const prng = seeded(1);
  const draw = (head: "a" | "b") => {
    const says = MODELS[drawWeighted(Float64Array.from(SHARES[head]), prng)].listen().next(head, {});
    return drawWeighted(Float64Array.from(says, Math.exp), prng);
  };
  return [{ piece: "drawn", events: Array.from({ length: count }, () => ({ a: draw("a"), b: draw("b") })) }];
}

Deno.test("mixtureWeights() finds the shares by which events were drawn, for each head by itself", async () => {
  const weights = await mixtureWeights(MODELS, drawn(20_000));
  for (const head of ["a", "b"] as const) {
    assertAlmostEquals(weights[head].reduce((a, b) => a + b), 1, 1e-9);
    weights[head].forEach((weight, k) => assertAlmostEquals(weight, SHARES[head][k], 0.05, `${head} ${k}`));
  }
});

Deno.test("mixtureWeights() makes the events likelier than equal weights and than each model alone", async () => {
  const pieces = drawn(500), weights = await mixtureWeights(MODELS, pieces);
  const natsOf = async (model: (typeof MODELS)[number]) =>
    likelihood(pieceScores(await scoreModel(model, pieces), "a")).nats;
  const mixed = await natsOf(mixedModel(MODELS, { name: "mixed", of: "probabilities", weights }));
  for (const other of [mixedModel(MODELS, { name: "equal", of: "probabilities" }), ...MODELS]) {
    assert(mixed < await natsOf(other));
  }
});

Deno.test("mixtureWeights() tells how far it has come, and stops", async () => {
  const told: number[][] = [];
  await mixtureWeights(MODELS, drawn(11), { onProgress: (done, total) => void told.push([done, total]) });
  assertEquals(told, [[10, 30], [20, 30], [30, 30]]);
  await assertRejects(() => mixtureWeights(MODELS, drawn(11), { signal: AbortSignal.abort() }), DOMException);
});

Deno.test("mixtureWeights() gives no weight where all models rule out what came", async () => {
  const sure = steady({ a: [1, 0, 0], b: [1, 0, 0] });
  const pieces = [{ piece: "one", events: [{ a: 0, b: 0 }, { a: 1, b: 0 }] }];
  await assertRejects(() => mixtureWeights([sure, sure], pieces), RangeError, 'all models rule out what came of "a"');
});

Deno.test("mixMembers() asks each member once, and gives to the bit what the mixture gives", async () => {
  const asked = MODELS.map(() => 0);
  const members = MODELS.map((model, k): typeof model => ({
    ...model,
    // One array, overwritten event by event, as a network's may be.
    *follow(piece) {
      asked[k]++;
      const said = { a: new Float64Array(3), b: new Float64Array(3) };
      for (let i = 1; i < piece.length; i++) {
        for (const head of ["a", "b"] as const) {
          said[head].set(model.listen().next(head, {}));
          said[head][piece[i - 1][head]] += 0.1 * (k + 1);
        }
        yield said;
      }
    },
  }));
  const pieces = [...drawn(300), ...drawn(70)], system = { title: "mixed" };
  const { model, weights, heldOut } = await mixMembers(system, members, pieces, { score: true });
  assertEquals(asked, [2, 2, 2]);
  assertEquals(heldOut, await scoreModel(model, pieces));
  assertEquals(weights, await mixtureWeights(members, pieces));
  assertEquals((await mixMembers(system, members, pieces)).heldOut, undefined);
  assertEquals(
    (await mixMembers({ ...system, mixed: { of: "logs" } }, members, pieces, { score: true })).heldOut,
    undefined,
  );
});
