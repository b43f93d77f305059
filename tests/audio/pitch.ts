/**
 * How far a sound's fundamental is from a pitch, in cents: the peak of its spectrum, searched within a quarter tone and
 * then in steps of half a cent.
 */
export function centsOff(sound: Float32Array, pitch: number, sampleRate: number): number {
  const strengthAt = (cents: number) => strength(sound, pitch + cents / 100, sampleRate);
  const strongest = (candidates: number[]) =>
    candidates.reduce((best, cents) => strengthAt(cents) > strengthAt(best) ? cents : best);
  const coarse = strongest(Array.from({ length: 11 }, (_, i) => (i - 5) * 10));
  return strongest(Array.from({ length: 41 }, (_, i) => coarse + (i - 20) / 2));
}

/** Strength of one pitch in a sound, under a Hann window. */
export function strength(sound: Float32Array, pitch: number, sampleRate: number): number {
  const angle = (2 * Math.PI * 440 * 2 ** ((pitch - 69) / 12)) / sampleRate;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  let [x, y, re, im] = [1, 0, 0, 0];
  for (let i = 0; i < sound.length; i++) {
    const windowed = sound[i] * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / sound.length));
    re += windowed * x;
    im += windowed * y;
    [x, y] = [x * cos - y * sin, x * sin + y * cos];
  }
  return Math.hypot(re, im) / sound.length;
}
