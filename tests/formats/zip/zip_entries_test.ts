import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { zipSync } from "fflate";
import { FormatError, zipEntries } from "../../../lib/formats/mod.ts";
import { zipOf } from "../../corpus/made_up.ts";
import { readShared, sharedTest } from "../../shared.ts";

const TEXT = "An hilariter gamba, ".repeat(40);

function refusal(zip: Uint8Array): string {
  return assertThrows(() => zipEntries(zip, "bach.zip").entries.forEach((entry) => entry.read()), FormatError).message;
}

/** Where a four-byte signature stands first. */
function find(zip: Uint8Array, signature: number[]): number {
  return zip.findIndex((_, i) => signature.every((byte, j) => zip[i + j] === byte));
}

const DIRECTORY = [0x50, 0x4b, 1, 2];

Deno.test("zipEntries() reads stored and deflated files, and leaves folders out", () => {
  const bytes = new TextEncoder().encode(TEXT);
  const zip = zipSync({ "a/": new Uint8Array(), "a/stored": [bytes, { level: 0 }], "b": [bytes, { level: 9 }] });
  const { entries } = zipEntries(zip, "bach.zip");
  assertEquals(entries.map(({ path, size }) => [path, size]), [["a/stored", bytes.length], ["b", bytes.length]]);
  for (const entry of entries) assertEquals(entry.read(), bytes);
});

Deno.test("zipEntries() reads an empty zip, an empty file, and a zip behind something else", () => {
  assertEquals(zipEntries(zipSync({}), "empty.zip"), { entries: [], refused: [] });
  const zip = zipOf({ "empty": "", "b": TEXT });
  const behind = new Uint8Array([...new TextEncoder().encode("#!/bin/sh\n"), ...zip]);
  assertEquals(zipEntries(behind, "x").entries.map((entry) => entry.read().length), [0, TEXT.length]);
});

Deno.test("zipEntries() takes backslashes for slashes", () => {
  assertEquals(zipEntries(zipOf({ "a\\b.mid": TEXT }), "x").entries[0].path, "a/b.mid");
});

Deno.test("zipEntries() finds one path in all its spellings", () => {
  const pathsOf = (...paths: string[]) =>
    zipEntries(zipOf(Object.fromEntries(paths.map((path) => [path, path]))), "x").entries.map(({ path, read }) => {
      return [path, new TextDecoder().decode(read())];
    });
  for (const spelt of ["./a/b.mid", ".\\a\\b.mid", "a//b.mid", "a/./b.mid", "././/a///b.mid"]) {
    assertEquals(pathsOf(spelt), [["a/b.mid", spelt]]);
  }
  assertEquals(pathsOf(".", "./", "a/.", "a//"), []);
  // Nothing is dropped where two spellings meet.
  assertEquals(pathsOf("./a.mid", "a.mid", "b//c.mid"), [
    ["./a.mid", "./a.mid"],
    ["a.mid", "a.mid"],
    ["b/c.mid", "b//c.mid"],
  ]);
});

/** A zip with these bytes as `0.mid`, and so many more entries that point at the same. */
function sharing(bytes: Uint8Array, others: number): Uint8Array {
  const one = zipOf({ "0.mid": bytes });
  const start = find(one, DIRECTORY), end = one.length - 22;
  const entry = one.slice(start, end);
  const entries = Array.from({ length: others + 1 }, (_, i) => {
    const other = entry.slice();
    other[46] += i;
    return [...other];
  });
  const zip = Uint8Array.from([...one.subarray(0, start), ...entries.flat(), ...one.subarray(end)]);
  const view = new DataView(zip.buffer, zip.length - 22);
  view.setUint16(8, others + 1, true);
  view.setUint16(10, others + 1, true);
  view.setUint32(12, entry.length * (others + 1), true);
  return zip;
}

Deno.test("zipEntries() refuses entries that share bytes, before it unpacks any", () => {
  const zip = sharing(new TextEncoder().encode(TEXT), 2);
  const message = assertThrows(() => zipEntries(zip, "bomb.zip"), FormatError).message;
  assertEquals(
    message,
    "Cannot read the zip bomb.zip: 0.mid and 1.mid in it share bytes, as in a zip bomb, and it is refused",
  );
});

