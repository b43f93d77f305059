import type * as tf from "@tensorflow/tfjs";
import type { DataFrame } from "nodejs-polars";
import type { EventPiece, NoteEvent } from "../../encodings/mod.ts";
import { longestQuotation, mean, type QuotationIndex } from "../../metrics/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { seeded } from "../../random/mod.ts";
import { generate, type GenerateOptions } from "../../sampling/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { type Spread, spreadOf } from "../report/claims.ts";
import { noteTable } from "../report/music.ts";
import { PLAYING } from "../report/playing.ts";
import { scoreAsHeard } from "../scoring/score_as_heard.ts";
import { scoreModel } from "../scoring/score_model.ts";

/** A way to sample: options of `generate`, all but how many notes and what draws. */
export type WayOfSampling = Omit<GenerateOptions, "count" | "prng" | "signal" | "onNote">;

/** Somebody who plays: a model, and how it is sampled. */
export interface Player extends WayOfSampling {
  /** A model of notes; of a tfjs model it is not measured how likely it holds what it plays. */
  model: SequenceModel<NoteEvent> | tf.LayersModel;
}

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

/** Some music in numbers: how the values of its samples or stretches lie, by the names of the measures. */
export type MeasuredPlaying = Readonly<Record<string, Spread>>;

/** What a player came to. */
export interface PlayedMusic {
  /** The player's name. */
  name: string;
  /** The samples, in order. */
  samples: readonly DataFrame[];
  /** `PLAYING` of each, by the names of the measures, and `longest quotation` where it was looked for. */
  values: readonly Readonly<Record<string, number>>[];
  /** How they lie. */
  measures: MeasuredPlaying;
  /** Measures whose median is outside of the music's 5 to 95 %. */
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
  music: { values: readonly Readonly<Record<string, number>>[]; measures: MeasuredPlaying };
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
  const measure = (notes: DataFrame): Record<string, number> => ({
    ...Object.fromEntries(PLAYING.map(({ name, of }) => [name, of(notes)])),
    ...index && { "longest quotation": longestQuotation(index, notes, { by: "times" })?.notes ?? 0 },
  });
  const stretches = stretchesOf(music, count);
  if (stretches.length === 0) {
    throw new RangeError(`Cannot compare ways of sampling: no piece of the music has ${count} notes`);
  }
  const breathe = breather(), real: Record<string, number>[] = [];
  for (const { piece, first } of stretches) {
    signal?.throwIfAborted();
    await breathe();
    real.push(measure(tableOf(piece.events.slice(first, first + count), piece.piece)));
  }
  const bach = spreads(real);
  const likelihoods = new Map<SequenceModel<NoteEvent>, Spread>();
  const played: PlayedMusic[] = [], names = Object.keys(players);
  for (const [p, name] of names.entries()) {
    const { model, ...way } = players[name], prng = seeded(seed), namer = "listen" in model ? model : undefined;
    let nats: number[] = [];
    const scored = namer && scoreAsHeard(namer, (cost) => nats.push(cost));
    const tables: DataFrame[] = [], values: Record<string, number>[] = [], costs: number[] = [];
    for (let i = 0; i < samples; i++) {
      nats = [];
      const generated = await generate(scored ?? model, beginnings[i % beginnings.length], {
        ...way,
        count,
        prng,
        signal,
      });
      const table = tableOf(eventsOf(generated), name);
      tables.push(table);
      values.push(measure(table));
      costs.push(mean(nats.slice(-table.height)));
      await onSample?.(p * samples + i + 1, names.length * samples);
    }
    if (namer && !likelihoods.has(namer)) likelihoods.set(namer, await natsOf(namer, stretches, count, signal));
    const measures = spreads(values);
    played.push({
      name,
      samples: tables,
      values,
      measures,
      outside: outsideOf(measures, bach),
      ...namer && { nats: { samples: spreadOf(costs), music: likelihoods.get(namer)! } },
    });
  }
  return { music: { values: real, measures: bach }, players: played };
}

/** Stretches of pieces, each half a stretch after the last. */
function stretchesOf(
  music: readonly EventPiece<NoteEvent>[],
  count: number,
): { piece: EventPiece<NoteEvent>; first: number }[] {
  const apart = Math.ceil(count / 2);
  return music.flatMap((piece) => {
    const fit = Math.max(0, Math.floor((piece.events.length - count) / apart) + 1);
    return Array.from({ length: fit }, (_, i) => ({ piece, first: i * apart }));
  });
}

/** Measures whose median is not within the 5 to 95 % of the music. */
function outsideOf(measures: MeasuredPlaying, music: MeasuredPlaying): string[] {
  return Object.keys(music).filter((name) => {
    const { middle } = measures[name], { low, high } = music[name];
    return !(middle >= low && middle <= high);
  });
}

/** Nats per note of stretches, all heads together. */
async function natsOf(
  model: SequenceModel<NoteEvent>,
  stretches: readonly { piece: EventPiece<NoteEvent>; first: number }[],
  count: number,
  signal?: AbortSignal,
): Promise<Spread> {
  const ofPiece = new Map<EventPiece<NoteEvent>, Float64Array>();
  for (const { piece } of stretches) {
    if (ofPiece.has(piece)) continue;
    const [first, ...others] = Object.values((await scoreModel(model, [piece], { signal })).heads);
    ofPiece.set(piece, first.nats.map((nats, i) => others.reduce((sum, head) => sum + head.nats[i], nats)));
  }
  // The first note of a piece has none before it.
  return spreadOf(
    stretches.map(({ piece, first }) => mean(ofPiece.get(piece)!.slice(Math.max(0, first - 1), first + count - 1))),
  );
}

function spreads(values: readonly Record<string, number>[]): MeasuredPlaying {
  return Object.fromEntries(
    Object.keys(values[0]).map((name) => [name, spreadOf(values.map((value) => value[name]))]),
  );
}

function eventsOf(table: DataFrame): NoteEvent[] {
  return table.toRecords().map(({ pitch, step, duration }) => ({ pitch, step, duration }) as NoteEvent);
}

function tableOf(events: readonly NoteEvent[], piece: string): DataFrame {
  const list = (name: "pitch" | "step" | "duration") => events.map((event) => event[name]);
  return noteTable({ pitch: list("pitch"), step: list("step"), duration: list("duration") }, piece);
}
