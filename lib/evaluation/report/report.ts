import type { LeftOut } from "../../corpus/mod.ts";
import type {
  HistogramName,
  PieceScore,
  QuantileCalibration,
  Quotation,
  VarianceCalibration,
} from "../../metrics/mod.ts";
import type { Reading, Settings } from "../../settings/mod.ts";
import type { Reads } from "../../systems/mod.ts";
import type { History } from "../../training/mod.ts";

/** All that an evaluation found, as plain JSON: what is written and read again is the same. null stands for NaN. */
export interface EvaluationReport {
  /** Name of the corpus. */
  corpus: string;
  /** What lies in it and is not used, see `usablePieces`. */
  leftOut: LeftOut[];
  /** What computed the networks, null where there were none. */
  kernel: string | null;
  /** Hash of the code, see `codeVersion`. */
  code: string;
  /** Seeds of the networks' runs. Everything else that draws has the first. */
  seeds: number[];
  /** How often an interval is to contain the true value. */
  level: number;
  /** Resamples of each interval. */
  resamples: number;
  /** One a reading. */
  sections: EvaluationSection[];
}

/** A table of the report: all its rows are measured on the same notes. */
export interface EvaluationSection {
  /** What the paper's run did, or what its text says: how notes are flattened, transposed, heard and sampled. */
  reading: Reading;
  /** Whether pieces were brought to C major or A minor, each by the key that is estimated from all of it. */
  transposed: boolean;
  /** Voices into one sequence: the first instrument of each piece, or all. */
  flattening: Settings["flattening"];
  /** The three sides of the split. */
  sides: { train: SideReport; heldOut: SideReport; test: SideReport };
  /** Doubles that were left out. */
  leftOut: LeftOut[];
  /** Whether pieces that share passages were kept on one side. */
  strict: boolean;
  /** Whether pieces whose parts are no voices were left out. */
  voices: boolean;
  /** Groups of pieces that share passages, see `nearDoubleGroups`. */
  alike: string[][];
  /** The test piece with the most notes, without which every likelihood is given too; null where it is the only one. */
  largest: string | null;
  /**
   * Test notes that stand in a passage heard before in their piece, of all that are scored: those before which `passage`
   * notes have stood in a row before, see `heardBefore`.
   */
  repeats: { passage: number; notes: number; of: number };
  /** Stretches of test pieces, as long as the samples, which the samples are held against. */
  reference: MusicReport[];
  /** Stretches of held-out pieces, measured as if they were samples: how Bach himself would come out. */
  bach: { music: MusicReport[]; figures: SampleFigures } | null;
  /** Models, in order. */
  rows: EvaluationRow[];
  /** What failed; the other rows stand. */
  failures: { contestant: string; seed: number; error: string }[];
}

/** Pieces of a side of the split. */
export interface SideReport {
  /** Their paths, in order. */
  pieces: string[];
  /** Their notes, as the reading flattens them. */
  notes: number;
  /** Hash of all notes. */
  hash: string;
}

/** A model in a section; a network stands there twice, as its recipe ends and stopped in time. */
export interface EvaluationRow {
  /** `n-grams`, `lstm:last`, `lstm:best`, `lstm-seven:last`, …. */
  id: string;
  /** The same for people. */
  name: string;
  /** What it may look back at when it names a note. */
  reads: Reads;
  /** What it was trained with, and sampled with; null for a model that is not a network. */
  settings: PlainSettings | null;
  /** What it learned from. */
  train: SideReport;
  /** What it chose its smoothing, its sigmas or its epoch by. */
  heldOut: SideReport;
  /** Numbers that it has learned. */
  parameters: number;
  /**
   * Seconds of training, the mean over seeds. Of a network, the median of a step times the steps up to the epoch whose
   * weights are taken: measuring the held-out windows is not in it.
   */
  seconds: number;
  /** How likely it holds the test pieces. */
  likelihood: LikelihoodFigures;
  /** The same without the largest test piece. */
  withoutLargest: LikelihoodFigures | null;
  /** The same of notes that stand in a passage heard before in the piece; null where there are none. */
  repeats: LikelihoodFigures | null;
  /** The same of all other notes; null where there are none. */
  others: LikelihoodFigures | null;
  /** Temperature that it was sampled at. */
  temperature: number;
  /** How its samples compare with the test pieces. */
  samples: SampleFigures;
  /** What the figures are made of, one per seed. */
  runs: EvaluationRun[];
}

/** The settings of a network in JSON, which has no Infinity: null clips nothing. */
export type PlainSettings = {
  [Name in keyof Settings]: Settings[Name] extends number ? number | null : Settings[Name];
};

/** A number with its interval. */
export interface Figure {
  /** The number; with several seeds the mean over them. null where it is undefined. */
  value: number | null;
  /**
   * Lower end of its bootstrap interval (BCa) over test pieces, or over samples; null where there is only one, or the
   * number is undefined.
   */
  low: number | null;
  /** Upper end. */
  high: number | null;
  /** Standard deviation (over n - 1) of the number over seeds; null with one seed. */
  spread: number | null;
}

