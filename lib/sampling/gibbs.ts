import type { ChoraleCells } from "../encodings/mod.ts";
import { drawWeighted } from "../heads/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import { type Prng, shuffle } from "../random/mod.ts";
import { type Chorale, REST } from "../score/mod.ts";
import type { ConditionalModel } from "../systems/mod.ts";
import { breather } from "../training/mod.ts";
import { type ChoraleFacts, type ChoralePlace, type ChoraleRule, weighPitches } from "./chorale_rules/chorale_rule.ts";
import { COMPASSES, type Completed, COMPLETING, type CompletingOptions, type LiftedCell } from "./completing.ts";

/**
 * Options of {@linkcode gibbs}; a cell for which rules forbid all that is likely enough to be drawn keeps what it has, and
 * is drawn without them where that is nothing.
 */
export interface GibbsOptions extends CompletingOptions {
  /**
   * How often each free cell is drawn anew, about. The work grows with the number of cells, so that a long piece is worked
   * on as much as a short one: with a fixed number of draws for all pieces, as in the paper, long ones stay noise.
   *
   * @default 16
   */
  updates?: number;
  /**
   * Softmax temperature at the beginning and at the end; it falls in a straight line.
   *
   * @default {{ from: 0.8, to: 0.6 }} with a model that has masks, or else { from: 1, to: 0.4 }
   */
  temperature?: { from: number; to: number };
  /** Draws: the same state gives the same cells. */
  prng: Prng;
}

/** How it goes. */
interface Course {
  /** How the temperature falls, by itself. */
  heat: { from: number; to: number };
  /** Share of the free cells that one pass draws: it falls from the first to the second. */
  most: number;
  least: number;
}
/** Where a model has to take for known what is about to be drawn. */
const BESIDE_OLD: Course = { heat: { from: 1, to: 0.4 }, most: 1 / 2, least: 1 / 4 };
/** Where it can be told that this is unknown: the first pass begins with what is fixed, and nothing else. */
const UNKNOWN: Course = { heat: { from: 0.8, to: 0.6 }, most: 1, least: 1 / 8 };
/** The part of the passes over which the share falls. */
const FALLING = 3 / 4;
/** Classes that are less likely than this are not drawn, so that rules need not be asked about them. */
const LEAST_LIKELY = 1e-4;
/** Frames of a beat, for a beginning where nothing is fixed. */
const BEAT = 4;

