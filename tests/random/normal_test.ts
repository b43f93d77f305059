import { assertAlmostEquals, assertEquals } from "@std/assert";
import { normalCdf, normalQuantile } from "../../lib/random/mod.ts";

Deno.test("normalCdf() and normalQuantile() agree with SciPy 1.17.1", () => {
  // scipy.special.ndtr([-8, -3, 0.1, 1.5, 5]), scipy.special.ndtri([0.975, 0.5, 1e-6, 0.0005])
  const shares = [6.22096057e-16, 0.0013498980316300933, 0.539827837277029, 0.9331927987311419, 0.9999997133484281];
  [-8, -3, 0.1, 1.5, 5].forEach((x, i) => assertAlmostEquals(normalCdf(x), shares[i], 1e-15));
  assertEquals([normalCdf(-40), normalCdf(40), normalCdf(Infinity)], [0, 1, 1]);
  const places = [1.959963984540054, 0, -4.753424308822899, -3.2905267314918945];
  [0.975, 0.5, 1e-6, 0.0005].forEach((p, i) => assertAlmostEquals(normalQuantile(p), places[i], 1e-11));
});

Deno.test("normalCdf() agrees with tables of the normal distribution", () => {
  // By Python's math.erfc.
  for (
    const [z, p] of [
      [0, 0.5],
      [0.5, 0.6914624612740131],
      [1, 0.8413447460685429],
      [2, 0.9772498680518208],
      [2.8284, 0.9976609343045334],
      [2.829, 0.9976653150520777],
      [5, 0.9999997133484281],
      [8.4, 1],
      [Infinity, 1],
    ]
  ) {
    assertAlmostEquals(normalCdf(z), p, 1e-14, `below ${z}`);
    assertAlmostEquals(normalCdf(-z), 1 - p, 1e-14, `below ${-z}`);
  }
});
