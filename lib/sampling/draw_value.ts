import type { Said } from "../encodings/mod.ts";
import { type Distribution, drawWeighted } from "../heads/mod.ts";
import { type Kind, kinds } from "../options/mod.ts";
import type { Prng } from "../random/mod.ts";
import type { RuleListener } from "./rules/rule.ts";
import { shapeLogs, type ShapeOptions } from "./shape_logs.ts";

/** One setting for all heads, or one by the name of each head that it is for. */
export type PerHead<Value> = Value | Readonly<Record<string, Value>>;

/** How the values of events are drawn. */
export interface DrawingOptions<Event> {
  /**
   * Softmax temperature, above 0, of whatever is drawn: classes, and times that have a density. One for all heads, or one
   * by the name of each; a head that is not named has 1.
   */
  temperature: PerHead<number>;
  /** Draws: the same state gives the same events. */
  prng: Prng;
  /**
   * How many classes of a head may be drawn: the likeliest. This, the nucleus and min-p are of heads that say classes;
   * those that say numbers are drawn without. `shapeLogs` says in which order they work.
   *
   * @default Infinity
   */
  topK?: PerHead<number>;
  /**
   * The nucleus: the fewest of a head's likeliest classes that together have this probability.
   *
   * @default 1
   */
  topP?: PerHead<number>;
  /**
   * What a class must have of the likeliest class's probability.
   *
   * @default 0
   */
  minP?: PerHead<number>;
  /**
   * What happens where the rules forbid every value of a head: `"fail"` throws, `"lift"` draws this one value as if there
   * were no rules.
   *
   * @default "fail"
   */
  whenStuck?: "fail" | "lift";
  /**
   * Rules that have heard what the model has.
   *
   * @default []
   */
  rules?: readonly RuleListener<Event>[];
}

/** A setting of each head: what a record holds is left to `shapeLogs` to judge. */
export function perHead(setting: Kind<number>): Kind<PerHead<number>> {
  return {
    words: `${setting.words}, or an object with one for each head`,
    hasType: (value) => setting.hasType(value) || kinds.object("").hasType(value),
    isMeant: (value) => Object.values(typeof value === "number" ? { value } : value).every(setting.isMeant!),
  };
}

/** Numbers that are drawn where rules choose one of them: enough that a rule which spares one in ten finds it. */
const CANDIDATES = 64;

/**
 * Draws what one head says of the event to come.
 *
 * A head that says classes is drawn through `shapeLogs`. Of one that says numbers,
 * rules choose among 64 that the head has drawn: what they forbid never comes,
 * and what they make rarer is so to good approximation.
 *
 * Without filters and rules the head draws alone, one number of the `prng` and no more.
 *
 * @param head The head.
 * @param said What the model says.
 * @param drawn What is drawn of the event so far.
 * @throws {Error} If the rules forbid all values.
 */
export function drawValue<Event>(
  head: Distribution,
  said: ArrayLike<number>,
  drawn: Said,
  options: DrawingOptions<Event>,
): number {
  const { prng, whenStuck = "fail" } = options;
  const shape = shapeOf(head.name, options);
  const rules = options.rules?.filter(({ heads }) => heads.includes(head.name)) ?? [];
  const { temperature = 1, ...filters } = shape;
  const filtered = head.discrete && Object.values(filters).some((value) => value !== undefined);
  if (rules.length === 0 && !filtered) return head.draw(said, { temperature, prng });
  const weigh = (value: number) => rules.reduce((sum, rule) => sum + rule.weigh(head.name, value, drawn), 0);
  const stuck = () => {
    if (whenStuck === "lift") return drawValue(head, said, drawn, { ...options, rules: [] });
    throw new Error(
      `Cannot go on: the rules forbid every ${head.name}; make one of them soft, or let whenStuck be "lift"`,
    );
  };
  if (head.discrete) {
    const logs = head.logs(said);
    const weights = rules.length > 0 ? Float64Array.from(logs, (_, value) => weigh(value)) : undefined;
    const shaped = shapeLogs(logs, { ...shape, weights });
    return shaped.some((log) => log > -Infinity) ? drawWeighted(shaped.map(Math.exp), prng) : stuck();
  }
  const values = Float64Array.from({ length: CANDIDATES }, () => head.draw(said, { temperature, prng }));
  const shaped = shapeLogs(values.map(weigh));
  return shaped.some((log) => log > -Infinity) ? values[drawWeighted(shaped.map(Math.exp), prng)] : stuck();
}

/** The shape of one head's probabilities. */
function shapeOf<Event>(
  head: string,
  { temperature, topK, topP, minP }: DrawingOptions<Event>,
): Pick<ShapeOptions, "temperature" | "topK" | "topP" | "minP"> {
  const of = (setting: PerHead<number> | undefined) => typeof setting === "object" ? setting[head] : setting;
  return { temperature: of(temperature), topK: of(topK), topP: of(topP), minP: of(minP) };
}

/**
 * Checks that all heads which settings name are those of a model.
 *
 * @throws {TypeError} If there is no head of a name.
 */
export function checkHeads<Event>(
  heads: readonly Distribution[],
  { temperature, topK, topP, minP }: Pick<DrawingOptions<Event>, "temperature" | "topK" | "topP" | "minP">,
): void {
  const names = heads.map(({ name }) => name);
  for (const [option, setting] of Object.entries({ temperature, topK, topP, minP })) {
    const stray = Object.keys(typeof setting === "object" ? setting : {}).find((name) => !names.includes(name));
    if (stray !== undefined) {
      throw new TypeError(`Cannot sample: ${option} is of the head "${stray}", the model has ${names.join(", ")}`);
    }
  }
}