/**
 * Fills in a chorale by pseudo-Gibbs sampling: cells are drawn anew again and again, each from what the model says of
 * it given all others, at a falling temperature. Any voice and any region can be fixed: harmonise a soprano, write an alto,
 * regenerate a bar.
 *
 * G. Hadjeres, F. Pachet and F. Nielsen, "DeepBach" (ICML 2017), section 2.4. There one cell is drawn at a time; here a pass over
 * a voice names many of its cells at once, fewer and fewer, after the schedule of L. Yao et al., "On the
 * Equivalence between Deep NADE and Generative Stochastic Networks" (2014). That way 16 bars take seconds.
 * Cells that a voice is given in one pass hear of each other only in the next one; rules hear of them at once.
 *
 * With a model that has masks this is Coconet's blocked Gibbs sampling (Huang et al., ISMIR 2017): a pass rubs out some cells,
 * of all voices, at first all of them and in the end an eighth, and then writes them voice by voice; what has yet to be written
 * is unknown. Without masks it goes as DeepBach does: free cells begin with notes drawn anywhere, struck where fixed
 * voices strike, and what is about to be drawn anew counts as if it stood; so cells lie apart, every second one at first, every
 * fourth in the end.
 *
 * A fixed cell keeps its pitch, always. Where a fixed note is held into a region that is free, it is struck at its edge if
 * something else comes before it.
 *
 * @param model What names a cell from all others.
 * @returns The chorale with its free cells drawn, under its name and with its notation. A cell is `lifted` if hard rules left it
 * nothing when it was last to be drawn, and what it has breaks one of them in the end.
 * @throws {TypeError} If an option is unknown, missing or of the wrong type.
 * @throws {RangeError} If an option is out of range, nothing is free, a fixed pitch is outside the model's range, or the model
 * hears notation and the chorale has none.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function gibbs(model: ConditionalModel, options: GibbsOptions): Promise<Completed> {
  const { chorale, fixed, rules = [], tonic, updates = 16, temperature, prng, ...watched } = checkOptions(
    "fill in",
    options,
    {
      ...COMPLETING,
      updates: optional(kinds.positiveNumber),
      temperature: optional(kinds.entries({ from: kinds.positiveNumber, to: kinds.positiveNumber })),
      prng: kinds.prng as Kind<Prng>,
    },
  );
  const { signal, onProgress } = watched;
  const sheet = new Sheet(model.cells, chorale, fixed);
  const voices = sheet.free.flatMap((cells, voice) => cells.length > 0 ? [voice] : []);
  if (voices.length === 0) throw new RangeError(`Cannot fill in "${chorale.name}": all of its cells are fixed`);
  if (!model.masks) sheet.drawBeginning(prng);
  const { heat: usual, most, least } = model.masks ? UNKNOWN : BESIDE_OLD;
  const { from: hot, to: cool } = temperature ?? usual;
  const passes = Math.max(1, Math.round(updates / (FALLING * (most + least) / 2 + (1 - FALLING) * least)));
  const facts = { tonic, fermata: chorale.notation?.fermata }, breathe = breather();
  const erased = sheet.free.map(() => new Set<number>());
  const stuck = sheet.free.map(() => new Set<number>());
  const isUnknown = (t: number, voice: number) => erased[voice].has(t);
  for (let pass = 0; pass < passes; pass++) {
    // A single pass is the first one, and as cool as the last.
    const done = pass / Math.max(1, passes - 1), heat = passes === 1 ? cool : hot + (cool - hot) * done;
    const share = Math.max(least, most - (most - least) * done / FALLING);
    const order = Int32Array.from(voices);
    shuffle(order, prng);
    if (model.masks) {
      for (const voice of voices) erased[voice] = new Set(sheet.free[voice].filter(() => prng() < share));
    }
    for (const [i, voice] of order.entries()) {
      signal?.throwIfAborted();
      const chosen = model.masks ? [...erased[voice]] : everySoMany(sheet.free[voice], Math.round(1 / share), prng);
      if (chosen.length > 0) {
        const from = chosen[0], to = chosen.at(-1)! + 1;
        const said = model.given(sheet.chorale, voice, from, to, isUnknown);
        for (const t of chosen) {
          const logs = model.heads[voice].logs(said[t - from]);
          const { value, isStuck } = draw(sheet, { t, voice, logs, heat, rules, facts, prng });
          if (value !== undefined) sheet.write(t, voice, value);
          if (isStuck) stuck[voice].add(t);
          else stuck[voice].delete(t);
        }
        erased[voice].clear();
      }
      await onProgress?.(pass * voices.length + i + 1, passes * voices.length);
      await breathe();
    }
  }
  // What was in the way of a cell may have been drawn anew since.
  const breaks = ({ frame, voice }: LiftedCell) =>
    weighPitches(rules, { ...facts, ...sheet.place(frame, voice) }, [sheet.chorale.frames[frame][voice]])[0] ===
      -Infinity;
  const lifted = stuck.flatMap((cells, voice) => [...cells].map((frame): LiftedCell => ({ frame, voice })))
    .filter(breaks)
    .sort((a, b) => a.frame - b.frame || a.voice - b.voice);
  return { chorale: sheet.result(), lifted };
}

/** Frames that lie so far apart from each other, counted from a place that is drawn. */
function everySoMany(frames: readonly number[], apart: number, prng: Prng): number[] {
  const first = Math.floor(prng() * apart);
  return frames.filter((t) => t % apart === first);
}

/** What a cell is drawn by. */
interface Asked {
  t: number;
  voice: number;
  logs: ArrayLike<number>;
  heat: number;
  rules: readonly ChoraleRule[];
  facts: ChoraleFacts;
  prng: Prng;
}

/** Draws a class for a cell, and says whether rules forbid all; then there is none, unless the cell is empty. */
function draw(sheet: Sheet, asked: Asked): { value?: number; isStuck: boolean } {
  const { t, voice, logs, heat, rules, facts, prng } = asked;
  // Nothing that could go on stands before the first note, or after a rest.
  const held = sheet.heldPitch(t, voice), { hold, pitch } = sheet.cells;
  const possible = Array.from(logs, (_, value) => value).filter((value) => value !== hold || held !== REST);
  const highest = possible.reduce((most, value) => Math.max(most, logs[value]), -Infinity);
  const classes = possible.filter((value) => (logs[value] - highest) / heat > Math.log(LEAST_LIKELY));
  const weights = Float64Array.from(classes, (value) => (logs[value] - highest) / heat);
  if (rules.length > 0) {
    const pitches = classes.map((value) => value === hold ? held : pitch(value));
    weighPitches(rules, { ...facts, ...sheet.place(t, voice) }, pitches).forEach((nats, i) => weights[i] += nats);
  }
  const most = weights.reduce((a, b) => Math.max(a, b), -Infinity);
  if (most === -Infinity) {
    const { value } = sheet.isEmpty(t, voice) ? draw(sheet, { ...asked, rules: [] }) : {};
    return { value, isStuck: true };
  }
  return { value: classes[drawWeighted(weights.map((weight) => Math.exp(weight - most)), prng)], isStuck: false };
}

/** A chorale that is being filled in: each cell as the model says it, and what sounds. */
class Sheet {
  readonly cells: ChoraleCells;
  /** The frames that are free, voice by voice. */
  readonly free: readonly (readonly number[])[];
  /** As it stands; it changes in place. */
  readonly chorale: Chorale & { readonly frames: number[][]; readonly struck: boolean[][] };
  readonly #given: Chorale;
  readonly #fixed: GibbsOptions["fixed"];
  /** What stands in each cell: [voice][frame]. */
  readonly #classes: Int32Array[];

