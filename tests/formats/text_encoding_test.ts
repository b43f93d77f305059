import { assertEquals } from "@std/assert";
import { decodeText, readKern, readMusic } from "../../lib/formats/mod.ts";

const TEXT = "!!!OTL: Prélude\n**kern\n4c\n4d\n*-\n";

/** A text in UTF-16, with a mark of byte order or without. */
function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(2 * text.length);
  for (let i = 0; i < text.length; i++) new DataView(bytes.buffer).setUint16(2 * i, text.charCodeAt(i), littleEndian);
  return bytes;
}

Deno.test("decodeText() reads UTF-8, UTF-16 by its beginning, and Latin-1 where it is none of these", () => {
  const encoded = [
    new TextEncoder().encode(TEXT),
    new TextEncoder().encode(`\ufeff${TEXT}`),
    Uint8Array.from(TEXT, (letter) => letter.charCodeAt(0)),
    ...[true, false].flatMap((little) => ["", "\ufeff"].map((mark) => utf16(mark + TEXT, little))),
  ];
  for (const bytes of encoded) {
    assertEquals(readKern(decodeText(bytes)).title, "Prélude");
    const { score, format } = readMusic("prelude", bytes);
    assertEquals([format.name, score.parts[0].notes.length, score.repairs], ["kern", 2, []]);
  }
});
