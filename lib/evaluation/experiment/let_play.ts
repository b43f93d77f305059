import type * as tf from "@tensorflow/tfjs";
import type { DataFrame } from "nodejs-polars";
import type { EventPiece, NoteEvent } from "../../encodings/mod.ts";
import { longestQuotation, mean, type QuotationIndex } from "../../metrics/mod.ts";
import { seeded } from "../../random/mod.ts";
import { generate, type WayOfSampling } from "../../sampling/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { eventTable } from "../report/music.ts";
import { PLAYING, type PlayingValues } from "../report/playing.ts";
import { scoreAsHeard } from "../scoring/score_as_heard.ts";
import { scoreModel } from "../scoring/score_model.ts";

/** Somebody who plays: a model, and how it is sampled. */
export interface Player extends WayOfSampling {
  /** A model of notes; of a tfjs model it is not measured how likely it holds what it plays. */
  model: SequenceModel<NoteEvent> | tf.LayersModel;
}

/** Measures some notes. */
function playingValues(notes: DataFrame, index?: QuotationIndex): PlayingValues {
  return {
    ...Object.fromEntries(PLAYING.map(({ name, of }) => [name, of(notes)])),
    ...index && { "longest quotation": longestQuotation(index, notes, { by: "times" })?.notes ?? 0 },
  };
}

/** A stretch of a piece. */
export interface Stretch {
  /** The piece. */
  piece: EventPiece<NoteEvent>;
  /** Its first note. */
  first: number;
}

/** Stretches of pieces, each half a stretch after the last. */
export function overlappingStretches(music: readonly EventPiece<NoteEvent>[], count: number): Stretch[] {
  const apart = Math.ceil(count / 2);
  return music.flatMap((piece) => {
    const fit = Math.max(0, Math.floor((piece.events.length - count) / apart) + 1);
    return Array.from({ length: fit }, (_, i) => ({ piece, first: i * apart }));
  });
}

/** Measures stretches. */
export async function measureStretches(
  stretches: readonly Stretch[],
  { count, index, signal }: { count: number; index?: QuotationIndex; signal?: AbortSignal },
): Promise<PlayingValues[]> {
  const breathe = breather(), values: PlayingValues[] = [];
  for (const { piece, first } of stretches) {
    signal?.throwIfAborted();
    await breathe();
    values.push(playingValues(eventTable(piece.events.slice(first, first + count), piece.piece), index));
  }
  return values;
}

/** Nats per note of stretches, all heads together. */
export async function natsOfStretches(
  model: SequenceModel<NoteEvent>,
  stretches: readonly Stretch[],
  { count, signal }: { count: number; signal?: AbortSignal },
): Promise<number[]> {
  const ofPiece = new Map<EventPiece<NoteEvent>, Float64Array>();
  for (const { piece } of stretches) {
    if (ofPiece.has(piece)) continue;
    const [first, ...others] = Object.values((await scoreModel(model, [piece], { signal })).heads);
    ofPiece.set(piece, first.nats.map((nats, i) => others.reduce((sum, head) => sum + head.nats[i], nats)));
  }
  // The first note of a piece has none before it.
  return stretches.map(({ piece, first }) =>
    mean(ofPiece.get(piece)!.slice(Math.max(0, first - 1), first + count - 1))
  );
}

/** How somebody is to play. */
export interface PlayOptions {
  /** What samples go on from, one after the other and then from the first again. */
  beginnings: readonly (readonly NoteEvent[])[];
  /** What may be quoted. */
  index?: QuotationIndex;
  /** How many samples. */
  samples: number;
  /** Notes of a sample; of one that ends, the most. */
  count: number;
  /** Decides all that is drawn. */
  seed: number;
  /** Gives up before the next note when it fires. */
  signal?: AbortSignal;
  /** Called, and awaited, after each sample. */
  onSample?: (done: number) => void | Promise<void>;
}

/** What somebody has played. */
export interface Played {
  /** Tables of notes. */
  samples: DataFrame[];
  /** What each measures. */
  values: PlayingValues[];
  /** Nats per note of each, by the model's own probabilities, without filters and rules; nothing of a tfjs model. */
  nats?: number[];
}

/** Lets somebody play, and measures it. */
export async function letPlay(name: string, { model, ...way }: Player, options: PlayOptions): Promise<Played> {
  const { beginnings, index, samples, count, seed, signal, onSample } = options, prng = seeded(seed);
  let costs: number[] = [];
  const scored = "listen" in model ? scoreAsHeard(model, (nats) => costs.push(nats)) : undefined;
  const tables: DataFrame[] = [], nats: number[] = [];
  for (let i = 0; i < samples; i++) {
    costs = [];
    const made = await generate(scored ?? model, beginnings[i % beginnings.length], { ...way, count, prng, signal });
    tables.push(eventTable(eventsOf(made), name));
    nats.push(mean(costs.slice(-made.height)));
    await onSample?.(i + 1);
  }
  return { samples: tables, values: tables.map((table) => playingValues(table, index)), ...scored && { nats } };
}

function eventsOf(table: DataFrame): NoteEvent[] {
  return table.toRecords().map(({ pitch, step, duration }) => ({ pitch, step, duration }) as NoteEvent);
}
