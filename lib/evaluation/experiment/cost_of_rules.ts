import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { type Prng, seeded } from "../../random/mod.ts";
import {
  type BreachRates,
  breachRates,
  type ChoraleRule,
  choraleRules,
  inItsKey,
  type RuledChorale,
} from "../../sampling/mod.ts";
import type { Chorale } from "../../score/mod.ts";

/** Who draws chorales that may have to keep to rules. */
export interface RuledPlayer {
  /**
   * Draws a chorale.
   *
   * @param sample Index of the sample: the same one begins with the same music, whatever the rules.
   */
  draw(sample: number, rules: readonly ChoraleRule[], prng: Prng): Promise<DrawnChorale>;
  /**
   * What its model, which knows no rules, gives to what was drawn, in nats per cell.
   *
   * @default a model that gives none
   */
  nats?(drawn: readonly DrawnChorale[]): Promise<number>;
  /**
   * What rules have changed in its model along what was drawn under them, in nats per cell: the Kullback-Leibler divergence
   * of what it draws from with rules from what it would draw from without.
   *
   * @default it does not tell
   */
  price?(drawn: readonly DrawnChorale[], rules: readonly ChoraleRule[]): Promise<number>;
}

/** A chorale that a player has drawn. */
export interface DrawnChorale {
  /** All of it. */
  readonly chorale: Chorale;
  /** Frames at its beginning that were given. */
  readonly given: number;
  /** Pitch class of the tonic that it was told. */
  readonly tonic?: number;
}

/** Options of {@linkcode costOfRules}. */
export interface CostOfRulesOptions {
  /** Who plays, by name. */
  players: Readonly<Record<string, RuledPlayer>>;
  /** What is kept to, by name; without rules all play anyway. */
  rules: Readonly<Record<string, readonly ChoraleRule[]>>;
  /** The music that samples are held against. */
  music: readonly Chorale[];
  /**
   * Samples of each player under each of the rules.
   *
   * @default 10
   */
  samples?: number;
  /** Decides what is drawn: sample by sample the same numbers under all rules. */
  seed: number;
  /** Stops it. @default undefined */
  signal?: AbortSignal;
  /** Told before each sample, and after the last. @default undefined */
  onProgress?: (stage: { label: string; done: number; total: number }) => void | Promise<void>;
}

/** What rules cost and avoid, as plain JSON. */
export interface RulesReport {
  /** How often the music breaks each rule, in each thousand sixteenths. */
  music: BreachRates;
  /** Whether the music has fermatas, which say where phrases close: without them no cadence is asked for, and none is missed. */
  cadences: boolean;
  /** A row for each player under each of the rules, `"none"` first. */
  rows: RulesRow[];
}

/** One player under some rules. */
export interface RulesRow {
  /** Who plays. */
  player: string;
  /** Name of the rules. */
  rules: string;
  /** Samples. */
  samples: number;
  /** Nats per drawn cell of its samples under the model without rules; null where it gives none. */
  nats: number | null;
  /** Nats per cell of likelihood that the rules took away, see `RuledPlayer.price`; null where it does not tell. */
  price: number | null;
  /** Breaches in each thousand sixteenths drawn, by rule. */
  rates: BreachRates;
  /** Seconds of a sample. */
  seconds: number;
}

/**
 * What rules of voice leading cost a sampler and what they avoid: each player draws the same number of chorales without
 * rules and under each of them, from the same beginnings and numbers; its own model, which knows no rules, says how
 * likely the samples still are, and how far the rules have bent it.
 *
 * The price of rules is what they took away, always 0 or more, and nothing where the sampler keeps to them anyway. The
 * nats of the samples themselves may well fall: rules make music that holds its notes, which a model likes.
 *
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range.
 * @throws {Error} If hard rules forbid all that could come.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function costOfRules(options: CostOfRulesOptions): Promise<RulesReport> {
  const { players, rules, music, samples = 10, seed, signal, onProgress } = checkOptions("weigh rules", options, {
    players: kinds.record("players by name", kinds.object("a player") as Kind<RuledPlayer>),
    rules: kinds.record("rules by name", kinds.list("rules", kinds.object("a rule") as Kind<ChoraleRule>)),
    music: kinds.list("chorales", kinds.object("a chorale") as Kind<Chorale>),
    samples: optional(kinds.positiveInteger),
    seed: kinds.integer({ from: 0, to: 2 ** 32 - 1 }),
    signal: optional(kinds.signal as Kind<AbortSignal>),
    onProgress: optional(kinds.callback as Kind<CostOfRulesOptions["onProgress"]>),
  });
  const sets = { none: [], ...rules };
  const rows: RulesRow[] = [];
  for (const [player, { draw, nats, price }] of Object.entries(players)) {
    for (const [name, kept] of Object.entries(sets)) {
      const drawn: DrawnChorale[] = [], before = performance.now();
      const tell = () => onProgress?.({ label: `${player}, rules: ${name}`, done: drawn.length, total: samples });
      for (let i = 0; i < samples; i++) {
        signal?.throwIfAborted();
        await tell();
        drawn.push(await draw(i, kept, seeded((seed + i) % 2 ** 32)));
      }
      await tell();
      const seconds = (performance.now() - before) / 1000 / samples;
      const rates = breachRates(choraleRules(0), drawn.map(drawnAlone));
      rows.push({
        player,
        rules: name,
        samples,
        nats: nats ? await nats(drawn) : null,
        price: price ? await price(drawn, kept) : null,
        rates,
        seconds,
      });
    }
  }
  return { ...ratesOfMusic(music), rows };
}

/** How often music breaks each rule, and whether it says where cadences are asked for. */
export function ratesOfMusic(music: readonly Chorale[]): Pick<RulesReport, "music" | "cadences"> {
  return {
    music: breachRates(choraleRules(0), music.map(inItsKey)),
    cadences: music.some(({ notation }) => notation?.fermata.includes(true)),
  };
}

/** What was drawn, as rules count in it. */
export function drawnAlone({ chorale: { frames, notation }, given, tonic }: DrawnChorale): RuledChorale {
  return { frames, from: given, tonic, ...notation && { fermata: notation.fermata } };
}
