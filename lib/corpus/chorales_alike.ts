import { type Chorale, CHORALE_VOICES, REST } from "../score/mod.ts";

/** Two chorales that are the same music, or have much of it in common. */
export interface AlikeChorales {
  /** Index of the one. */
  one: number;
  /** Index of the other. */
  other: number;
  /** Share of the passages of the shorter one that stand in the other, up to 1. */
  share: number;
}

/** Sonorities of a passage. */
const PASSAGE = 6;

/**
 * Share from which two chorales count as alike. Of the 370 in `**kern` each is alike by 0.4 or more to one of the JSB
 * chorales, or by less than 0.1 to all of them; pairs between the two shares have a phrase or two in common.
 */
const ALIKE = 0.1;

/**
 * Finds the chorales of two sets that are the same music in any key, at any place, whatever their rhythm: in three of
 * their voices, because one, mostly an instrument's bass, may go another way in another source.
 *
 * A passage is six sonorities in a row, each another than the one before, as pitch classes above the uppermost of the
 * three voices where it begins; octaves and holds are not compared. A harmonisation of the same melody alone is another
 * chorale.
 *
 * @param ones Some chorales.
 * @param others Some others, or the same: no chorale is compared with itself, the same object.
 * @param share Smallest share that counts, above 0.
 * @returns In the order of the ones, then of the others.
 */
export function choralesAlike(
  ones: readonly Chorale[],
  others: readonly Chorale[],
  share = ALIKE,
): AlikeChorales[] {
  const most = new Map<number, number>();
  for (const left of CHORALE_VOICES.keys()) {
    const voices = [...CHORALE_VOICES.keys()].filter((voice) => voice !== left);
    const [ours, theirs] = [ones, others].map((side) => side.map((chorale) => passagesOf(chorale, voices)));
    const owners = new Map<string, number[]>();
    theirs.forEach((passages, other) => {
      for (const passage of passages) owners.set(passage, [...owners.get(passage) ?? [], other]);
    });
    ours.forEach((passages, one) => {
      const shared = new Map<number, number>();
      for (const passage of passages) {
        for (const other of owners.get(passage) ?? []) shared.set(other, (shared.get(other) ?? 0) + 1);
      }
      for (const [other, count] of shared) {
        const pair = one * others.length + other, found = count / Math.min(passages.size, theirs[other].size);
        if (ones[one] !== others[other] && found > (most.get(pair) ?? 0)) most.set(pair, found);
      }
    });
  }
  return [...most].filter(([, found]) => found >= share).sort(([a], [b]) => a - b)
    .map(([pair, share]) => ({ one: Math.floor(pair / others.length), other: pair % others.length, share }));
}

function passagesOf({ frames }: Chorale, voices: readonly number[]): Set<string> {
  const sonorities = frames.map((frame) => voices.map((voice) => frame[voice]))
    .filter((sonority, t, all) => t === 0 || sonority.some((pitch, k) => pitch !== all[t - 1][k]));
  const passages = new Set<string>();
  for (let i = 0; i + PASSAGE <= sonorities.length; i++) {
    const [base] = sonorities[i];
    const above = (pitch: number) => pitch === REST ? "r" : ((pitch - base) % 12 + 12) % 12;
    passages.add(sonorities.slice(i, i + PASSAGE).map((sonority) => sonority.map(above).join(" ")).join());
  }
  return passages;
}
