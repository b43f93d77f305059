import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { durationClasses, stepClasses } from "../../lib/notes/mod.ts";

Deno.test("durationClasses are 64, log-spaced from 0.01 to 4 seconds", () => {
  assertEquals([durationClasses.count, durationClasses.edges.length], [64, 63]);
  assertAlmostEquals(durationClasses.seconds(0), 0.01, 1e-15);
  assertAlmostEquals(durationClasses.seconds(63), 4, 1e-12);
  const ratio = 400 ** (1 / 63);
  for (let k = 1; k < 64; k++) {
    assertAlmostEquals(durationClasses.seconds(k) / durationClasses.seconds(k - 1), ratio, 1e-12);
  }
});

for (const [name, classes] of Object.entries({ stepClasses, durationClasses })) {
  Deno.test(`${name} finds each class by its own time, and on either side of its edges`, () => {
    for (let k = 0; k < classes.count; k++) assertEquals(classes.of(classes.seconds(k)), k);
    classes.edges.forEach((edge, k) => {
      assertEquals([classes.of(edge * (1 - 1e-9)), classes.of(edge * (1 + 1e-9))], [k, k + 1]);
      assert(k === 0 || edge > classes.edges[k - 1]);
    });
  });

  Deno.test(`${name} has a class for every number`, () => {
    assertEquals([-1, 0, -Infinity].map(classes.of), [0, 0, 0]);
    assertEquals([4, 298, Infinity].map(classes.of), Array(3).fill(classes.count - 1));
    assertThrows(() => classes.of(NaN), RangeError, "it is NaN");
    for (const index of [-1, classes.count, 0.5]) {
      assertThrows(() => classes.seconds(index), RangeError, `Cannot say the time of class ${index}`);
    }
  });
}

Deno.test("stepClasses have one more, for notes that begin together", () => {
  assertEquals(stepClasses.count, 65);
  assertEquals([stepClasses.of(0), stepClasses.of(0.99e-4), stepClasses.of(1.01e-4)], [0, 0, 1]);
  assertEquals(stepClasses.seconds(0), 0);
  for (const seconds of [0.01, 0.3, 4]) assertEquals(stepClasses.of(seconds), 1 + durationClasses.of(seconds));
});
