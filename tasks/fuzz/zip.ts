import { crc32, deflateRawSync } from "node:zlib";
import { FormatError, zipEntries } from "../../lib/formats/mod.ts";
import { Dice } from "./dice.ts";
import { CASES, filesIn, hold, type Subject } from "./subject.ts";

/** Zips: what is altered are names, sizes, checksums, methods and places in the directory and in the local headers. */
export const ZIP: Subject = {
  name: "zip",
  ending: ".zip",
  seeds: async () => [...SEEDS, ...(await filesIn(CASES, ".zip")).filter((zip) => zip.length < 4096)],
  mutate: (seed, dice) => dice.chance(0.3) ? dice.scatter(seed) : build(dice),
  read(mutant) {
    let read = false;
    const { entries, refused } = attempt(() => zipEntries(mutant, "mutant.zip")) ?? { entries: [], refused: [] };
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    hold(
      total <= Math.max(2 ** 20, 200 * mutant.length) + unreadable(mutant.length),
      () => `it unpacks to ${total} bytes`,
    );
    for (const { path, size, read: unpack } of entries) {
      const steps = path.split("/");
      hold(
        !path.startsWith("/") && !steps.includes("..") && !path.includes("\0"),
        () => `it leads to ${JSON.stringify(path)}`,
      );
      // What is not where it should be says any size, and gives nothing.
      const bytes = attempt(unpack);
      hold(bytes === undefined || bytes.length === size, () => `${path} has ${bytes?.length} bytes, not ${size}`);
      read ||= bytes !== undefined;
    }
    return read || refused.length > 0 || entries.length === 0 && mutant.length === 22;
  },
};

/** Entries that cannot be read may say any size: four bytes of it each. */
function unreadable(bytes: number): number {
  return bytes / 46 * 2 ** 32;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    hold(
      error.message.startsWith("Cannot read the zip mutant.zip: "),
      () => `it is refused in other words: ${error.message}`,
    );
  }
}

/** A file in a zip, as its local header and the directory say it. */
interface Entry {
  name: Uint8Array;
  data: Uint8Array;
  local: Head;
  listed: Head & { at: number };
}

/** What a header says. */
interface Head {
  flags: number;
  method: number;
  checksum: number;
  packed: number;
  size: number;
}

const encode = (text: string) => new TextEncoder().encode(text);
const TEXT = encode("An hilariter gamba. ".repeat(30));
const NAMES = [
  ..."a.mid b.krn ./a.mid .\\a.mid a//b.mid a/./b.mid ../a.mid a/../../b.mid /a.mid C:\\a.mid \\\\host\\a.mid a/ . .. ./ /"
    .split(" "),
  ...[
    "",
    "a\0.mid",
    "a.mid\n",
    "\x1b[2J.mid",
    "ä.mid",
    "a".repeat(300),
    "con.mid",
    " ",
    "__MACOSX/._a.mid",
    "\u202Edim.a",
  ],
].map(encode);
const CONTENTS = [TEXT, new Uint8Array(0), encode("x"), new Uint8Array(70_000), new Uint8Array(2 ** 20 + 5)].map(
  (content) => {
    return { content, deflated: new Uint8Array(deflateRawSync(content)), checksum: crc32(content) };
  },
);

function entryOf(dice: Dice): Entry {
  const { content, deflated, checksum } = CONTENTS[dice.chance(0.9) ? dice.below(3) : dice.below(CONTENTS.length)];
  const packs = content.length > 1000 || dice.chance(0.7), data = packs ? deflated : content;
  const head = { flags: 0, method: packs ? 8 : 0, checksum, packed: data.length, size: content.length };
  return { name: dice.pick(NAMES), data, local: { ...head }, listed: { ...head, at: 0 } };
}

const SIZES = [0, 1, 21, 599, 601, 1 << 20, (1 << 20) + 1, 0x7fffffff, 0xfffffffe, 0xffffffff];

function build(dice: Dice): Uint8Array {
  const entries = Array.from({ length: dice.below(4) }, () => entryOf(dice));
  if (entries.length > 0) {
    const many = dice.times(300) - 3;
    for (let left = many; left > 0; left--) entries.push({ ...entries[0], listed: { ...entries[0].listed } });
  }
  for (let left = dice.below(3); left > 0 && entries.length > 0; left--) {
    const entry = dice.pick(entries), head = dice.chance(0.7) ? entry.listed : entry.local;
    const field = dice.pick(["flags", "method", "checksum", "packed", "size"] as const);
    head[field] = field === "method"
      ? dice.pick([0, 8, 9, 12, 14, 99])
      : field === "flags"
      ? dice.below(16)
      : dice.pick(SIZES);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  const put = (...some: Uint8Array[]) => {
    for (const each of some) {
      parts.push(each);
      length += each.length;
    }
  };
  if (dice.chance(0.1)) put(encode("#!/bin/sh\n"));
  for (const { name, data, local, listed } of entries) {
    listed.at = length;
    put(headed(0x04034b50, [20], local, name.length), name, data);
  }
  // Entries that share one stream, that lie within another one, or nowhere.
  if (entries.length > 1 && dice.chance(0.15)) {
    dice.pick(entries).listed.at = entries[0].listed.at + dice.pick([0, 0, 1, 30]);
  }
  if (entries.length > 0 && dice.chance(0.05)) dice.pick(entries).listed.at = dice.pick(SIZES);
  const start = length;
  for (const { name, listed } of entries) {
    // Between the two stand a comment's length, a disk and attributes.
    put(headed(0x02014b50, [20, 20], listed, name.length), new Uint8Array(10), number32(listed.at), name);
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  const count = dice.chance(0.1) ? dice.below(0x10000) : entries.length;
  end.setUint16(8, count, true);
  end.setUint16(10, count, true);
  end.setUint32(12, dice.chance(0.05) ? dice.pick(SIZES) : length - start, true);
  end.setUint32(16, dice.chance(0.05) ? dice.pick(SIZES) : start, true);
  put(new Uint8Array(end.buffer));
  if (dice.chance(0.1)) put(encode("PK\x05\x06"), new Uint8Array(dice.below(30)));
  const zip = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    zip.set(part, at);
    at += part.length;
  }
  return dice.chance(0.05) ? zip.subarray(0, dice.below(length + 1)) : zip;
}

function headed(signature: number, versions: number[], head: Head, name: number): Uint8Array {
  const fields = 4 + 2 * versions.length, view = new DataView(new ArrayBuffer(fields + 24));
  view.setUint32(0, signature, true);
  versions.forEach((version, i) => view.setUint16(4 + 2 * i, version, true));
  const { flags, method, checksum, packed, size } = head;
  view.setUint16(fields, flags, true);
  view.setUint16(fields + 2, method, true);
  view.setUint32(fields + 8, checksum, true);
  view.setUint32(fields + 12, packed, true);
  view.setUint32(fields + 16, size, true);
  view.setUint16(fields + 20, name, true);
  return new Uint8Array(view.buffer);
}

function number32(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return new Uint8Array(view.buffer);
}

const SEEDS = Array.from({ length: 8 }, (_, i) => build(Dice.of(1, i)));
