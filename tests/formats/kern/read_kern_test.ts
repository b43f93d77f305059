import { assertEquals, assertThrows } from "@std/assert";
import { barsOf, decodeKern, readKern } from "../../../lib/formats/mod.ts";

const TEXT = "!!!OTL: Prélude\n**kern\n4c\n*-\n";

Deno.test("decodeKern() reads UTF-8, and Latin-1 where it is none", () => {
  const utf8 = new TextEncoder().encode(TEXT);
  const latin1 = Uint8Array.from(TEXT, (letter) => letter.charCodeAt(0));
  for (const bytes of [utf8, latin1]) assertEquals(readKern(decodeKern(bytes)).title, "Prélude");
});

Deno.test("readKern() and barsOf() refuse what is no text", () => {
  // As notebook cells, which run unchecked, may call them.
  for (const read of [readKern, barsOf] as ((text: unknown) => unknown)[]) {
    assertThrows(() => read(new Uint8Array(3)), TypeError, "Cannot read kern: expected a text, got object");
    assertThrows(() => read(undefined), TypeError, "got undefined");
    assertThrows(() => read(null), TypeError, "got null");
  }
});
