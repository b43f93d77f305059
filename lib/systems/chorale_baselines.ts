import { aroundEncoding, type Cell, type Encoding, gridCells } from "../encodings/mod.ts";
import { VOICES } from "../formats/mod.ts";
import { counted } from "../heads/mod.ts";
import { CHORALE_VOICES } from "../score/mod.ts";
import { type ColumnListener, modelOfColumns, type SaidPieces, saidPieces } from "./column_model.ts";
import type { ConditionalModel, Lessons } from "./sequence_model.ts";
import { type CountingSystem, rangeOf, type SystemSettings } from "./system.ts";

/** What each class of a voice is given beside the times that it occurred. */
const UNIGRAM_PRIOR = 0.1;
/** What the unigram counts against the transitions. */
const BIGRAM_SMOOTHING = 5;
const CITATION = "The likelihood ladder of the JSB chorales: every cell scored, rests too, given all before it";

/** All classes alike: ln 47 = 3.850 nats per cell on the JSB chorales. */
export const uniformGrid: CountingSystem<Cell> = {
  name: "grid-uniform",
  title: "uniform",
  citation: CITATION,
  learn(_, settings) {
    const { encoding, classes } = cellsOf(settings);
    const probabilities = new Float64Array(classes).fill(1 / classes);
    return cellModel("uniform", encoding, classes, 0, () => probabilities);
  },
};

/**
 * How often each class occurs in a voice, plus 0.1 each:
 * `U(b) = (0.1 + c(b)) / (N + 0.1 V)` of `N` cells and `V` classes.
 */
export const unigramGrid: CountingSystem<Cell> = {
  name: "grid-unigram",
  title: "unigram",
  citation: CITATION,
  learn({ train }, settings) {
    const { encoding, classes } = cellsOf(settings);
    const voices = unigrams(saidFrames(encoding, train), classes);
    return cellModel("unigram", encoding, classes, VOICES * classes, ({ voice }) => voices[voice]);
  },
};

/**
 * What each class of a voice is followed by in the next frame, at each of `phases` places in
 * the bar, with the voice's unigram U behind it:
 * `P(b | a, phase) = (c(phase, a, b) + 5 U(b)) / (c(phase, a) + 5)`, where the phase is
 * the index of b's frame, from 0, modulo `phases`. The first frame has U. No voice
 * hears another.
 *
 * @param phases 1 knows no metre, 4 the sixteenths of a beat, 16 those of a bar of 4/4.
 * @throws {RangeError} If `phases` is not a positive integer.
 */
export function bigramGrid(phases: number): CountingSystem<Cell> {
  if (!Number.isInteger(phases) || phases < 1) {
    throw new RangeError(`Cannot count transitions: phases must be a positive integer, current value is ${phases}`);
  }
  const title = phases === 1 ? "bigram" : `bigram at ${phases} places`;
  return {
    name: phases === 1 ? "grid-bigram" : `grid-bigram-${phases}`,
    title,
    citation: CITATION,
    learn({ train }, settings) {
      const { encoding, classes } = cellsOf(settings);
      const { behind, parameters, follows } = transitions(saidFrames(encoding, train), classes, phases);
      const probabilities = new Float64Array(classes);
      return cellModel(title, encoding, classes, parameters, ({ before, voice, frame }) => {
        if (before === undefined) return behind[voice];
        for (let b = 0; b < classes; b++) probabilities[b] = follows(voice, before, b, frame % phases);
        return probabilities;
      });
    },
  };
}

/**
 * What a voice had in the frame before is what it has: with the probability `r`, all other
 * classes alike, so that no likelihood is infinite. `r` is the share of such cells
 * in what is learned from, with one held and one changed cell more than there were: `(held + 1) / (n + 2)`.
 * In the first frame all classes are alike.
 */
export const repeatGrid: CountingSystem<Cell> = {
  name: "grid-repeat",
  title: "repeat previous",
  citation: CITATION,
  learn({ train }, settings) {
    const { encoding, classes } = cellsOf(settings);
    let [held, all] = [0, 0];
    for (const frames of saidFrames(encoding, train)) {
      for (let t = 1; t < frames.length; t++) {
        held += frames[t].filter((cell, voice) => cell === frames[t - 1][voice]).length;
        all += VOICES;
      }
    }
    const r = (held + 1) / (all + 2);
    const probabilities = new Float64Array(classes);
    return cellModel("repeat previous", encoding, classes, 1, ({ before }) => {
      if (before === undefined) return probabilities.fill(1 / classes);
      probabilities.fill((1 - r) / (classes - 1))[before] = r;
      return probabilities;
    });
  },
};

/**
 * What fills in a cell from what its voice has before and after it, by the
 * transitions of {@linkcode bigramGrid} at one place: `P(b | a, c)` is as
 * `P(b | a) P(c | b)`; without an a, as in the first frame, `U(b)` is in the place of the
 * first factor, and without a c there is no second. What any model that fills in must stay below: it hears no other voice.
 *
 * @param lessons Its `train` is learned from.
 * @param settings They have the range of the corpus.
 */