/** Nats per note of one side of the notes: its pitch, say. */
export interface NatsFigures {
  /** Mean over notes. */
  micro: Figure;
  /** Mean over pieces. */
  macro: Figure;
}

/** How likely a model holds unseen notes. */
export interface LikelihoodFigures extends Record<ScoredName, NatsFigures> {
  /** Share of the notes whose pitch was its first choice. */
  accuracy: Figure;
}

/** What is scored of a note: its three heads, and their sum. */
export type ScoredName = NoteHeadName | "total";

/** What is said of a note. */
export type NoteHeadName = "pitch" | "step" | "duration";

/** What is said of a note in seconds. */
export type TimeHeadName = Exclude<NoteHeadName, "pitch">;

/** How music compares with the test pieces. */
export interface SampleFigures {
  /** Jensen-Shannon divergence of the pooled histograms, in bits: 0, the same, to 1. */
  divergence: Record<HistogramName, Figure>;
  /** Metrics of `lib/metrics` by name: the mean over samples, and how it overlaps with the test pieces'. */
  metrics: Record<string, MetricFigures>;
  /** Style grade, the mean over samples: lower is more alike. */
  grade: Figure;
  /** Notes in a row that are copied from what the model learned from, by pitch and time, and by interval. */
  quotation: Record<QuotedBy, QuotationFigures>;
}

/** What counts as a quotation. */
export type QuotedBy = "times" | "intervals";

/** A metric of samples. */
export interface MetricFigures {
  /** Mean over the samples that it is defined for. */
  mean: Figure;
  /**
   * Overlapping area of the differences among the samples with those to the test pieces, 0 to 1. It has no interval: a
   * resample holds samples twice, and two of a kind have no difference.
   */
  overlap: number | null;
}

/** How long samples quote. */
export interface QuotationFigures {
  /** Mean over samples of the longest quotation of each, in notes. */
  mean: Figure;
  /** The longest of all, in notes. */
  longest: number;
}

/** One model with one seed. */
export interface EvaluationRun {
  /** The seed. */
  seed: number;
  /** Seconds of training, as those of the row. */
  seconds: number;
  /** The epoch whose weights were taken, counted from 1; null for a model that has none. */
  epoch: number | null;
  /** All epochs of its training, those after `epoch` too: the curves. Null for a model that has none. */
  history: History | null;
  /** Standard deviations of the times that it regresses, in seconds, fitted on held-out pieces. */
  sigmas: { step?: number; duration?: number };
  /** How much each member of a mixture counts, by head; not of other systems. */
  weights?: Record<string, number[]>;
  /** Nats and hits of each test piece. */
  scores: Record<ScoredName, PieceScore[]>;
  /** The same of the notes alone that stand in a passage heard before; pieces without one are not in it. */
  repeats: Record<ScoredName, PieceScore[]>;
  /** Whether it is as often right as it says. */
  calibration: Record<NoteHeadName, PlainCalibration>;
  /** Whether times are as uncertain as it says. */
  times: Record<TimeHeadName, PlainTimeCalibration>;
  /** Its samples. */
  samples: SampleReport[];
}

/** A `Calibration` in JSON: null for the means of an empty bin. */
export interface PlainCalibration {
  /** Confidence from 0 to 1 in bins of equal width. */
  bins: { from: number; to: number; count: number; confidence: number | null; accuracy: number | null }[];
  /** The expected calibration error. */
  error: number;
}

/** What a model expected of times and what came, in JSON: null for an error that is infinite. */
export interface PlainTimeCalibration {
  /** How often times come below the quantiles that it gives. */
  quantiles: QuantileCalibration;
  /** How far they are from what it expects, against how far it expects them to be. */
  variances: Omit<VarianceCalibration, "error"> & { error: number | null };
}

/** Some notes in numbers. */
export interface MusicReport {
  /** The piece that they are from; of a sample, the one whose beginning it goes on from. */
  piece: string;
  /** Metrics by name; null where they are undefined. */
  metrics: Record<string, number | null>;
  /** Counts by which sets are compared. */
  histograms: Record<HistogramName, number[]>;
  /** Style grade against all test stretches; null for these themselves. */
  grade: number | null;
  /** The longest quotations; null for what nothing was learned for. */
  quotation: Record<QuotedBy, Quotation | null> | null;
}

/** A sample. */
export interface SampleReport extends MusicReport {
  /** Its notes, without the beginning: one entry per note. */
  notes: NoteLists;
}

/** Notes as lists, one entry per note. */
export interface NoteLists {
  /** MIDI numbers. */
  pitch: number[];
  /** Seconds since the note before, to the microsecond. */
  step: number[];
  /** Seconds, to the microsecond. */
  duration: number[];
}
