import { checkOptions, kinds, optional } from "../../options/mod.ts";
import type { Chorale, ChoraleCorpus } from "../../corpus/mod.ts";
import { type Prng, seeded } from "../../random/mod.ts";
import { drawChorale, gibbs, harmoniseByBeam, illiacChorales, withOpenFrames } from "../../sampling/mod.ts";
import { REST } from "../../score/mod.ts";
import { fillingSystem } from "../../systems/mod.ts";
import {
  type ChoraleHarmoniser,
  type ChoralePlayer,
  type ChoralePlayingReport,
  measureSpreads,
} from "../report/chorale_playing_report.ts";
import { agreementOf } from "../report/agreement_of.ts";
import { choraleMeasures, type ChoraleValues } from "../report/chorale_measures.ts";
import { type ChoraleModels, choraleSystemsOf, openChoraleModels } from "./chorale_models.ts";
import { sharedMelodies } from "./evaluate_chorales.ts";
import { type EvaluateCorpusOptions, FIRST_SEED, SYSTEMS_AND_RUNS } from "./evaluate_corpus.ts";

/** Options of {@linkcode evaluateChoralePlaying}; those of training mean what they mean to `evaluateChorales`. */
export interface EvaluateChoralePlayingOptions
  extends Pick<EvaluateCorpusOptions, "epochs" | "overrides" | "cache" | "signal" | "onProgress"> {
  /**
   * Names of the systems that play, of `CHORALE_SYSTEMS` and `FILLING_SYSTEMS`. The Illiac Suite always plays, first.
   *
   * @default {CHORALE_PLAYERS}
   */
  models?: readonly string[];
  /**
   * Chorales of each.
   *
   * @default 50
   */
  samples?: number;
  /**
   * Melodies of the test side that are harmonised by those of the systems that can: BachBot's, and those that fill in. None
   * of them is one that was learned from.
   *
   * @default 20
   */
  melodies?: number;
}

/** The systems that play where nobody names any. */
export const CHORALE_PLAYERS: readonly string[] = [
  "grid-bigram-16",
  "bachbot",
  "music-transformer",
  "chorale-viewpoints",
  "chorale-viewpoints-training",
  "chorale-mixture",
  "deepbach-notes",
  "deepbach-masked",
];

/** Sixteenths of 16 bars of 4/4. */
const SIXTEEN_BARS = 256;
/** Chorales that are kept to be heard. */
const KEPT = 3;

/** What was played, and how long that took. */
interface Performance {
  chorales: Pick<Chorale, "frames" | "struck">[];
  seconds: number;
}

/** Chorales that a system drew, and melodies that it harmonised. */
interface Kept {
  drawn: Performance;
  harmonised?: Performance;
}

