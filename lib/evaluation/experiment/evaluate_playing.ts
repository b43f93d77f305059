import type { Corpus } from "../../corpus/mod.ts";
import { quotationIndex } from "../../metrics/mod.ts";
import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { WAY_OF_PLAYING } from "../../sampling/mod.ts";
import { READING, type Settings, settings } from "../../settings/mod.ts";
import { noteSystem } from "../../systems/mod.ts";
import { breather } from "../../training/mod.ts";
import { nullForNaN } from "../report/figures.ts";
import { spreadOf } from "../report/claims.ts";
import { type PlayingValues, spreadsOf, unlikeMusic } from "../report/playing.ts";
import type {
  PlainSpread,
  PlainValues,
  PlayedAgainst,
  PlayingAtLength,
  PlayingReport,
  PlayingSection,
} from "../report/playing_report.ts";
import { type CodeVersion, versionsFor } from "./code_version.ts";
import { compareOthers } from "./compare_others.ts";
import { contestants } from "./contestants.ts";
import { type EvaluateCorpusOptions, EVALUATION_CACHE, FIRST_SEED, SYSTEMS_AND_RUNS } from "./evaluate_corpus.ts";
import { measureStretches } from "./let_play.ts";
import { type Musician, perform, plainValues, type SampleLength, stagesOf } from "./perform.ts";
import { type ResultCache, resultCache } from "./result_cache.ts";
import { temperatureOf } from "./run_contestant.ts";
import { reportOf, sectionData } from "./section_data.ts";
import { usablePieces } from "./usable_pieces.ts";

/** Options of {@linkcode evaluatePlaying}. */
export interface EvaluatePlayingOptions
  extends Pick<EvaluateCorpusOptions, "readings" | "epochs" | "overrides" | "cache" | "signal" | "onProgress"> {
  /**
   * Names of the systems that play as they are, of `NOTE_SYSTEMS`. `WAY_OF_PLAYING` always plays, last.
   *
   * @default the paper's recipe, from the seven files where they are there; viewpoints, and viewpoints that look back
   */
  models?: readonly string[];
  /**
   * The side of the split whose beginnings samples go on from, and whose stretches they are held against: the held-out
   * side to choose a way of playing by, the test side to report it.
   *
   * @default {"test"}
   */
  against?: PlayedAgainst;
  /**
   * How long the samples are, in notes, and how many. Where there are fewer than five stretches as long, they become half
   * as long, until there are; a length that comes twice is measured once.
   *
   * @default {[{ count: 200, samples: 50 }, { count: 800, samples: 10 }]}
   */
  lengths?: readonly SampleLength[];
}

const LENGTHS: readonly SampleLength[] = [{ count: 200, samples: 50 }, { count: 800, samples: 10 }];
const SYSTEMS = ["lstm-seven", "lstm", "viewpoints", "viewpoints-own-past"];

/**
 * Lets systems play, and measures them by `PLAYING` beside overlapping stretches of a corpus that they have not learned
 * from. What scores best need not play best: this is by what a way of playing is chosen.
 *
 * Systems learn as `evaluateCorpus` has them learn, in the same runs, with the seed 42. The published reading's recipe is
 * sampled as it was published; all others at the temperature of their settings, as they are at their best epoch; and
 * `WAY_OF_PLAYING` in its way.
 *
 * Results are kept as those of `evaluateCorpus` are. Same seed, same report.
 *
 * @param corpus An open corpus.
 * @param options Who plays, against what.
 * @throws {RangeError} If an option is out of range, a system has another name, or the corpus is too small.
 * @throws {DOMException} The signal's reason, when it fires. A system that fails throws nothing: `failures` has it.
 */
export async function evaluatePlaying(corpus: Corpus, options: EvaluatePlayingOptions = {}): Promise<PlayingReport> {
  const { seeds: _, ...shared } = SYSTEMS_AND_RUNS;
  checkOptions("evaluate playing", options, {
    ...shared,
    readings: optional(kinds.list("readings", READING)),
    against: optional(kinds.oneOf("heldOut", "test")),
    lengths: optional(kinds.list(
      "lengths",
      kinds.entries<SampleLength>({ count: kinds.positiveInteger, samples: kinds.positiveInteger }),
    )),
  });
  const { readings = ["published", "corrected"], against = "test", cache = EVALUATION_CACHE, overrides = {} } = options;
  const { pieces, leftOut } = usablePieces(corpus.pieces);
  const names = [...options.models ?? SYSTEMS, WAY_OF_PLAYING.system];
  const { code, kernel } = await versionsFor(names.map(noteSystem));
  const sections: PlayingSection[] = [];
  for (const reading of readings) {
    const own = settings(reading, { ...overrides, seed: FIRST_SEED });
    const section = { ...options, settings: own, against, cache: resultCache(cache), code, kernel };
    sections.push(await playSection({ ...corpus, pieces }, section));
  }
  return {
    corpus: corpus.name,
    leftOut: [...corpus.leftOut, ...leftOut],
    kernel,
    code: code.measuring,
    seed: FIRST_SEED,
    against,
    sections,
  };
}

