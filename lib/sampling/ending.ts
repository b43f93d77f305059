import type { NoteEvent, Said } from "../encodings/mod.ts";
import { findKey, type Key } from "../notes/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../options/mod.ts";
import type { Listener, SequenceModel } from "../systems/mod.ts";
import type { RuleListener } from "./rules/rule.ts";
import { drawEvent, type SampleEventsOptions } from "./sample_events.ts";

/** How a generated piece ends. */
export interface EndingOptions {
  /** Bars of the piece, the last one included: 2 or more. */
  bars: number;
  /** Seconds of a bar. */
  barSeconds: number;
  /**
   * Seconds of the first bar that are over where the last seed note begins.
   *
   * @default 0
   */
  into?: number;
  /**
   * The key to end in.
   *
   * @default the key that fits best all that has been heard, where the cadence begins
   */
  key?: Pick<Key, "tonic" | "mode">;
  /**
   * Nats that a note of the cadence costs that is not of the dominant seventh chord.
   *
   * @default 2
   */
  nats?: number;
}

/** What an ending must be. */
export const ENDING: Kind<EndingOptions> = kinds.entries<EndingOptions>({
  bars: kinds.integer({ from: 2 }),
  barSeconds: kinds.positiveNumber,
  into: optional(kinds.number({ from: 0 })),
  key: optional(kinds.object("a key with tonic and mode") as Kind<Pick<Key, "tonic" | "mode">>),
  nats: optional(kinds.number({ from: 0 })),
});

/** An onset this share of a bar before the last bar stands for its beginning; so the notes before it keep some length. */
const NEAR = 1 / 32;
/** The dominant seventh chord, in semitones above the tonic. */
const DOMINANT = [7, 11, 2, 5];

/**
 * Lets a model of notes go on to an end: a cadence and a closing note.
 *
 * In the bar before the last one, notes outside of the dominant seventh chord of
 * the key cost some nats. The note that would begin in the last bar, or a thirty-second
 * of a bar before it, begins with that bar instead: it is a tonic, in the octave that
 * the model draws, it lasts for the whole bar, and nothing comes after it. Notes that
 * would sound longer than that end with the bar before. So all steps are the model's
 * but the last one, and every note's length but the last ones'.
 *
 * The closing note keeps hard rules of pitch as long as they leave it a tonic.
 *
 * @param listener What the model has heard so far; still the caller's to dispose of.
 * @param options How values are drawn; rules have heard what the listener has.
 * @param heard The notes that it has heard.
 * @param ending When and how.
 * @throws {RangeError} If the cadence would begin before the first note.
 */
export function* sampleToEnd(
  model: SequenceModel<NoteEvent>,
  listener: Listener<NoteEvent>,
  options: SampleEventsOptions<NoteEvent>,
  heard: readonly NoteEvent[],
  ending: EndingOptions,
): Generator<NoteEvent, void> {
  const { bars, barSeconds, into = 0 } = checkOptions("end", { ending }, { ending: ENDING }).ending;
  const { feedback = (event) => event, finish = (event) => event, rules = [] } = options;
  const last = barSeconds * (bars - 1);
  if (into >= last) {
    throw new RangeError(`Cannot end: the last bar begins after ${last} seconds, ${into} of which are over`);
  }
  const histogram = new Float64Array(12);
  for (const note of heard) histogram[note.pitch % 12] += note.duration;
  let now = into, key = ending.key;
  const cadence: RuleListener<NoteEvent> = {
    heads: ["pitch"],
    hear() {},
    weigh: (_, pitch, { step }) => {
      // Where its step is known, so is its onset; else it stands where the note before it does.
      if (now + secondsOf(model, step) < last - barSeconds) return 0;
      key ??= findKey(histogram);
      return DOMINANT.includes((pitch - key.tonic + 12) % 12) ? 0 : -(ending.nats ?? 2);
    },
    fork: () => cadence,
  };
  while (true) {
    let note = finish(model.decode(drawEvent(model, listener, { ...options, rules: [...rules, cadence] })));
    const onset = now + note.step, ends = onset > last - NEAR * barSeconds;
    if (ends) {
      const { tonic } = key ??= findKey(histogram);
      const given = { step: last - now, duration: barSeconds };
      note = { ...given, pitch: closingPitch(model, listener, options, given, tonic) };
    } else {
      note = { ...note, duration: Math.min(note.duration, last - onset) };
    }
    now = onset;
    histogram[note.pitch % 12] += note.duration;
    for (const rule of rules) rule.hear(note);
    listener.hear(feedback(note));
    yield note;
    if (ends) return;
  }
}

function secondsOf(model: SequenceModel<NoteEvent>, step: number | undefined): number {
  return step === undefined ? 0 : model.decode({ pitch: 0, step, duration: 0 }).step;
}

/** A tonic, in the octave that the model draws. */
function closingPitch(
  model: SequenceModel<NoteEvent>,
  listener: Listener<NoteEvent>,
  options: SampleEventsOptions<NoteEvent>,
  times: Pick<NoteEvent, "step" | "duration">,
  tonic: number,
): number {
  const { pitch: _, ...given } = model.say({ pitch: 0, ...times }) as Said;
  let allowed = Array.from({ length: 128 }, (_, pitch) => pitch).filter((pitch) => pitch % 12 === tonic);
  for (const rule of options.rules ?? []) {
    if (!rule.heads.includes("pitch")) continue;
    const left = allowed.filter((pitch) => rule.weigh("pitch", pitch, given) > -Infinity);
    if (left.length > 0) allowed = left;
  }
  const closing: RuleListener<NoteEvent> = {
    heads: ["pitch"],
    hear() {},
    weigh: (_, pitch) => allowed.includes(pitch) ? 0 : -Infinity,
    fork: () => closing,
  };
  return drawEvent(model, listener, { ...options, rules: [closing] }, given).pitch;
}
