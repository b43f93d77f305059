import { assertEquals } from "@std/assert";
import { linesOf } from "../../lib/files/mod.ts";

Deno.test("linesOf() joins the pieces of a line, and divides a piece of several", async () => {
  const pieces = ["one", " line\nano", "ther\n\nlast\n", "unfinished"];
  const stream = ReadableStream.from(pieces.map((piece) => new TextEncoder().encode(piece)));
  assertEquals(await Array.fromAsync(linesOf(stream)), ["one line", "another", "", "last"]);
});
