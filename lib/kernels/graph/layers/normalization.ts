import { type NodeOf, type Operation, refuse, type Surroundings } from "../operation.ts";
import { fromWords, savedWords, Tensor, toWords } from "../tensor.ts";

/** Layer normalisation: Ba, Kiros and Hinton (2016). */
export function layerNormalization(node: NodeOf<"layerNormalization">, around: Surroundings): Operation {
  const { signals: [{ width }], parameters } = around;
  for (const weight of node.weights) {
    const { name, shape } = around.weights[weight];
    if (shape.length !== 1 || shape[0] !== width) refuse(node, `reads ${width} numbers, ${name} has shape [${shape}]`);
  }
  const [gamma, beta] = node.weights.map((weight) => parameters.table(weight));
  return {
    width,
    lower(plan, [x]) {
      const { steps } = x, batch = plan.extent.size;
      const said = new Tensor(plan.rows(width, steps), width, steps, true, x.reversed);
      const extent = { width, steps, batch };
      const common = { gamma: parameters.parameters + gamma.offset, statistics: plan.take(2 * batch * steps) };
      plan.add("normalize", {
        ...fromWords(x.block),
        ...toWords(said.block),
        ...extent,
        ...common,
        ...{ beta: parameters.parameters + beta.offset, epsilon: node.epsilon },
      });
      plan.whenGoingBack(() => {
        if (!said.touched) return;
        // Where nothing before it learns, the gradient of the inputs goes where it will be read no more.
        const { to, accumulate } = x.learns
          ? plan.contribute(x)
          : { to: plan.borrow(width, steps), accumulate: 0 as const };
        plan.add("normalizeGradient", {
          ...fromWords(said.gradient!),
          ...toWords(to),
          ...savedWords(x.block),
          ...extent,
          ...common,
          gammaGradient: parameters.gradients + gamma.offset,
          betaGradient: parameters.gradients + beta.offset,
          ...{ gradientThread: parameters.floats * 4, accumulate, clear: plan.accumulates(gamma) ? 0 : 1 },
        });
        if (!x.learns) plan.release(to, width, steps);
      });
      return said;
    },
  };
}
