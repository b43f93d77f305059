import type { EventPiece, Said } from "../../encodings/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { pitchHead } from "./pitch_head.ts";
import { NATS, type Rule, type RuleListener, type Strictness } from "./rule.ts";

/** What two events have to have in common to count as the same. */
export interface SameOptions {
  /**
   * The heads whose values are compared.
   *
   * @default those of pitches alone, in any rhythm
   */
  by?: readonly string[];
}

/** Options of {@linkcode noSelfCopy}. */
export interface NoSelfCopyOptions extends SameOptions, Strictness {
  /** How many events a copy may be long. */
  longest: number;
  /**
   * How far back a copy is looked for, in events: music repeats what is long past, a section for instance, at greater
   * length than what it has just said.
   *
   * @default Infinity
   */
  within?: number;
  /**
   * The share of the events so far, 0 to 1, that may stand in longer copies: only when more do is a copy kept from
   * getting too long.
   *
   * @default 0
   */
  share?: number;
}

/** Options of {@linkcode noQuotation}. */
export interface NoQuotationOptions<Event> extends Omit<NoSelfCopyOptions, "within" | "share"> {
  /** What must not be quoted. */
  music: readonly EventPiece<Event>[];
}

const COMMON = {
  longest: kinds.positiveInteger,
  by: optional(kinds.list("heads", kinds.name) as Kind<readonly string[]>),
  nats: NATS,
};

/**
 * Keeps a piece from copying its own past: no more than so many events in a row
 * that have come in the same order before, overlapping or not. The event that
 * would be one too many may not be the one that came then.
 *
 * @param options How many.
 * @throws {RangeError} If an option is out of range.
 */
export function noSelfCopy<Event>(options: NoSelfCopyOptions): Rule<Event> {
  const { longest, within = Infinity, share = 0, by, nats = Infinity } = checkOptions("keep from copies", options, {
    ...COMMON,
    within: optional(kinds.orInfinity(kinds.positiveInteger)),
    share: optional(kinds.number({ from: 0, to: 1 })),
  });
  return {
    name: "no copy of itself",
    listen(model) {
      const heads = comparedHeads(model, by);
      return copyListener(model, { heads, longest, within, share, nats, score: emptyScore(), grows: true });
    },
  };
}

/**
 * Keeps a piece from quoting music: no more than so many events in a row that
 * stand there in the same order.
 *
 * @param options The music, and how many.
 * @throws {RangeError} If an option is out of range.
 */
export function noQuotation<Event>(options: NoQuotationOptions<Event>): Rule<Event> {
  const { music, longest, by, nats = Infinity } = checkOptions("keep from quotations", options, {
    ...COMMON,
    music: kinds.list("pieces", kinds.object("a piece of events") as Kind<EventPiece<Event>>),
  });
  let read: { model: SequenceModel<Event>; score: Score } | undefined;
  return {
    name: "no quotation",
    listen(model) {
      const heads = comparedHeads(model, by);
      // Many samples of one model read the music once.
      if (read?.model !== model) {
        const score = emptyScore();
        for (const { events } of music) {
          for (const event of events) {
            const said = model.say(event);
            add(score, keyOf(said, heads), said);
          }
          score.said.push(undefined);
        }
        read = { model, score };
      }
      return copyListener(model, { heads, longest, within: Infinity, share: 0, nats, score: read.score, grows: false });
    },
  };
}

/** Events one after the other, where each stands by what is compared of it; between pieces stands nothing. */
interface Score {
  said: (Said | undefined)[];
  places: Map<string, number[]>;
}

function emptyScore(): Score {
  return { said: [], places: new Map() };
}

function add({ said, places }: Score, key: string, values: Said): void {
  const known = places.get(key);
  if (known) known.push(said.length);
  else places.set(key, [said.length]);
  said.push(values);
}

/** What a {@linkcode copyListener} compares, and with what. */
interface CopyState {
  heads: readonly string[];
  longest: number;
  within: number;
  share: number;
  nats: number;
  score: Score;
  /** Whether the score is the piece's own past. */
  grows: boolean;
  /** Of each place whose event is the last one heard, how many in a row are the same up to there. */
  runs?: ReadonlyMap<number, number>;
  /** How many events stand in copies that are too long. */
  copied?: number;
  /** How many of the last events do, up to the last one. */
  tail?: number;
}

function copyListener<Event>(model: SequenceModel<Event>, state: CopyState): RuleListener<Event> {
  const { heads, nats, score, grows } = state;
  const { longest, share } = state;
  let { runs = new Map<number, number>(), copied = 0, tail = 0 } = state;
  // What would go on with a copy that is as long as may be.
  let tooLong = continuations(state, runs);
  return {
    heads,
    hear(event) {
      const said = model.say(event), key = keyOf(said, heads);
      runs = new Map(score.places.get(key)?.map((place) => [place, (runs.get(place - 1) ?? 0) + 1]));
      if (grows) add(score, key, said);
      // A copy that has become too long counts from its first event, of which some may have been counted before.
      const run = Math.max(0, ...runs.values());
      copied += run > longest ? run - Math.min(run - 1, tail) : 0;
      tail = run > longest ? Math.max(run, tail + 1) : 0;
      tooLong = copied >= share * score.said.length ? continuations(state, runs) : [];
    },
    weigh: (head, value, drawn) => completes(tooLong, heads, { ...drawn, [head]: value }) ? -nats : 0,
    fork: () => copyListener(model, { ...state, runs, copied, tail, score: grows ? copyOf(score) : score }),
  };
}

function continuations({ score: { said }, longest, within }: CopyState, runs: ReadonlyMap<number, number>): Said[] {
  const farthest = said.length - 1 - within;
  return [...runs].filter(([place, run]) => run >= longest && place >= farthest).map(([place]) => said[place + 1])
    .filter((next) => next !== undefined);
}

function copyOf({ said, places }: Score): Score {
  return { said: [...said], places: new Map([...places].map(([key, all]) => [key, [...all]])) };
}

/** Whether what is drawn of an event is all that is compared, and is one of these. */
export function completes(events: readonly Said[], heads: readonly string[], drawn: Said): boolean {
  return events.some((said) => heads.every((name) => said[name] === drawn[name]));
}

/** What is compared of an event, as one word. */
export function keyOf(said: Said, heads: readonly string[]): string {
  return heads.map((head) => said[head]).join(" ");
}

/**
 * The heads by which events are compared.
 *
 * @throws {TypeError} If the model does not have one of them.
 */
export function comparedHeads<Event>(
  model: SequenceModel<Event>,
  by: readonly string[] | undefined,
): readonly string[] {
  const heads = by ?? [pitchHead(model).head], names = model.heads.map(({ name }) => name);
  const stray = heads.find((head) => !names.includes(head));
  if (stray === undefined) return heads;
  throw new TypeError(`Cannot compare events by "${stray}": the model says ${names.join(", ")}`);
}
