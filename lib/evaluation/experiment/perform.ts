import { type NoteEvent, notePieces } from "../../encodings/mod.ts";
import { quotationIndex } from "../../metrics/mod.ts";
import type { WayOfPlaying, WayOfSampling } from "../../sampling/mod.ts";
import type { Settings } from "../../settings/mod.ts";
import { nullForNaN } from "../report/figures.ts";
import { noteLists } from "../report/music.ts";
import type { PlayingValues } from "../report/playing.ts";
import type { PlainValues, PlayerReport } from "../report/playing_report.ts";
import { fitHeads } from "../scoring/fit_heads.ts";
import type { CodeVersion } from "./code_version.ts";
import { type Contestant, learningOf, runsIn } from "./contestants.ts";
import { learn } from "./learn.ts";
import { letPlay, natsOfStretches, overlappingStretches, type Player, type Stretch } from "./let_play.ts";
import type { ResultCache } from "./result_cache.ts";
import { temperatureOf } from "./run_contestant.ts";
import { beginningsOf, type Side } from "./section_data.ts";
import type { EvaluationStage } from "./train_network.ts";

/** Somebody who is to play. */
export interface Musician {
  /** What plays. */
  contestant: Contestant;
  /** How, if not as it is. */
  way?: WayOfPlaying;
}

/** How long samples are, and how many. */
export interface SampleLength {
  /** Notes of a sample. */
  count: number;
  /** Samples of each player. */
  samples: number;
}

/** A length, and the music that is as long. */
export interface Stage extends SampleLength {
  /** The music. */
  stretches: readonly Stretch[];
}

/** What is kept of a player at one length, as plain JSON. */
export type Performance = Pick<PlayerReport, "values" | "notes"> & {
  /** Nats per note of each sample, and of each stretch. */
  nats: { samples: number[]; music: number[] } | null;
};

/** What a performance is given with. */
export interface PerformOptions {
  /** The lengths. */
  stages: readonly Stage[];
  /** The side that samples are held against, and others that they can go on from where its pieces are too short. */
  sides: readonly Side[];
  /** The section's settings. */
  settings: Settings;
  /** Where results are kept. */
  cache: ResultCache;
  /** What code is at work. */
  code: CodeVersion;
  /** What computes the networks. */
  kernel: string | null;
  /** Begins the label of every stage. */
  label: string;
  /** Stops it. */
  signal?: AbortSignal;
  /** Told how far it has come. */
  onProgress: (stage: EvaluationStage) => void | Promise<void>;
}

/** Fewer stretches say little of the music. */
const FEWEST = 5;
/** Samples of each length whose notes are kept. */
const KEPT = 3;

/**
 * The lengths for which a side has music enough: one for which it does not becomes half as long, until it does.
 *
 * @throws {RangeError} If there are no notes.
 */
export function stagesOf({ events }: Side, lengths: readonly SampleLength[]): Stage[] {
  const stages = new Map<number, Stage>();
  for (const { count: asked, samples } of lengths) {
    let count = asked, stretches = overlappingStretches(events, count);
    while (stretches.length < FEWEST && count > 1) {
      count = Math.floor(count / 2);
      stretches = overlappingStretches(events, count);
    }
    if (stretches.length === 0) throw new RangeError("Cannot evaluate playing: the music has no notes");
    if (!stages.has(count)) stages.set(count, { count, samples, stretches });
  }
  return [...stages.values()];
}

/**
 * Lets a musician learn and play at each length, or takes what is kept of that.
 *
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function perform({ contestant, way }: Musician, options: PerformOptions): Promise<Performance[]> {
  const { stages, sides, settings, code, kernel, cache, label, signal, onProgress } = options;
  const { train, heldOut } = contestant, { seed } = settings;
  const resultOf = ({ count, samples }: Stage) => ({
    code: code.measuring,
    ...learningOf(contestant, seed, kernel),
    playing: { way: way?.words ?? null, count, samples, length: settings.length, reading: settings.reading },
    sides: sides.map(({ hash }) => hash),
  });
  const kept = await Promise.all(stages.map((stage) => cache.read<Performance>(resultOf(stage))));
  if (kept.every((performance) => performance !== undefined)) return kept;
  const run = runsIn(cache, code, kernel);
  const { candidates, dispose } = await learn(contestant, { seed, settings, run, label, signal, onProgress });
  try {
    // As its recipe ends where nobody looked at held-out pieces, otherwise at its best epoch.
    const row = contestant.settings?.monitor === "train" ? "last" : "best";
    const { model: scorable, source } = candidates.find((candidate) => candidate.row === row) ?? candidates[0];
    const isRaw = contestant.settings?.feedback === "raw";
    const model = isRaw ? source.from : await fitHeads(scorable, heldOut.events, { signal });
    const asItIs = { ...isRaw && source.as, temperature: temperatureOf(contestant.settings) };
    const sampling: WayOfSampling = way?.sampling ?? asItIs, player: Player = { ...sampling, model };
    const index = quotationIndex(train.table), performances: Performance[] = [];
    for (const stage of stages) {
      const { count, samples, stretches } = stage;
      const { samples: tables, values, nats } = await letPlay(contestant.system.title, player, {
        beginnings: beginningsFor(stage, sides, settings.length),
        index,
        samples,
        count,
        seed,
        signal,
        onSample: (done) => onProgress({ label: `${label}: samples of ${count} notes`, done, total: samples }),
      });
      const performance: Performance = {
        values: values.map(plainValues),
        notes: tables.slice(0, KEPT).map(noteLists),
        nats: nats && "listen" in model
          ? { samples: nats, music: await natsOfStretches(model, stretches, { count, signal }) }
          : null,
      };
      await cache.write(resultOf(stage), performance);
      performances.push(performance);
    }
    return performances;
  } finally {
    dispose();
  }
}

/**
 * What samples go on from: the first notes of the pieces that they are held against, since long pieces are not made as
 * short ones are; where these are too short, those of others.
 */
function beginningsFor({ stretches, samples }: Stage, sides: readonly Side[], length: number): NoteEvent[][] {
  const pieces = [...new Set(stretches.map(({ piece }) => piece))].filter(({ events }) => events.length >= length);
  if (pieces.length > 0) return pieces.map(({ events }) => events.slice(0, length));
  return beginningsOf(sides, length, samples).map(({ notes }) => notePieces(notes).flatMap(({ events }) => events));
}

/** Values in JSON, which has no NaN. */
export function plainValues(values: PlayingValues): PlainValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, nullForNaN(value)]));
}
