import { AbcError, type Mending } from "./abc_error.ts";
import { isMusic, type Tune } from "./tunes.ts";

/** How far an accidental holds to the barline: in its octave, in all octaves, or for its note alone. */
export type Propagation = "octave" | "pitch" | "not";

/** A sign of an overlay: `&` for each bar that it goes back, `(&` and `&)` around one of any length. */
export interface OverlaySign {
  /** The sign. */
  sign: string;
  /** Where it stands in the tune, in characters. */
  at: number;
}

/** A metre with which a line of music begins. */
export interface LineMetre {
  /** As written: `3/4`, `C`, `C|`. */
  written: string;
  /** Where it stands in the tune, in characters. */
  at: number;
  /** Where its line ends. */
  lineEnd: number;
}

/** What abcjs passes over, or does not understand, of what changes the music. */
export interface Unparsed {
  /** In the order of the text. */
  overlays: OverlaySign[];
  /** Metres at the beginning of a line: behind a line `V:` abcjs loses them. */
  metres: LineMetre[];
  /** As the tune says, otherwise `octave`. */
  propagation: Propagation;
}

/** A metre behind no more than other fields of its line. */
const METRE_FIRST = /^\s*(?:\[[A-Za-z]:[^\]]*\]\s*)*\[M:\s*([^\]]*?)\s*\]/;
/** What abcjs takes for a unit, and is one. */
const UNIT = /^(0*[1-9]\d*\/0*[1-9]\d*[^/]*|1)$/;
/** Characters of one tune, and of one of its lines, that are read: abcjs looks at both again and again. */
const LONGEST_TUNE = 2 ** 17, LONGEST_LINE = 2 ** 13;
/** Overlays (`&`) of one bar that are read: abcjs takes each apart with all that follow. */
const MOST_OVERLAYS = 8;
/** Grace notes (`{`), and fields (`[K:`), of one line without their end that are read: abcjs looks for that of each. */
const MOST_OPEN = 8;
const PROPAGATION = /(?:^%%|^I:|\[I:)\s*propagate-accidentals\s+([^\s\]]+)/gi;

/**
 * Reads what abcjs does not: overlays that last several bars, and how far accidentals hold. A macro (`m:`) is named.
 *
 * @param lines The lines of the tune, with comments in place of directives.
 * @throws {AbcError} Where `mending` is strict, and something is not understood.
 */
export function readUnparsed(tune: Tune, lines: readonly string[], mending: Mending): Unparsed {
  const { lineNumbers } = tune;
  const overlays: OverlaySign[] = [], metres: LineMetre[] = [];
  let propagation: Propagation | undefined;
  let at = 0;
  for (const [i, line] of lines.entries()) {
    const macro = /^m:\s*(.*?)\s*=/.exec(line)?.[1];
    if (macro !== undefined) {
      mending.mend(lineNumbers[i], `The macro ${macro} cannot be expanded`, "its notes were read as they stand");
    }
    for (const [, value] of tune.lines[i].matchAll(PROPAGATION)) {
      const said = (["octave", "pitch", "not"] as const).find((known) => known === value.toLowerCase());
      const wrong = `propagate-accidentals is ${value}`;
      if (!said) mending.mend(lineNumbers[i], `${wrong}, not octave, pitch or not`, "it was passed over");
      else if (propagation && said !== propagation) {
        mending.mend(lineNumbers[i], `${wrong}, after it was ${propagation}`, "the first holds to the end");
      } else propagation = said;
    }
    if (isMusic(line)) {
      const written = METRE_FIRST.exec(line)?.[1];
      if (written !== undefined) metres.push({ written, at, lineEnd: at + line.length });
      // What stands in quotation marks, between ! and in fields is no music; a comment ends the line.
      const music = line.replaceAll(/"[^"]*"|![^!|]*!|\[[A-Za-z]:[^\]]*\]/g, (words) => " ".repeat(words.length));
      for (const { 0: sign, index } of music.split("%")[0].matchAll(/\(&|&\)|&+/g)) {
        overlays.push({ sign, at: at + index });
      }
    }
    at += line.length + 1;
  }
  return { overlays, metres, propagation: propagation ?? "octave" };
}

/**
 * The lines, with blanks in place of what abcjs would take for something else in silence: a unit (`L:`) that is no length,
 * and a `transpose=` that is no interval.
 *
 * @throws {AbcError} Where `mending` is strict, and there is one.
 */
export function withoutImpossible(tune: Tune, lines: readonly string[], mending: Mending): string[] {
  return lines.map((line, i) => {
    if (!isMusic(line) && !/^[KLV]:/.test(line)) return line;
    const leaveOut = (wrong: string, part: string) => {
      mending.mend(tune.lineNumbers[i], wrong, "it was left out");
      // A blank line would end the tune.
      return (part.startsWith("L:") ? "%" : " ").padEnd(part.length);
    };
    const [said] = line.split("%", 1);
    const sound = said.replaceAll(/^L:.*|\[L:[^\]]*\]/g, (field) => {
      const written = field.replaceAll(/^\[?L:|\]$/g, "").trim();
      if (UNIT.test(written.replaceAll(" ", ""))) return field;
      return leaveOut(`The unit L: is ${JSON.stringify(written)}, not a length such as 1/8`, field);
    }).replaceAll(
      /^[KV]:.*|\[[KV]:[^\]]*\]/g,
      (field) =>
        field.replaceAll(/\btranspose=([^\s\]]*)/g, (part, semitones) => {
          if (/^[-+]?\d+$/.test(semitones) && Math.abs(Number(semitones)) <= 127) return part;
          return leaveOut(`transpose is ${semitones}, not -127 to 127`, part);
        }),
    );
    return sound + line.slice(said.length);
  });
}

/**
 * Checks that neither a tune nor a line of it is so long that abcjs would take very long over it.
 *
 * @throws {AbcError} If one is.
 */
export function checkLengths({ lines, lineNumbers }: Tune): void {
  const characters = lines.reduce((sum, { length }) => sum + length + 1, 0);
  if (characters > LONGEST_TUNE) {
    throw new AbcError(`The tune has ${characters} characters: at most ${LONGEST_TUNE} are read`, lineNumbers[0]);
  }
  for (const [i, { length }] of lines.entries()) {
    if (length <= LONGEST_LINE) continue;
    throw new AbcError(`The line has ${length} characters: at most ${LONGEST_LINE} are read`, lineNumbers[i]);
  }
}

/**
 * Checks that the music of a line is not such that abcjs would take very long over it.
 *
 * @throws {AbcError} If it is.
 */
export function checkMusic(line: string, lineNumber: number): void {
  if (!isMusic(line)) return;
  const graces = line.slice(line.lastIndexOf("}") + 1).split("{").length - 1;
  if (graces > MOST_OPEN) {
    throw new AbcError(`More than ${MOST_OPEN} grace notes ({) of one line lack their end, }`, lineNumber);
  }
  const fields = line.slice(line.lastIndexOf("]") + 1).split(/\[[A-Za-z]:/).length - 1;
  if (fields > MOST_OPEN) throw new AbcError(`More than ${MOST_OPEN} fields of one line lack their end, ]`, lineNumber);
  for (const bar of line.split("|")) {
    if (bar.split("&").length - 1 <= MOST_OVERLAYS) continue;
    throw new AbcError(`More than ${MOST_OVERLAYS} overlays (&) stand in one bar`, lineNumber);
  }
}
