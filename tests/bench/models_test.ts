import { assert, assertEquals } from "@std/assert";
import { flops, type ModelName, MODELS, trainingOf } from "../../bench/job.ts";
import { batchFor, modelToTrain } from "../../bench/models.ts";
import { type GraphShape, startBackend } from "../../lib/kernels/mod.ts";
import { graphOf } from "../../lib/layers/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

await startBackend();

const NAMES = Object.keys(MODELS) as ModelName[];

/** Multiplications of an example forwards, counted node by node. */
function products({ nodes, weights }: GraphShape, inputSteps: Record<string, number>): number {
  const steps = new Map<string, number>(), widths = new Map<string, number>();
  let count = 0;
  for (const node of nodes) {
    const { name, from, op } = node;
    const before = Math.max(...from.map((one) => steps.get(one)!));
    const sizes = (index: number) => weights[index].shape.reduce((size, axis) => size * axis, 1);
    steps.set(name, op === "input" ? inputSteps[name] : before);
    widths.set(name, widths.get(from[0])!);
    if (op === "lstm") {
      count += before * (sizes(node.weights[0]) + sizes(node.weights[1]));
      if (!node.every) steps.set(name, 1);
    } else if (op === "dense") {
      count += before * sizes(node.weights[0]);
      widths.set(name, weights[node.weights[0]].shape[1]);
    } else if (op === "attention") {
      count += 3 * before * (before + 1) / 2 * widths.get(from[0])!;
    }
  }
  return count;
}

for (const name of NAMES) {
  Deno.test(`the model ${name} of the bench trains on the kernel, and its operations are counted right`, () => {
    const job = trainingOf(name);
    const toTrain = modelToTrain(job);
    const { graph, obstacle } = graphOf(toTrain.model, { every: toTrain.supervision === "every" });
    assertEquals(obstacle, undefined);
    const { steps, targets } = batchFor(toTrain, 2, seeded(42));
    assertEquals(flops(job), 3 * 2 * job.batch * products(graph!.shape, steps));
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
