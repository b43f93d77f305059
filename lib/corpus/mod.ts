/**
 * Where scores come from: the embedded sample, the 228 MIDI files of the
 * paper, the JSB chorales, or your own folder, zip or file of MIDI and
 * `**kern`; what is known of the 228; and how pieces are split into train,
 * valid and test.
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { openCorpus, splitByPiece } from "./mod.ts";
 *
 * const { pieces, leftOut } = await openCorpus("sample");
 * assertEquals(leftOut, []);
 *
 * const { train, valid, test } = splitByPiece(pieces);
 * assert(train.length > 0 && valid.length > 0 && test.length > 0);
 * ```
 *
 * @module
 */

export { CACHE, downloadCorpus, type DownloadOptions, SOURCES } from "./bachcentral.ts";
export { catalogue, type CatalogueEntry, PUBLISHED_FILES, SEED_FILE } from "./catalogue.ts";
export { type ChoraleCorpus, choraleCorpus, choralesOf, gridChorales, openSampleChorales } from "./chorales.ts";
export { type AlikeChorales, choralesAlike } from "./chorales_alike.ts";
export { type Double, findDoubles } from "./doubles.ts";
export type { Download, DownloadProgress, FetchChoice, Source, Wanted } from "./download.ts";
export { CorpusError } from "./error.ts";
export {
  downloadJsb,
  JSB_CACHE,
  JSB_SOURCES,
  type JsbDownloadOptions,
  type JsbForm,
  openJsb,
  openJsbQuarters,
} from "./jsb.ts";
export {
  CHORALE_CACHE,
  CHORALE_SOURCES,
  type ChoraleDownloadOptions,
  downloadChorales,
  openChorales,
  splitLike,
} from "./kern_chorales.ts";
export { type LeftOut, type PitchedPieces, pitchedPieces } from "./left_out.ts";
export { makeCatalogue } from "./make_catalogue.ts";
export type { Chorale, KeySignature, Metre, Note, Part, Score, Tempo, TimedNote } from "../score/mod.ts";
export { tuneIn } from "./tune_books.ts";
export { type FileAt, filesOnDisk, type Limits, type MusicFile, tuneAt } from "./files_on_disk.ts";
export type { MusicFiles } from "./music_files.ts";
export { findNearDoubles, type NearDouble, nearDoubleGroups, type NearDoubleOptions } from "./near_doubles.ts";
export { corpusFiles, NAMED_CORPORA, openCorpus, type OpenOptions, readPiece } from "./open.ts";
export type { Corpus, Piece } from "./piece.ts";
export { type Side, sidesOfPaths, type Split, splitByPiece, type SplitOptions } from "./split.ts";
export {
  MANIFEST,
  PARQUET,
  type ParquetFile,
  type PlacedPart,
  readManifest,
  type ScoreHead,
  shardOf,
  TABLE_VERSION,
  type TabledPiece,
  type TableHeading,
  type TableManifest,
  type TablePart,
  tableParts,
} from "./table_manifest.ts";
export {
  type TrainingChoice,
  type TrainingPieces,
  trainingPieces,
  type TrainingPiecesOptions,
} from "./training_pieces.ts";
export { type ApartPieces, withoutMusicOf } from "./without_music_of.ts";
