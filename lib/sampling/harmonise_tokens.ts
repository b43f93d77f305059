import type { Token } from "../encodings/mod.ts";
import { drawWeighted, logSoftmax } from "../heads/mod.ts";
import { checkOptions, type Kind, type Kinds, kinds, optional } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";
import { type Frame, REST } from "../score/mod.ts";
import type { Listener, SequenceModel } from "../systems/mod.ts";
import { breather } from "../training/mod.ts";
import { type ChoraleFacts, type ChoraleRule, weighPitches } from "./chorale_rules/chorale_rule.ts";
import { type Completed, COMPLETING, type CompletingOptions, type LiftedCell } from "./completing.ts";
import { shapeLogs } from "./shape_logs.ts";

/** What {@linkcode harmoniseByBeam} and {@linkcode harmoniseByDrawing} both take. */
export interface HarmonisingOptions extends CompletingOptions {
  /**
   * What happens where the rules forbid all that a cell could have: `"fail"` throws, `"lift"` decides this one cell as if
   * there were no rules.
   *
   * @default "fail"
   */
  whenStuck?: "fail" | "lift";
}

/** Options of {@linkcode harmoniseByBeam}. */
export interface BeamHarmonyOptions extends HarmonisingOptions {
  /**
   * Ways that are followed at a time; 1 is greedy: it takes the likeliest token each time.
   *
   * @default 4
   */
  width?: number;
  /**
   * Nats that a note gains for being struck, in cells that are not fixed. The likeliest of all voices hardly move, as the
   * likeliest of all texts are short, for nothing is as likely as to hold on; this is what translators call a word reward
   * (W. He et al., "Improved Neural Machine Translation with SMT Features", 2016). At 1, the voices under held-out sopranos
   * strike about three quarters as many notes as Bach's.
   *
   * @default 1
   */
  onsetReward?: number;
}

/** Options of {@linkcode harmoniseByDrawing}. */
export interface DrawnHarmonyOptions extends HarmonisingOptions {
  /**
   * Above 0: a low temperature keeps to what is likely.
   *
   * @default 1
   */
  temperature?: number;
  /** Draws: the same state gives the same notes. */
  prng: Prng;
}

/** What came of harmonising; cells are `lifted` where `whenStuck` is `"lift"`. */
export interface Harmony extends Completed {
  /** The natural log of the probability that the model gives to all its cells, the fixed ones included. */
  logLikelihood: number;
}

const HARMONISING: Kinds<HarmonisingOptions> = { ...COMPLETING, whenStuck: optional(kinds.oneOf("fail", "lift")) };

/** Rules are asked of tokens that have at least this log of the likeliest one's probability, of others only in need. */
const NEXT_TO_NOTHING = Math.log(1e-5);

/** The head that says tokens. */
const HEAD = "token";
/** A way of harmonising that is being followed. */
interface Way {
  listener: Listener<Token>;
  frames: readonly Frame[];
  struck: readonly (readonly boolean[])[];
  /** The present frame as far as it is decided. */
  here: readonly number[];
  hereStruck: readonly boolean[];
  logLikelihood: number;
  /** The log-likelihood with the weights of rules and of notes that are struck. */
  weighed: number;
}

/** A way, and a token that it could go on with. */
interface Step {
  way: Way;
  token: { pitch: number; tied: boolean };
  log: number;
  weight: number;
}

