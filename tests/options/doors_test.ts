import { assert, assertEquals, assertRejects } from "@std/assert";
import pl from "nodejs-polars";
import {
  corpusFiles,
  downloadCorpus,
  downloadJsb,
  findNearDoubles,
  nearDoubleGroups,
  openCorpus,
  openJsb,
  splitByPiece,
  trainingPieces,
} from "../../lib/corpus/mod.ts";
import {
  compareSampling,
  evaluateChorales,
  evaluateCorpus,
  fitHeads,
  forecastTimes,
  scoreConditional,
  scoreModel,
} from "../../lib/evaluation/mod.ts";
import {
  featureEncoding,
  movingPitches,
  noteClasses,
  notePieces,
  paperEncoding,
  quantisationError,
  scalingSeconds,
} from "../../lib/encodings/mod.ts";
import { categorical, counted, logNormal, mixtureDensity, regression } from "../../lib/heads/mod.ts";
import { readKern, readMidi, writeMidi } from "../../lib/formats/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import {
  arpeggioShare,
  bootstrap,
  calibration,
  curve,
  emptyMeasureRate,
  grooveConsistency,
  interOnsetMean,
  interOnsets,
  interOnsetSd,
  intervalShare,
  keyCurve,
  leapShare,
  longestQuotation,
  meanInterval,
  mostCommonInterval,
  mostCommonIntervalShare,
  ngramOverlap,
  onsetPhaseVariance,
  pitchClassTransitions,
  polyphonyRate,
  quantileCalibration,
  quotationIndex,
  repeatShare,
  risingShare,
  stepLeapRatio,
  stepShare,
  tonalTension,
  turnShare,
  varianceCalibration,
  wideShare,
} from "../../lib/metrics/mod.ts";
import { compareRuns, liveTraining, player, table as showTable } from "../../lib/notebook/mod.ts";
import {
  corpusTable,
  durationClasses,
  findKey,
  layOnTempo,
  randomTranspose,
  stepClasses,
  toCommonKey,
  toNoteTable,
} from "../../lib/notes/mod.ts";
import {
  distributions,
  engrave,
  pianoRoll,
  runCurves,
  tensionCurves,
  timeCalibration,
  trainingCurves,
} from "../../lib/plots/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import {
  beamSearch,
  fewRepeats,
  generate,
  networkModel,
  noLoop,
  noQuotation,
  noSelfCopy,
  noWideLeaps,
  onGrid,
  shapeLogs,
  withinRange,
  withinScale,
} from "../../lib/sampling/mod.ts";
import { flatten, scoreOfFrames, voiceFrames } from "../../lib/score/mod.ts";
import { type Settings, settings } from "../../lib/settings/mod.ts";
import { intervalColumn, ngramColumn, uniform, vanillaLstm } from "../../lib/systems/mod.ts";
import { evaluate, fit, keepEarlierRun } from "../../lib/training/mod.ts";
import { paper } from "../training/models.ts";
import { windows } from "../../lib/windows/mod.ts";

await startBackend();

const rows = [...Array(9).keys()];
const table = pl.DataFrame({
  piece: rows.map(() => "scale"),
  pitch: rows.map((i) => 60 + i),
  step: rows.map(() => 0.5),
  duration: rows.map(() => 0.5),
});
const score = scoreOfFrames(rows.map((i) => [60 + i, 48]));
const examples = windows(table, { length: 4 });
const model = () => vanillaLstm({ length: 4, units: 2, prng: seeded(1) });
const lossWeights = { pitch: 1, step: 1, duration: 1 };
const { signal } = new AbortController();
const prng = seeded(1);
const nothing = () => {};
const counting = uniform.learn({ train: [], heldOut: [] }, settings("corrected"));
const pitches = { head: "pitch", pitchOf: (value: number) => value, voices: 1 };

/** A public function, and all options that it takes, with values that it would take. */
interface Door {
  call: (options: never) => unknown;
  options: Record<string, unknown>;
  /** Those that may not be left out. */
  required?: readonly string[];
}

const MELODY = [
  stepShare,
  leapShare,
  repeatShare,
  wideShare,
  stepLeapRatio,
  meanInterval,
  mostCommonInterval,
  mostCommonIntervalShare,
  arpeggioShare,
  risingShare,
  turnShare,
  pitchClassTransitions,
];

