/** What is known about one of the 228 MIDI files of bachcentral.com. Facts only: the files themselves are not ours. */
export interface CatalogueEntry {
  /** Path in the corpus, such as `cellosui/01prelud.mid`. */
  path: string;
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
  /** Length of the file in bytes. */
  bytes: number;
  /** Notes in all instruments; of a damaged file, as `readMidi` repairs it. */
  notes: number;
  /** Notes in the first instrument, which is all that the published run reads of a file. */
  firstNotes: number;
  /** The file that this one equals byte for byte. */
  duplicateOf?: string;
  /** Files whose music, up to transposition, is a part of this one's. */
  contains?: string[];
  /** What is wrong with the bytes, in words; pretty_midi cannot read such a file. */
  damage?: string;
  /** What seems wrong with the bytes of a file that can be read all the same. */
  suspicion?: string;
}

/** Where the project keeps its data. */
export const DATA: URL = new URL("../../data/", import.meta.url);

/** The seven files that the published run trained on, in its order (`cellosui/` of the 228). */
export const PUBLISHED_FILES: readonly string[] = Object.freeze([
  "cellosui/01gigue.mid",
  "cellosui/04bourre.mid",
  "cellosui/01prelud.mid",
  "cellosui/01minuet.mid",
  "cellosui/01saraba.mid",
  "cellosui/01allema.mid",
  "cellosui/04gigue.mid",
]);

/** The file whose first 75 notes the published run generated from. It is not among the seven. */
export const SEED_FILE = "cellosui/04couran.mid";

/**
 * The catalogue of the 228 files, by path, from `data/catalogue.json`.
 *
 * Needs `--allow-read` for that file.
 */
export async function catalogue(): Promise<CatalogueEntry[]> {
  return JSON.parse(await Deno.readTextFile(new URL("catalogue.json", DATA)));
}
