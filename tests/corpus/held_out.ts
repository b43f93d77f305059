import { readMidi } from "../../lib/formats/mod.ts";
import type { Piece } from "../../lib/corpus/mod.ts";
import { corpusFiles, readSharedJson } from "../shared.ts";

/**
 * What `reference/bach_heldout.json` says of pieces that share passages: share, piece, its side, other, its side,
 * shared, all.
 */
export interface HeldOut {
  split: { test: string[]; valid: string[] };
  near_duplicates: Record<"P" | "F", {
    shingle: number;
    pairs: [share: number, path: string, side: string, other: string, otherSide: string, shared: number, all: number][];
  }>;
}

/** The 204 pieces that the figures for unseen Bach stand on, and those figures. */
export async function heldOutBach(): Promise<{ pieces: Piece[]; reference: HeldOut }> {
  const pieces: Piece[] = [];
  for (const [path, bytes] of corpusFiles()) {
    if (path.startsWith("organcho/") || path === "gold/goldberg.mid") continue;
    try {
      pieces.push({ path, format: "midi", score: readMidi(bytes), sha256: path });
    } catch {
      // The damaged ones are no part of it.
    }
  }
  return { pieces, reference: await readSharedJson<HeldOut>("reference/bach_heldout.json") };
}
