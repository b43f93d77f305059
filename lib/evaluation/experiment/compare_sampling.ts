import type { DataFrame } from "nodejs-polars";
import type { EventPiece, NoteEvent } from "../../encodings/mod.ts";
import { longestQuotation, mean, type QuotationIndex } from "../../metrics/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { seeded } from "../../random/mod.ts";
import { generate, type GenerateOptions } from "../../sampling/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { type Spread, spreadOf } from "../report/claims.ts";
import { noteTable } from "../report/music.ts";
import { PLAYING } from "../report/playing.ts";
import { scoreModel } from "../scoring/score_model.ts";

/** A way to sample: options of `generate`, all but how many notes and what draws. */
export type WayOfSampling = Pick<
  GenerateOptions,
  "temperature" | "topK" | "topP" | "minP" | "rules" | "whenStuck" | "ending"
>;

/** Options of {@linkcode compareSampling}. */
export interface CompareSamplingOptions {
  /** The ways, by name. */
  ways: Readonly<Record<string, WayOfSampling>>;
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
   * Samples of each way.
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
  /** Decides all that is drawn; each way begins with the same. */
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

/** What a way of sampling came to. */
export interface PlayedWay {
  /** Its name. */
  name: string;
  /** Its samples, in order. */
  samples: readonly DataFrame[];
  /** `nats per note` and `PLAYING`, and `longest quotation` where it was looked for. */
  measures: MeasuredPlaying;
  /** Measures whose median is outside of the music's 5 to 95 %. */
  outside: readonly string[];
}

/** What {@linkcode compareSampling} found. */
export interface SamplingComparison {
  /** The music that it is held against. */
  music: MeasuredPlaying;
  /** The ways, in order. */
  ways: readonly PlayedWay[];
}

/**
 * Lets one model play in several ways, and measures what each does to the music:
 * how likely the model itself holds what it has played, without filters and rules,
 * in nats per note, and by `PLAYING` how it is made. Beside it stand stretches of
 * real music, measured in the same way.
 *
 * @param model A model of notes.
 * @param options The ways, what they go on from, and the music.
 * @throws {TypeError} If an option is missing, unknown or of the wrong type.
 * @throws {RangeError} If one is out of range, there is nothing to go on from, or no piece is as long as a sample.
 * @throws {Error} If the rules of a way forbid everything.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function compareSampling(
  model: SequenceModel<NoteEvent>,
  options: CompareSamplingOptions,
): Promise<SamplingComparison> {
  const { ways, beginnings, music, index, samples = 50, count = 200, seed, signal, onSample } = checkOptions(
    "compare ways of sampling",
    options,
    {
      ways: kinds.object("ways of sampling by name") as Kind<CompareSamplingOptions["ways"]>,
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
  const measure = (notes: DataFrame, nats: number): Record<string, number> => ({
    "nats per note": nats,
    ...Object.fromEntries(PLAYING.map(({ name, of }) => [name, of(notes)])),
    ...index && { "longest quotation": longestQuotation(index, notes, { by: "times" })?.notes ?? 0 },
  });
  const measured: Record<string, number>[] = [];
  for (const { piece, events } of music) {
    if (events.length < count) continue;
    const nats = await natsOf(model, events, signal);
    for (let first = 0; first + count <= events.length; first += Math.ceil(count / 2)) {
      const notes = tableOf(events.slice(first, first + count), piece);
      // The first note of a piece has none before it.
      measured.push(measure(notes, mean(nats.slice(Math.max(0, first - 1), first + count - 1))));
    }
  }
  if (measured.length === 0) {
    throw new RangeError(`Cannot compare ways of sampling: no piece of the music has ${count} notes`);
  }
  const real = spreads(measured);
  const played: PlayedWay[] = [];
  const names = Object.keys(ways);
  for (const [w, name] of names.entries()) {
    const prng = seeded(seed), tables: DataFrame[] = [], values: Record<string, number>[] = [];
    for (let i = 0; i < samples; i++) {
      const beginning = beginnings[i % beginnings.length];
      const notes = eventsOf(await generate(model, beginning, { ...ways[name], count, prng, signal }));
      const nats = await natsOf(model, [...beginning, ...notes], signal);
      const table = tableOf(notes, name);
      tables.push(table);
      values.push(measure(table, mean(nats.slice(-notes.length))));
      await onSample?.(w * samples + i + 1, names.length * samples);
    }
    const measures = spreads(values);
    const outside = Object.entries(real).filter(([of, { low, high }]) =>
      !(measures[of].middle >= low && measures[of].middle <= high)
    );
    played.push({ name, samples: tables, measures, outside: outside.map(([of]) => of) });
  }
  return { music: real, ways: played };
}

/** Nats of each note of a piece but the first, all heads together. */
async function natsOf(
  model: SequenceModel<NoteEvent>,
  events: readonly NoteEvent[],
  signal?: AbortSignal,
): Promise<Float64Array> {
  const { heads } = await scoreModel(model, [{ piece: "", events }], { signal });
  const [first, ...others] = Object.values(heads).map(({ nats }) => nats);
  return first.map((nats, i) => others.reduce((sum, head) => sum + head[i], nats));
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
