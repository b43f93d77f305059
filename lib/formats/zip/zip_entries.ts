import { crc32, inflateRawSync } from "node:zlib";
import { FormatError } from "../format_error.ts";

/** A file in a zip. */
export interface ZipEntry {
  /**
   * Path inside the zip, with `/` between folders: never absolute, never through `..`, `a/b.mid` also where the zip says
   * `.\a//b.mid`. Only where another entry has that path is it as the zip spells it; and where the zip spells two alike,
   * both have it.
   */
  path: string;
  /** Bytes when unpacked, as the zip's directory says. */
  size: number;
  /**
   * Unpacks the file. Never gives more bytes than `size`.
   *
   * @throws {FormatError} If the data is damaged, or another size or checksum than the directory says.
   */
  read(): Uint8Array;
}

/** What is in a zip. */
export interface ZipFiles {
  /** Its files, in the order of its directory. */
  entries: ZipEntry[];
  /** What is not taken for a file because of its name, as the zip spells it, and why, as it follows "because". */
  refused: { path: string; reason: string }[];
}

const END_OF_DIRECTORY = 0x06054b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_END_OF_DIRECTORY = 0x06064b50;
/** The extra field of numbers of eight bytes. */
const ZIP64_EXTRA = 1;
/** What stands in four bytes, or two, where the number itself stands elsewhere. */
const [ELSEWHERE, COUNT_ELSEWHERE, MOST_COUNTED] = [0xffffffff, 0xffff, 0x10000];
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

/** Music and its notation pack to a twentieth, what repeats itself to a hundredth; DEFLATE could reach a thousandth. */
const MOST_TIMES = 200;
/** Below this many bytes no ratio does harm. */
const HARMLESS = 2 ** 20;
/** Files and folders of a zip, at most: each is an object in memory before any is read. */
const MOST_ENTRIES = 250_000;

/**
 * The files in a zip (PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16: stored
 * or deflated, zip64 or not, one disk, no encryption).
 *
 * The container is read here, the compression by `node:zlib`: the zip
 * libraries at hand unpack without comparing checksums, so that a damaged zip
 * would give altered music without a word.
 *
 * Before anything is unpacked, a zip is refused that would grow out of
 * proportion: whose entries share bytes, or of which one entry or all of them
 * together say that they are more than 200 times as long as packed, and longer
 * than 1 MiB. What is wrong with one file alone costs that file: a path that
 * leads outside the zip is refused by name, and encryption, another
 * compression, or damage is said when the file is read.
 *
 * @param zip The whole zip.
 * @param name What to call it in errors.
 * @throws {FormatError} If it is not a zip, breaks off, lists more than 250,000 files and folders, or grows out of
 * proportion.
 */
export function zipEntries(zip: Uint8Array, name: string): ZipFiles {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const fail = (why: string) => new FormatError(`Cannot read the zip ${name}: ${why}`);
  const end = endOfDirectory(view);
  if (end < 0) throw fail(`it is not a zip, or it breaks off (${zip.length} bytes, no directory at the end)`);

  const { count, length, start, directoryEnd } = directoryAt(view, end);
  // What stands before the zip itself (a self-extracting program) moves every offset.
  const base = directoryEnd - length - start;
  if (!(base >= 0)) throw fail("its directory lies outside the file");

  const found: Packed[] = [];
  let at = base + start;
  let listed = 0;
  for (; at < directoryEnd; listed++) {
    if (at + 46 > directoryEnd || view.getUint32(at, true) !== DIRECTORY_ENTRY) throw fail("its directory is damaged");
    // Counted here, for what the directory says of their number need not be true.
    if (listed === MOST_ENTRIES) {
      throw fail(`it lists more than ${MOST_ENTRIES} files and folders: divide it, or unpack it and open the folder`);
    }
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > directoryEnd) throw fail("its directory is damaged");
    const spelt = decodePath(zip.subarray(at + 46, nameEnd));
    const isFolder = /(^|\/)\.?$/.test(spelt);
    if (!isFolder) found.push(packedAt(view, at, base, spelt));
    at = next;
  }
  // Only so much of a large number is kept where zip64 is not used.
  if (listed % MOST_COUNTED !== count % MOST_COUNTED) {
    throw fail(`its directory counts ${count} entries, and has ${listed}: it is damaged`);
  }
  refuseGrowth(found, zip.length, fail);
  const { inside = [], outside = [] } = Object.groupBy(
    found,
    ({ spelt }) => leadsOutside(spelt) ? "outside" : "inside",
  );
  const spellings = Map.groupBy(inside, ({ spelt }) => straight(spelt));
  const entries = inside.map((packed): ZipEntry => {
    const { spelt, size } = packed;
    const path = straight(spelt), same = spellings.get(path)!;
    // Of `a.mid` and `./a.mid` both are read.
    const taken = same.length > 1 && spelt !== path;
    const read = () => unpack(zip.subarray(0, base + start), packed, (why) => fail(`${spelt} in it ${why}`));
    return { path: taken ? spelt : path, size, read };
  });
  return {
    entries,
    refused: outside.map(({ spelt }) => ({ path: spelt, reason: "its path leads outside the zip" })),
  };
}

/** Whether there is a zip at the end of a file, whatever stands before it: a program that unpacks it, for one. */
export function endsAsZip(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const end = endOfDirectory(view);
  if (end < 0) return false;
  const { length, directoryEnd } = directoryAt(view, end), first = directoryEnd - length;
  return length === 0 || first >= 0 && view.getUint32(first, true) === DIRECTORY_ENTRY;
}

