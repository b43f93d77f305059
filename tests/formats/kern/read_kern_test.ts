import { assertThrows } from "@std/assert";
import { barsOf, readKern } from "../../../lib/formats/mod.ts";

Deno.test("readKern() and barsOf() refuse what is no text", () => {
  // As notebook cells, which run unchecked, may call them.
  for (const read of [readKern, barsOf] as ((text: unknown) => unknown)[]) {
    assertThrows(() => read(new Uint8Array(3)), TypeError, "Cannot read kern: expected a text, got object");
    assertThrows(() => read(undefined), TypeError, "got undefined");
    assertThrows(() => read(null), TypeError, "got null");
  }
});
