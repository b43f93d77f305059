import { assertEquals } from "@std/assert";
import { lines } from "../../bench/lines.ts";

Deno.test("lines() joins the pieces of a line, and divides a piece of several", async () => {
  const pieces = ["one", " line\nano", "ther\n\nlast\n", "unfinished"];
  const stream = ReadableStream.from(pieces.map((piece) => new TextEncoder().encode(piece)));
  assertEquals(await Array.fromAsync(lines(stream)), ["one line", "another", "", "last"]);
});
