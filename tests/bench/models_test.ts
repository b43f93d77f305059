import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { flops, type ModelName, MODELS, trainingFlops, trainingOf } from "../../bench/job.ts";
import { batchFor, modelToTrain } from "../../bench/models.ts";
import { productsOf } from "../../bench/products.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { isNetwork, NOTE_SYSTEMS } from "../../lib/systems/mod.ts";
import { fusedStep } from "../../lib/training/mod.ts";

await startBackend();

const NAMES = Object.keys(MODELS) as ModelName[];

for (const name of NAMES) {
  Deno.test(`the model ${name} of the bench trains on the kernel, and its operations are counted right`, () => {
    const job = trainingOf(name);
    const toTrain = modelToTrain(job);
    const { graph, obstacle } = graphOf(toTrain.model, { every: toTrain.supervision === "every" });
    assertEquals(obstacle, undefined);
    const { size, steps, targets } = batchFor(toTrain, seeded(42));
    assertEquals(flops(job), trainingFlops(size, productsOf(graph!.shape, steps)));
    assertEquals(Object.keys(targets), toTrain.heads.map((head) => head.name));
    toTrain.model.dispose();
  });
}

Deno.test("modelToTrain() leaves dropout out of a check, and nothing else", () => {
  const job = trainingOf("beyond");
  const [training, checked] = (["train", "check"] as const).map((work) => modelToTrain({ ...job, work }).model);
  const kinds = (model: typeof training) => model.layers.map((layer) => layer.getClassName());
  assert(kinds(training).includes("Dropout"));
  assertEquals(kinds(checked), kinds(training).filter((kind) => kind !== "Dropout"));
});

Deno.test("modelToTrain() takes any network of the registry, and the kernel trains those whose losses it has", () => {
  for (const system of NOTE_SYSTEMS.filter(isNetwork)) {
    const toTrain = modelToTrain(trainingOf(system.name));
    const { model, heads, lossWeights, supervision } = toTrain;
    const match = { inputs: model.inputNames, answersEvery: supervision === "every" };
    const { step, obstacle } = fusedStep(model, { heads, lossWeights, supervision, match });
    if (heads.some(({ kernel }) => kernel === undefined)) {
      assertMatch(obstacle!, /^head "\w+" has a loss that the kernel does not have$/);
      model.dispose();
      continue;
    }
    assertEquals(obstacle, undefined);
    const losses = step!.run(batchFor(toTrain, seeded(42)), { learningRate: 0.001, dropoutSeed: 1 });
    assert(Object.values(losses).every((loss) => loss > 0), system.name);
    step!.dispose();
    model.dispose();
  }
});

Deno.test("modelToTrain() refuses what is not a network", () => {
  assertThrows(() => modelToTrain(trainingOf("bigram")), RangeError, 'Cannot train "bigram"');
  assertThrows(() => modelToTrain(trainingOf("trigram")), RangeError, "there is no system of notes of that name");
});
