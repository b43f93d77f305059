import type { Said } from "../../encodings/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { comparedHeads, completes, keyOf, type SameOptions } from "./copies.ts";
import { NATS, type Rule, type RuleListener, type Strictness } from "./rule.ts";
import type { SequenceModel } from "../../systems/mod.ts";

/** Options of {@linkcode noLoop}. */
export interface NoLoopOptions extends SameOptions, Strictness {
  /**
   * Events that are looked at.
   *
   * @default 64
   */
  window?: number;
  /**
   * The share of them that makes a loop, if so many repeat at one and the same distance.
   *
   * @default 0.9
   */
  share?: number;
  /**
   * The largest such distance, in events.
   *
   * @default 48
   */
  farthest?: number;
}

/**
 * Keeps a piece from turning in circles: a loop is a window of 64 events of
 * which 90 % are what came some distance before, the same distance for all, at
 * most 48 events. An event that would complete one is forbidden. Long copies from
 * farther away are no loop, and may stay just below the share for ever.
 *
 * The defaults are for notes: in a grid, where notes are held cell by cell, all
 * music loops.
 *
 * @param options What a loop is.
 * @throws {RangeError} If an option is out of range.
 */
export function noLoop<Event>(options: NoLoopOptions = {}): Rule<Event> {
  const { window = 64, share = 0.9, farthest = 48, by, nats = Infinity } = checkOptions("keep from loops", options, {
    window: optional(kinds.integer({ from: 2 })),
    share: optional(kinds.number({ above: 0, to: 1 })),
    farthest: optional(kinds.positiveInteger),
    by: optional(kinds.list("heads", kinds.name) as Kind<readonly string[]>),
    nats: NATS,
  });
  // Rounded up, without the last bit of the product.
  const most = Math.ceil(share * window - 1e-9);
  return {
    name: "no loop",
    listen: (model) => loopListener(model, comparedHeads(model, by), { window, most, farthest, nats }),
  };
}

interface Loop {
  window: number;
  /** How many repeats make a loop. */
  most: number;
  farthest: number;
  nats: number;
}

function loopListener<Event>(
  model: SequenceModel<Event>,
  heads: readonly string[],
  loop: Loop,
  before: readonly Said[] = [],
): RuleListener<Event> {
  let past = [...before], closing = closingEvents(past, heads, loop);
  return {
    heads,
    hear(event) {
      past = [...past, model.say(event)].slice(1 - loop.window - loop.farthest);
      closing = closingEvents(past, heads, loop);
    },
    weigh: (head, value, drawn) => completes(closing, heads, { ...drawn, [head]: value }) ? -loop.nats : 0,
    fork: () => loopListener(model, heads, loop, past),
  };
}

/** What would complete a loop if it came next. */
function closingEvents(past: readonly Said[], heads: readonly string[], { window, most, farthest }: Loop): Said[] {
  const keys = past.map((said) => keyOf(said, heads)), closing: Said[] = [];
  for (let distance = 1; distance <= farthest && distance + window - 1 <= keys.length; distance++) {
    let repeats = 0;
    for (let i = keys.length - window + 1; i < keys.length; i++) if (keys[i] === keys[i - distance]) repeats++;
    if (repeats + 1 >= most) closing.push(past[past.length - distance]);
  }
  return closing;
}
