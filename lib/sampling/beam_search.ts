import type { Said } from "../encodings/mod.ts";
import type { Distribution } from "../heads/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import type { Listener, SequenceModel } from "../systems/mod.ts";
import type { RuleListener } from "./rules/rule.ts";

/** Options of {@linkcode beamSearch}. */
export interface BeamSearchOptions<Event> {
  /** The most events that a piece may have. */
  count: number;
  /** How many pieces are followed at a time; 1 takes the likeliest value each time, and never looks back. */
  width: number;
  /**
   * How much a long piece is forgiven its length, the α of Wu et al.: 0 compares bare log-likelihoods, which favour short
   * pieces; 1 compares nearly those per event. It matters only where pieces end at different lengths.
   *
   * @default 0.6
   */
  lengthPenalty?: number;
  /**
   * Whether a piece is finished.
   *
   * @default never: all pieces have `count` events
   */
  until?: (events: readonly Event[]) => boolean;
  /**
   * Rules that have heard what the listener has; what they weigh is added to log-probabilities, in nats.
   *
   * @default []
   */
  rules?: readonly RuleListener<Event>[];
}

/** A piece that {@linkcode beamSearch} has found. */
export interface FoundPiece<Event> {
  /** Its events. */
  events: readonly Event[];
  /** The natural log of the probability that the model, which knows no rules, gives to all of them. */
  logLikelihood: number;
  /**
   * What it was chosen by: the log-likelihood and what the rules have added to it, over the length penalty
   * `((5 + events) / 6)^α`.
   */
  score: number;
  /** Whether `until` says that it is finished; otherwise it is as long as it may be. */
  finished: boolean;
}

/** A piece that is being followed, and what is drawn of its next event. */
interface Path<Event> {
  events: readonly Event[];
  drawn: Said;
  logLikelihood: number;
  /** The log-likelihood, and what rules have added to it. */
  weighed: number;
  listener: Listener<Event>;
  rules: readonly RuleListener<Event>[];
}

/**
 * Looks for likely pieces: follows the likeliest few, head by head and event by
 * event, by forks of one listener. It draws nothing: the same model and beginning give
 * the same pieces. Of equally likely ones the lower class wins.
 *
 * A wider beam is no promise of a likelier piece, for it can follow what looks
 * better at first; one as wide as there are pieces finds the likeliest. And the
 * likeliest piece is rarely the best music: it tends to say the same thing again and
 * again (A. Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020).
 *
 * Y. Wu et al., "Google's Neural Machine Translation System" (2016), equation 14
 * without its coverage penalty.
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { openCorpus } from "../corpus/mod.ts";
 * import { notePieces } from "../encodings/mod.ts";
 * import { corpusTable } from "../notes/mod.ts";
 * import { settings } from "../settings/mod.ts";
 * import { ngrams } from "../systems/mod.ts";
 * import { beamSearch } from "./mod.ts";
 *
 * const [heldOut, ...train] = notePieces(corpusTable((await openCorpus("sample")).pieces));
 * const model = ngrams.learn({ train, heldOut: [heldOut] }, settings("corrected"));
 * const listener = model.listen();
 * for (const note of heldOut.events.slice(0, 20)) listener.hear(note);
 *
 * const [best, second] = beamSearch(model, listener, { count: 8, width: 4 });
 * assertEquals(best.events.length, 8);
 * assert(best.logLikelihood >= second.logLikelihood);
 * ```
 *
 * @param model Any model whose heads say classes.
 * @param listener What it has heard so far; stays as it is, the caller's to dispose of.
 * @param options How many events, and how wide.
 * @returns At most `width` pieces, the best first.
 * @throws {TypeError} If an option is missing or of the wrong type, or a head says numbers: those have no likeliest few.
 * @throws {RangeError} If an option is out of range, or the model says NaN.
 * @throws {Error} If the rules leave no piece at all.
 */
