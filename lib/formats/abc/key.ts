import type { KeySignature } from "../../score/mod.ts";
import type { AbcKey } from "./parse.ts";

const STEPS = "CDEFGAB";
/** Semitones above C of each step, from C. */
export const SEMITONES: readonly number[] = [0, 2, 4, 5, 7, 9, 11];
/** Semitones by which each accidental alters a step, by the names that abcjs has for them. */
export const ALTERATIONS: Readonly<Record<string, number>> = {
  natural: 0,
  sharp: 1,
  dblsharp: 2,
  flat: -1,
  dblflat: -2,
  quartersharp: 0.5,
  quarterflat: -0.5,
};
/** Steps in the order in which sharps alter them, F C G D A E B; flats go the other way round. */
const SHARPENED = [3, 0, 4, 1, 5, 2, 6];
/** What `K:HP` means for the Highland pipes without writing it. */
const PIPES: AbcKey["accidentals"] = [{ acc: "sharp", note: "f" }, { acc: "sharp", note: "c" }];

/** The step of a pitch that is counted in steps from C, in whatever octave: 0 for C to 6 for B. */
export function stepOf(pitch: number): number {
  return (pitch % 7 + 7) % 7;
}

/** Semitones by which a key alters its steps, as written. */
export function signatureOf(key: AbcKey): Map<number, number> {
  const altered = (isOfPipes(key) ? PIPES : key.accidentals) ?? [];
  return new Map(altered.map(({ acc, note }) => [STEPS.indexOf(note.toUpperCase()), ALTERATIONS[acc] ?? 0]));
}

/**
 * A key as it sounds.
 *
 * @param key The key, as written.
 * @param semitones By how many semitones it sounds higher.
 * @returns Nothing for `K:none`, if it alters nothing.
 */
export function keyOf(key: AbcKey, semitones: number): Pick<KeySignature, "fifths" | "mode"> | undefined {
  const signature = signatureOf(key);
  if (key.root === "none" && signature.size === 0) return undefined;
  const isPlain = key.root !== "none" && !isOfPipes(key);
  const mode = key.mode === "" ? "major" : key.mode === "m" ? "minor" : undefined;
  return { fifths: transposed(fifthsOf(signature), semitones), ...mode && isPlain && { mode } };
}

function isOfPipes({ root }: AbcKey): boolean {
  return /^H[Pp]$/.test(root);
}

/** Sharps, or flats as negative numbers, of a signature; what it alters beyond them in its own way is not counted. */
function fifthsOf(signature: ReadonlyMap<number, number>): number {
  const altered = (steps: readonly number[], by: number) => {
    const other = steps.findIndex((step) => signature.get(step) !== by);
    return other < 0 ? steps.length : other;
  };
  return altered(SHARPENED, 1) || -altered(SHARPENED.toReversed(), -1) || 0;
}

/** A signature moved by semitones, with six flats to five sharps. */
function transposed(fifths: number, semitones: number): number {
  return semitones % 12 === 0 ? fifths : ((fifths + 7 * semitones + 6) % 12 + 12) % 12 - 6;
}
