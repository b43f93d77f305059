import {
  type Cell,
  cellPieces,
  type EventPiece,
  type FrameEvent,
  framePieces,
  type PitchRange,
  type Token,
  tokenPieces,
} from "../encodings/mod.ts";
import { type Chorale, CHORALE_VOICES } from "../score/mod.ts";
import type { System } from "./system.ts";

/** What each head gave to the events that came, an entry an event: what `scoreModel` of `lib/evaluation` writes down. */
export interface ScoredEvents {
  /** Of each head `-ln p` of what came, in nats, and 1 where the likeliest class came. */
  readonly heads: Readonly<Record<string, { readonly nats: Float64Array; readonly hit: ArrayLike<number> }>>;
}

/** What came of the cells of some chorales: soprano, alto, tenor, bass of each frame after the other. */
export interface CellScores {
  /** `-ln p` of what came, in nats, given all cells before it: p sums to 1 over the pitches of the range and a rest. */
  readonly nats: Float64Array;
  /** 1 where the likeliest class came, otherwise 0. */
  readonly hit: ArrayLike<number>;
  /**
   * What was paid beside that for what stands in no cell, in nats per cell, by what it is.
   *
   * @default {{}}
   */
  readonly others?: Readonly<Record<string, number>>;
}

/** A system that learns chorales, in events of its own: cells, frames, tokens. All of them are scored by the same cells. */
// Systems of different events stand in one list, so that the event of one is anything.
// deno-lint-ignore no-explicit-any
export interface ChoraleSystem<Event = any> {
  /** What learns. */
  readonly system: System<Event>;
  /** Whether it is one model, one that reads what it learned from while it predicts, or a mixture. */
  readonly kind: "single" | "retrieval" | "mixture";
  /** Chorales as its events, under their names; what each begins with, and is not scored, included. */
  pieces(chorales: readonly Chorale[], range: PitchRange): EventPiece<Event>[];
  /** What came of each cell, of what came of its events. */
  cells(scored: ScoredEvents, chorales: readonly Chorale[]): CellScores;
}

/** A system whose events are the cells themselves, as one of chorales. */
export function overCells(system: System<Cell>): ChoraleSystem<Cell> {
  return {
    system,
    kind: "single",
    pieces: (chorales) =>
      cellPieces(chorales.map(({ frames }) => frames)).map((piece, i) => ({ ...piece, piece: chorales[i].name })),
    cells: ({ heads: { cell } }) => cell,
  };
}

/** A system whose events are frames, each said by a head per voice, `soprano` to `bass`, as one of chorales. */
export function overFrames(
  system: System<FrameEvent>,
  kind: ChoraleSystem["kind"] = "single",
): ChoraleSystem<FrameEvent> {
  return { system, kind, pieces: (chorales) => framePieces(chorales), cells: cellsOfVoices };
}

/**
 * A system whose events are BachBot's tokens, scored by a head `token`, as one of chorales. Tokens that are no cells are
 * among the others: what ends frames (`delimiters`), and, where there is notation, `fermatas` and what ends pieces (`ends`).
 */
export function overTokens(system: System<Token>): ChoraleSystem<Token> {
  return { system, kind: "single", pieces: (chorales) => tokenPieces(chorales), cells: cellsOfTokens };
}

function cellsOfTokens({ heads: { token: { nats, hit } } }: ScoredEvents, chorales: readonly Chorale[]): CellScores {
  // What begins a piece is not scored.
  const tokens = tokenPieces(chorales).flatMap(({ events }) => events.slice(1));
  if (tokens.length !== nats.length) {
    throw new RangeError(
      `Cannot find the cells: ${nats.length} tokens were scored, the chorales have ${tokens.length}`,
    );
  }
  const cells = [...tokens.keys()].filter((i) => typeof tokens[i] === "object");
  const names = { frame: "delimiters", fermata: "fermatas", end: "ends" } as const;
  const others: Record<string, number> = {};
  tokens.forEach((token, i) => {
    if (typeof token === "object" || token === "start") return;
    others[names[token]] = (others[names[token]] ?? 0) + nats[i] / cells.length;
  });
  return { nats: Float64Array.from(cells, (i) => nats[i]), hit: Uint8Array.from(cells, (i) => hit[i]), others };
}

/** What came of the cells, of heads called as the voices that have an entry a frame. */
export function cellsOfVoices({ heads }: ScoredEvents): CellScores {
  const voices = CHORALE_VOICES.map((voice) => heads[voice]);
  const size = voices.length * voices[0].nats.length;
  const [nats, hit] = [new Float64Array(size), new Uint8Array(size)];
  for (let i = 0; i < size; i++) {
    const { nats: ofVoice, hit: hits } = voices[i % voices.length], frame = Math.floor(i / voices.length);
    [nats[i], hit[i]] = [ofVoice[frame], hits[frame]];
  }
  return { nats, hit };
}
