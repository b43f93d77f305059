import { type Chorale, REST } from "../../score/mod.ts";
import type { Encoding, EncodingListener, EventPiece, Moving, PitchRange } from "../encoding.ts";
import { movingPitches } from "../transposing.ts";

/** A voice in a frame as BachBot writes it. */
export interface VoiceToken {
  /** MIDI number, or `REST`. */
  readonly pitch: number;
  /** Whether the note is held from the frame before rather than struck; a rest never is. */
  readonly tied: boolean;
}

/**
 * A word of a chorale: what a voice has; `"frame"`, which ends a frame; `"fermata"`, before the voices of a frame over
 * which one stands; what begins a piece, and what ends it.
 */
export type Token = VoiceToken | "frame" | "fermata" | "start" | "end";

/** The tokens of a range of pitches as classes. */
export interface TokenClasses {
  /** How many can be said; `"start"`, which can only be heard, is the class after the last. */
  readonly count: number;
  /** How many there are if a note held and a note struck are the same: those of a cell first, in the order of `gridCells`. */
  readonly untied: number;
  /** Classes of a cell: a rest, and every pitch of the range. */
  readonly cells: number;
  /**
   * The class of a token.
   *
   * @throws {RangeError} If a pitch is out of the range.
   */
  of(token: Token): number;
  /** The token of a class. */
  token(value: number): Token;
  /** The class that a token's class has where it does not matter whether a note is held. */
  untie(value: number): number;
}

const MARKS = ["frame", "fermata", "end", "start"] as const;

/** The tokens of a range as classes: a rest, the pitches struck, the pitches tied, and the marks. */
export function tokenClasses({ lowest, highest }: PitchRange): TokenClasses {
  const pitches = highest - lowest + 1, marks = 2 * pitches + 1;
  return {
    count: marks + MARKS.length - 1,
    untied: marks - pitches + MARKS.length - 1,
    cells: pitches + 1,
    of(token) {
      if (typeof token === "string") return marks + MARKS.indexOf(token);
      const { pitch, tied } = token;
      if (pitch === REST) return 0;
      if (pitch >= lowest && pitch <= highest) return pitch - lowest + 1 + (tied ? pitches : 0);
      throw new RangeError(`Cannot find the token of pitch ${pitch}: the range is from ${lowest} to ${highest}`);
    },
    token(value) {
      if (value >= marks) return MARKS[value - marks];
      const tied = value > pitches;
      return { pitch: value === 0 ? REST : lowest - 1 + value - (tied ? pitches : 0), tied };
    },
    untie: (value) => value > pitches ? value - pitches : value,
  };
}

/**
 * Chorales as BachBot reads them: of each sixteenth a fermata, if one stands there, then soprano, alto, tenor and bass,
 * then `"frame"`. A piece begins with `"start"`; those with notation end with `"end"`, whereas the JSB chorales, whose
 * protocol has no end to guess, break off.
 *
 * Liang et al., "Automatic Stylistic Composition of Bach Chorales with Deep LSTM" (2017), where the notes of a frame stand
 * in descending order; here the order is that of the voices, which is the same unless they cross, and a voice that rests
 * has a token, too.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choraleOfFrames } from "../../score/mod.ts";
 * import { tokenPieces } from "../mod.ts";
 *
 * const [{ events }] = tokenPieces([choraleOfFrames([[67, 62, 59, 43], [67, 64, 60, 48]], "cadence")]);
 * assertEquals(events[0], "start");
 * assertEquals(events[5], "frame");
 * assertEquals(events.slice(6, 8), [{ pitch: 67, tied: true }, { pitch: 64, tied: false }]);
 * ```
 */
export function tokenPieces(chorales: readonly Chorale[]): EventPiece<Token>[] {
  return chorales.map(({ name, frames, struck, notation }) => ({
    piece: name,
    events: [
      "start",
      ...frames.flatMap((frame, t): Token[] => [
        ...notation?.fermata[t] ? ["fermata" as const] : [],
        ...frame.map((pitch, voice) => ({ pitch, tied: pitch !== REST && !struck[t][voice] })),
        "frame",
      ]),
      ...notation ? ["end" as const] : [],
    ],
  }));
}

/**
 * The tokens of BachBot: each is heard and said as one class, and nothing else is known.
 *
 * @param range Lowest and highest MIDI number: a `GridCorpus` has them.
 */
export function choraleTokens({ lowest, highest }: PitchRange): Encoding<Token> {
  const classes = tokenClasses({ lowest, highest }), pitches = classes.cells - 1;
  const untied = movingPitches({ lowest: 1, highest: pitches });
  const transposing: Moving = {
    room: (values) => untied.room!(Array.from(values, (value) => value > 2 * pitches ? 0 : classes.untie(value))),
    move(values, semitones) {
      for (let i = 0; i < values.length; i++) if (values[i] > 0 && values[i] <= 2 * pitches) values[i] += semitones;
    },
  };
  const listener: EncodingListener<Token> = {
    hear: (token) => ({ token: classes.of(token) }),
    fork: () => listener,
  };
  return {
    name: "chorale tokens",
    settings: { lowest, highest },
    hears: [{ name: "token", size: classes.count + 1, transposing }],
    says: [{ name: "token", size: classes.count, transposing }],
    say: (token) => ({ token: token === "start" ? -1 : classes.of(token) }),
    decode: ({ token }) => classes.token(token),
    listen: () => listener,
  };
}
