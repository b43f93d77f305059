import { assertEquals } from "@std/assert";
import { evaluationMarkdown } from "../../lib/evaluation/mod.ts";
import type {
  EvaluationReport,
  EvaluationRow,
  EvaluationSection,
  Figure,
  LikelihoodFigures,
  MusicReport,
  SampleFigures,
} from "../../lib/evaluation/mod.ts";

const figure = (value: number | null, half = 0.125, spread: number | null = null): Figure => ({
  value,
  low: value === null ? null : value - half,
  high: value === null ? null : value + half,
  spread,
});

const nats = (value: number, spread?: number) => ({ micro: figure(value, 0.125, spread), macro: figure(value + 1) });

const likelihoods = (pitch: number, spread?: number): LikelihoodFigures => ({
  pitch: nats(pitch),
  step: nats(1.5),
  duration: nats(2),
  total: nats(pitch + 3.5, spread),
  accuracy: figure(0.25, 0.0625),
});

const samples = (overlap: number | null): SampleFigures => ({
  divergence: { pitch_class: figure(0.5), interval: figure(0.25), duration: figure(0.75), step: figure(1, 0) },
  metrics: {
    pitch_range: { mean: figure(24, 2), overlap },
    a: { mean: figure(null), overlap: null },
    b: { mean: { value: 1, low: null, high: null, spread: null }, overlap: 1 },
    c: { mean: figure(3), overlap: 0.5 },
    d: { mean: figure(4), overlap: 0.5 },
  },
  grade: figure(8, 1),
  quotation: { times: { mean: figure(2.5), longest: 4 }, intervals: { mean: figure(5), longest: 9 } },
});

const side = (name: string, pieces: string[], notes: number) => ({ pieces, notes, hash: `${name}-0123456789` });
const music = { metrics: { pitch_range: 20, a: null, b: 1, c: 2, d: 3 } } as unknown as MusicReport;

type Run = EvaluationRow["runs"][0];

const times = (quantiles: number, variances: number | null) =>
  ({ quantiles: { error: quantiles }, variances: { error: variances } }) as Run["times"]["step"];

const row = (changes: Partial<EvaluationRow>): EvaluationRow => ({
  id: "bigram",
  name: "bigram",
  reads: "state",
  settings: null,
  train: side("train", ["a.mid", "b.mid"], 200),
  heldOut: side("heldout", ["c.mid"], 90),
  parameters: 5464,
  seconds: 0.26,
  likelihood: likelihoods(3),
  withoutLargest: likelihoods(2.5),
  repeats: likelihoods(0.5),
  others: likelihoods(3.5),
  temperature: 1,
  samples: samples(0.875),
  runs: [{ epoch: null, history: null, times: { step: times(0.125, 1.5), duration: times(0.25, null) } } as Run],
  ...changes,
});

const section: EvaluationSection = {
  reading: "published",
  transposed: false,
  flattening: "first",
  sides: {
    train: side("train", ["a.mid", "b.mid"], 200),
    heldOut: side("heldout", ["c.mid"], 90),
    test: side("testtest", ["d.mid", "e|f.mid"], 100),
  },
  leftOut: [{ path: "copy.mid", reason: "its music is in one.mid" }],
  strict: false,
  voices: false,
  alike: [["a.mid", "d.mid"], ["a.mid", "b.mid"]],
  largest: "d.mid",
  repeats: { passage: 6, notes: 20, of: 98 },
  reference: [music, music],
  bach: { music: [music], figures: samples(null) },
  rows: [
    row({}),
    row({
      id: "lstm-seven:best",
      name: "LSTM, the 7 files, best epoch",
      reads: "own past",
      train: side("seven", ["x.mid"], 5196),
      parameters: 84354,
      seconds: 90,
      temperature: 4,
      likelihood: likelihoods(3.25, 0.0625),
      runs: [3, 4].map((
        epoch,
      ) => ({
        epoch,
        history: { epochs: [1, 2, 3, 4, 5] },
        times: { step: times(0.125 * epoch, 1), duration: times(0, epoch) },
      } as unknown as Run)),
    }),
  ],
  failures: [{ contestant: "lstm", seed: 42, error: "Training diverged" }],
};

const report: EvaluationReport = {
  corpus: "made up",
  leftOut: [
    { path: "broken.mid", reason: "it cannot be read: no header" },
    { path: "mended.mid", reason: "it had to be mended to be read" },
    { path: "drums.mid", reason: "it has only drums" },
    { path: "torn.mid", reason: "it had to be mended to be read" },
  ],
  kernel: "tfjs on wasm; LSTM kernel: made up, 2 threads",
  code: "0123456789abcdef",
  seeds: [42, 43],
  level: 0.95,
  resamples: 2000,
  sections: [section],
};

