import { type Prng, seeded } from "../random/mod.ts";
import { isList, isWhole, type SweepPlan, type Swept, type SweptRange } from "./plan.ts";

/** Settings to try. */
export interface Trial {
  /** Counted from 1. */
  readonly number: number;
  /** The values of the settings that are searched for, by name; none of the first trial of a random search. */
  readonly changes: Readonly<Record<string, unknown>>;
}

/** The most trials of a sweep. */
const MOST = 10_000;
/** Draws in a row that have all been drawn before, after which there is nothing new to expect. */
const IN_VAIN = 1000;

/**
 * The trials of a sweep: of a grid, all combinations, the last setting changing fastest; otherwise one that changes
 * nothing, so that the others are held against the settings as they stand, and as many as are wanted, each setting drawn by
 * itself, none twice. Numbers of a range have four digits.
 *
 * Bergstra and Bengio, "Random search for hyper-parameter optimization", Journal of Machine Learning Research 13 (2012),
 * say why to draw.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSweep, trialsOf } from "./mod.ts";
 *
 * const plan = readSweep('{ "system": "lstm", "sweep": { "units": [32, 64], "length": [20, 50] } }', "grid.json");
 * assertEquals(trialsOf(plan)[1], { number: 2, changes: { units: 32, length: 50 } });
 * ```
 *
 * @throws {RangeError} If there are more than 10,000 of them, or fewer to draw than are wanted.
 */
export function trialsOf(plan: SweepPlan): Trial[] {
  const { sweep, search, trials } = plan;
  const changes = search === "grid" ? combinations(sweep) : [{}, ...draws(plan)];
  if (Math.max(trials, changes.length) > MOST) {
    throw new RangeError(`Cannot sweep: there may be ${MOST} trials, not ${Math.max(trials, changes.length)}`);
  }
  return changes.map((changes, i) => ({ number: i + 1, changes }));
}

function combinations(sweep: SweepPlan["sweep"]): Record<string, unknown>[] {
  let all: Record<string, unknown>[] = [{}];
  for (const [name, values] of Object.entries(sweep)) {
    all = all.flatMap((others) => (values as unknown[]).map((value) => ({ ...others, [name]: value })));
    if (all.length > MOST) {
      throw new RangeError(`Cannot sweep: a grid may have ${MOST} combinations, this one has more`);
    }
  }
  return all;
}

function draws({ sweep, trials, searchSeed }: SweepPlan): Record<string, unknown>[] {
  const prng = seeded(searchSeed);
  const drawn = new Map<string, Record<string, unknown>>();
  for (let inVain = 0; drawn.size < trials && inVain < IN_VAIN; inVain++) {
    const changes = Object.fromEntries(
      Object.entries(sweep).map(([name, values]) => [name, draw(name, values, prng)]),
    );
    const key = JSON.stringify(changes);
    if (drawn.has(key)) continue;
    drawn.set(key, changes);
    inVain = -1;
  }
  if (drawn.size < trials) {
    throw new RangeError(
      `Cannot sweep: ${trials} trials are wanted, but only ${drawn.size} are different: lower trials, or take a grid`,
    );
  }
  return [...drawn.values()];
}

function draw(name: string, values: Swept, prng: Prng): unknown {
  return isList(values)
    ? values[Math.floor(prng() * values.length)]
    : drawNumber(values, isWhole(name, values), prng());
}

/** The number of a range at a place from 0 to 1. */
function drawNumber({ from, to, scale }: SweptRange, whole: boolean, place: number): number {
  // Each end of whole numbers is as likely as what lies between.
  const [low, high] = whole ? [from - 0.5, to + 0.5] : [from, to];
  const value = scale === "log" ? low * (high / low) ** place : low + (high - low) * place;
  const written = whole ? Math.round(value) : Number(value.toPrecision(4));
  return Math.min(to, Math.max(from, written));
}