export function beamSearch<Event>(
  model: SequenceModel<Event>,
  listener: Listener<Event>,
  options: BeamSearchOptions<Event>,
): FoundPiece<Event>[] {
  const { count, width, lengthPenalty = 0.6, until = () => false, rules = [] } = checkOptions("search", options, {
    count: kinds.positiveInteger,
    width: kinds.positiveInteger,
    lengthPenalty: optional(kinds.number({ from: 0 })),
    until: optional(kinds.callback as Kind<BeamSearchOptions<Event>["until"]>),
    rules: optional(kinds.list("rules", kinds.object("a rule that listens") as Kind<RuleListener<Event>>)),
  });
  const numeric = model.heads.find(({ discrete }) => !discrete);
  if (numeric) throw new TypeError(`Cannot search: the head "${numeric.name}" says numbers, a beam follows classes`);
  let paths: Path<Event>[] = [
    { events: [], drawn: {}, logLikelihood: 0, weighed: 0, listener: listener.fork(), rules },
  ];
  let finished: FoundPiece<Event>[] = [];
  const found = ({ events, logLikelihood, weighed }: Path<Event>, isFinished: boolean): FoundPiece<Event> => ({
    events,
    logLikelihood,
    score: weighed / ((5 + events.length) / 6) ** lengthPenalty,
    finished: isFinished,
  });
  try {
    for (let i = 0; i < count && paths.length > 0; i++) {
      let ways: readonly Path<Event>[] = paths;
      for (const head of model.heads) ways = likeliest(head, ways, width);
      if (ways.length === 0 && finished.length === 0) {
        throw new Error("Cannot search: the rules forbid every piece; make one of them soft");
      }
      const before = paths;
      paths = ways.map((way) => withEvent(model, way));
      for (const { listener } of before) listener.dispose();
      for (const path of paths.filter(({ events }) => until(events))) {
        finished.push(found(path, true));
        path.listener.dispose();
        paths = paths.filter((other) => other !== path);
      }
      finished = best(finished, width);
    }
    return best([...finished, ...paths.map((path) => found(path, false))], width);
  } finally {
    for (const path of paths) path.listener.dispose();
  }
}

function best<Event>(pieces: readonly FoundPiece<Event>[], width: number): FoundPiece<Event>[] {
  return pieces.toSorted((a, b) => b.score - a.score).slice(0, width);
}

/** The likeliest ways to go on by one head. */
function likeliest<Event>(head: Distribution, paths: readonly Path<Event>[], width: number): Path<Event>[] {
  const ways = paths.flatMap((path) => {
    const logs = head.logs(path.listener.next(head.name, path.drawn));
    const rules = path.rules.filter(({ heads }) => heads.includes(head.name));
    return Array.from(logs, (log, value) => {
      if (Number.isNaN(log)) throw new RangeError(`Cannot search: the log-probability of ${head.name} ${value} is NaN`);
      const weight = rules.reduce((sum, rule) => sum + rule.weigh(head.name, value, path.drawn), 0);
      return { path, value, log, weighed: path.weighed + log + weight };
    });
  });
  return ways
    .filter(({ weighed }) => weighed > -Infinity)
    // Stable: the lower class of the better path first.
    .sort((a, b) => b.weighed - a.weighed)
    .slice(0, width)
    .map(({ path, value, log, weighed }) => ({
      ...path,
      drawn: { ...path.drawn, [head.name]: value },
      logLikelihood: path.logLikelihood + log,
      weighed,
    }));
}

/** A path whose event is drawn: a fork of its listener hears it. */
function withEvent<Event>(model: SequenceModel<Event>, path: Path<Event>): Path<Event> {
  const event = model.decode(path.drawn);
  const listener = path.listener.fork(), rules = path.rules.map((rule) => rule.fork());
  for (const hearer of [listener, ...rules]) hearer.hear(event);
  return { ...path, events: [...path.events, event], drawn: {}, listener, rules };
}