function endOfDirectory(view: DataView): number {
  const longestComment = 0xffff;
  let found = -1;
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - longestComment; at--) {
    if (view.getUint32(at, true) !== END_OF_DIRECTORY) continue;
    // A comment may hold the same four bytes, and something else may stand behind the zip.
    if (at + 22 + view.getUint16(at + 20, true) === view.byteLength) return at;
    if (found < 0) found = at;
  }
  return found;
}

/** How many entries the directory has, how long it is, where it begins in the zip, and where it ends in the file. */
function directoryAt(view: DataView, end: number) {
  const narrow = {
    count: view.getUint16(end + 10, true),
    length: view.getUint32(end + 12, true),
    start: view.getUint32(end + 16, true),
    directoryEnd: end,
  };
  const isElsewhere = narrow.count === COUNT_ELSEWHERE || [narrow.length, narrow.start].includes(ELSEWHERE);
  const locator = end - 20;
  if (!isElsewhere || locator < 56 || view.getUint32(locator, true) !== ZIP64_LOCATOR) return narrow;
  // The record is as long as it was made by all writers there are: without data of its own.
  const at = locator - 56;
  if (view.getUint32(at, true) !== ZIP64_END_OF_DIRECTORY) return narrow;
  const wide = (offset: number) => Number(view.getBigUint64(at + offset, true));
  return { count: wide(32), length: wide(40), start: wide(48), directoryEnd: at };
}

/** Size, packed size and place of an entry; those that four bytes do not hold stand in an extra field, in this order. */
function numbersOf(view: DataView, at: number): number[] {
  const narrow = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  let field = at + 46 + view.getUint16(at + 28, true);
  const end = field + view.getUint16(at + 30, true);
  while (narrow.includes(ELSEWHERE) && field + 4 <= end) {
    const next = field + 4 + view.getUint16(field + 2, true);
    if (view.getUint16(field, true) === ZIP64_EXTRA && next <= end) {
      let value = field + 4;
      return narrow.map((number) => {
        if (number !== ELSEWHERE || value + 8 > next) return number;
        value += 8;
        return Number(view.getBigUint64(value - 8, true));
      });
    }
    field = next;
  }
  return narrow;
}

/** An entry as the directory and its local header say it. */
interface Packed {
  /** Its path as the zip has it, with `/` between folders. */
  spelt: string;
  encrypted: boolean;
  method: number;
  checksum: number;
  /** Bytes when unpacked. */
  size: number;
  /** Where its local header begins; where its data begins and ends, NaN where there is no such header. */
  header: number;
  from: number;
  to: number;
}

function packedAt(view: DataView, at: number, base: number, spelt: string): Packed {
  const [size, packed, offset] = numbersOf(view, at);
  const header = base + offset;
  const there = header + 30 <= view.byteLength && view.getUint32(header, true) === LOCAL_HEADER;
  const from = there ? header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true) : NaN;
  return {
    spelt,
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    size,
    header,
    from,
    to: from + packed,
  };
}

function refuseGrowth(found: readonly Packed[], length: number, fail: (why: string) => FormatError): void {
  const isOut = (size: number, packed: number) => size > HARMLESS && size > MOST_TIMES * packed;
  const limit = `more than ${MOST_TIMES} times as many, and it is refused`;
  const there = found.filter(({ from }) => !Number.isNaN(from)).sort((a, b) => a.header - b.header);
  for (const [i, { spelt, size, header, from, to }] of there.entries()) {
    // Sorted by where they begin, two that share bytes have none between them that does not.
    if (i > 0 && header < there[i - 1].to) {
      throw fail(`${there[i - 1].spelt} and ${spelt} in it share bytes, as in a zip bomb, and it is refused`);
    }
    if (isOut(size, to - from)) {
      throw fail(`${spelt} in it says that its ${to - from} bytes unpack to ${size}, ${limit}`);
    }
  }
  const total = there.reduce((sum, { size }) => sum + size, 0);
  if (isOut(total, length)) throw fail(`it says that its ${length} bytes unpack to ${total}, ${limit}`);
}

/** @param zip The zip as far as its directory. */
function unpack(zip: Uint8Array, packed: Packed, fail: (why: string) => FormatError): Uint8Array {
  const { encrypted, method, checksum, size, from, to } = packed;
  if (encrypted) throw fail("is encrypted");
  if (Number.isNaN(from)) throw fail("is not where it should be");
  if (to > zip.length) throw fail("breaks off");
  const data = zip.subarray(from, to);
  const bytes = method === 0 ? data.slice() : method === 8 ? inflate(data, size, fail) : null;
  if (!bytes) throw fail(`is compressed with method ${method}, which is not supported`);
  if (bytes.length !== size) throw fail(`has ${bytes.length} bytes, not the ${size} that the zip says`);
  if (crc32(bytes) !== checksum) throw fail("is damaged: its checksum is wrong");
  return bytes;
}

function inflate(data: Uint8Array, size: number, fail: (why: string) => FormatError): Uint8Array {
  try {
    const { buffer, byteOffset, length } = inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
    return new Uint8Array(buffer, byteOffset, length);
  } catch (error) {
    throw fail(`cannot be unpacked to the ${size} bytes that the zip says (${(error as Error).message})`);
  }
}

/** Names are UTF-8 nowadays; old zips have a code page, of which Latin-1 is the best guess. */
function decodePath(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder("latin1").decode(bytes);
  }
  return text.replaceAll("\\", "/");
}

function leadsOutside(path: string): boolean {
  return path.startsWith("/") || /^[a-z]:/i.test(path) || path.includes("\0") || path.split("/").includes("..");
}

/** A path without the steps that lead nowhere: `a/b.mid` of `./a//b.mid`. */
function straight(path: string): string {
  return path.split("/").filter((step) => step !== "" && step !== ".").join("/");
}