  /** What is given in free cells counts for nothing. */
  constructor(cells: ChoraleCells, given: Chorale, fixed: GibbsOptions["fixed"]) {
    const { frames, struck } = given, voices = frames[0]?.map((_, voice) => voice) ?? [];
    this.cells = cells;
    this.#given = given;
    this.#fixed = fixed;
    this.free = voices.map((voice) => Array.from(frames.keys()).filter((t) => !fixed(t, voice)));
    this.chorale = { ...given, frames: frames.map((frame) => [...frame]), struck: struck.map((frame) => [...frame]) };
    this.#classes = voices.map((voice) =>
      Int32Array.from(frames, (frame, t) => {
        if (!fixed(t, voice)) return cells.of(REST, false);
        const goesOn = t > 0 && !struck[t][voice] && frames[t - 1][voice] === frame[voice];
        // What a fixed note is held from may be about to change.
        const isEdge = t > 0 && !fixed(t - 1, voice);
        return cells.of(frame[voice], !goesOn || isEdge);
      })
    );
    voices.forEach((voice) => this.#sound(0, frames.length, voice));
  }

  /** What a voice has in the frame before: what would be held. */
  heldPitch(t: number, voice: number): number {
    return this.chorale.frames[t - 1]?.[voice] ?? REST;
  }

  /** Whether nothing stands in a cell, or a rest. */
  isEmpty(t: number, voice: number): boolean {
    return this.#classes[voice][t] === this.cells.of(REST, false);
  }

  /** The frame after the last one that has what a cell has, because it is held. */
  endOfNote(t: number, voice: number): number {
    const classes = this.#classes[voice];
    let end = t + 1;
    while (end < classes.length && classes[end] === this.cells.hold) end++;
    return end;
  }

  /** A cell among what stands, as rules look at it. */
  place(frame: number, voice: number): ChoralePlace {
    return { frames: this.chorale.frames, frame, until: this.endOfNote(frame, voice), voice };
  }

  write(t: number, voice: number, value: number): void {
    this.#classes[voice][t] = value;
    // Where there are no holds, the next cell may have become another note, or the same.
    this.#sound(t, Math.min(this.endOfNote(t, voice) + 1, this.#classes[voice].length), voice);
  }

  /** Makes what sounds of what stands in cells. */
  #sound(from: number, to: number, voice: number): void {
    const { frames, struck } = this.chorale, { hold, pitch } = this.cells;
    for (let t = from; t < to; t++) {
      const value = this.#classes[voice][t], before = this.heldPitch(t, voice);
      frames[t][voice] = value === hold ? before : pitch(value);
      const begins = hold === undefined ? frames[t][voice] !== before : value !== hold;
      struck[t][voice] = begins && frames[t][voice] !== REST;
    }
  }

  /** Notes anywhere between a voice's neighbours, in its compass, struck where a fixed voice strikes, or else on each beat. */
  drawBeginning(prng: Prng): void {
    const { hold } = this.cells, { frames, struck, notation } = this.#given;
    for (const [voice, cells] of this.free.entries()) {
      let before: number | undefined, value = 0;
      for (const t of cells) {
        const others = frames[t].map((_, other) => other).filter((other) => this.#fixed(t, other));
        const isStruck = others.length > 0
          ? others.some((other) => struck[t][other])
          : (notation?.place[t] ?? t) % BEAT === 0;
        const goesOn = before === t - 1 && !isStruck;
        if (!goesOn) {
          const [low, high] = this.#between(t, voice, others.filter((other) => other > voice));
          value = this.cells.of(low + Math.floor(prng() * (high - low + 1)), true);
        }
        this.#classes[voice][t] = goesOn && hold !== undefined ? hold : value;
        before = t;
      }
      this.#sound(0, frames.length, voice);
    }
  }

  /** Lowest and highest pitch for a voice below those above it, and above those that are `known` below it. */
  #between(t: number, voice: number, known: readonly number[]): [low: number, high: number] {
    const { lowest, highest } = this.cells.range, frame = this.chorale.frames[t];
    const [low, high] = COMPASSES[voice].map((pitch) => Math.min(Math.max(pitch, lowest), highest));
    const above = frame.slice(0, voice).filter((pitch) => pitch !== REST);
    const [least, most] = [Math.max(low, ...known.map((other) => frame[other])), Math.min(high, ...above)];
    return least <= most ? [least, most] : [low, high];
  }

  /** A copy of what stands. */
  result(): Chorale {
    const { frames, struck } = this.chorale, { struck: before } = this.#given;
    const isStruck = (t: number, voice: number) =>
      // Where the same pitch has come before it, a fixed note is held as it was.
      struck[t][voice] &&
      !(this.#fixed(t, voice) && !before[t][voice] && this.heldPitch(t, voice) === frames[t][voice]);
    return {
      ...this.#given,
      frames: frames.map((frame) => [...frame]),
      struck: struck.map((strikes, t) => strikes.map((_, voice) => isStruck(t, voice))),
    };
  }
}
