import type { EventPiece, NoteEvent } from "../../encodings/mod.ts";
import { mean } from "../../metrics/mod.ts";
import { seeded, shuffle } from "../../random/mod.ts";
import { breather } from "../../training/mod.ts";
import { PLAYING, type PlayingValues, spreadsOf, unlikeMusic } from "../report/playing.ts";
import type { OtherMusic } from "../report/playing_report.ts";
import { measureStretches, overlappingStretches } from "./let_play.ts";

/** Groups that are drawn. */
const DRAWS = 1000;

/** Options of {@linkcode compareOthers}. */
export interface CompareOthersOptions {
  /** Values of the music's stretches. */
  music: readonly PlayingValues[];
  /** Pieces of the music. */
  pieces: number;
  /** Notes of a stretch. */
  count: number;
  /** Decides which are drawn. */
  seed: number;
  /** Gives up when it fires. */
  signal?: AbortSignal;
}

/**
 * Holds other pieces against the music as samples are held against it: groups of as many pieces as the music has, drawn at
 * random. What they are outside of is chance, and no fault of a sampler's.
 *
 * @param others Pieces that are none of the music.
 * @param options The music.
 * @returns `null` where there are fewer pieces of that length than the music has.
 */
export async function compareOthers(
  others: readonly EventPiece<NoteEvent>[],
  { music, pieces, count, seed, signal }: CompareOthersOptions,
): Promise<OtherMusic | null> {
  const stretches = overlappingStretches(others, count);
  const ofPiece = [...Map.groupBy(stretches.keys(), (i) => stretches[i].piece).values()];
  if (ofPiece.length < pieces) return null;
  const values = await measureStretches(stretches, { count, signal });
  // Of pieces that were learned from, a quotation says nothing.
  const measures = spreadsOf(music.map((value) => Object.fromEntries(PLAYING.map(({ name }) => [name, value[name]]))));
  const prng = seeded(seed), breathe = breather(), outside: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    signal?.throwIfAborted();
    await breathe();
    const drawn = shuffle(ofPiece, prng).slice(0, pieces);
    const group = drawn.flatMap((indices) => indices.map((i) => values[i]));
    outside.push(unlikeMusic(group, measures).length);
  }
  return {
    pieces: ofPiece.length,
    draws: DRAWS,
    measures: PLAYING.length,
    outside: mean(outside),
    none: outside.filter((many) => many === 0).length / DRAWS,
  };
}
