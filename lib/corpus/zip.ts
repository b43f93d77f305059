import { crc32, inflateRawSync } from "node:zlib";
import { CorpusError, reason } from "./error.ts";

/** A file in a zip. */
export interface ZipEntry {
  /** Path inside the zip, with `/` between folders; never absolute, never through `..`. */
  path: string;
  /** Bytes when unpacked, as the zip's directory says. */
  size: number;
  /**
   * Unpacks the file. Never gives more bytes than `size`.
   *
   * @throws {CorpusError} If the data is damaged, or another size or checksum than the directory says.
   */
  read(): Uint8Array;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

/**
 * The files in a zip (PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16: stored
 * or deflated, one disk, no encryption, no zip64).
 *
 * The container is read here, the compression by `node:zlib`: the zip
 * libraries at hand unpack without comparing checksums, so that a damaged zip
 * would give altered music without a word.
 *
 * @param zip The whole zip.
 * @param name What to call it in errors.
 * @throws {CorpusError} If it is not a zip, breaks off, or names a path outside itself.
 */
export function zipEntries(zip: Uint8Array, name: string): ZipEntry[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const fail = (why: string, cause?: unknown) => new CorpusError(`Cannot read the zip ${name}: ${why}`, { cause });
  const end = endOfDirectory(view);
  if (end < 0) throw fail(`it is not a zip, or it breaks off (${zip.length} bytes, no directory at the end)`);

  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === 0xffff || start === 0xffffffff) throw fail("it is in the zip64 format, which is for more than 4 GB");
  // What stands before the zip itself (a self-extracting program) moves every offset.
  const base = end - length - start;
  if (base < 0) throw fail("its directory lies outside the file");

  const entries: ZipEntry[] = [];
  let at = base + start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== DIRECTORY_ENTRY) throw fail("its directory is damaged");
    const nameEnd = at + 46 + view.getUint16(at + 28, true);
    const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw fail("its directory is damaged");
    const path = decodePath(zip.subarray(at + 46, nameEnd));
    if (leadsOutside(path)) throw fail(`it names a path outside itself, ${JSON.stringify(path)}, and is refused`);
    if (!path.endsWith("/")) {
      const [size, read] = unpacker(zip, view, at, base, (why, cause) => fail(`${path} in it ${why}`, cause));
      entries.push({ path, size, read });
    }
    at = next;
  }
  return entries;
}

function endOfDirectory(view: DataView): number {
  const longestComment = 0xffff;
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - 22 - longestComment; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return -1;
}

function unpacker(
  zip: Uint8Array,
  view: DataView,
  at: number,
  base: number,
  fail: (why: string, cause?: unknown) => CorpusError,
): [number, () => Uint8Array] {
  const encrypted = (view.getUint16(at + 8, true) & 1) === 1;
  const method = view.getUint16(at + 10, true);
  const checksum = view.getUint32(at + 16, true);
  const packed = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const header = base + view.getUint32(at + 42, true);
  const read = () => {
    if (encrypted) throw fail("is encrypted");
    if (header + 30 > zip.length || view.getUint32(header, true) !== LOCAL_HEADER) {
      throw fail("is not where it should be");
    }
    const from = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    if (from + packed > zip.length) throw fail("breaks off");
    const data = zip.subarray(from, from + packed);
    const bytes = method === 0 ? data.slice() : method === 8 ? inflate(data, size, fail) : null;
    if (!bytes) throw fail(`is compressed with method ${method}, which is not supported`);
    if (bytes.length !== size) throw fail(`has ${bytes.length} bytes, not the ${size} that the zip says`);
    if (crc32(bytes) !== checksum) throw fail("is damaged: its checksum is wrong");
    return bytes;
  };
  return [size, read];
}

function inflate(data: Uint8Array, size: number, fail: (why: string, cause?: unknown) => CorpusError): Uint8Array {
  try {
    return new Uint8Array(inflateRawSync(data, { maxOutputLength: Math.max(1, size) }));
  } catch (error) {
    throw fail(`cannot be unpacked to the ${size} bytes that the zip says (${reason(error)})`, error);
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
