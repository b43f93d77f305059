import { assert, assertEquals, assertRejects } from "@std/assert";
import pl from "nodejs-polars";
import {
  corpusFiles,
  downloadChorales,
  downloadCorpus,
  downloadJsb,
  findNearDoubles,
  nearDoubleGroups,
  openChorales,
  openCorpus,
  openJsb,
  openJsbQuarters,
  splitByPiece,
  trainingPieces,
} from "../../lib/corpus/mod.ts";
import {
  compareSampling,
  costOfRules,
  evaluateChoralePlaying,
  evaluateChorales,
  evaluateCorpus,
  evaluateLadder,
  evaluatePlaying,
  evaluateRules,
  evaluateTransfer,
  fillingPlayer,
  fitHeads,
  forecastTimes,
  mixtureWeights,
  raceToPitch,
  ruledPlayer,
  scoreConditional,
  scoreModel,
  trainHarmoniser,
} from "../../lib/evaluation/mod.ts";
import {
  barHeard,
  featureEncoding,
  movingPitches,
  noteClasses,
  notePieces,
  paperEncoding,
  quantisationError,
  scalingSeconds,
  voicePieces,
} from "../../lib/encodings/mod.ts";
import { categorical, counted, logNormal, mixtureDensity, regression } from "../../lib/heads/mod.ts";
import {
  readAbc,
  readKern,
  readMidi,
  readMidiColumns,
  readMusic,
  readMusicXml,
  writeMidi,
} from "../../lib/formats/mod.ts";
import { startBackend } from "../../lib/kernels/mod.ts";
import { runJobs } from "../../lib/sweeps/mod.ts";
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
  trainingNotes,
} from "../../lib/notes/mod.ts";
import {
  differences,
  distributions,
  engrave,
  parallelCoordinates,
  pianoRoll,
  playingBands,
  runCurves,
  sizeCurves,
  tensionCurves,
  timeCalibration,
  trainingCurves,
} from "../../lib/plots/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import {
  beamSearch,
  calibrateRules,
  cellRule,
  chromaticWriting,
  conditionalNetwork,
  drawChorale,
  fewNewSteps,
  fewRepeats,
  frameRule,
  generate,
  gibbs,
  gibbsHarmoniser,
  givenVoices,
  harmonise,
  harmoniseByBeam,
  harmoniseByDrawing,
  illiacChorales,
  intervalChain,
  keepsBeat,
  keepsMotion,
  keepsPitchClasses,
  networkModel,
  noLoop,
  noQuotation,
  noSelfCopy,
  noWideLeaps,
  onGrid,
  shapeLogs,
  strictCounterpoint,
  tokenHarmoniser,
  withinCompass,
  withinRange,
  withinScale,
} from "../../lib/sampling/mod.ts";
import { choraleOfFrames, findVoices, flatten, scoreOfFrames, voiceFrames } from "../../lib/score/mod.ts";
import { settings } from "../../lib/settings/mod.ts";
import {
  intervalColumn,
  mixedModel,
  ngramColumn,
  overCells,
  uniform,
  uniformGrid,
  vanillaLstm,
} from "../../lib/systems/mod.ts";
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
/** A model of tokens that is asked nothing. */
const tokens = { ...counting, name: "tokens", say: nothing, decode: nothing } as never;
const completing = {
  chorale: choraleOfFrames([[67, 62, 59, 43]], "a chord"),
  fixed: nothing,
  rules: [],
  tonic: 0,
  signal,
  onProgress: nothing,
};
const harmonising = { ...completing, whenStuck: "lift" };
const harmoniser = tokenHarmoniser(tokens, { name: "tokens", range: { lowest: 36, highest: 81 }, notation: true });
const pitches = { head: "pitch", pitchOf: (value: number) => value, voices: 1 };