/** What a section is made with. */
interface SectionOptions extends Omit<EvaluatePlayingOptions, "cache"> {
  settings: Settings;
  against: PlayedAgainst;
  cache: ResultCache;
  code: CodeVersion;
  kernel: string | null;
}

async function playSection(corpus: Corpus, options: SectionOptions): Promise<PlayingSection> {
  const { settings: own, against, lengths = LENGTHS, signal, onProgress = () => {} } = options, { reading } = own;
  await onProgress({ label: `${reading}: reading the notes`, done: 0, total: 1 });
  const data = sectionData(corpus.pieces, own), { train, heldOut, test } = data.sides;
  const sides = against === "test" ? [test, heldOut, train] : [heldOut, test, train];
  const stages = stagesOf(sides[0], lengths), index = quotationIndex(train.table);
  const rest = [...sides[1].events, ...sides[2].events];
  const music: PlayingValues[][] = [], played: PlayingAtLength[] = [];
  for (const { count, samples, stretches } of stages) {
    const values = await measureStretches(stretches, { count, index, signal });
    const pieces = new Set(stretches.map(({ piece }) => piece)).size, measures = plainSpreads(values);
    const others = await compareOthers(rest, { music: values, pieces, count, seed: own.seed, signal });
    music.push(values);
    played.push({ count, samples, music: { pieces, values: values.map(plainValues), measures }, others, players: [] });
  }
  await onProgress({ label: `${reading}: reading the notes`, done: 1, total: 1 });
  const failures: PlayingSection["failures"] = [], breathe = breather(), musicians = musiciansOf(corpus, data, options);
  for (const [i, musician] of musicians.entries()) {
    const { contestant: { system, settings }, way } = musician;
    const title = way ? `${system.title}, as it plays best` : system.title;
    const label = `${reading} ${i + 1}/${musicians.length}: ${title}`;
    try {
      await breathe();
      signal?.throwIfAborted();
      const performances = await perform(musician, { ...options, stages, sides, label, onProgress });
      for (const [k, { values: plain, notes, nats }] of performances.entries()) {
        const values = plain.map(known);
        played[k].players.push({
          system: system.name,
          title,
          way: way?.words ?? asItIs(settings),
          values: plain,
          measures: plainSpreads(values),
          outside: unlikeMusic(values, spreadsOf(music[k])),
          nats: nats && { samples: plainSpread(nats.samples), music: plainSpread(nats.music) },
          notes,
        });
      }
    } catch (error) {
      if (signal?.aborted) throw error;
      failures.push({ player: title, error: (error as Error).message });
    }
  }
  return {
    reading,
    sides: { train: reportOf(train), heldOut: reportOf(heldOut), test: reportOf(test) },
    lengths: played,
    failures,
  };
}

/** Who plays in a section: the seven files' network where it can, otherwise the one that learns from the training side. */
function musiciansOf(
  { name: corpus, pieces }: Corpus,
  data: ReturnType<typeof sectionData>,
  { models, settings, overrides = {}, epochs }: SectionOptions,
): Musician[] {
  const rivals = contestants({
    corpus,
    pieces,
    data,
    settings,
    overrides,
    epochs,
    names: [...models ?? SYSTEMS, WAY_OF_PLAYING.system],
  });
  const seven = !models && rivals.some(({ system }) => system.name === "lstm-seven");
  const asTheyAre = rivals.filter(({ system: { name } }) =>
    (models ?? SYSTEMS).includes(name) && !(seven && name === "lstm")
  );
  const best = rivals.find(({ system }) => system.name === WAY_OF_PLAYING.system)!;
  return [...asTheyAre.map((contestant) => ({ contestant })), { contestant: best, way: WAY_OF_PLAYING }];
}

/** How a system is sampled where nobody has chosen a way, in words. */
function asItIs(settings: Settings | null): string {
  const fed = settings?.feedback === "raw" ? ", its pitches fed back raw" : "";
  return `as it is: temperature ${temperatureOf(settings)}${fed}`;
}

/** Values as they were before they became JSON. */
function known(values: PlainValues): PlayingValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? NaN]));
}

function plainSpreads(values: readonly PlayingValues[]): Record<string, PlainSpread> {
  return Object.fromEntries(
    Object.keys(values[0]).map((name) => [name, plainSpread(values.map((value) => value[name]))]),
  );
}

function plainSpread(values: readonly number[]): PlainSpread {
  const { low, middle, high } = spreadOf(values);
  return { low: nullForNaN(low), middle: nullForNaN(middle), high: nullForNaN(high) };
}