/**
 * Completes a chorale, some of whose cells are fixed, as likely as may be while it moves: harmonises a soprano, writes an
 * alto to three voices, composes where nothing is fixed.
 *
 * Follows the likeliest few ways, token by token, by forks of one listener. Fixed cells are heard as they are, and count:
 * a way that makes the given melody unlikely falls behind. All ways have the same length, so that nothing is normalised by
 * it; what keeps them moving is `onsetReward`. It draws nothing: the same model gives the same notes.
 *
 * A beam is what the authors of BachBot left to others (Liang et al. 2017, "Automatic Stylistic Composition of Bach
 * Chorales with Deep LSTM"), who took the likeliest token each time.
 *
 * @param model A model of chorale tokens, such as BachBot trained.
 * @throws {TypeError} If an option is missing or of the wrong type.
 * @throws {RangeError} If an option is out of range, or a fixed pitch outside the model's.
 * @throws {Error} If the rules forbid all that could come, or what the model says is not a number.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function harmoniseByBeam(model: SequenceModel<Token>, options: BeamHarmonyOptions): Promise<Harmony> {
  const { width = 4, onsetReward = 1 } = checkOptions("harmonise", options, {
    ...HARMONISING,
    width: optional(kinds.positiveInteger),
    onsetReward: optional(kinds.number({ from: 0 })),
  });
  const rewarded = (step: Step) => isStruck(step.token) ? { ...step, weight: step.weight + onsetReward } : step;
  return await complete(model, options, (steps) =>
    steps.map(rewarded)
      .filter(({ weight }) => weight > -Infinity)
      // Stable: of equally likely ones the lower class of the better way comes first.
      .sort((a, b) => weighed(b) - weighed(a))
      .slice(0, width));
}

/**
 * The same by drawing: each token that is not fixed is drawn, and heard, from the top voice down, frame after frame.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { startBackend } from "../kernels/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { choraleOfFrames, REST } from "../score/mod.ts";
 * import { settings } from "../settings/mod.ts";
 * import { bachbot } from "../systems/mod.ts";
 * import { harmoniseByDrawing, networkModel } from "./mod.ts";
 *
 * await startBackend();
 * const chosen = { ...settings("corrected", { ...bachbot.defaults, units: 8 }), range: { lowest: 43, highest: 79 } };
 * const network = bachbot.build({ ...chosen, prng: seeded(1) });
 * const model = networkModel(network, {
 *   name: "untrained",
 *   carryState: true,
 *   encoding: bachbot.encoding(chosen),
 *   heads: bachbot.heads(chosen),
 * });
 *
 * const melody = choraleOfFrames([67, 67, 69, 71, 72].map((pitch) => [pitch, REST, REST, REST]), "a tune");
 * const { chorale } = await harmoniseByDrawing(model, {
 *   chorale: melody,
 *   fixed: (_frame, voice) => voice === 0,
 *   temperature: 0.9,
 *   prng: seeded(2),
 * });
 * assertEquals(chorale.frames.map(([soprano]) => soprano), [67, 67, 69, 71, 72]);
 * ```
 *
 * @param model A model of chorale tokens, such as BachBot trained.
 * @throws As {@linkcode harmoniseByBeam}.
 */
export async function harmoniseByDrawing(model: SequenceModel<Token>, options: DrawnHarmonyOptions): Promise<Harmony> {
  const { temperature = 1, prng } = checkOptions("harmonise", options, {
    ...HARMONISING,
    temperature: optional(kinds.positiveNumber),
    prng: kinds.prng as Kind<Prng>,
  });
  return await complete(model, options, (steps) => {
    const weights = steps.map(({ weight }) => weight);
    const shaped = shapeLogs(steps.map(({ log }) => log), { temperature, weights });
    return shaped.some((log) => log > -Infinity) ? [steps[drawWeighted(shaped.map(Math.exp), prng)]] : [];
  });
}

function isStruck({ pitch, tied }: Step["token"]): boolean {
  return pitch !== REST && !tied;
}

function weighed({ way, log, weight }: Step): number {
  return way.weighed + log + weight;
}

/** Decides cell after cell; of the steps that could be taken, `choose` says which are. */
async function complete(
  model: SequenceModel<Token>,
  { chorale, fixed, rules = [], tonic, whenStuck = "fail", signal, onProgress }: HarmonisingOptions,
  choose: (steps: Step[]) => readonly Step[],
): Promise<Harmony> {
  const { frames, struck, notation } = chorale, voices = frames[0]?.length ?? 0;
  const breathe = breather(), facts = { tonic, fermata: notation?.fermata };
  const standing = frames.map((frame, t) => frame.map((pitch, voice) => fixed(t, voice) ? pitch : undefined));
  let ways: Way[] = [
    { listener: model.listen(), frames: [], struck: [], here: [], hereStruck: [], logLikelihood: 0, weighed: 0 },
  ];
  const lifted: LiftedCell[] = [];
  const tell = (token: Token) => ways.forEach(({ listener }) => listener.hear(token));
  try {
    tell("start");
    for (const t of frames.keys()) {
      signal?.throwIfAborted();
      if (notation?.fermata[t]) tell("fermata");
      for (let voice = 0; voice < voices; voice++) {
        const given = standing[t][voice];
        if (given !== undefined) {
          ways = taken(ways, ways.map((way) => fixedStep(model, way, given, struck[t][voice])));
          continue;
        }
        const possible = ways.flatMap((way) => steps(model, way, standing, rules, facts));
        let chosen = choose(possible);
        if (chosen.length === 0 && whenStuck === "lift") {
          chosen = choose(possible.map((step) => ({ ...step, weight: 0 })));
          lifted.push({ frame: t, voice });
        }
        if (chosen.length === 0) {
          const place = `in frame ${t}, voice ${voice}; make one of them soft, or let whenStuck be "lift"`;
          throw new Error(`Cannot harmonise: the rules forbid all that could come ${place}`);
        }
        ways = taken(ways, chosen);
      }
      tell("frame");
      ways = ways.map((way) => ({
        ...way,
        frames: [...way.frames, way.here],
        struck: [...way.struck, way.hereStruck],
        here: [],
        hereStruck: [],
      }));
      await breathe();
      await onProgress?.(t + 1, frames.length);
    }
    const [{ logLikelihood, ...best }] = ways.toSorted((a, b) => b.weighed - a.weighed);
    return { chorale: { ...chorale, frames: best.frames, struck: best.struck }, logLikelihood, lifted };
  } finally {
    for (const { listener } of ways) listener.dispose();
  }
}