/** A public function, and all options that it takes, with values that it would take. */
interface Door {
  /** Calls it. Its options are of the type that every function takes, because it gets wrong ones. */
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
  settings: { call: (overrides) => settings("published", overrides), options: { ...settings("published") } },
  windows: {
    call: (options) => windows(table, options),
    options: {
      length: 4,
      shift: 1,
      acrossPieces: true,
      partial: true,
      augmentation: {},
      encoding: paperEncoding(),
      maxSeconds: 4,
    },
    required: ["length"],
  },
  "windows().batches": {
    call: (options) => examples.batches(options),
    options: { size: 2, prng, dropRemainder: true, supervision: "last" },
    required: ["size"],
  },
  vanillaLstm: { call: (options) => vanillaLstm(options), options: { length: 4, units: 2, prng }, required: ["prng"] },
  keepEarlierRun: { call: (options) => keepEarlierRun("tests/out/no-run", options), options: { resume: true } },
  fit: {
    call: (options) => fit(model(), examples, options),
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
      schedule: "constant",
      warmUpSteps: 1,
      plateauPatience: 2,
      weightDecay: 0.1,
      clipNorm: 1,
      averageDecay: 0.9,
      heads: paper().heads,
      restoreBest: true,
      initialWeights: "folder",
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
    call: (options) => evaluate(model(), examples, options),
    options: { batchSize: 2, lossWeights, heads: paper().heads, supervision: "every", signal },
    required: ["batchSize", "lossWeights"],
  },
  generate: {
    call: (options) => generate(model(), table, options),
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
      inTime: true,
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
    call: (options) => shapeLogs([0, 0], options),
    options: { temperature: 1, weights: [0, 0], topK: 1, topP: 0.5, minP: 0.5 },
  },
  barHeard: { call: (options) => barHeard(options), options: { name: "bar", ticks: "bars" } },
  beamSearch: {
    call: (options) => beamSearch(counting, counting.listen(), options),
    options: { count: 1, width: 1, lengthPenalty: 0.5, until: nothing, rules: [] },
    required: ["count", "width"],
  },
  harmoniseByBeam: {
    call: (options) => harmoniseByBeam(tokens, options),
    options: { ...harmonising, width: 2, onsetReward: 1 },
    required: ["chorale", "fixed"],
  },
  harmoniseByDrawing: {
    call: (options) => harmoniseByDrawing(tokens, options),
    options: { ...harmonising, temperature: 1, prng: seeded(1) },
    required: ["chorale", "fixed", "prng"],
  },
  givenVoices: {
    call: (options) => givenVoices(score, options),
    options: { keep: ["soprano", "bass"], bars: [1, 2] },
  },
  harmonise: {
    call: (options) => harmonise(givenVoices(score, { keep: ["soprano", "bass"] }), harmoniser, options),
    options: { prng, rules: [], signal, onProgress: nothing },
    required: ["prng"],
  },
  gibbsHarmoniser: {
    call: (options) => gibbsHarmoniser({} as never, options),
    options: {
      name: "cells",
      range: { lowest: 36, highest: 81 },
      notation: true,
      updates: 2,
      temperature: { from: 1, to: 1 },
    },
    required: ["name", "range", "notation"],
  },
  trainHarmoniser: {
    call: (options) => trainHarmoniser({} as never, options),
    options: {
      system: "bachbot",
      overrides: {},
      epochs: 1,
      temperature: 1,
      width: 1,
      updates: 1,
      cache: "none",
      signal,
      onProgress: nothing,
    },
  },
  tokenHarmoniser: {
    call: (options) => tokenHarmoniser(tokens, options),
    options: { name: "tokens", range: { lowest: 36, highest: 81 }, notation: true, temperature: 1, width: 4 },
    required: ["name", "range", "notation"],
  },
  gibbs: {
    call: (options) => gibbs({} as never, options),
    options: { ...completing, updates: 8, temperature: { from: 1, to: 0.5 }, prng: seeded(1) },
    required: ["chorale", "fixed", "prng"],
  },
  conditionalNetwork: {
    call: (options) => conditionalNetwork(model(), options),
    options: { name: "network", ...paper() },
    required: ["name", "encoding", "heads"],
  },
  withinRange: {
    call: (options) => withinRange(options),
    options: { lowest: 60, highest: 70, nats: 1, pitches },
    required: ["lowest", "highest"],
  },
  withinScale: {
    call: (options) => withinScale(options),
    options: { tonic: 0, mode: "major", nats: 1, pitches },
    required: ["tonic", "mode"],
  },
  fewRepeats: { call: (options) => fewRepeats(options), options: { most: 2, nats: 1, pitches }, required: ["most"] },
  noWideLeaps: {
    call: (options) => noWideLeaps(options),
    options: { semitones: 12, nats: 1, pitches },
    required: ["semitones"],
  },
  onGrid: {
    call: (options) => onGrid(options),
    options: { seconds: 0.25, tolerance: 0.1, times: ["step"], nats: 1 },
    required: ["seconds"],
  },
  noSelfCopy: {
    call: (options) => noSelfCopy(options),
    options: { longest: 8, within: 64, share: 0.2, by: ["pitch"], nats: 1 },
    required: ["longest"],
  },
  noQuotation: {
    call: (options) => noQuotation(options),
    options: { music: [], longest: 8, by: ["pitch"], nats: 1 },
    required: ["music", "longest"],
  },
  compareSampling: {
    call: (options) => compareSampling({ one: { model: counting, temperature: 1 } }, options),
    options: {
      beginnings: [],
      music: [],
      index: quotationIndex(table),
      samples: 1,
      count: 2,
      seed: 1,
      signal,
      onSample: nothing,
    },
    required: ["beginnings", "music", "seed"],
  },
  withinCompass: {
    call: (options) => withinCompass(options),
    options: { wider: 12, beginning: 50, nats: 1, pitches: {} },
    required: ["wider"],
  },
  drawChorale: {
    call: (options) => drawChorale(counting, options),
    options: {
      begin: { name: "new", frames: [], struck: [] },
      frames: 1,
      prng,
      temperature: 1,
      rules: [],
      tonic: 0,
      notation: { fermata: [false], place: [0], bar: [16], fifths: [0] },
      signal,
    },
    required: ["begin", "frames", "prng"],
  },
  calibrateRules: {
    call: (options) => calibrateRules(options),
    options: { music: [], draw: nothing, names: ["crossing"], rounds: 1 },
    required: ["music", "draw"],
  },
  costOfRules: {
    call: (options) => costOfRules(options),
    options: { players: {}, rules: {}, music: [], samples: 1, seed: 1, signal, onProgress: nothing },
    required: ["players", "rules", "music", "seed"],
  },
  ruledPlayer: {
    call: (options) => ruledPlayer(overCells(uniformGrid), counting as never, options),
    options: { beginnings: [], range: { lowest: 40, highest: 79 }, given: 1, frames: 1 },
    required: ["beginnings", "range"],
  },
  fillingPlayer: {
    call: (options) => fillingPlayer({} as never, options),
    options: { beginnings: [], given: 1, frames: 1 },
    required: ["beginnings"],
  },
  evaluateRules: {
    call: (options) =>
      evaluateRules({ name: "none", train: [], valid: [], test: [], lowest: 40, highest: 79 }, options),
    options: {
      models: [],
      overrides: {},
      epochs: 1,
      cache: "/nowhere",
      signal,
      onProgress: nothing,
      samples: 1,
      frames: 1,
    },
  },
  strictCounterpoint: {
    call: (options) => strictCounterpoint(options),
    options: { prng, voices: 1, length: 3, rules: [], tries: 50 },
    required: ["prng"],
  },
  chromaticWriting: {
    call: (options) => chromaticWriting(options),
    options: { prng, bars: 1, notes: "row", keeps: 0.5, shares: 0.5 },
    required: ["prng"],
  },
  intervalChain: {
    call: (options) => intervalChain(options),
    options: { prng, bars: 1, weights: "combined", order: "first", growing: false },
    required: ["prng"],
  },
  illiacChorales: {
    call: (options) => illiacChorales(options),
    options: { prng, count: 1, phrases: 1, chords: 3 },
    required: ["prng"],
  },
  cellRule: { call: (options) => cellRule([], options), options: { tonic: 0, fermata: [true], given: [[67]] } },
  frameRule: { call: (options) => frameRule([], options), options: { tonic: 0, fermata: [true], given: [[67]] } },
  keepsBeat: { call: (options) => keepsBeat(options), options: { strength: 2, beginning: 50 } },
  keepsMotion: {
    call: (options) => keepsMotion(options),
    options: { strength: 2, recent: 64, beginning: 50 },
  },
  keepsPitchClasses: {
    call: (options) => keepsPitchClasses(options),
    options: { strength: 2, recent: 64, beginning: 50 },
  },
  fewNewSteps: { call: (options) => fewNewSteps(options), options: { nats: 1 } },
  noLoop: {
    call: (options) => noLoop(options),
    options: { window: 64, share: 0.9, farthest: 48, by: ["pitch"], nats: 1 },
  },
  mixedModel: {
    call: (options) => mixedModel([uniform.learn({ train: [], heldOut: [] }, {} as never)], options),
    options: { name: "mixture", of: "logs", weights: [1] },
    required: ["name", "of"],
  },
  networkModel: {
    call: (options) => networkModel(model(), options),
    options: { name: "network", carryState: true, ...paper() },
    required: ["name", "carryState", "encoding", "heads"],
  },
  player: {
    call: (options) => player([{ pitch: 60, start: 0, end: 1, velocity: 80 }], options),
    options: { title: "A note", names: ["Soprano"], instrument: ["flute"], pan: [-1], file: "../note.mid", seconds: 5 },
  },
  toNoteTable: {
    call: (options) => toNoteTable(score, options),
    options: { piece: "air", flattening: "all", drums: true },
  },
  corpusTable: {
    call: (options) => corpusTable([{ path: "air", score }], options),
    options: { flattening: "all", transpose: true, drums: true },
  },
  findKey: { call: (options) => findKey(table, options), options: { profile: "aarden-essen" } },
  toCommonKey: { call: (options) => toCommonKey(score, options), options: { profile: "aarden-essen" } },
  randomTranspose: {
    call: (options) => randomTranspose(table, options),
    options: { prng, range: [0, 1] },
    required: ["prng"],
  },
  layOnTempo: {
    call: (options) => layOnTempo(table, options),
    options: { tempo: 60, metre: [3, 4] },
    required: ["tempo"],
  },
  openCorpus: {
    call: (options) => openCorpus("sample", options),
    options: { only: ["bwv772-invention.krn"], cache: "folder", onProgress: nothing },
  },
  corpusFiles: { call: (options) => corpusFiles("bachcentral", options), options: { cache: "folder" } },
  openJsb: { call: (options) => openJsb(options), options: { cache: "folder" } },
  openJsbQuarters: { call: (options) => openJsbQuarters(options), options: { cache: "folder" } },
  openChorales: { call: (options) => openChorales(options), options: { cache: "folder", jsb: "folder" } },
  downloadChorales: {
    call: (options) => downloadChorales(options),
    options: { copy: "folder", cache: "folder", sources: [], timeout: 1, signal, onProgress: nothing },
  },
  downloadCorpus: {
    call: (options) => downloadCorpus(options),
    options: { zip: "a", cache: "b", sources: [], catalogue: [], timeout: 1, signal, onProgress: nothing },
  },
  downloadJsb: {
    call: (options) => downloadJsb(options),
    options: { form: "quarters", file: "a", cache: "b", sources: [], timeout: 1, signal, onProgress: nothing },
  },
  splitByPiece: { call: (options) => splitByPiece([], options), options: { doubles: "together", together: [] } },
  findNearDoubles: {
    call: (options) => findNearDoubles([], options),
    options: { flattening: "all", intervals: 20, share: 0.5 },
  },
  nearDoubleGroups: {
    call: (options) => nearDoubleGroups([], options),
    options: { flattening: "all", intervals: 20, share: 0.5 },
  },
  "trainingPieces, its settings": {
    call: (choice) => trainingPieces("sample", choice),
    options: { pieces: "split", flattening: "all", length: 5, acrossPieces: false },
    required: ["pieces", "flattening", "length", "acrossPieces"],
  },
  "trainingNotes, its settings": {
    call: (choice) => trainingNotes("sample", choice),
    options: { pieces: "split", flattening: "all", length: 5, acrossPieces: false, transpose: false },
    required: ["pieces", "flattening", "length", "acrossPieces", "transpose"],
  },
  trainingNotes: {
    call: (options) => trainingNotes("sample", settings("corrected"), options),
    options: { cache: "folder", onProgress: nothing },
  },
  trainingPieces: {
    call: (options) => trainingPieces("sample", settings("corrected"), options),
    options: { cache: "folder", onProgress: nothing },
  },
  readKern: { call: (options) => readKern("**kern\n4c\n*-\n", options), options: { expandRepeats: "norep" } },
  readMusic: {
    call: (options) => readMusic("a.mid", new Uint8Array(), options),
    options: { repair: true, tempo: "all" },
  },
  readMidiColumns: { call: (options) => readMidiColumns(new Uint8Array(), options), options: { repair: true } },
  readAbc: { call: (options) => readAbc("X:1\nK:C\nC", options), options: { repair: false } },
  readMusicXml: { call: (options) => readMusicXml("<score-partwise/>", options), options: { repair: false } },
  readMidi: { call: (options) => readMidi(new Uint8Array(), options), options: { repair: true, tempo: "all" } },
  writeMidi: {
    call: (options) => writeMidi([], options),
    options: { program: 1, name: "", tempo: 60, ticksPerQuarter: 480 },
  },
  findVoices: { call: (options) => findVoices([], options), options: { lookAhead: 4 } },
  voiceFrames: { call: (options) => voiceFrames(score, options), options: { perQuarter: 4 } },
  scoreOfFrames: { call: (options) => scoreOfFrames([], options), options: { perQuarter: 4, names: ["soprano"] } },
  flatten: { call: (options) => flatten(score, "all", options), options: { drums: true } },
  distributions: { call: (options) => distributions(table, options), options: { title: "notes" } },
  engrave: { call: (options) => engrave("", options), options: { title: "page", bars: [1, 2], allPages: true } },
  trainingCurves: {
    call: (options) => trainingCurves({ epochs: [] }, options),
    options: { title: "losses", heads: [] },
  },
  pianoRoll: {
    call: (options) => pianoRoll(table, options),
    options: { title: "roll", names: ["soprano"], seconds: 3, bars: [1, 2] },
  },
  tensionCurves: {
    call: (options) => tensionCurves(table, table, options),
    options: { title: "tension", names: ["soprano"], seconds: 3, bars: [1, 2] },
  },
  table: { call: (options) => showTable(table, options), options: { rows: 3 } },
  runCurves: { call: (options) => runCurves({}, options), options: { title: "losses", heads: [] } },
  playingBands: {
    call: (options) => playingBands([], options),
    options: { title: "Playing" },
  },
  sizeCurves: {
    call: (options) => sizeCurves([], options),
    options: { title: "sizes", subtitle: "of corpora", x: "pieces", y: "nats" },
  },
  compareRuns: { call: (options) => compareRuns({}, options), options: { title: "losses", heads: [] } },
  liveTraining: { call: (options) => liveTraining(options), options: { title: "losses", heads: [] } },
  intervalShare: {
    call: (options) => intervalShare(table, options),
    options: { from: 1, to: 2, line: "stream" },
    required: ["from"],
  },
  ...Object.fromEntries(MELODY.map((metric) => [metric.name, {
    call: (options) => metric(table, options),
    options: { line: "stream" },
  }])),
  curve: {
    call: (options) => curve(table, () => 0, options),
    options: { unit: "notes", length: 2, hop: 1 },
    required: ["unit", "length"],
  },
  "quotationIndex().match": {
    call: (options) => quotationIndex(table).match(table, options),
    options: { by: "pitches", tolerance: 0.1, without: [] },
  },
  longestQuotation: {
    call: (options) => longestQuotation(quotationIndex(table), table, options),
    options: { by: "pitches", tolerance: 0.1, without: [] },
  },
  ngramOverlap: {
    call: (options) => ngramOverlap(quotationIndex(table), table, options),
    options: { by: "pitches", tolerance: 0.1, without: [], longest: 3 },
  },
  interOnsets: { call: (options) => interOnsets(table, options), options: { unit: "seconds" } },
  interOnsetMean: { call: (options) => interOnsetMean(table, options), options: { unit: "seconds" } },
  interOnsetSd: { call: (options) => interOnsetSd(table, options), options: { unit: "seconds" } },
  emptyMeasureRate: { call: (options) => emptyMeasureRate(table, options), options: { measure: 4 } },
  grooveConsistency: { call: (options) => grooveConsistency(table, options), options: { measure: 4, resolution: 24 } },
  onsetPhaseVariance: { call: (options) => onsetPhaseVariance(table, options), options: { period: 1 } },
  polyphonyRate: { call: (options) => polyphonyRate(table, options), options: { threshold: 2 } },
  evaluateCorpus: {
    call: (options) => evaluateCorpus({} as never, options),
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
  evaluateChoralePlaying: {
    call: (options) => evaluateChoralePlaying({} as never, options),
    options: {
      models: [],
      samples: 1,
      melodies: 1,
      epochs: 1,
      overrides: {},
      cache: "folder",
      signal,
      onProgress: nothing,
    },
  },
  evaluateChorales: {
    call: (options) => evaluateChorales({} as never, options),
    options: {
      keptOnly: true,
      models: [],
      seeds: 1,
      epochs: 1,
      overrides: {},
      cache: "folder",
      signal,
      onProgress: nothing,
    },
  },
  raceToPitch: {
    call: (options) => raceToPitch({} as never, options),
    options: { rivals: [], reading: "published", overrides: {}, signal, onProgress: nothing },
  },
  evaluatePlaying: {
    call: (options) => evaluatePlaying({ name: "none", pieces: [], leftOut: [] }, options),
    options: {
      models: [],
      readings: ["published"],
      against: "test",
      lengths: [{ count: 8, samples: 1 }],
      epochs: 1,
      overrides: {},
      cache: "folder",
      signal,
      onProgress: nothing,
    },
  },
  evaluateLadder: {
    call: (options) => evaluateLadder({} as never, options),
    options: {
      rungs: [],
      reading: "published",
      seeds: 1,
      epochs: 1,
      overrides: {},
      cache: "folder",
      signal,
      onProgress: nothing,
    },
  },
  evaluateTransfer: {
    call: (options) => evaluateTransfer({} as never, options),
    options: {
      model: "lstm",
      units: 2,
      reading: "published",
      others: [],
      sizes: [1],
      draws: 1,
      notes: 10,
      overrides: {},
      cache: "folder",
      signal,
      onProgress: nothing,
    },
  },
  scoreModel: { call: (options) => scoreModel({} as never, [], options), options: { signal, onProgress: nothing } },
  scoreConditional: {
    call: (options) => scoreConditional({} as never, [], options),
    options: { signal, onProgress: nothing },
  },
  forecastTimes: {
    call: (options) => forecastTimes({ heads: [] } as never, [], options),
    options: { signal, onProgress: nothing, times: {} },
  },
  quantileCalibration: { call: (options) => quantileCalibration([], options), options: { levels: 10 } },
  varianceCalibration: { call: (options) => varianceCalibration([], options), options: { bins: 10 } },
  parallelCoordinates: {
    call: (options) => parallelCoordinates([], options),
    options: { axes: [], loss: "total", title: "Trials", subtitle: "" },
    required: ["axes", "loss"],
  },
  runJobs: {
    call: (options) => runJobs(options),
    options: {
      ...{ trials: 1, seeds: [1], rungs: 1, keep: 0.5, reference: 1, results: [], workers: 1, train: nothing },
      onResult: nothing,
      signal,
    },
    required: ["trials", "seeds", "rungs", "keep", "results", "workers", "train", "signal"],
  },
  timeCalibration: { call: (options) => timeCalibration({}, options), options: { title: "Times" } },
  mixtureWeights: {
    call: (options) => mixtureWeights([], [], options),
    options: { signal, onProgress: nothing },
  },
  differences: { call: (options) => differences([], options), options: { title: "A", subtitle: "B", unit: "nats" } },
  fitHeads: { call: (options) => fitHeads({} as never, [], options), options: { signal, onProgress: nothing } },
  bootstrap: {
    call: (options) => bootstrap([1, 2], () => 0, options),
    options: { prng, resamples: 10, level: 0.9, method: "bca" },
    required: ["prng"],
  },
  calibration: {
    call: (options) => calibration({} as never, "pitch" as never, options),
    options: { only: [1], without: [], bins: 10 },
  },
  keyCurve: {
    call: (options) => keyCurve(score, options),
    options: { profile: "aarden-essen", unit: "bars", length: 1, hop: 1 },
  },
  tonalTension: {
    call: (options) => tonalTension(score, options),
    options: { window: "bar", key: { tonic: 0, mode: "major" }, spelling: "chromatic" },
  },
  categorical: {
    call: (options) => categorical("cell", options),
    options: { classes: 47, reads: ["step"] },
    required: ["classes"],
  },
  counted: {
    call: (options) => counted("cell", options),
    options: { classes: 47, reads: ["step"] },
    required: ["classes"],
  },
  regression: {
    call: (options) => regression("step", options),
    options: { classes: stepClasses, sigma: 1, reads: ["pitch"] },
    required: ["classes"],
  },
  logNormal: {
    call: (options) => logNormal("duration", options),
    options: { classes: durationClasses, bias: 1, reads: ["step"] },
    required: ["classes"],
  },
  mixtureDensity: {
    call: (options) => mixtureDensity("step", options),
    options: { classes: stepClasses, components: 3, zero: true, bias: 1, reads: ["pitch"] },
    required: ["classes"],
  },
  paperEncoding: { call: (options) => paperEncoding(options), options: { maxSeconds: 4 } },
  featureEncoding: {
    call: (options) => featureEncoding([], options),
    options: { order: ["pitch", "step", "duration"], times: "seconds", maxSeconds: 4 },
  },
  quantisationError: { call: (options) => quantisationError([], options), options: { parts: 24 } },
  scalingSeconds: { call: (options) => scalingSeconds(options), options: { most: 4, width: 3, from: 1 } },
  movingPitches: { call: (options) => movingPitches(options), options: { lowest: 1, highest: 46 } },
  voicePieces: {
    call: (options) => voicePieces([], options),
    options: { voice: "each", others: "none" },
    required: ["voice", "others"],
  },
  notePieces: { call: (options) => notePieces(table, options), options: { places: false } },
  ngramColumn: {
    call: (options) => ngramColumn(noteClasses.says[0], [], options),
    options: { order: 2, smoothing: 10 },
    required: ["order"],
  },
  intervalColumn: {
    call: (options) => intervalColumn(noteClasses.says[0], [], options),
    options: { order: 2, smoothing: 10 },
    required: ["order"],
  },
  startBackend: { call: (options) => startBackend(options), options: { build: true, native: false, threads: 2 } },
};

/** Functions whose options are not checked in this way, and why. */
const ELSEWHERE: Record<string, string> = {
  readPiece: "checked by readMusic, which it calls",
  plot: "Observable Plot checks its own options",
  synthesise: "its text runs in web pages, without this room",
  synthesiseStereo: "its text runs in web pages, without this room",
  fusedStep: "fit makes it with what it has checked",
  learningRateAt: "fit asks it with what it has checked",
  windowsOf: "checked as windows, which calls it",
  windowsByBlocks: "checked as windows, which calls it with what it has read",
  layersModelStep: "fit makes it with what it has checked",
  applyModel: "the training step and the player call it with what is theirs",
  graphOf: "the fused step and the player call it with what is theirs",
  takeLock: "fit and the tasks take it, with what they have checked; how long it waits is theirs to say",
  createEngine: "startBackend starts it; it looks at its numbers itself",
  buildAndTry: "deno task native and prepareNative call it with what is theirs",
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

Deno.test("every public function with options is among the doors", async () => {
  const named = new Set<string>();
  for await (const { name: room } of Deno.readDir("lib")) {
    // The functions of this room are what checks.
    if (room === "options") continue;
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
