import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { figureOf, meanFigure } from "../../lib/evaluation/report/figures.ts";
import { bootstrap, mean } from "../../lib/metrics/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

const NONE = { value: null, low: null, high: null, spread: null };
const items = [2, 3, 3, 4, 8];

Deno.test("figureOf() is the bootstrap interval of one run", () => {
  const { estimate, low, high } = bootstrap(items, mean, { prng: seeded(7) });
  assertEquals(figureOf([items], mean, 7), { value: estimate, low, high, spread: null });
});

Deno.test("figureOf() takes the mean over runs, draws the same items of each, and says how runs spread", () => {
  const higher = items.map((item) => item + 1);
  const { value, low, high, spread } = figureOf([items, higher], mean, 7);
  const alone = figureOf([items], mean, 7);
  assertAlmostEquals(value!, 4.5, 1e-12);
  assertAlmostEquals(low!, alone.low! + 0.5, 1e-9);
  assertAlmostEquals(high!, alone.high! + 0.5, 1e-9);
  assertAlmostEquals(spread!, Math.SQRT1_2, 1e-12);
  // Runs that make up for one another leave nothing to be unsure of, if they are drawn together.
  const { low: least, high: most } = figureOf([items, items.map((item) => 8 - item)], mean, 7);
  assertAlmostEquals(most! - least!, 0, 1e-12);
});

Deno.test("figureOf() gives no interval to a single item, and nothing to what is undefined", () => {
  assertEquals(figureOf([[3]], mean, 7), { value: 3, low: null, high: null, spread: null });
  assertEquals(figureOf([items], () => NaN, 7), NONE);
});

Deno.test("meanFigure() leaves out what is undefined, and draws what belongs together", () => {
  const figure = meanFigure([[2, null, 3, 3], [null, 4, 8, null]], 7);
  const together = [[2], [4], [3, 8], [3]];
  const { estimate, low, high } = bootstrap(together, (drawn) => mean(drawn.flat()), { prng: seeded(7) });
  assertEquals([figure.value, figure.low, figure.high], [estimate, low, high]);
  assert(figure.spread! > 2);
  assertEquals(meanFigure([[null, null], [null, null]], 7), NONE);
});