/** What the model says of the next token. */
function logsOf({ listener }: Way): Float64Array {
  const logs = logSoftmax(listener.next(HEAD, {}));
  if (Number.isNaN(logs[0])) throw new Error("Cannot harmonise: what the model says is not a number");
  return logs;
}

/** What a voice had in the frame before. */
function pitchBefore({ frames, here }: Way): number | undefined {
  return frames.at(-1)?.[here.length];
}

/** The step to a pitch that stands. */
function fixedStep(model: SequenceModel<Token>, way: Way, pitch: number, struck: boolean): Step {
  const token = { pitch, tied: pitch !== REST && !struck && pitchBefore(way) === pitch };
  return { way, token, log: logsOf(way)[model.say(token)[HEAD]], weight: 0 };
}

/** The tokens that a voice could have: a rest, any pitch struck, and the one of the frame before held on. */
function steps(
  model: SequenceModel<Token>,
  way: Way,
  standing: readonly (readonly (number | undefined)[])[],
  rules: readonly ChoraleRule[],
  facts: ChoraleFacts,
): Step[] {
  const logs = logsOf(way), frame = way.frames.length, voice = way.here.length, before = pitchBefore(way);
  const possible = Array.from(logs, (log, value) => ({ way, token: model.decode({ [HEAD]: value }), log, weight: 0 }))
    .filter((step): step is Step => {
      return typeof step.token === "object" && (!step.token.tied || step.token.pitch === before);
    });
  if (rules.length === 0) return possible;
  const around: (number | undefined)[][] = [];
  if (frame > 0) around[frame - 1] = [...way.frames[frame - 1]];
  around[frame] = standing[frame].map((pitch, v) => way.here[v] ?? pitch);
  if (frame + 1 < standing.length) around[frame + 1] = [...standing[frame + 1]];
  const weighed = (some: readonly Step[]) => {
    const place = { ...facts, frames: around, frame, voice };
    const weights = weighPitches(rules, place, some.map(({ token }) => token.pitch));
    return some.map((step, i) => ({ ...step, weight: weights[i] }));
  };
  const likeliest = Math.max(...possible.map(({ log }) => log));
  const likely = weighed(possible.filter(({ log }) => log >= likeliest + NEXT_TO_NOTHING));
  return likely.some(({ weight }) => weight > -Infinity) ? likely : weighed(possible);
}

/** Takes steps; a way that is left is disposed of, and one that goes on in several directions is forked. */
function taken(ways: readonly Way[], chosen: readonly Step[]): Way[] {
  const free = new Set(ways);
  const next = chosen.map(({ way, token, log, weight }): Way => {
    const listener = free.delete(way) ? way.listener : undefined;
    return {
      ...way,
      listener: listener ?? way.listener.fork(),
      here: [...way.here, token.pitch],
      hereStruck: [...way.hereStruck, isStruck(token)],
      logLikelihood: way.logLikelihood + log,
      weighed: way.weighed + log + weight,
    };
  });
  for (const { listener } of free) listener.dispose();
  // Only now, for a fork is of what its way had heard before.
  next.forEach(({ listener }, i) => listener.hear(chosen[i].token));
  return next;
}
