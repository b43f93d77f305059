import type { DataFrame } from "nodejs-polars";
import type { EventPiece, NoteEvent } from "../../encodings/mod.ts";
import type { QuotationIndex } from "../../metrics/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { type Spread, spreadOf } from "../report/claims.ts";
import { type MeasuredPlaying, type PlayingValues, spreadsOf, unlikeMusic } from "../report/playing.ts";
import { letPlay, measureStretches, natsOfStretches, overlappingStretches, type Player } from "./let_play.ts";

/** Options of {@linkcode compareSampling}. */
export interface CompareSamplingOptions {
  /** What samples go on from, one after the other and then from the first again. */
  beginnings: readonly (readonly NoteEvent[])[];
  /** Pieces whose stretches the samples are held against: as long as a sample, each half a stretch after the last. */
  music: readonly EventPiece<NoteEvent>[];
  /**
   * What may be quoted.
   *
   * @default undefined Quotations are not looked for.
   */
  index?: QuotationIndex;
  /**
   * Samples of each player.
   *
   * @default 50
   */
  samples?: number;
  /**
   * Notes of a sample; of one that ends, the most.
   *
   * @default 200
   */
  count?: number;
  /** Decides all that is drawn; each player begins with the same. */
  seed: number;
  /**
   * Gives up before the next note when it fires.
   *
   * @default undefined
   */
  signal?: AbortSignal;
  /**
   * Called, and awaited, after each sample.
   *
   * @default undefined
   */
  onSample?: (done: number, total: number) => void | Promise<void>;
}

/** What a player came to. */
export interface PlayedMusic {
  /** The player's name. */
  name: string;
  /** The samples, in order. */
  samples: readonly DataFrame[];
  /** `PLAYING` of each, by the names of the measures, and `longest quotation` where it was looked for. */
  values: readonly PlayingValues[];
  /** How they lie. */
  measures: MeasuredPlaying;
  /** Measures whose median is outside of the music's 5 to 95 %; and `loops`, where any sample loops. */
  outside: readonly string[];
  /**
   * How likely the model itself, without filters and rules, holds what it has played, and the music: nats per note of
   * each sample and each stretch. Nothing of a tfjs model.
   */
  nats?: { samples: Spread; music: Spread };
}

/** What {@linkcode compareSampling} found. */
export interface SamplingComparison {
  /** The music that it is held against: each stretch, and how they lie. */
  music: { values: readonly PlayingValues[]; measures: MeasuredPlaying };
  /** What the players came to, in order. */
  players: readonly PlayedMusic[];
}

/**
 * Lets models play, one in several ways or each in its own, and measures the
 * music by `PLAYING`. Beside it stand stretches of real music, measured in the same way;
 * and how likely each model holds what it has played itself.
 *
 * @param players Models and how they are sampled, by name.
 * @param options What they go on from, and the music.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If one is out of range, there is nothing to go on from, or no piece is as long as a sample.
 * @throws {Error} If the rules of a way forbid everything.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function compareSampling(
  players: Readonly<Record<string, Player>>,
  options: CompareSamplingOptions,
): Promise<SamplingComparison> {
  const { beginnings, music, index, samples = 50, count = 200, seed, signal, onSample } = checkOptions(
    "compare ways of sampling",
    options,
    {
      beginnings: kinds.list("beginnings", kinds.list("notes", kinds.object("a note") as Kind<NoteEvent>)),
      music: kinds.list("pieces", kinds.object("a piece of notes") as Kind<EventPiece<NoteEvent>>),
      index: optional(kinds.object("an index of quotations") as Kind<QuotationIndex>),
      samples: optional(kinds.positiveInteger),
      count: optional(kinds.positiveInteger),
      seed: kinds.integer({ from: 0 }),
      signal: optional(kinds.signal),
      onSample: optional(kinds.callback),
    },
  );
  if (beginnings.length === 0) throw new RangeError("Cannot compare ways of sampling: there is nothing to go on from");
  const stretches = overlappingStretches(music, count);
  if (stretches.length === 0) {
    throw new RangeError(`Cannot compare ways of sampling: no piece of the music has ${count} notes`);
  }
  const real = await measureStretches(stretches, { count, index, signal }), bach = spreadsOf(real);
  const likelihoods = new Map<SequenceModel<NoteEvent>, Spread>();
  const played: PlayedMusic[] = [], names = Object.keys(players);
  for (const [p, name] of names.entries()) {
    const { model } = players[name];
    const { samples: tables, values, nats } = await letPlay(name, players[name], {
      beginnings,
      index,
      samples,
      count,
      seed,
      signal,
      onSample: (done) => onSample?.(p * samples + done, names.length * samples),
    });
    const measures = spreadsOf(values), outside = unlikeMusic(values, bach);
    if (nats && "listen" in model && !likelihoods.has(model)) {
      likelihoods.set(model, spreadOf(await natsOfStretches(model, stretches, { count, signal })));
    }
    const likelihood = nats && { samples: spreadOf(nats), music: likelihoods.get(model as SequenceModel<NoteEvent>)! };
    played.push({ name, samples: tables, values, measures, outside, ...likelihood && { nats: likelihood } });
  }
  return { music: { values: real, measures: bach }, players: played };
}