export function betweenGrid({ train }: Lessons<Cell>, settings: SystemSettings): ConditionalModel {
  const { encoding, classes } = cellsOf(settings), { cells } = aroundEncoding({ range: rangeOf(settings) });
  const { behind, parameters, follows } = transitions(saidFrames(encoding, train), classes);
  return {
    name: "between",
    parameters,
    cells,
    heads: CHORALE_VOICES.map((voice) => counted(voice, { classes })),
    given({ frames, struck }, voice, from = 0, to = frames.length) {
      const at = (t: number) => frames[t] ? cells.of(frames[t][voice], struck[t][voice]) : -1;
      return Array.from({ length: to - from }, (_, i) => {
        const before = at(from + i - 1), after = at(from + i + 1);
        const weights = Float64Array.from(
          { length: classes },
          (_, cell) =>
            (before < 0 ? behind[voice][cell] : follows(voice, before, cell)) *
            (after < 0 ? 1 : follows(voice, cell, after)),
        );
        const total = weights.reduce((a, b) => a + b);
        return weights.map((weight) => Math.log(weight / total));
      });
    },
  };
}

/** The cells of the corpus, and how many classes they have. */
function cellsOf(settings: SystemSettings): { encoding: Encoding<Cell>; classes: number } {
  const encoding = gridCells(rangeOf(settings));
  return { encoding, classes: encoding.says[0].size! };
}

/** What stands where a cell is to be named. */
interface Place {
  /** What the voice had in the frame before; nothing in the first. */
  before?: number;
  /** Which voice, from 0. */
  voice: number;
  /** Which frame, from 0. */
  frame: number;
}

/** A model that knows the place of each cell, and what its voice had before. */
function cellModel(
  name: string,
  encoding: Encoding<Cell>,
  classes: number,
  parameters: number,
  next: (place: Place) => Float64Array,
) {
  const listenerOf = (heard: number, latest: readonly number[]): ColumnListener => {
    const ofVoices = [...latest];
    let cells = heard;
    return {
      hear({ cell }) {
        // What stands before the first cell is none.
        if (cell >= 0) ofVoices[cells++ % VOICES] = cell;
      },
      next: () => next({ before: ofVoices[cells % VOICES], voice: cells % VOICES, frame: Math.floor(cells / VOICES) }),
      fork: () => listenerOf(cells, ofVoices),
    };
  };
  return modelOfColumns(name, encoding, [{ column: "cell", classes, parameters, listen: () => listenerOf(0, []) }]);
}

/** Classes of the cells of each frame of each piece. */
function saidFrames(encoding: Encoding<Cell>, pieces: Parameters<typeof saidPieces<Cell>>[1]): number[][][] {
  const cells: SaidPieces = saidPieces(encoding, pieces);
  return cells.map((events) => {
    const classes = events.map(({ cell }) => cell).filter((cell) => cell >= 0);
    return Array.from({ length: classes.length / VOICES }, (_, t) => classes.slice(t * VOICES, (t + 1) * VOICES));
  });
}

/** Of each voice the probabilities of its classes. */
function unigrams(pieces: readonly number[][][], classes: number): Float64Array[] {
  return Array.from({ length: VOICES }, (_, voice) => {
    const counts = new Float64Array(classes).fill(UNIGRAM_PRIOR);
    for (const frames of pieces) for (const frame of frames) counts[frame[voice]]++;
    const total = counts.reduce((a, b) => a + b);
    return counts.map((times) => times / total);
  });
}

/** What each class of a voice is followed by in the next frame, at each of some places in the bar. */
interface Transitions {
  /** Of each voice the probabilities of its classes, whatever came before. */
  behind: readonly Float64Array[];
  /** How many numbers are counted. */
  parameters: number;
  /** The probability that a class comes after another, with the unigram behind it. */
  follows(voice: number, before: number, cell: number, phase?: number): number;
}

/** Counts transitions, at so many places in the bar. */
function transitions(pieces: readonly number[][][], classes: number, phases = 1): Transitions {
  const behind = unigrams(pieces, classes);
  const context = (voice: number, phase: number, before: number) => (voice * phases + phase) * classes + before;
  const totals = new Int32Array(VOICES * phases * classes), counts = new Int32Array(totals.length * classes);
  for (const frames of pieces) {
    for (let t = 1; t < frames.length; t++) {
      for (let voice = 0; voice < VOICES; voice++) {
        const at = context(voice, t % phases, frames[t - 1][voice]);
        counts[at * classes + frames[t][voice]]++;
        totals[at]++;
      }
    }
  }
  return {
    behind,
    parameters: VOICES * classes + counts.filter((times) => times > 0).length,
    follows(voice, before, cell, phase = 0) {
      const at = context(voice, phase, before);
      return (counts[at * classes + cell] + BIGRAM_SMOOTHING * behind[voice][cell]) / (totals[at] + BIGRAM_SMOOTHING);
    },
  };
}