const DOORS: Record<string, Door> = {
  settings: {
    call: (overrides: Partial<Settings>) => settings("published", overrides),
    options: { ...settings("published") },
  },
  windows: {
    call: (options: Parameters<typeof windows>[1]) => windows(table, options),
    options: { length: 4, shift: 1, acrossPieces: true, maxSeconds: 4 },
    required: ["length"],
  },
  "windows().batches": {
    call: (options: Parameters<typeof examples.batches>[0]) => examples.batches(options),
    options: { size: 2, prng, dropRemainder: true },
    required: ["size"],
  },
  vanillaLstm: {
    call: (options: Parameters<typeof vanillaLstm>[0]) => vanillaLstm(options),
    options: { length: 4, units: 2, prng },
    required: ["prng"],
  },
  keepEarlierRun: {
    call: (options: Parameters<typeof keepEarlierRun>[1]) => keepEarlierRun("tests/out/no-run", options),
    options: { resume: true },
  },
  fit: {
    call: (options: Parameters<typeof fit>[2]) => fit(model(), examples, options),
    options: {
      epochs: 1,
      batchSize: 2,
      learningRate: 0.1,
      lossWeights,
      prng,
      dropRemainder: true,
      reshuffle: true,
      supervision: "last",
      heldOut: examples,
      patience: 3,
      monitor: "train",
      restoreBest: true,
      run: "folder",
      resume: false,
      signal,
      onStep: nothing,
      onEpoch: nothing,
      createStep: nothing,
    },
    required: ["epochs", "batchSize", "learningRate", "lossWeights", "prng"],
  },
  evaluate: {
    call: (options: Parameters<typeof evaluate>[2]) => evaluate(model(), examples, options),
    options: { batchSize: 2, lossWeights, signal },
    required: ["batchSize", "lossWeights"],
  },
  generate: {
    call: (options: Parameters<typeof generate>[2]) => generate(model(), table, options),
    options: {
      count: 2,
      temperature: 1,
      prng,
      topK: 2,
      topP: 0.9,
      minP: 0.1,
      rules: [],
      whenStuck: "lift",
      ending: { bars: 2, barSeconds: 1 },
      feedback: "raw",
      carryState: true,
      maxSeconds: 4,
      ...paper(),
      signal,
      onNote: nothing,
    },
    required: ["count", "temperature", "prng"],
  },
  shapeLogs: {
    call: (options: Parameters<typeof shapeLogs>[1]) => shapeLogs([0, 0], options),
    options: { temperature: 1, weights: [0, 0], topK: 1, topP: 0.5, minP: 0.5 },
  },
  beamSearch: {
    call: (options: Parameters<typeof beamSearch>[2]) => beamSearch(counting, counting.listen(), options),
    options: { count: 1, width: 1, lengthPenalty: 0.5, until: nothing, rules: [] },
    required: ["count", "width"],
  },
  withinRange: {
    call: (options: Parameters<typeof withinRange>[0]) => withinRange(options),
    options: { lowest: 60, highest: 70, nats: 1, pitches },
    required: ["lowest", "highest"],
  },
  withinScale: {
    call: (options: Parameters<typeof withinScale>[0]) => withinScale(options),
    options: { tonic: 0, mode: "major", nats: 1, pitches },
    required: ["tonic", "mode"],
  },
  fewRepeats: {
    call: (options: Parameters<typeof fewRepeats>[0]) => fewRepeats(options),
    options: { most: 2, nats: 1, pitches },
    required: ["most"],
  },
  noWideLeaps: {
    call: (options: Parameters<typeof noWideLeaps>[0]) => noWideLeaps(options),
    options: { semitones: 12, nats: 1, pitches },
    required: ["semitones"],
  },
  onGrid: {
    call: (options: Parameters<typeof onGrid>[0]) => onGrid(options),
    options: { seconds: 0.25, tolerance: 0.1, times: ["step"], nats: 1 },
    required: ["seconds"],
  },
  noSelfCopy: {
    call: (options: Parameters<typeof noSelfCopy>[0]) => noSelfCopy(options),
    options: { longest: 8, by: ["pitch"], nats: 1 },
    required: ["longest"],
  },
  noQuotation: {
    call: (options: Parameters<typeof noQuotation>[0]) => noQuotation(options),
    options: { music: [], longest: 8, by: ["pitch"], nats: 1 },
    required: ["music", "longest"],
  },
  compareSampling: {
    call: (options: Parameters<typeof compareSampling>[1]) => compareSampling(counting, options),
    options: {
      ways: {},
      beginnings: [],
      music: [],
      index: quotationIndex(table),
      samples: 1,
      count: 2,
      seed: 1,
      signal,
      onSample: nothing,
    },
    required: ["ways", "beginnings", "music", "seed"],
  },
  noLoop: {
    call: (options: Parameters<typeof noLoop>[0]) => noLoop(options),
    options: { window: 64, share: 0.9, farthest: 48, by: ["pitch"], nats: 1 },
  },
  networkModel: {
    call: (options: Parameters<typeof networkModel>[1]) => networkModel(model(), options),
    options: { name: "network", carryState: true, ...paper() },
    required: ["name", "carryState", "encoding", "heads"],
  },
  player: {
    call: (options: Parameters<typeof player>[1]) => player([{ pitch: 60, start: 0, end: 1, velocity: 80 }], options),
    options: { title: "A note", names: ["Soprano"], instrument: ["flute"], file: "../note.mid", seconds: 5 },
  },
  toNoteTable: {
    call: (options: Parameters<typeof toNoteTable>[1]) => toNoteTable(score, options),
    options: { piece: "air", flattening: "all", drums: true },
  },
  corpusTable: {
    call: (options: Parameters<typeof corpusTable>[1]) => corpusTable([{ path: "air", score }], options),
    options: { flattening: "all", transpose: true, drums: true },
  },
  findKey: {
    call: (options: Parameters<typeof findKey>[1]) => findKey(table, options),
    options: { profile: "aarden-essen" },
  },
  toCommonKey: {
    call: (options: Parameters<typeof toCommonKey>[1]) => toCommonKey(score, options),
    options: { profile: "aarden-essen" },
  },
  randomTranspose: {
    call: (options: Parameters<typeof randomTranspose>[1]) => randomTranspose(table, options),
    options: { prng, range: [0, 1] },
    required: ["prng"],
  },
  layOnTempo: {
    call: (options: Parameters<typeof layOnTempo>[1]) => layOnTempo(table, options),
    options: { tempo: 60, metre: [3, 4] },
    required: ["tempo"],
  },
  openCorpus: {
    call: (options: Parameters<typeof openCorpus>[1]) => openCorpus("sample", options),
    options: { only: ["bwv772-invention.krn"], cache: "folder", onProgress: nothing },
  },
  corpusFiles: {
    call: (options: Parameters<typeof corpusFiles>[1]) => corpusFiles("bachcentral", options),
    options: { cache: "folder" },
  },
  openJsb: { call: (options: Parameters<typeof openJsb>[0]) => openJsb(options), options: { cache: "folder" } },
  downloadCorpus: {
    call: (options: Parameters<typeof downloadCorpus>[0]) => downloadCorpus(options),
    options: { zip: "a", cache: "b", sources: [], catalogue: [], timeout: 1, signal, onProgress: nothing },
  },
  downloadJsb: {
    call: (options: Parameters<typeof downloadJsb>[0]) => downloadJsb(options),
    options: { file: "a", cache: "b", sources: [], timeout: 1, signal, onProgress: nothing },
  },
  splitByPiece: {
    call: (options: Parameters<typeof splitByPiece>[1]) => splitByPiece([], options),
    options: { doubles: "together", together: [] },
  },
  findNearDoubles: {
    call: (options: Parameters<typeof findNearDoubles>[1]) => findNearDoubles([], options),
    options: { flattening: "all", intervals: 20, share: 0.5 },
  },
  nearDoubleGroups: {
    call: (options: Parameters<typeof nearDoubleGroups>[1]) => nearDoubleGroups([], options),
    options: { flattening: "all", intervals: 20, share: 0.5 },
  },
  "trainingPieces, its settings": {
    call: (choice: Parameters<typeof trainingPieces>[1]) => trainingPieces("sample", choice),
    options: { pieces: "split", flattening: "all", length: 5, acrossPieces: false },
    required: ["pieces", "flattening", "length", "acrossPieces"],
  },
  trainingPieces: {
    call: (options: Parameters<typeof trainingPieces>[2]) => trainingPieces("sample", settings("corrected"), options),
    options: { cache: "folder", onProgress: nothing },
  },
  readKern: {
    call: (options: Parameters<typeof readKern>[1]) => readKern("**kern\n4c\n*-\n", options),
    options: { expandRepeats: "norep" },
  },
  readMidi: {
    call: (options: Parameters<typeof readMidi>[1]) => readMidi(new Uint8Array(), options),
    options: { repair: true },
  },
  writeMidi: {
    call: (options: Parameters<typeof writeMidi>[1]) => writeMidi([], options),
    options: { program: 1, name: "", tempo: 60, ticksPerQuarter: 480 },
  },
  voiceFrames: {
    call: (options: Parameters<typeof voiceFrames>[1]) => voiceFrames(score, options),
    options: { perQuarter: 4 },
  },
  scoreOfFrames: {
    call: (options: Parameters<typeof scoreOfFrames>[1]) => scoreOfFrames([], options),
    options: { perQuarter: 4, names: ["soprano"] },
  },
  flatten: {
    call: (options: Parameters<typeof flatten>[2]) => flatten(score, "all", options),
    options: { drums: true },
  },
  distributions: {
    call: (options: Parameters<typeof distributions>[1]) => distributions(table, options),
    options: { title: "notes" },
  },
  engrave: {
    call: (options: Parameters<typeof engrave>[1]) => engrave("", options),
    options: { title: "page", bars: [1, 2] },
  },
  trainingCurves: {
    call: (options: Parameters<typeof trainingCurves>[1]) => trainingCurves({ epochs: [] }, options),
    options: { title: "losses" },
  },
  pianoRoll: {
    call: (options: Parameters<typeof pianoRoll>[1]) => pianoRoll(table, options),
    options: { title: "roll", names: ["soprano"], seconds: 3, bars: [1, 2] },
  },
  tensionCurves: {
    call: (options: Parameters<typeof tensionCurves>[2]) => tensionCurves(table, table, options),
    options: { title: "tension", names: ["soprano"], seconds: 3, bars: [1, 2] },
  },
  table: {
    call: (options: Parameters<typeof showTable>[1]) => showTable(table, options),
    options: { rows: 3 },
  },
  runCurves: {
    call: (options: Parameters<typeof runCurves>[1]) => runCurves({}, options),
    options: { title: "losses" },
  },
  compareRuns: {
    call: (options: Parameters<typeof compareRuns>[1]) => compareRuns({}, options),
    options: { title: "losses" },
  },
  liveTraining: {
    call: (options: Parameters<typeof liveTraining>[0]) => liveTraining(options),
    options: { title: "losses" },
  },
  intervalShare: {
    call: (options: Parameters<typeof intervalShare>[1]) => intervalShare(table, options),
    options: { from: 1, to: 2, line: "stream" },
    required: ["from"],
  },
  ...Object.fromEntries(MELODY.map((metric) => [metric.name, {
    call: (options: Parameters<typeof stepShare>[1]) => metric(table, options),
    options: { line: "stream" },
  }])),
  curve: {
    call: (options: Parameters<typeof curve>[2]) => curve(table, () => 0, options),
    options: { unit: "notes", length: 2, hop: 1 },
    required: ["unit", "length"],
  },
  "quotationIndex().match": {
    call: (options: Parameters<ReturnType<typeof quotationIndex>["match"]>[1]) =>
      quotationIndex(table).match(table, options),
    options: { by: "pitches", tolerance: 0.1, without: [] },
  },
  longestQuotation: {
    call: (options: Parameters<typeof longestQuotation>[2]) => longestQuotation(quotationIndex(table), table, options),
    options: { by: "pitches", tolerance: 0.1, without: [] },
  },
  ngramOverlap: {
    call: (options: Parameters<typeof ngramOverlap>[2]) => ngramOverlap(quotationIndex(table), table, options),
    options: { by: "pitches", tolerance: 0.1, without: [], longest: 3 },
  },
  interOnsets: {
    call: (options: Parameters<typeof interOnsets>[1]) => interOnsets(table, options),
    options: { unit: "seconds" },
  },
  interOnsetMean: {
    call: (options: Parameters<typeof interOnsets>[1]) => interOnsetMean(table, options),
    options: { unit: "seconds" },
  },
  interOnsetSd: {
    call: (options: Parameters<typeof interOnsets>[1]) => interOnsetSd(table, options),
    options: { unit: "seconds" },
  },
  emptyMeasureRate: {
    call: (options: Parameters<typeof emptyMeasureRate>[1]) => emptyMeasureRate(table, options),
    options: { measure: 4 },
  },
  grooveConsistency: {
    call: (options: Parameters<typeof grooveConsistency>[1]) => grooveConsistency(table, options),
    options: { measure: 4, resolution: 24 },
  },
  onsetPhaseVariance: {
    call: (options: Parameters<typeof onsetPhaseVariance>[1]) => onsetPhaseVariance(table, options),
    options: { period: 1 },
  },
  polyphonyRate: {
    call: (options: Parameters<typeof polyphonyRate>[1]) => polyphonyRate(table, options),
    options: { threshold: 2 },
  },
  evaluateCorpus: {
    call: (options: Parameters<typeof evaluateCorpus>[1]) => evaluateCorpus({} as never, options),
    options: {
      readings: ["published"],
      models: ["unigram"],
      seeds: 1,
      epochs: 1,
      strict: true,
      samples: 1,
      overrides: {},
      cache: "folder",
      signal,
      onProgress: nothing,
    },
  },
  evaluateChorales: {
    call: (options: Parameters<typeof evaluateChorales>[1]) => evaluateChorales({} as never, options),
    options: { models: [], seeds: 1, epochs: 1, overrides: {}, cache: "folder", signal, onProgress: nothing },
  },
  scoreModel: {
    call: (options: Parameters<typeof scoreModel>[2]) => scoreModel({} as never, [], options),
    options: { signal, onProgress: nothing },
  },
  scoreConditional: {
    call: (options: Parameters<typeof scoreConditional>[2]) => scoreConditional({} as never, [], options),
    options: { signal, onProgress: nothing },
  },
  forecastTimes: {
    call: (options: Parameters<typeof forecastTimes>[2]) => forecastTimes({ heads: [] } as never, [], options),
    options: { signal, onProgress: nothing, times: {} },
  },
  quantileCalibration: {
    call: (options: Parameters<typeof quantileCalibration>[1]) => quantileCalibration([], options),
    options: { levels: 10 },
  },
  varianceCalibration: {
    call: (options: Parameters<typeof varianceCalibration>[1]) => varianceCalibration([], options),
    options: { bins: 10 },
  },
  timeCalibration: {
    call: (options: Parameters<typeof timeCalibration>[1]) => timeCalibration({}, options),
    options: { title: "Times" },
  },
  fitHeads: {
    call: (options: Parameters<typeof fitHeads>[2]) => fitHeads({} as never, [], options),
    options: { signal, onProgress: nothing },
  },
  bootstrap: {
    call: (options: Parameters<typeof bootstrap>[2]) => bootstrap([1, 2], () => 0, options),
    options: { prng, resamples: 10, level: 0.9, method: "bca" },
    required: ["prng"],
  },
  calibration: {
    call: (options: Parameters<typeof calibration>[2]) => calibration({} as never, "pitch" as never, options),
    options: { only: [1], without: [], bins: 10 },
  },
  keyCurve: {
    call: (options: Parameters<typeof keyCurve>[1]) => keyCurve(score, options),
    options: { profile: "aarden-essen", unit: "bars", length: 1, hop: 1 },
  },
  tonalTension: {
    call: (options: Parameters<typeof tonalTension>[1]) => tonalTension(score, options),
    options: { window: "bar", key: { tonic: 0, mode: "major" }, spelling: "chromatic" },
  },
};

