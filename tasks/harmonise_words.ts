/**
 * What `deno task harmonise` says of a chorale that it has found, and the command that goes on from it.
 *
 * @module
 */

import { readKern, writeKern } from "../lib/formats/mod.ts";
import { keyName } from "../lib/notes/mod.ts";
import { choraleRules, countBreaches, type GivenVoices, type Harmonised, inWrittenKey } from "../lib/sampling/mod.ts";
import { barPositions, CHORALE_VOICES, type Score } from "../lib/score/mod.ts";
import type { HarmoniseArguments } from "./harmonise_options.ts";

/** What was found, in words. */
export function foundWords(
  given: GivenVoices,
  { chorale: { frames }, score: { parts, keys } }: Pick<Harmonised, "chorale" | "score">,
  system: string,
  seconds: number,
): string {
  const { numerator, denominator } = given.heading.metres![0], [{ fifths, mode }] = keys;
  const key = mode
    ? keyName((7 * fifths + (mode === "minor" ? 9 : 0) + 84) % 12, mode)
    : `a key of ${Math.abs(fifths)} ${fifths < 0 ? "flats" : "sharps"}`;
  const notes = parts.map(({ name, notes }) => `${name} ${notes.length}`).join(", ");
  return `${system} has found a chorale in ${key}, ${numerator}/${denominator}, in ${seconds.toFixed(1)} s. ` +
    `Notes: ${notes}. ${brokenIn(given, frames)}`;
}

/** The rules that are broken, in words: those that what was kept breaks by itself are named apart from all others. */
function brokenIn({ chorale, fixed }: GivenVoices, frames: Harmonised["chorale"]["frames"]): string {
  // In the key in which rules were kept to: where it is not written, all voices may be found in another than some.
  const ruled = inWrittenKey(chorale), rules = choraleRules(), all = countBreaches(rules, [{ ...ruled, frames }]);
  const standing = frames.map((frame, t) => frame.map((pitch, voice) => fixed(t, voice) ? pitch : undefined));
  const kept = countBreaches(rules, [{ ...ruled, frames: standing }]);
  const inKept = listed(kept), inWritten = listed(all, kept);
  if (inKept) return `Rules broken in what was written: ${inWritten || "none"}; in what was kept: ${inKept}.`;
  return inWritten ? `Rules broken: ${inWritten}.` : "No rule of voice leading is broken.";
}

/** Breaches of each rule that is broken, without those that others have. */
function listed(breaches: Record<string, number>, others: Record<string, number> = {}): string {
  return Object.entries(breaches).map(([name, count]) => ({ name, count: count - (others[name] ?? 0) }))
    .filter(({ count }) => count > 0).map(({ name, count }) => `${name} ${count}`).join(", ");
}

/** Where rules were lifted, in words. */
export function liftedWords(lifted: NonNullable<Harmonised["lifted"]>): string {
  const places = lifted.slice(0, 3).map(({ frame, voice }) => `the ${CHORALE_VOICES[voice]} at sixteenth ${frame + 1}`);
  const more = lifted.length > places.length ? ` and ${lifted.length - places.length} more` : "";
  return `the rules left nothing for ${places.join(", ")}${more}, and were lifted there`;
}

/** The seed of another chorale. */
export function nextSeed({ seed = 42 }: HarmoniseArguments): number {
  return seed + 1;
}

/** The command that writes some bars of a chorale anew, two where it has them, with the same voices, rules and lessons. */
export function barsAnew(asked: HarmoniseArguments, krn: string, found: Score): string {
  // As the file is read again: an only bar that is not full is an upbeat there.
  const score = readKern(writeKern(found)), bar = barPositions(score);
  const end = Math.max(...score.parts.flatMap(({ notes }) => notes.map(({ endTick }) => endTick)));
  const earliest = bar(0)!.bar, latest = bar(end - 1)!.bar;
  const first = Math.max(earliest, Math.min(1, latest)), last = Math.min(first + 1, latest);
  const { system, keep, rules, chorales } = asked, voices = keep.join(",") || "none";
  return [
    ...["deno task harmonise", krn.includes(" ") ? `"${krn}"` : krn],
    ...["--bars", first === last ? first : `${first}-${last}`, "--system", system],
    ...voices === "soprano" ? [] : ["--keep", voices],
    ...rules === "avoid" ? [] : ["--rules", rules],
    ...chorales ? ["--chorales", chorales] : [],
    ...["--seed", nextSeed(asked)],
  ].join(" ");
}
