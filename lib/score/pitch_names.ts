/** The twelve pitch classes from C upwards, black keys spelled as in the keys with the fewest accidentals. */
export const PITCH_CLASSES: readonly string[] = Object.freeze(
  ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"],
);

/** Whether a pitch, a MIDI number, is played on a black key. */
export function isBlackKey(pitch: number): boolean {
  return [1, 3, 6, 8, 10].includes(((pitch % 12) + 12) % 12);
}

/**
 * A pitch by name and octave: 60 is C4, middle C.
 *
 * @param pitch A MIDI number, 0 to 127.
 */
export function pitchName(pitch: number): string {
  return `${PITCH_CLASSES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}
