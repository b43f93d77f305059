import type { Part, Score } from "../../score/mod.ts";
import { type Clef, clefOf } from "../notation/clef.ts";
import { signedLetters, type SpelledPitch, tonicOf } from "../notation/spell.ts";
import { writeOut, type WrittenHead } from "../notation/write_out.ts";
import { INSTRUMENTS } from "./instruments.ts";

/**
 * Writes a score as `**kern`: a spine for each part, the lowest on the left as Humdrum has it, with clefs, key, metre,
 * tempo, numbered barlines, rests, ties and fermatas. Pitches are spelled by the key signature, without one as in C major.
 *
 * {@linkcode readKern} gives back the same notes, to the tick where a score has 480 of them per quarter note. Drums are left
 * out; a tempo that begins while every part holds a note is written at the next onset.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readKern, readMelody, writeKern } from "../mod.ts";
 *
 * const score = readMelody("key=G g4 a4 | b4:3.5 r:0.5");
 * const pitches = (text: string) => readKern(text).parts[0].notes.map(({ pitch }) => pitch);
 * assertEquals(pitches(writeKern(score)), [67, 69, 71]);
 * ```
 *
 * @param score A score whose parts are voices: notes of one part that overlap begin and end together.
 * @throws {RangeError} If there is no note, one does not stand on a grid of sixty-fourths, or a part is not one voice.
 */
export function writeKern(score: Score): string {
  const { bars, parts, metres, keys, tempos } = writeOut(score, "write kern");
  const spines = parts.toReversed();
  const all = (token: string) => spines.map(() => token).join("\t");
  const lines = [
    ...(score.title ? [`!!!OTL: ${oneLine(score.title)}`] : []),
    all("**kern"),
    ...spinesSay(spines, ({ part }) => codeOf(part), "*I"),
    ...spinesSay(spines, ({ part }) => oneLine(part.name), '*I"'),
    spines.map(({ part }) => tokenOfClef(clefOf(part))).join("\t"),
  ];
  const changes = [
    ...keys.flatMap(({ at, fifths, mode }) => [
      {
        at,
        token: `*k[${signedLetters(fifths).map((letter) => letter.toLowerCase() + (fifths > 0 ? "#" : "-")).join("")}]`,
      },
      ...(mode ? [{ at, token: `*${keyName(fifths, mode)}:` }] : []),
    ]),
    ...metres.map(({ at, numerator, denominator }) => ({ at, token: `*M${numerator}/${denominator}` })),
    ...tempos.map(({ at, perMinute }) => ({ at, token: `*MM${perMinute}` })),
  ];
  const places = spines.map(({ heads }) => new Map(heads.map((head) => [head.at, head])));
  const onsets = [...new Set(places.flatMap((heads) => [...heads.keys()]))].sort((a, b) => a - b);
  for (const [i, at] of onsets.entries()) {
    const said = changes.filter((change) => change.at <= at && change.at > (onsets[i - 1] ?? -1));
    const bar = bars.find(({ from }) => from === at);
    const barline = !bar || i === 0 && !bar.full ? [] : [`=${bar.number ?? ""}${i === 0 ? "-" : ""}`];
    const interpretations = said.map(({ token }) => token);
    const records = i === 0 ? [...interpretations, ...barline] : [...barline, ...interpretations];
    lines.push(...records.map(all), places.map((heads) => tokenOf(heads.get(at))).join("\t"));
  }
  return [...lines, all("=="), all("*-"), ""].join("\n");
}

function tokenOf(head: WrittenHead | undefined): string {
  if (!head) return ".";
  const { reciprocal, dotted } = head.value;
  const duration = `${reciprocal >= 1 ? reciprocal : "0".repeat(-Math.log2(reciprocal))}${dotted ? "." : ""}`;
  const fermata = head.fermata ? ";" : "";
  if (head.pitches.length === 0) return `${duration}r${fermata}`;
  const [before, after] = head.tiedBefore ? ["", head.tiedAfter ? "_" : "]"] : [head.tiedAfter ? "[" : "", ""];
  return head.pitches.map((pitch) => `${before}${duration}${lettersOf(pitch)}${after}${fermata}`).join(" ");
}

/** A pitch in letters: `c` is C4, `cc` C5, `C` C3. */
function lettersOf({ letter, alter, octave }: SpelledPitch): string {
  const letters = octave >= 4 ? letter.toLowerCase().repeat(octave - 3) : letter.repeat(4 - octave);
  return letters + signs(alter);
}

/** A key as Humdrum names it: `G`, `e`, `B-`. */
function keyName(fifths: number, mode: "major" | "minor"): string {
  const { letter, alter } = tonicOf(fifths, mode);
  return (mode === "major" ? letter : letter.toLowerCase()) + signs(alter);
}

function signs(alter: number): string {
  return (alter > 0 ? "#" : "-").repeat(Math.abs(alter));
}

/** A record in which each spine says something of itself; none where none does. */
function spinesSay<T>(spines: readonly T[], word: (spine: T) => string | undefined, prefix: string): string[] {
  const words = spines.map(word);
  return words.some(Boolean) ? [words.map((word) => word ? prefix + word : "*").join("\t")] : [];
}

/** Humdrum's code of the part's program, of those that share it the one of its name. */
function codeOf({ name, program }: Part): string | undefined {
  const fitting = [...INSTRUMENTS].filter(([, each]) => each.program === program);
  const named = fitting.find(([, each]) => name.toLowerCase().startsWith(each.name.toLowerCase()));
  return (named ?? (program === 0 ? undefined : fitting[0]))?.[0];
}

function tokenOfClef({ sign, line, octavesLower }: Clef): string {
  return `*clef${sign}${"v".repeat(octavesLower)}${line}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
