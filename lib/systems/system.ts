import type * as tf from "@tensorflow/tfjs";
import type { AroundEncoding, Encoding, EventPiece, Moment, NoteEvent, PitchRange } from "../encodings/mod.ts";
import type { Head } from "../heads/mod.ts";
import type { Prng } from "../random/mod.ts";
import type { Settings } from "../settings/mod.ts";
import type { MixedModelOptions } from "./mixed_model.ts";
import type { Lessons, SequenceModel } from "./sequence_model.ts";

/**
 * What a system may look back at when it names the next event: a state of fixed size (what it remembers, decaying
 * histograms, the last few notes), all of the piece's own past, or the pieces that it learned from as well.
 */
export type Reads = "state" | "own past" | "training";

/** What every system says of itself. */
export interface SystemDescription {
  /** Its name: what `--model` and `--models` take. */
  readonly name: string;
  /** The same for people. */
  readonly title: string;
  /** Whose it is: authors, title, year. */
  readonly citation: string;
  /**
   * Its own values of settings, over those of the reading.
   *
   * @default {{}}
   */
  readonly defaults?: Partial<Omit<Settings, "reading">>;
  /**
   * What it may look back at: figures of systems that may look at more are not to be set beside the others' unmarked.
   *
   * @default {"state"}
   */
  readonly reads?: Reads;
  /**
   * Compare it only where somebody names it, because it takes long.
   *
   * @default {false}
   */
  readonly onRequest?: boolean;
  /**
   * Paths of the pieces that it learns from, instead of the side that all others learn from: it takes part where a corpus
   * has them all, and the setting `pieces` is `"seven"`.
   *
   * @default none
   */
  readonly learnsFrom?: readonly string[];
}

/** A system that counts, or knows what it knows without learning. */
export interface CountingSystem<Event> extends SystemDescription {
  /** Learns: in seconds, from pieces. */
  learn(lessons: Lessons<Event>, settings: SystemSettings): SequenceModel<Event>;
}

/** A system that is a network. */
export interface NetworkSystem<Event> extends SystemDescription {
  /**
   * What it hears and says.
   *
   * @param lessons The pieces that it learns from: what looks back at them cannot listen without.
   */
  encoding(settings: SystemSettings, lessons?: readonly EventPiece<Event>[]): Encoding<Event>;
  /** Its heads: the outputs of the model. */
  heads(settings: SystemSettings): readonly Head[];
  /** Builds the model, whose weights the `prng` decides. */
  build(settings: SystemSettings & { prng: Prng }): tf.LayersModel;
}

/** A network that fills in: it names a cell of a chorale from all others, before and after. */
export interface FillingSystem extends NetworkSystem<Moment> {
  /** What it hears and says: classes of cells. */
  encoding(settings: SystemSettings): AroundEncoding;
}

/** A system that lets others speak together, each of which learns by itself: see `mixedModel`. */
export interface MixtureSystem<Event> extends SystemDescription {
  /** What is mixed; all say the same heads, of classes, in the same order. */
  readonly members: readonly MixtureMember<Event>[];
  /**
   * How they are mixed.
   *
   * @default probabilities, by weights that are chosen on held-out pieces
   */
  readonly mixed?: Omit<MixedModelOptions, "name">;
}

/** Seeds of one mixture are so far apart that those of the next ones, which are one higher each, come between them. */
export const SEEDS_APART = 100;

/** One of the systems of a {@linkcode MixtureSystem}. */
export interface MixtureMember<Event> {
  /** Which. */
  readonly system: NetworkSystem<Event>;
  /**
   * Settings over the system's own.
   *
   * @default {{}}
   */
  readonly settings?: Partial<Omit<Settings, "reading" | "seed" | "system">>;
  /**
   * What is added to the mixture's seed: members that are alike otherwise need seeds apart.
   *
   * @default {0}
   */
  readonly seedsOn?: number;
}

/** What a system is made with: settings, and the pitches of the corpus. */
export interface SystemSettings extends Settings {
  /**
   * The pitches of the corpus.
   *
   * @default all MIDI numbers
   */
  range?: PitchRange;
}

/** The pitches of the corpus; all MIDI numbers where nobody says them. */
export function rangeOf({ range = { lowest: 0, highest: 127 } }: Pick<SystemSettings, "range">): PitchRange {
  return range;
}

/** Whatever can learn music from pieces of events. */
export type System<Event> = CountingSystem<Event> | NetworkSystem<Event> | MixtureSystem<Event>;

/** A system of notes. */
export type NoteSystem = System<NoteEvent>;

/** Whether a system is a network. */
export function isNetwork<Event>(system: System<Event>): system is NetworkSystem<Event> {
  return "build" in system;
}

/** Whether a system is a mixture of others. */
export function isMixture<Event>(system: System<Event>): system is MixtureSystem<Event> {
  return "members" in system;
}