Deno.test("zipEntries() refuses what grows out of proportion, before it unpacks it", () => {
  // The directory lies: what it says is refused before anybody looks whether it is true.
  const says = (size: number, entries: number) => {
    const zip = zipOf(Object.fromEntries(Array.from({ length: entries }, (_, i) => [`${i}`, TEXT])));
    for (let at = 0; at < zip.length - 4; at++) {
      if (DIRECTORY.every((byte, j) => zip[at + j] === byte)) new DataView(zip.buffer).setUint32(at + 24, size, true);
    }
    return zip;
  };
  assertStringIncludes(
    assertThrows(() => zipEntries(says(2 ** 20 + 1, 1), "x"), FormatError).message,
    "unpack to 1048577, more than 200 times as many, and it is refused",
  );
  assertStringIncludes(
    assertThrows(() => zipEntries(says(2 ** 19, 3), "x"), FormatError).message,
    "bytes unpack to 1572864, more than 200 times as many, and it is refused",
  );
  assertEquals(zipEntries(says(2 ** 20, 1), "x").entries.length, 1);
});

Deno.test("zipEntries() refuses more entries than it holds in memory, whatever the directory counts", () => {
  const one = zipOf({ "a.mid": TEXT }), start = find(one, DIRECTORY), end = one.length - 22;
  const entry = one.subarray(start, end), listed = 250_001;
  const zip = new Uint8Array(start + listed * entry.length + 22), view = new DataView(zip.buffer);
  zip.set(one.subarray(0, start));
  for (let i = 0; i < listed; i++) zip.set(entry, start + i * entry.length);
  zip.set(one.subarray(end), zip.length - 22);
  view.setUint32(zip.length - 10, listed * entry.length, true);
  assertEquals(
    refusal(zip),
    "Cannot read the zip bach.zip: it lists more than 250000 files and folders: divide it, or unpack it and open the folder",
  );
});

Deno.test("zipEntries() reads a megabyte of one value", () => {
  const silence = new Uint8Array(2 ** 20);
  assertEquals(zipEntries(zipOf({ silence }), "x").entries[0].read(), silence);
});

Deno.test("zipEntries() refuses an entry that reaches into the directory", () => {
  const zip = zipOf({ "a": TEXT });
  const packed = find(zip, DIRECTORY) + 20, view = new DataView(zip.buffer);
  view.setUint32(packed, view.getUint32(packed, true) + 1, true);
  assertStringIncludes(refusal(zip), "a in it breaks off");
});

sharedTest("zipEntries() refuses and reads the zips of shared/cases", () => {
  assertStringIncludes(
    refusal(readShared("cases/bomb-three-32MiB.zip")),
    "a.mid in it says that its 48768 bytes unpack to 33449568",
  );
  const { entries: dots } = zipEntries(readShared("cases/z-dot.zip"), "z-dot.zip");
  assertEquals(dots.map(({ path }) => path), ["./a.mid", "a.mid", "b/c.mid"]);
  for (const { read } of dots) assert(read().length > 0);
});

Deno.test("zipEntries() refuses what is not a zip, and a zip that breaks off anywhere", () => {
  assertStringIncludes(refusal(new Uint8Array()), "it is not a zip, or it breaks off (0 bytes");
  assertStringIncludes(refusal(new TextEncoder().encode("<html>not found</html>")), "it is not a zip");
  const zip = zipOf({ "a": TEXT, "b": TEXT });
  for (let length = 0; length < zip.length; length++) {
    assertStringIncludes(refusal(zip.subarray(0, length)), "Cannot read the zip bach.zip");
  }
});

Deno.test("zipEntries() refuses paths that lead outside by name, and has all others", () => {
  const paths = ["../a.mid", "a/../../b.mid", "a/..", "/etc/a.mid", "C:\\a.mid", "..\\a.mid", "a\0.mid"];
  const inside = ["a/..b/c...mid", "a.mid", "\u00e4.mid"];
  const { entries, refused } = zipEntries(zipOf(Object.fromEntries([...paths, ...inside].map((p) => [p, TEXT]))), "x");
  assertEquals(entries.map(({ path }) => path), inside);
  const reason = "its path leads outside the zip";
  assertEquals(refused, paths.map((path) => ({ path: path.replaceAll("\\", "/"), reason })));
  for (const { read } of entries) assertEquals(new TextDecoder().decode(read()), TEXT);
});

