import { type GridCorpus, VOICES } from "../formats/mod.ts";
import { checkArgument, kinds } from "../options/mod.ts";
import { gridClasses, type GridListener, type GridModel } from "./grid_model.ts";

/** What each class of a voice is given beside the times that it occurred. */
const UNIGRAM_PRIOR = 0.1;
/** What the unigram counts against the transitions. */
const BIGRAM_SMOOTHING = 5;

/** All classes alike: ln 47 = 3.850 nats a cell on the JSB chorales. */
export function uniformGrid(corpus: GridCorpus): GridModel {
  const classes = gridClasses(corpus);
  const probabilities = new Float64Array(classes.count).fill(1 / classes.count);
  return { name: "uniform", classes, parameters: 0, listen: () => ({ next: () => probabilities, hear() {} }) };
}

/**
 * How often each class occurs in a voice, plus 0.1 each:
 * `U(b) = (0.1 + c(b)) / (N + 0.1 V)` of `N` cells and `V` classes.
 */
export function unigramGrid(corpus: GridCorpus): GridModel {
  const classes = gridClasses(corpus);
  const voices = unigrams(corpus);
  return {
    name: "unigram",
    classes,
    parameters: VOICES * classes.count,
    listen() {
      let cells = 0;
      return { next: () => voices[cells % VOICES], hear: () => void cells++ };
    },
  };
}

/**
 * What each class of a voice is followed by in the next frame, at each of `phases` places in
 * the bar, with the voice's unigram U behind it:
 * `P(b | a, phase) = (c(phase, a, b) + 5 U(b)) / (c(phase, a) + 5)`, where the phase is
 * the index of b's frame, from 0, modulo `phases`. The first frame has U. No voice
 * hears another.
 *
 * @param corpus Its `train` is learned from.
 * @param phases 1 knows no metre, 4 the sixteenths of a beat, 16 those of a bar of 4/4.
 * @throws {RangeError} If `phases` is not a positive integer.
 */
export function bigramGrid(corpus: GridCorpus, phases: number): GridModel {
  checkArgument("count transitions", "phases", phases, kinds.positiveInteger);
  const classes = gridClasses(corpus), { count } = classes;
  const behind = unigrams(corpus);
  const row = (voice: number, phase: number, before: number) => ((voice * phases + phase) * count + before) * count;
  const counts = new Int32Array(VOICES * phases * count * count);
  for (const piece of corpus.train) {
    for (let t = 1; t < piece.length; t++) {
      for (let voice = 0; voice < VOICES; voice++) {
        counts[row(voice, t % phases, classes.of(piece[t - 1][voice])) + classes.of(piece[t][voice])]++;
      }
    }
  }
  const probabilities = new Float64Array(count);
  return {
    name: phases === 1 ? "bigram" : `bigram at ${phases} places`,
    classes,
    parameters: VOICES * count + counts.filter((times) => times > 0).length,
    listen: () =>
      remembering((before, voice, frame) => {
        if (before === undefined) return behind[voice];
        const first = row(voice, frame % phases, before);
        const seen = counts.subarray(first, first + count);
        const total = seen.reduce((a, b) => a + b, 0) + BIGRAM_SMOOTHING;
        for (let b = 0; b < count; b++) probabilities[b] = (seen[b] + BIGRAM_SMOOTHING * behind[voice][b]) / total;
        return probabilities;
      }),
  };
}

/**
 * What a voice had in the frame before is what it has: with the probability `r`, all other
 * classes alike, so that no likelihood is infinite. `r` is the share of such cells
 * in what is learned from, with one held and one changed cell more than there were: `(held + 1) / (n + 2)`.
 * In the first frame all classes are alike.
 */
export function repeatGrid(corpus: GridCorpus): GridModel {
  const classes = gridClasses(corpus), { count } = classes;
  let [held, all] = [0, 0];
  for (const piece of corpus.train) {
    for (let t = 1; t < piece.length; t++) {
      held += piece[t].filter((pitch, voice) => pitch === piece[t - 1][voice]).length;
      all += VOICES;
    }
  }
  const r = (held + 1) / (all + 2);
  const probabilities = new Float64Array(count);
  return {
    name: "repeat previous",
    classes,
    parameters: 1,
    listen: () =>
      remembering((before) => {
        if (before === undefined) return probabilities.fill(1 / count);
        probabilities.fill((1 - r) / (count - 1))[before] = r;
        return probabilities;
      }),
  };
}

/** A listener that knows what each voice had in the frame before; nothing in the first. */
function remembering(
  next: (before: number | undefined, voice: number, frame: number) => Float64Array,
): GridListener {
  const before: (number | undefined)[] = Array(VOICES);
  let cells = 0;
  return {
    next: () => next(before[cells % VOICES], cells % VOICES, Math.floor(cells / VOICES)),
    hear(cell) {
      before[cells % VOICES] = cell;
      cells++;
    },
  };
}

/** Of each voice the probabilities of its classes. */
function unigrams(corpus: GridCorpus): Float64Array[] {
  const classes = gridClasses(corpus);
  return Array.from({ length: VOICES }, (_, voice) => {
    const counts = new Float64Array(classes.count).fill(UNIGRAM_PRIOR);
    for (const piece of corpus.train) for (const frame of piece) counts[classes.of(frame[voice])]++;
    const total = counts.reduce((a, b) => a + b);
    return counts.map((times) => times / total);
  });
}
