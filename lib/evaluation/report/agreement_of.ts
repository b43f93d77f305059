import { type Chorale, REST } from "../../score/mod.ts";
import type { ChoraleHarmoniser } from "./chorale_playing_report.ts";

/** Alto, tenor and bass. */
const LOWER = [1, 2, 3];

/**
 * How often the voices below a soprano are those of its own chorale: shares of sixteenths, all chorales together, from 0 to 1.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { agreementOf } from "../mod.ts";
 *
 * const { agreement, pitchClasses } = agreementOf([{ frames: [[67, 62, 59, 43]] }], [{ frames: [[67, 62, 55, 55]] }]);
 * assertEquals(agreement, { voices: [1, 0, 0], all: 1 / 3 });
 * assertEquals(pitchClasses, 2 / 3);
 * ```
 *
 * @param chorales The chorales.
 * @param harmonised A harmonisation of the soprano of each, as long as that.
 * @returns Shares of the same pitch, or a rest in both, by voice and of all three; and of the same pitch class, of all three.
 */
export function agreementOf(
  chorales: readonly Pick<Chorale, "frames">[],
  harmonised: readonly Pick<Chorale, "frames">[],
): Pick<ChoraleHarmoniser, "agreement" | "pitchClasses"> {
  const pairs = chorales.flatMap(({ frames }, i) => frames.map((frame, t) => [frame, harmonised[i].frames[t]]));
  const share = (voice: number, isSame: (a: number, b: number) => boolean) =>
    pairs.filter(([one, other]) => isSame(one[voice], other[voice])).length / pairs.length;
  const voices = LOWER.map((voice) => share(voice, (a, b) => a === b));
  const classes = LOWER.map((voice) => share(voice, (a, b) => a === REST || b === REST ? a === b : (a - b) % 12 === 0));
  const ofAll = (shares: readonly number[]) => shares.reduce((a, b) => a + b) / LOWER.length;
  return { agreement: { voices, all: ofAll(voices) }, pitchClasses: ofAll(classes) };
}
