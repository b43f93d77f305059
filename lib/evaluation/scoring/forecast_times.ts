import type { EventPiece } from "../../encodings/mod.ts";
import { type TimeForecast, timeForecast } from "../../metrics/mod.ts";
import { durationClasses, stepClasses, type TimeClasses } from "../../notes/mod.ts";
import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import type { SequenceModel } from "../../systems/mod.ts";
import { eachEvent, type EventToScore, PASS, type PassOptions, piecesToScore } from "./each_event.ts";

/** Options of {@linkcode forecastTimes}. */
export interface ForecastTimesOptions extends PassOptions {
  /**
   * The heads that say times, and the classes that each is scored in.
   *
   * @default {{ step: stepClasses, duration: durationClasses }}
   */
  times?: Readonly<Record<string, TimeClasses>>;
}

/**
 * What a model expected of the times of each note, teacher-forced as
 * `scoreModel` has it: for `quantileCalibration` and `varianceCalibration` of
 * `lib/metrics`.
 *
 * @param model Any model that says times; `fitHeads` has to have been there where it regresses them.
 * @param pieces Pieces as events.
 * @returns Of each head, one forecast for each scored event.
 * @throws {TypeError} If the model lacks a head, or regresses a time and has no sigma.
 * @throws {RangeError} If a head has another number of classes, or no event has one before it.
 * @throws {DOMException} The signal's reason, when it fires.
 */
export async function forecastTimes<Event>(
  model: SequenceModel<Event>,
  pieces: readonly EventPiece<Event>[],
  options: ForecastTimesOptions = {},
): Promise<Record<string, TimeForecast[]>> {
  const { times, ...pass } = checkOptions("forecast", options, {
    ...PASS,
    times: optional(kinds.object("an object with classes of times for each head") as Kind<Record<string, TimeClasses>>),
  });
  const { forecasts, note } = forecasting(model, times);
  await eachEvent(model, piecesToScore(pieces, model).pieces, pass, note);
  return forecasts;
}

/** What {@linkcode forecastTimes} writes down, event by event, for who looks at something else in the same pass. */
export function forecasting<Event>(
  model: SequenceModel<Event>,
  times: Readonly<Record<string, TimeClasses>> = { step: stepClasses, duration: durationClasses },
): {
  /** Filled by `note`. */
  forecasts: Record<string, TimeForecast[]>;
  /** Takes each event. */
  note: (event: EventToScore<Event>) => void;
} {
  const asked = Object.entries(times).map(([name, classes]) => {
    const head = model.heads.find((head) => head.name === name);
    if (!head) throw new TypeError(`Cannot forecast: "${model.name}" has no head "${name}"`);
    if (head.classes !== classes.count) {
      throw new RangeError(`Cannot forecast: head "${name}" has ${head.classes} classes, not ${classes.count}`);
    }
    return { head, classes, forecasts: [] as TimeForecast[] };
  });
  return {
    forecasts: Object.fromEntries(asked.map(({ head, forecasts }) => [head.name, forecasts])),
    note({ said, came }) {
      const values = model.say(came);
      for (const { head, classes, forecasts } of asked) {
        forecasts.push(timeForecast(head.logs(said[head.name]), classes, head.classOf(values[head.name])));
      }
    },
  };
}
