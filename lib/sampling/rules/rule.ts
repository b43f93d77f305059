import type { Said } from "../../encodings/mod.ts";
import { type Kind, kinds, optional } from "../../options/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";

/**
 * What a generated piece has to keep to: says of each value that could be
 * drawn, by how many nats it becomes likelier or less likely. A rule itself
 * remembers nothing; its listener does.
 */
export interface Rule<Event> {
  /** What it is called in an error. */
  readonly name: string;
  /**
   * Begins a piece.
   *
   * @throws {TypeError} If the model does not say what the rule is about.
   */
  listen(model: SequenceModel<Event>): RuleListener<Event>;
}

/** A {@linkcode Rule} that listens to one piece. */
export interface RuleListener<Event> {
  /** The heads that it speaks of. */
  readonly heads: readonly string[];
  /** Hears the event that comes next, whether given or drawn. */
  hear(event: Event): void;
  /**
   * The nats that are added to a value's log-probability: 0 leaves it, below 0 makes it rarer, above 0 likelier, and
   * -Infinity forbids it.
   *
   * @param head One of its heads.
   * @param value A value of it, as the model says it.
   * @param drawn What is drawn of the same event so far.
   */
  weigh(head: string, value: number, drawn: Said): number;
  /** The same listener once more, to go on another way. */
  fork(): RuleListener<Event>;
}

/** How strictly a rule is kept. */
export interface Strictness {
  /**
   * Nats that a breach costs: with 2, what breaks the rule is drawn e² = 7.4 times more rarely, beside the rest, than
   * without it. Infinity forbids it.
   *
   * @default Infinity
   */
  nats?: number;
}

/** What the strictness of a rule must be. */
export const NATS: Kind<number | undefined> = optional(kinds.orInfinity(kinds.number({ above: 0 })));