Deno.test("zipEntries() counts what it refuses by name among what grows and what overlaps", () => {
  const zip = sharing(new TextEncoder().encode(TEXT), 1);
  // The name of the first, `0.mid`, is as long as this.
  zip.set(new TextEncoder().encode("../.m"), find(zip, DIRECTORY) + 46);
  assertStringIncludes(refusal(zip), "share bytes, as in a zip bomb");
});

Deno.test("zipEntries() reads a name in another encoding than UTF-8 as Latin-1", () => {
  const zip = zipOf({ "a.mid": TEXT });
  for (const at of [30, find(zip, DIRECTORY) + 46]) zip[at] = 0xe4;
  assertEquals(zipEntries(zip, "x").entries.map(({ path }) => path), ["ä.mid"]);
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

Deno.test("zipEntries() refuses encryption, other compressions, and a directory that counts other entries", () => {
  const altered = (offset: number, value: number) => {
    const zip = zipOf({ "a": TEXT });
    new DataView(zip.buffer).setUint16(find(zip, DIRECTORY) + offset, value, true);
    return zip;
  };
  assertStringIncludes(refusal(altered(8, 1)), "a in it is encrypted");
  assertStringIncludes(refusal(altered(10, 14)), "a in it is compressed with method 14, which is not supported");
  for (const count of [0, 2, 0xffff]) {
    const zip = zipOf({ "a": TEXT });
    new DataView(zip.buffer).setUint16(zip.length - 12, count, true);
    assertStringIncludes(refusal(zip), `its directory counts ${count} entries, and has 1`);
  }
});

/** A zip with all its numbers in the fields of zip64, as some programs that write in one go make it. */
function zip64Of(path: string, text: string): Uint8Array {
  const zip = zipOf({ [path]: text }), view = new DataView(zip.buffer);
  const directory = find(zip, DIRECTORY), end = zip.length - 22;
  const bytes: number[] = [...zip.subarray(0, end)];
  const push = (size: number, ...values: number[]) => {
    for (const value of values) for (let i = 0; i < size; i++) bytes.push(i < 4 ? value >>> 8 * i & 255 : 0);
  };
  for (const at of [24, 20, 42]) bytes.fill(255, directory + at, directory + at + 4);
  bytes[directory + 30] = 4 + 24;
  push(2, 1, 24);
  push(8, ...[24, 20, 42].map((at) => view.getUint32(directory + at, true)));
  const length = bytes.length - directory, record = bytes.length;
  push(4, 0x06064b50);
  push(8, 44);
  push(2, 45, 45);
  push(4, 0, 0);
  push(8, 1, 1, length, directory);
  push(4, 0x07064b50, 0);
  push(8, record);
  push(4, 1, 0x06054b50);
  push(2, 0, 0, 0xffff, 0xffff);
  push(4, 0xffffffff, 0xffffffff);
  push(2, 0);
  return Uint8Array.from(bytes);
}

Deno.test("zipEntries() reads zip64", () => {
  const [entry, ...others] = zipEntries(zip64Of("a.mid", TEXT), "x").entries;
  assertEquals([entry.path, entry.size, others], ["a.mid", TEXT.length, []]);
  assertEquals(new TextDecoder().decode(entry.read()), TEXT);
});

Deno.test("zipEntries() finds the end of the directory, whatever its comment holds", () => {
  const zip = zipOf({ "a.mid": TEXT });
  const comment = [0x50, 0x4b, 5, 6, ...Array(30).fill(0)];
  const commented = Uint8Array.from([...zip, ...comment]);
  commented[zip.length - 2] = comment.length;
  assertEquals(zipEntries(commented, "x").entries.map(({ path }) => path), ["a.mid"]);
});

Deno.test("zipEntries() survives every single altered byte", () => {
  const original = zipOf({ "a.mid": TEXT, "b.mid": TEXT });
  for (let i = 0; i < original.length; i++) {
    for (const flip of [1, 0x80, 0xff]) {
      const zip = original.slice();
      zip[i] ^= flip;
      try {
        for (const entry of zipEntries(zip, "bach.zip").entries) {
          assertEquals(new TextDecoder().decode(entry.read()), TEXT);
        }
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
      }
    }
  }
});