Object.assign(DOORS, {
  categorical: {
    call: (options: Parameters<typeof categorical>[1]) => categorical("cell", options),
    options: { classes: 47, reads: ["step"] },
    required: ["classes"],
  },
  counted: {
    call: (options: Parameters<typeof counted>[1]) => counted("cell", options),
    options: { classes: 47, reads: ["step"] },
    required: ["classes"],
  },
  regression: {
    call: (options: Parameters<typeof regression>[1]) => regression("step", options),
    options: { classes: stepClasses, sigma: 1, reads: ["pitch"] },
    required: ["classes"],
  },
  logNormal: {
    call: (options: Parameters<typeof logNormal>[1]) => logNormal("duration", options),
    options: { classes: durationClasses, bias: 1, reads: ["step"] },
    required: ["classes"],
  },
  mixtureDensity: {
    call: (options: Parameters<typeof mixtureDensity>[1]) => mixtureDensity("step", options),
    options: { classes: stepClasses, components: 3, zero: true, bias: 1, reads: ["pitch"] },
    required: ["classes"],
  },
  paperEncoding: {
    call: (options: Parameters<typeof paperEncoding>[0]) => paperEncoding(options),
    options: { maxSeconds: 4 },
  },
  featureEncoding: {
    call: (options: Parameters<typeof featureEncoding>[1]) => featureEncoding([], options),
    options: { order: ["pitch", "step", "duration"], times: "seconds", maxSeconds: 4 },
  },
  quantisationError: {
    call: (options: Parameters<typeof quantisationError>[1]) => quantisationError([], options),
    options: { parts: 24 },
  },
  scalingSeconds: {
    call: (options: Parameters<typeof scalingSeconds>[0]) => scalingSeconds(options),
    options: { most: 4, width: 3, from: 1 },
  },
  movingPitches: {
    call: (options: Parameters<typeof movingPitches>[0]) => movingPitches(options),
    options: { lowest: 1, highest: 46 },
  },
  notePieces: {
    call: (options: Parameters<typeof notePieces>[1]) => notePieces(table, options),
    options: { places: false },
  },
  ngramColumn: {
    call: (options: Parameters<typeof ngramColumn>[2]) => ngramColumn(noteClasses.says[0], [], options),
    options: { order: 2, smoothing: 10 },
    required: ["order"],
  },
  intervalColumn: {
    call: (options: Parameters<typeof intervalColumn>[2]) => intervalColumn(noteClasses.says[0], [], options),
    options: { order: 2, smoothing: 10 },
    required: ["order"],
  },
});