/**
 * Lets systems of chorales play, and measures what they play beside the test side of a corpus (`choraleMeasures`): chorales
 * from nothing, as long as those are, and harmonisations of their sopranos, beside Bach's own.
 *
 * Systems learn as `evaluateChorales` has them learn, in the same runs, with the seed 42. What names the next event is drawn
 * from at temperature 1, without rules; what fills in plays by `gibbs` with its defaults, on the notation of the chorale
 * whose length it takes, if it hears notation; BachBot harmonises by a beam with its defaults. Results are kept as those of
 * `evaluateCorpus` are. Same seed, same report, but for seconds.
 *
 * @param corpus Chorales, split in three.
 * @throws {RangeError} If an option is out of range, or a system has another name.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function evaluateChoralePlaying(
  corpus: ChoraleCorpus,
  options: EvaluateChoralePlayingOptions = {},
): Promise<ChoralePlayingReport> {
  const { seeds: _, ...shared } = SYSTEMS_AND_RUNS;
  checkOptions<EvaluateChoralePlayingOptions>("evaluate playing", options, {
    ...shared,
    samples: optional(kinds.positiveInteger),
    melodies: optional(kinds.positiveInteger),
  });
  const { models = CHORALE_PLAYERS, samples = 50, onProgress = () => {} } = options;
  const { entries, fills } = choraleSystemsOf(models), opened = await openChoraleModels(corpus, models, options);
  // A melody that was learned from, with Bach's voices to it, would be no test.
  const known = sharedMelodies(corpus),
    melodies = corpus.test.filter((_, i) => !known[i]).slice(0, options.melodies ?? 20);
  const scope = { samples, melodies: melodies.length };
  const stage = { ...options, samples, melodies, test: corpus.test, onProgress };
  const measure = choraleMeasures(corpus.train);
  const measured = (chorales: Performance["chorales"]) =>
    measureSpreads(chorales.map((chorale, i): ChoraleValues => measure({ ...chorale, name: `sample ${i}` })));
  const bach = corpus.test.map(measure), players: ChoralePlayer[] = [], harmonisers: ChoraleHarmoniser[] = [];
  const add = (of: Pick<ChoralePlayer, "name" | "title" | "way">, { drawn, harmonised }: Kept, harmonising: string) => {
    const { chorales, seconds } = drawn, kept = chorales.slice(0, KEPT).map(({ frames }) => frames as number[][]);
    players.push({ ...of, measures: measured(chorales), seconds: seconds / samples, chorales: kept });
    if (harmonised && melodies.length > 0) {
      harmonisers.push({ ...of, ...harmoniserOf(harmonised, melodies, measured), way: harmonising });
    }
  };
  const before = performance.now();
  const suite = illiacChorales({ prng: seeded(FIRST_SEED), count: samples });
  add(
    {
      name: "illiac-suite",
      title: "Illiac Suite",
      way: "Hiller and Isaacson's second experiment: drawing and rejecting",
    },
    { drawn: { chorales: suite, seconds: (performance.now() - before) / 1000 } },
    "",
  );
  for (const entry of entries) {
    const { system: { name, title } } = entry, { networks, of } = opened.dependencies(entry.system, FIRST_SEED);
    const kept = await keptOr(opened, { ...of, ...scope }, async () => {
      const { model, dispose } = await opened.learned(entry, networks);
      try {
        const drawn = await perform(
          title,
          stage,
          (frames, prng) =>
            drawChorale(model, { begin: { name, frames: [], struck: [] }, frames, prng, signal: options.signal }),
        );
        if (!model.heads.some(({ name }) => name === "token")) return { drawn };
        const harmonised = await harmonise(title, stage, async (chorale) => {
          const how = { chorale, fixed: (_: number, voice: number) => voice === 0, signal: options.signal };
          return (await harmoniseByBeam(model, how)).chorale;
        });
        return { drawn, harmonised };
      } finally {
        dispose();
      }
    });
    add({ name, title, way: "temperature 1" }, kept, "the likeliest of a beam, each note struck preferred by a nat");
  }
  for (const name of fills) {
    const system = fillingSystem(name), { title } = system, { networks, of } = opened.dependencies(system, FIRST_SEED);
    const kept = await keptOr(opened, { ...of, ...scope }, async () => {
      const { model, dispose } = await opened.filling(name, networks[0]), { signal } = options;
      try {
        const drawn = await perform(title, stage, async (frames, prng, { notation }) => {
          const chorale = { ...withOpenFrames({ name, frames: [], struck: [] }, frames), notation };
          return (await gibbs(model, { chorale, fixed: () => false, prng, signal })).chorale;
        });
        const harmonised = await harmonise(
          title,
          stage,
          async (chorale, prng) =>
            (await gibbs(model, { chorale, fixed: (_, voice) => voice === 0, prng, signal })).chorale,
        );
        return { drawn, harmonised };
      } finally {
        dispose();
      }
    });
    add(
      { name, title, way: "pseudo-Gibbs sampling at a falling temperature" },
      kept,
      "pseudo-Gibbs sampling around the melody",
    );
  }
  return {
    corpus: corpus.name,
    kernel: opened.kernel,
    code: opened.code.measuring,
    seed: FIRST_SEED,
    samples,
    music: { pieces: corpus.test.length, measures: measureSpreads(bach) },
    players,
    harmonising: {
      melodies: melodies.length,
      music: measureSpreads(melodies.map(measure)),
      harmonisers,
    },
  };
}

/** What is kept of a player's results, or comes of letting it play. */
async function keptOr({ cache }: ChoraleModels, of: Record<string, unknown>, play: () => Promise<Kept>): Promise<Kept> {
  return await cache.readOr({ ...of, of: "playing" }, play);
}

/** What all who play are given. */
interface Stage extends Required<Pick<EvaluateChoralePlayingOptions, "samples" | "onProgress">> {
  test: readonly Chorale[];
  melodies: readonly Chorale[];
  signal?: AbortSignal;
}

/** Draws chorales as long as those of the test side. */
async function perform(
  title: string,
  { samples, test, signal, onProgress }: Stage,
  draw: (frames: number, prng: Prng, like: Chorale) => Promise<Chorale>,
): Promise<Performance> {
  return await timed(`${title}: drawing`, samples, { signal, onProgress }, async (i) => {
    const like = test[i % test.length];
    return await draw(like.frames.length, seeded(FIRST_SEED + i), like);
  });
}

/** Harmonises the sopranos of chorales; of their other voices nothing is known. */
async function harmonise(
  title: string,
  { melodies, signal, onProgress }: Stage,
  draw: (melody: Chorale, prng: Prng) => Promise<Chorale>,
): Promise<Performance> {
  return await timed(`${title}: harmonising`, melodies.length, { signal, onProgress }, async (i) => {
    const { frames, struck, ...melody } = melodies[i];
    const alone = frames.map(([soprano]) => [soprano, REST, REST, REST]);
    return await draw(
      { ...melody, frames: alone, struck: struck.map(([soprano]) => [soprano, false, false, false]) },
      seeded(FIRST_SEED + i),
    );
  });
}

async function timed(
  label: string,
  total: number,
  { signal, onProgress }: Pick<Stage, "signal" | "onProgress">,
  draw: (i: number) => Promise<Chorale>,
): Promise<Performance> {
  const chorales: Performance["chorales"] = [];
  let seconds = 0;
  for (let i = 0; i < total; i++) {
    signal?.throwIfAborted();
    const before = performance.now(), { frames, struck } = await draw(i);
    seconds += (performance.now() - before) / 1000;
    chorales.push({ frames, struck });
    await onProgress({ label, done: i + 1, total });
  }
  return { chorales, seconds };
}

function harmoniserOf(
  { chorales, seconds }: Performance,
  melodies: readonly Chorale[],
  measured: (chorales: Performance["chorales"]) => ChoraleHarmoniser["measures"],
): Omit<ChoraleHarmoniser, "name" | "title" | "way"> {
  const frames = melodies.reduce((sum, { frames }) => sum + frames.length, 0);
  return {
    ...agreementOf(melodies, chorales),
    measures: measured(chorales),
    seconds: seconds * SIXTEEN_BARS / frames,
  };
}
