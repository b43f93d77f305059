/** Pieces of small classes and numbers, and an encoding that hears and says them, for models of any kind. */

import type { Encoding } from "../../lib/encodings/mod.ts";
import { categorical, type Head } from "../../lib/heads/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import type { FitOptions } from "../../lib/training/mod.ts";
import { type Windows, windowsOf, type WindowsOptions } from "../../lib/windows/mod.ts";
import { LENGTH, PITCHES, PLACES } from "../layers/mixed_models.ts";
import { paperHeads } from "../../lib/heads/mod.ts";

/** An event of a toy piece. */
export interface ToyEvent {
  pitch: number;
  place: number;
  step: number;
  extra: number;
}

/** Hears the pitch, its place, a tick at the first of them, two numbers and an extra one that no model reads; says pitch and step. */
export function toyEncoding(settings: Record<string, unknown> = {}): Encoding<ToyEvent> {
  const listener = {
    hear: ({ pitch, place, step, extra }: ToyEvent) => ({
      ...{ pitch, place, times: [step, 1 - step], extra },
      ticks: place === 0 ? 1 : 0,
    }),
    fork: () => listener,
  };
  return {
    name: "toy",
    settings,
    hears: [
      { name: "pitch", size: PITCHES },
      { name: "place", size: PLACES },
      { name: "ticks", size: 2 },
      { name: "times", width: 2 },
      { name: "extra" },
    ],
    says: [{ name: "pitch", size: PITCHES }, { name: "step" }],
    say: ({ pitch, step }) => ({ pitch, step }),
    decode: ({ pitch, step }) => ({ pitch, step, place: 0, extra: 0 }),
    listen: () => listener,
  };
}

/** The heads of the toy: a class, and seconds as the paper names them. */
export function toyHeads(): Head[] {
  return [categorical("pitch", { classes: PITCHES }), paperHeads()[1]];
}

/** Windows over a piece that goes round in pitches, with a step that hangs on them. */
export function toyWindows(
  events = 46,
  changes: Partial<WindowsOptions> & { extra?: number; settings?: Record<string, unknown> } = {},
): Windows {
  const { extra = 0, settings, ...options } = changes, prng = seeded(11);
  const piece = Array.from({ length: events }, (_, i) => {
    const pitch = (3 * i + (prng() < 0.2 ? 1 : 0)) % PITCHES;
    return { pitch, place: i % PLACES, step: 0.1 + pitch / 10, extra: i === 20 ? extra : 0 };
  });
  return windowsOf([{ piece: "toy", events: piece }], toyEncoding(settings), { length: LENGTH, ...options });
}

/** Options of a short run. */
export function toyOptions(changes: Partial<FitOptions> = {}): FitOptions {
  return {
    epochs: 3,
    batchSize: 10,
    learningRate: 0.02,
    lossWeights: { pitch: 1, step: 1 },
    heads: toyHeads(),
    prng: seeded(42),
    ...changes,
  };
}
