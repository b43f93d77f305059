import { flatten } from "../score/mod.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { CorpusError } from "./error.ts";
import { findDoubles } from "./doubles.ts";
import { musicFiles } from "./music_files.ts";
import { openCorpus } from "./open.ts";

/**
 * Makes the catalogue of a zip or a folder: what `data/catalogue.json` holds
 * of `bach.zip`, made anew by `deno task corpus --catalogue --zip bach.zip`.
 *
 * Needs `--allow-read` for the place.
 *
 * @throws {CorpusError} If a file cannot be read: a catalogue is of everything.
 */
export async function makeCatalogue(place: string): Promise<CatalogueEntry[]> {
  const { pieces, leftOut } = await openCorpus(place);
  const files = new Map((await musicFiles(place)).files.map((file) => [file.path, file]));
  const unread = [...files.keys()].find((path) => !pieces.some((piece) => piece.path === path));
  if (unread !== undefined) {
    const why = leftOut.find(({ path }) => path === unread)?.reason;
    throw new CorpusError(`Cannot catalogue ${place}: ${unread}: ${why}`);
  }
  const doubles = findDoubles(pieces);

  return await Promise.all(pieces.map(async ({ path, sha256, score, duplicateOf }) => {
    const bytes = await files.get(path)!.read();
    const entry: CatalogueEntry = {
      path,
      sha256,
      bytes: bytes.length,
      notes: score.parts.reduce((sum, { notes }) => sum + notes.length, 0),
      firstNotes: flatten(score, "first").length,
    };
    if (duplicateOf) entry.duplicateOf = duplicateOf;
    const contains = new Set(
      doubles.filter(({ kind, inside }) => kind === "part" && inside === path).map((d) => d.path),
    );
    if (contains.size > 0) entry.contains = [...contains];
    const suspicious = mayHaveLostLineFeeds(path, bytes);
    if (score.repairs.length > 0) entry.damage = suspicious ? LOST_LINE_FEEDS : score.repairs.join(" ");
    else if (suspicious) entry.suspicion = PERHAPS_LOST;
    return entry;
  }));
}

const LOST_LINE_FEEDS = "Every line feed (byte 0x0A) has become a carriage return (0x0D).";
const PERHAPS_LOST =
  "Holds carriage returns (byte 0x0D) and no line feed (0x0A), like the damaged files of the two books.";

/**
 * In ten files of the Well-Tempered Clavier every 0x0A has become 0x0D, so
 * that they cannot be read. The others of the two books may have suffered the
 * same in places where it only alters a note or a time.
 */
function mayHaveLostLineFeeds(path: string, bytes: Uint8Array): boolean {
  return path.startsWith("wtcbk") && bytes.includes(0x0d) && !bytes.includes(0x0a);
}
