import { assertEquals } from "@std/assert";
import { keepLatest } from "../../lib/evaluation/experiment/keep_latest.ts";

Deno.test("keepLatest() makes a value anew only where what it depends on has changed, and keeps no other", () => {
  const keep = keepLatest<string>(), made: string[] = [];
  const get = (...of: unknown[]) =>
    keep(of, () => {
      made.push(JSON.stringify(of));
      return `value of ${JSON.stringify(of)}`;
    });
  assertEquals(get("a", { length: 3 }), 'value of ["a",{"length":3}]');
  assertEquals(get("a", { length: 3 }), 'value of ["a",{"length":3}]');
  assertEquals(get("a", { length: 4 }), 'value of ["a",{"length":4}]');
  get("a", { length: 3 });
  assertEquals(made, ['["a",{"length":3}]', '["a",{"length":4}]', '["a",{"length":3}]']);
});
