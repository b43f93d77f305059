import type { ReadMusic } from "../formats/mod.ts";
import type { LeftOut } from "./left_out.ts";

/** One piece of a corpus. */
export interface Piece extends ReadMusic {
  /** Path in the corpus, with `/` between folders: `cellosui/01prelud.mid`, `bwv846-prelude.krn`. */
  path: string;
  /** What the file is, as `FORMATS` names it: `midi`, `kern`, `jsb`. */
  format: string;
  /** The side of a split that whoever made the corpus put the piece on; undefined in corpora without a split. */
  side?: "train" | "valid" | "test";
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
  /** Path of the piece whose file is the same byte for byte: the first such path of this corpus, in alphabetical order. */
  duplicateOf?: string;
}

/** Pieces of music, read. */
export interface Corpus {
  /** `sample`, `bachcentral`, `jsb`, or the name of the folder, zip or file. */
  name: string;
  /** What could be read, by path (in UTF-16 order), or in the order that was asked for. Never empty. */
  pieces: Piece[];
  /** What was left out, and why: files that cannot be read, then files of other kinds. */
  leftOut: LeftOut[];
}