const EXPECTED = `# Evaluation on made up

Numbers in brackets are 95 % bootstrap intervals (BCa, 2000 resamples), of likelihoods over test pieces, of samples over samples. Likelihoods are natural logarithms: nats per note, lower is better. A model reads a "state" of fixed size, the piece's "own past", all of it, or the pieces that it learned from, "training", while it names a note. Networks: means over the seeds 42, 43. The times that a network names in seconds count as normal distributions over the same classes, with deviations fitted on the pieces to choose by, and a thousandth for all classes alike. Computed on tfjs on wasm; LSTM kernel: made up, 2 threads. Code 01234567.

Left out (it cannot be read: no header): broken.mid.

Left out (it had to be mended to be read): mended.mid, torn.mid.

Left out (it has only drums): drums.mid.

## published

As the paper's run did it: networks listen to windows, seconds are as they are. Of each piece, the first instrument. To learn from: 2 pieces with 200 notes; to choose by: 1 piece with 90 notes; to measure on: 2 pieces with 100 notes (testtest). LSTM, the 7 files, learns from 1 piece with 5196 notes. Doubles left out: 1. On different sides, though they share passages: a.mid + d.mid.

Nats per note, mean over notes:

| model                         |    reads |             pitch |              step |          duration |             total |
| ----------------------------- | -------: | ----------------: | ----------------: | ----------------: | ----------------: |
| bigram                        |    state | 3.00 [2.88, 3.13] | 1.50 [1.38, 1.63] | 2.00 [1.88, 2.13] | 6.50 [6.38, 6.63] |
| LSTM, the 7 files, best epoch | own past | 3.25 [3.13, 3.38] | 1.50 [1.38, 1.63] | 2.00 [1.88, 2.13] | 6.75 [6.63, 6.88] |

Nats per note, mean over pieces:

| model                         |    reads |             pitch |              step |          duration |             total |
| ----------------------------- | -------: | ----------------: | ----------------: | ----------------: | ----------------: |
| bigram                        |    state | 4.00 [3.88, 4.13] | 2.50 [2.38, 2.63] | 3.00 [2.88, 3.13] | 7.50 [7.38, 7.63] |
| LSTM, the 7 files, best epoch | own past | 4.25 [4.13, 4.38] | 2.50 [2.38, 2.63] | 3.00 [2.88, 3.13] | 7.75 [7.63, 7.88] |

The mean over notes, without the largest test piece, d.mid:

| model                         |    reads |             pitch |              step |          duration |             total |
| ----------------------------- | -------: | ----------------: | ----------------: | ----------------: | ----------------: |
| bigram                        |    state | 2.50 [2.38, 2.63] | 1.50 [1.38, 1.63] | 2.00 [1.88, 2.13] | 6.00 [5.88, 6.13] |
| LSTM, the 7 files, best epoch | own past | 2.50 [2.38, 2.63] | 1.50 [1.38, 1.63] | 2.00 [1.88, 2.13] | 6.00 [5.88, 6.13] |

A repeat is cheap: 20 of the 98 notes (20 %) stand in a passage heard before in the piece. The 6 notes before such a note have stood in a row before, at whatever pitch, with the same intervals and the same classes of steps and durations. Nats per note of these and of the others, mean over notes:

| model                         |    reads | pitch, heard before |     pitch, others | total, heard before |     total, others |
| ----------------------------- | -------: | ------------------: | ----------------: | ------------------: | ----------------: |
| bigram                        |    state |   0.50 [0.38, 0.63] | 3.50 [3.38, 3.63] |   4.00 [3.88, 4.13] | 7.00 [6.88, 7.13] |
| LSTM, the 7 files, best epoch | own past |   0.50 [0.38, 0.63] | 3.50 [3.38, 3.63] |   4.00 [3.88, 4.13] | 7.00 [6.88, 7.13] |

Share of pitches named right, and what it costs; ± is the spread over seeds:

| model                         |                right | total ± |          epoch | parameters | seconds |
| ----------------------------- | -------------------: | ------: | -------------: | ---------: | ------: |
| bigram                        | 0.250 [0.188, 0.313] |       – |              – |       5464 |     0.3 |
| LSTM, the 7 files, best epoch | 0.250 [0.188, 0.313] |   0.063 | 3 of 5, 4 of 5 |      84354 |    90.0 |

Whether times are as uncertain as each model says; 0 is right. Quantiles: how far the share of times below each is from it, on average. Deviations: how far the one that it expects is from the root of the mean squared error, as a share of it, in ten bins of rising variance:

| model                         | step: quantiles | deviations | duration: quantiles | deviations |
| ----------------------------- | --------------: | ---------: | ------------------: | ---------: |
| bigram                        |           0.125 |       1.50 |               0.250 |          – |
| LSTM, the 7 files, best epoch |           0.438 |       1.00 |               0.000 |       3.50 |

Samples against 2 stretches of test pieces: Jensen-Shannon divergence of the pooled histograms in bits (0 is the same), and the style grade: how far each sample is, on average, from all stretches together (a piece of Bach is not at 0). T is the temperature:

| music                         |   T |     pitch classes |         intervals |         durations |             steps |             grade |
| ----------------------------- | --: | ----------------: | ----------------: | ----------------: | ----------------: | ----------------: |
| Bach (held-out pieces)        |   – | 0.50 [0.38, 0.63] | 0.25 [0.13, 0.38] | 0.75 [0.63, 0.88] | 1.00 [1.00, 1.00] | 8.00 [7.00, 9.00] |
| bigram                        |   1 | 0.50 [0.38, 0.63] | 0.25 [0.13, 0.38] | 0.75 [0.63, 0.88] | 1.00 [1.00, 1.00] | 8.00 [7.00, 9.00] |
| LSTM, the 7 files, best epoch |   4 | 0.50 [0.38, 0.63] | 0.25 [0.13, 0.38] | 0.75 [0.63, 0.88] | 1.00 [1.00, 1.00] | 8.00 [7.00, 9.00] |

The mean of each metric over samples; its overlap with the test pieces (1 is the same):

| music                         |                pitch_range |    a |          b |                       c |
| ----------------------------- | -------------------------: | ---: | ---------: | ----------------------: |
| Bach (test pieces)            |                      20.00 |    – |       1.00 |                    2.00 |
| Bach (held-out pieces)        |    24.00 [22.00, 26.00]; – | –; – | 1.00; 1.00 | 3.00 [2.88, 3.13]; 0.50 |
| bigram                        | 24.00 [22.00, 26.00]; 0.88 | –; – | 1.00; 1.00 | 3.00 [2.88, 3.13]; 0.50 |
| LSTM, the 7 files, best epoch | 24.00 [22.00, 26.00]; 0.88 | –; – | 1.00; 1.00 | 3.00 [2.88, 3.13]; 0.50 |

More metrics:

| music                         |                       d |
| ----------------------------- | ----------------------: |
| Bach (test pieces)            |                    3.00 |
| Bach (held-out pieces)        | 4.00 [3.88, 4.13]; 0.50 |
| bigram                        | 4.00 [3.88, 4.13]; 0.50 |
| LSTM, the 7 files, best epoch | 4.00 [3.88, 4.13]; 0.50 |

Longest quotation of a sample from what its model learned from, in notes: the mean, and the longest of all:

| music                         | pitches and times | longest |      intervals | longest |
| ----------------------------- | ----------------: | ------: | -------------: | ------: |
| Bach (held-out pieces)        |    2.5 [2.4, 2.6] |       4 | 5.0 [4.9, 5.1] |       9 |
| bigram                        |    2.5 [2.4, 2.6] |       4 | 5.0 [4.9, 5.1] |       9 |
| LSTM, the 7 files, best epoch |    2.5 [2.4, 2.6] |       4 | 5.0 [4.9, 5.1] |       9 |

Failed: lstm with seed 42: Training diverged.
`;

