import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { zipSync } from "fflate";
import { CorpusError } from "../../lib/corpus/mod.ts";
import { zipEntries } from "../../lib/corpus/zip.ts";
import { zipOf } from "./made_up.ts";

const TEXT = "An hilariter gamba, ".repeat(40);

function refusal(zip: Uint8Array): string {
  return assertThrows(() => zipEntries(zip, "bach.zip").forEach((entry) => entry.read()), CorpusError).message;
}

/** Where a four-byte signature stands first. */
function find(zip: Uint8Array, signature: number[]): number {
  return zip.findIndex((_, i) => signature.every((byte, j) => zip[i + j] === byte));
}

const DIRECTORY = [0x50, 0x4b, 1, 2];

Deno.test("zipEntries() reads stored and deflated files, and leaves folders out", () => {
  const bytes = new TextEncoder().encode(TEXT);
  const zip = zipSync({ "a/": new Uint8Array(), "a/stored": [bytes, { level: 0 }], "b": [bytes, { level: 9 }] });
  const entries = zipEntries(zip, "bach.zip");
  assertEquals(entries.map(({ path, size }) => [path, size]), [["a/stored", bytes.length], ["b", bytes.length]]);
  for (const entry of entries) assertEquals(entry.read(), bytes);
});

Deno.test("zipEntries() reads an empty zip, an empty file, and a zip behind something else", () => {
  assertEquals(zipEntries(zipSync({}), "empty.zip"), []);
  const zip = zipOf({ "empty": "", "b": TEXT });
  const behind = new Uint8Array([...new TextEncoder().encode("#!/bin/sh\n"), ...zip]);
  assertEquals(zipEntries(behind, "x").map((entry) => entry.read().length), [0, TEXT.length]);
});

Deno.test("zipEntries() takes backslashes for slashes", () => {
  assertEquals(zipEntries(zipOf({ "a\\b.mid": TEXT }), "x")[0].path, "a/b.mid");
});

Deno.test("zipEntries() refuses what is not a zip, and a zip that breaks off anywhere", () => {
  assertStringIncludes(refusal(new Uint8Array()), "it is not a zip, or it breaks off (0 bytes");
  assertStringIncludes(refusal(new TextEncoder().encode("<html>not found</html>")), "it is not a zip");
  const zip = zipOf({ "a": TEXT, "b": TEXT });
  for (let length = 0; length < zip.length; length++) {
    assertStringIncludes(refusal(zip.subarray(0, length)), "Cannot read the zip bach.zip");
  }
});

Deno.test("zipEntries() refuses paths that lead outside", () => {
  for (const path of ["../a.mid", "a/../../b.mid", "/etc/a.mid", "C:\\a.mid", "..\\a.mid", "a\0.mid"]) {
    assertStringIncludes(refusal(zipOf({ [path]: TEXT })), "it names a path outside itself", path);
  }
  assertEquals(zipEntries(zipOf({ "a/..b/c...mid": TEXT }), "x").length, 1);
});

Deno.test("zipEntries() refuses a file of another size than the directory says", () => {
  for (const change of [-1, 1]) {
    const zip = zipOf({ "a": TEXT });
    const size = find(zip, DIRECTORY) + 24;
    new DataView(zip.buffer).setUint32(size, TEXT.length + change, true);
    assertStringIncludes(
      refusal(zip),
      change < 0 ? "cannot be unpacked to the 799 bytes" : "has 800 bytes, not the 801",
    );
  }
});

Deno.test("zipEntries() refuses damaged data rather than giving it altered", () => {
  const original = zipSync({ "a": [new TextEncoder().encode(TEXT), { level: 0 }] });
  const damaged = original.slice();
  damaged[200] ^= 1;
  assertStringIncludes(refusal(damaged), "a in it is damaged: its checksum is wrong");
});

Deno.test("zipEntries() refuses encryption, other compressions and zip64", () => {
  const altered = (offset: number, value: number) => {
    const zip = zipOf({ "a": TEXT });
    new DataView(zip.buffer).setUint16(find(zip, DIRECTORY) + offset, value, true);
    return zip;
  };
  assertStringIncludes(refusal(altered(8, 1)), "a in it is encrypted");
  assertStringIncludes(refusal(altered(10, 14)), "a in it is compressed with method 14, which is not supported");
  const zip = zipOf({ "a": TEXT });
  new DataView(zip.buffer).setUint16(zip.length - 12, 0xffff, true);
  assertStringIncludes(refusal(zip), "zip64");
});

Deno.test("zipEntries() survives every single altered byte", () => {
  const original = zipOf({ "a.mid": TEXT, "b.mid": TEXT });
  for (let i = 0; i < original.length; i++) {
    for (const flip of [1, 0x80, 0xff]) {
      const zip = original.slice();
      zip[i] ^= flip;
      try {
        for (const entry of zipEntries(zip, "bach.zip")) assertEquals(new TextDecoder().decode(entry.read()), TEXT);
      } catch (error) {
        if (!(error instanceof CorpusError)) throw error;
      }
    }
  }
});
