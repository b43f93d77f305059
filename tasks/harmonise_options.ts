/**
 * What `deno task harmonise` can be told.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { HARMONISERS } from "../lib/evaluation/mod.ts";
import { FORMATS } from "../lib/formats/mod.ts";
import { CHORALE_VOICES, type ChoraleVoice } from "../lib/score/mod.ts";
import { countOf } from "./command.ts";
import { userPath } from "./user_path.ts";

/** What names of files may end with. */
export const ENDINGS = FORMATS.filter(({ whenNamed }) => !whenNamed).flatMap(({ endings }) => endings).join(", ");

/** What the task says of itself. */
export const USAGE = `deno task harmonise MELODY [options]

Finds three voices to a melody, as Bach might have, and writes the chorale as
.krn, .mid, .musicxml (for MuseScore), .svg (engraved) and .wav.

MELODY is a file (${ENDINGS}),
whose notes are rounded to sixteenths where they have to be, or the notes themselves:

  deno task harmonise "key=G metre=3/4 g4 | g4:2 d5 | b4:1.5 a4:1/2 g4 | a4:2;"

  g4 is a quarter note, :2 makes it two, :1/2 half of one; f#4 and bb4 are F sharp
  and B flat, r is a rest, | a barline, ; a fermata: there a phrase ends, and a
  cadence is asked for. key=, metre=, upbeat= and tempo= may stand before the
  notes (key=e is E minor).

  --system NAME    bachbot (default): from left to right, the likeliest it finds;
                   deepbach: all voices at once, improved again and again, so
                   that it hears what comes after a bar that is written anew
  --keep VOICES    voices of the file that stay, such as soprano,bass (default:
                   soprano); a file of one part is the voice that is named here;
                   none keeps nothing, in --bars
  --bars 3-4       of a file in four parts, write these bars anew and leave the
                   others as they are
  --seed N         another one (default: 42); bachbot draws its notes only where
                   this is given
  --rules WORD     rules of voice leading (parallels, crossings, ranges, ...):
                   avoid (default), forbid (unless nothing else is left for a
                   note; what is broken is said), ignore
  --chorales NAME  what to learn from: chorales, jsb or sample (default: the first
                   of them that is there)
  --out DIR        where the files go (default: a new folder in runs/harmonise/);
                   files of the same name there are replaced
  --help           show this text

The first time it has to learn, once for each system, set of chorales and number
of threads, and says how long that takes. To learn from 195 of Bach's chorales (otherwise from a few of the sample):

  deno task corpus --jsb && deno task corpus --chorales`;

/** What the command is asked for. */
export interface HarmoniseArguments {
  /** A file, or the notes themselves. */
  melody: string;
  /** Who harmonises. */
  system: typeof HARMONISERS[number];
  /** Voices of the file that stay. */
  keep: readonly ChoraleVoice[];
  /** The first and the last bar of those that are written anew. @default all */
  bars?: [number, number];
  /** What decides the draws. @default 42 */
  seed?: number;
  /** What becomes of what breaks rules of voice leading. */
  rules: "avoid" | "forbid" | "ignore";
  /** What is learned from. @default the largest set that is there */
  chorales?: ChoralesName;
  /** Folder of the files. @default a new one */
  out?: string;
}

/** Names of sets of chorales that can be learned from. */
export type ChoralesName = "chorales" | "jsb" | "sample";

/**
 * Reads the arguments of `deno task harmonise`.
 *
 * @returns Nothing where only help is asked for.
 * @throws {RangeError} If there is not one melody, or an option has no such value.
 */
export function readHarmoniseArguments(args: readonly string[]): HarmoniseArguments | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ system: { type: "string" }, keep: { type: "string" }, bars: { type: "string" }, seed: { type: "string" } },
      ...{ rules: { type: "string" }, chorales: { type: "string" }, out: { type: "string" } },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  if (positionals.length !== 1) {
    throw new RangeError(
      positionals.length === 0
        ? "Which melody? Name a file, or write the notes in quotation marks"
        : `One melody at a time, got ${positionals.length}; notes need quotation marks around them all`,
    );
  }
  const { system = "bachbot", keep = "soprano", bars, seed, rules = "avoid", chorales, out } = values;
  const range = bars === undefined ? undefined : /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(bars);
  if (range === null) throw new RangeError(`--bars takes a bar or a range of them, such as 3-4, got "${bars}"`);
  if (keep === "none" && !range) throw new RangeError("--keep none takes --bars too: the other bars are what stays");
  const voices = keep === "none" ? [] : keep.split(",").map((voice) => oneOf("keep", voice.trim(), CHORALE_VOICES));
  if (CHORALE_VOICES.every((voice) => voices.includes(voice))) {
    throw new RangeError(`--keep takes at most three voices, got "${keep}": nothing would be left to write`);
  }
  return {
    melody: positionals[0],
    system: oneOf("system", system, HARMONISERS),
    keep: voices,
    ...range && { bars: [Number(range[1]), Number(range[2] ?? range[1])] as [number, number] },
    seed: countOf(seed, "seed"),
    rules: oneOf("rules", rules, ["avoid", "forbid", "ignore"] as const),
    ...chorales !== undefined && { chorales: oneOf("chorales", chorales, ["chorales", "jsb", "sample"] as const) },
    ...out !== undefined && { out: userPath(out) },
  };
}

function oneOf<Word extends string>(option: string, word: string, words: readonly Word[]): Word {
  const found = words.find((each) => each === word);
  if (found !== undefined) return found;
  throw new RangeError(`--${option} takes ${words.slice(0, -1).join(", ")} or ${words.at(-1)}, got "${word}"`);
}