Deno.test("evaluationMarkdown() prints a report in tables", () => {
  assertEquals(evaluationMarkdown(report), EXPECTED);
});

Deno.test("evaluationMarkdown() says what it can of a section without rows, a strict split and pieces of voices", () => {
  const bare = {
    ...section,
    reading: "corrected" as const,
    transposed: true,
    flattening: "all" as const,
    strict: true,
    voices: true,
    alike: [["a.mid", "b.mid"]],
  };
  const text = evaluationMarkdown({
    ...report,
    leftOut: [],
    kernel: null,
    seeds: [42],
    sections: [{ ...bare, rows: [], leftOut: [], failures: [] }],
  });
  assertEquals(
    text,
    `# Evaluation on made up

Numbers in brackets are 95 % bootstrap intervals (BCa, 2000 resamples), of likelihoods over test pieces, of samples over samples. Likelihoods are natural logarithms: nats per note, lower is better. A model reads a "state" of fixed size, the piece's "own past", all of it, or the pieces that it learned from, "training", while it names a note. Seed 42. Code 01234567.

## corrected

As the paper's text says: networks carry their state. Of each piece, all voices in one sequence. Pieces are brought to C major or A minor, each by the key that is estimated from all of it. Only pieces whose parts are voices. To learn from: 2 pieces with 200 notes; to choose by: 1 piece with 90 notes; to measure on: 2 pieces with 100 notes (testtest). Kept on one side, because they share passages: a.mid + b.mid.
`,
  );
});