/** Functions whose options are not checked in this way, and why. */
const ELSEWHERE: Record<string, string> = {
  plot: "Observable Plot checks its own options",
  synthesise: "its text runs in web pages, without this room",
  fusedStep: "fit makes it with what it has checked",
  learningRateAt: "fit asks it with what it has checked",
  windowsOf: "checked as windows, which calls it",
  layersModelStep: "fit makes it with what it has checked",
  timeBetweenAttacks: "takes a score, of which it reads one number",
  timeBetweenAttacksSd: "takes a score, of which it reads one number",
};

/** What a function says of options that are not right. */
async function said({ call }: Door, options: unknown): Promise<string> {
  const error = await assertRejects(async () => await call(options as never));
  assert(error instanceof TypeError || error instanceof RangeError, `${error}`);
  return error.message;
}

for (const [name, door] of Object.entries(DOORS)) {
  Deno.test(`${name}() says which option has the wrong type, and what it must be`, async () => {
    for (const [option, value] of Object.entries(door.options)) {
      const wrong = typeof value === "string" ? 7 : "7";
      const message = await said(door, { ...door.options, [option]: wrong });
      const expected = new RegExp(
        `^Cannot [a-z].*: (the )?${option} must be .+, current value is ${JSON.stringify(wrong)}$`,
      );
      assert(expected.test(message), `${option}: ${message}`);
    }
  });

  Deno.test(`${name}() names the nearest option to a misspelt one`, async () => {
    for (const option of Object.keys(door.options)) {
      const misspelt = `${option[0]}h${option.slice(1)}`;
      const message = await said(door, { ...door.options, [misspelt]: 1 });
      assert(message.endsWith(`: there is no option "${misspelt}", the nearest is "${option}"`), message);
    }
  });

  if (!door.required) continue;
  Deno.test(`${name}() says which option is missing`, async () => {
    for (const option of door.required!) {
      const { [option]: _, ...others } = door.options;
      const message = await said(door, others);
      assert(message.includes(`: ${option} is missing, it must be `), message);
    }
    assert((await said(door, undefined)).includes(`is missing, it must be `));
  });
}

/** Rooms whose doors are not these: they are being built anew. */
const OTHER_ROOMS = ["kernels", "layers", "options"];

Deno.test("every public function with options is among the doors", async () => {
  const named = new Set<string>();
  for await (const { name: room } of Deno.readDir("lib")) {
    if (OTHER_ROOMS.includes(room)) continue;
    const modules = Object.keys(await import(`../../lib/${room}/mod.ts`));
    for (const text of await sources(`lib/${room}`)) {
      for (const [, name] of text.matchAll(/^export (?:async )?function (\w+)[^{]*?\boptions\??: /gm)) {
        if (modules.includes(name)) named.add(name);
      }
    }
  }
  const known = [...Object.keys(DOORS), ...Object.keys(ELSEWHERE)];
  assertEquals([...named].filter((name) => !known.includes(name)).sort(), []);
  assert(named.size > 40);
});

async function sources(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) texts.push(...await sources(`${folder}/${name}`));
    else if (name.endsWith(".ts")) texts.push(await Deno.readTextFile(`${folder}/${name}`));
  }
  return texts;
}
