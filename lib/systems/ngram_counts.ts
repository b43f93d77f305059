/** The longest n-gram: five symbols of context and the one that follows fit into the 53 bits of a number. */
const HIGHEST_ORDER = 6;
const SYMBOLS = 256;

/** What followed the contexts of one length: entry i of `symbols` and `counts` belongs to the context whose range holds i. */
interface Level {
  /** Each context as one number, rising. */
  contexts: Float64Array;
  /** Where each context's range begins; one entry more than `contexts`, the last is the end of all. */
  starts: Int32Array;
  symbols: Uint8Array;
  counts: Int32Array;
  /** Of each context, how often anything followed. */
  totals: Int32Array;
}

/**
 * How often which symbol followed which others, and what is likely to follow:
 * an n-gram with interpolated back-off.
 *
 * With c(h x) the times that x followed the context h, `c(h)` their sum, V the number of
 * symbols and m the smoothing, `p(x | h) = (c(h x) + m p(x | h')) / (c(h) + m)`,
 * where h' is h without its first symbol; without any context,
 * `p(x) = (c(x) + 1 / V) / (c + 1)`. At the beginning of a sequence the context is as long as
 * what is there; nothing stands for what is not.
 *
 * D. J. C. MacKay and L. C. B. Peto, "A hierarchical Dirichlet language model"
 * (1995), with the parameters of the priors chosen on held-out pieces.
 */
export class NgramCounts {
  readonly #levels: Level[];

  /**
   * Counts.
   *
   * @param sequences Symbols from 0 to `classes - 1`; no n-gram crosses from one to the next.
   * @param classes How many symbols there are, at most 256.
   * @param order Length of the n-gram, from 1 to 6: a context of `order - 1` symbols, and the one that follows.
   * @throws {RangeError} If the order is out of range.
   */
  constructor(sequences: readonly ArrayLike<number>[], readonly classes: number, readonly order: number) {
    if (!Number.isInteger(order) || order < 1 || order > HIGHEST_ORDER) {
      throw new RangeError(`Cannot count n-grams: the order must be from 1 to ${HIGHEST_ORDER}, got ${order}`);
    }
    this.#levels = Array.from({ length: order }, (_, length) => count(sequences, length));
  }

  /** How many counts it holds: different n-grams of all orders. */
  get size(): number {
    return this.#levels.reduce((sum, { counts }) => sum + counts.length, 0);
  }

  /**
   * What follows a context.
   *
   * @param context The symbols before, the latest last; those beyond `order - 1` do not count.
   * @param smoothing The m of the formula, above 0.
   * @param into Where the probabilities go, one per symbol.
   */
  probabilities(context: ArrayLike<number>, smoothing: number, into: Float64Array): Float64Array {
    into.fill(0);
    const left = this.#share(context, smoothing, ({ starts, symbols, counts }, i, share) => {
      for (let k = starts[i]; k < starts[i + 1]; k++) into[symbols[k]] += counts[k] * share;
    });
    for (let x = 0; x < into.length; x++) into[x] += left / this.classes;
    return into;
  }

  /** The probability that {@linkcode probabilities} gives to one symbol, without the others. */
  probability(context: ArrayLike<number>, symbol: number, smoothing: number): number {
    let p = 0;
    const left = this.#share(context, smoothing, ({ starts, symbols, counts }, i, share) => {
      const k = symbols.subarray(starts[i], starts[i + 1]).indexOf(symbol);
      if (k >= 0) p += counts[starts[i] + k] * share;
    });
    return p + left / this.classes;
  }

  /**
   * Shares the probability out, to the longest known context first: each count of a level gets `share`.
   *
   * @returns What is left to be shared by all symbols alike.
   */
  #share(
    context: ArrayLike<number>,
    smoothing: number,
    give: (level: Level, index: number, share: number) => void,
  ): number {
    const known = this.#known(context);
    let left = 1;
    for (let length = known.length - 1; length >= 0; length--) {
      const level = this.#levels[length], m = length === 0 ? 1 : smoothing;
      const share = left / (level.totals[known[length]] + m);
      give(level, known[length], share);
      left = share * m;
    }
    return left;
  }

  /** Where the context's ends stand in the levels, from the empty one to the longest that was heard. */
  #known(context: ArrayLike<number>): number[] {
    const known: number[] = [];
    let key = 0, place = 1;
    for (const [length, { contexts }] of this.#levels.entries()) {
      if (length > context.length) break;
      if (length > 0) {
        key += context[context.length - length] * place;
        place *= SYMBOLS;
      }
      const index = indexOf(contexts, key);
      // A context that was never heard was not heard in a longer one either.
      if (index < 0) break;
      known.push(index);
    }
    return known;
  }
}

/** What follows contexts of this length. */
function count(sequences: readonly ArrayLike<number>[], length: number): Level {
  const size = sequences.reduce((sum, sequence) => sum + Math.max(0, sequence.length - length), 0);
  const grams = new Float64Array(size);
  let n = 0;
  for (const sequence of sequences) {
    for (let i = length; i < sequence.length; i++) {
      let key = 0;
      for (let k = i - length; k < i; k++) key = key * SYMBOLS + sequence[k];
      grams[n++] = key * SYMBOLS + sequence[i];
    }
  }
  grams.sort();
  const contexts: number[] = [], starts: number[] = [], totals: number[] = [];
  const symbols: number[] = [], counts: number[] = [];
  grams.forEach((gram, i) => {
    const context = Math.floor(gram / SYMBOLS);
    if (context !== contexts.at(-1)) {
      contexts.push(context);
      starts.push(symbols.length);
      totals.push(0);
    }
    if (i === 0 || gram !== grams[i - 1]) {
      symbols.push(gram % SYMBOLS);
      counts.push(0);
    }
    counts[counts.length - 1]++;
    totals[totals.length - 1]++;
  });
  starts.push(symbols.length);
  return {
    contexts: Float64Array.from(contexts),
    starts: Int32Array.from(starts),
    symbols: Uint8Array.from(symbols),
    counts: Int32Array.from(counts),
    totals: Int32Array.from(totals),
  };
}

/** Where a value stands among rising ones; -1 if nowhere. */
function indexOf(rising: Float64Array, value: number): number {
  let low = 0, high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < value) low = middle + 1;
    else high = middle;
  }
  return rising[low] === value ? low : -1;
}
