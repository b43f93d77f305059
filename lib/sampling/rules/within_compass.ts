import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import { type PitchHead, pitchHead, type PitchOptions } from "./pitch_head.ts";
import { NATS, type Rule, type RuleListener, type Strictness } from "./rule.ts";

/** Options of {@linkcode withinCompass}. */
export interface WithinCompassOptions extends Strictness, PitchOptions {
  /** By how many semitones the range of the piece may become wider than that of its beginning, above and below together. */
  wider: number;
  /**
   * Events of the beginning.
   *
   * @default 50
   */
  beginning?: number;
}

/** What has been heard of the pitches. */
interface Compass {
  events: number;
  lowest: number;
  highest: number;
  /** The widest range that the piece may have, once its beginning is over. */
  widest: number;
}

/**
 * Keeps to a piece's own compass: its range may become wider than that of its
 * beginning, but only by so much. Where it becomes so, above or below, is for the music to say. A model that
 * knows only the last notes drifts, and in the end plays on a larger keyboard than the piece was written for.
 *
 * @param options By how much.
 * @throws {RangeError} If an option is out of range.
 */
export function withinCompass<Event>(options: WithinCompassOptions): Rule<Event> {
  const { wider, beginning = 50, nats = Infinity, pitches } = checkOptions("keep to a compass", options, {
    wider: kinds.integer({ from: 0, to: 127 }),
    beginning: optional(kinds.positiveInteger),
    nats: NATS,
    pitches: optional(kinds.object("a head that says pitches") as Kind<PitchHead>),
  });
  return {
    name: "compass",
    listen(model) {
      const { head, pitchOf }: PitchHead = pitches ?? pitchHead(model);
      const listenerOf = (compass: Compass): RuleListener<Event> => ({
        heads: [head],
        hear(event) {
          const value = model.say(event)[head], pitch = value < 0 ? undefined : pitchOf(value);
          compass = heardBy(compass, pitch);
          if (compass.events === beginning) compass.widest = compass.highest - compass.lowest + wider;
        },
        weigh(_, value) {
          const pitch = pitchOf(value), { lowest, highest, widest } = compass;
          if (pitch === undefined || (pitch >= lowest && pitch <= highest)) return 0;
          return Math.max(highest, pitch) - Math.min(lowest, pitch) > widest ? -nats : 0;
        },
        fork: () => listenerOf({ ...compass }),
      });
      return listenerOf({ events: 0, lowest: Infinity, highest: -Infinity, widest: Infinity });
    },
  };
}

function heardBy({ events, lowest, highest, widest }: Compass, pitch: number | undefined): Compass {
  return {
    events: events + 1,
    lowest: Math.min(lowest, pitch ?? Infinity),
    highest: Math.max(highest, pitch ?? -Infinity),
    widest,
  };
}
