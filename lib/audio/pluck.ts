import type { Prng } from "../random/mod.ts";

/** How long a string rings until it is 60 dB down, in seconds: long in the bass, short in the treble. */
function ringing(frequency: number): number {
  return Math.max(0.9, Math.min(5, 3.2 * (220 / frequency) ** 0.4));
}

/** The two filters in the loop of a string. */
interface Loop {
  /** Samples in the delay line. */
  delay: number;
  /** How far the lowpass leans on the earlier sample, 0 to 0.5. */
  damping: number;
  /** What is left of the sound after one turn, below 1. */
  gain: number;
  /** Coefficient of the allpass, which delays by the fraction of a sample. */
  allpass: number;
}

/**
 * A plucked string after Karplus and Strong, "Digital Synthesis of Plucked-String and Drum Timbres" (1983), tuned and
 * damped after Jaffe and Smith, "Extensions of the Karplus-Strong Plucked-String Algorithm" (1983): the delays of line,
 * lowpass and allpass at the fundamental add up to exactly one period.
 *
 * @param frequency In hertz, below 0.45 of the sample rate.
 * @param length Samples to make.
 * @param sampleRate Samples a second.
 * @param prng Draws the noise of the pluck.
 * @returns The string's sound, its root mean square over the first tenth of a second 1.
 */
export function pluckedString(frequency: number, length: number, sampleRate: number, prng: Prng): Float32Array {
  const { delay, damping, gain, allpass } = stringLoop(frequency, sampleRate);
  const line = pluck(frequency, delay, sampleRate, prng);
  const sound = new Float32Array(length);
  let [at, earlier, input, output] = [0, 0, 0, 0];
  for (let i = 0; i < length; i++) {
    const sample = line[at];
    const damped = gain * ((1 - damping) * sample + damping * earlier);
    earlier = sample;
    output = allpass * (damped - output) + input;
    input = damped;
    line[at] = output;
    at = at + 1 === line.length ? 0 : at + 1;
    sound[i] = output;
  }
  return levelled(sound, sampleRate);
}

function stringLoop(frequency: number, sampleRate: number): Loop {
  const angle = (2 * Math.PI * frequency) / sampleRate;
  const wanted = 10 ** (-3 / (frequency * ringing(frequency)));
  // The two-point average alone would kill high strings at once: lean it until the fundamental keeps what is wanted.
  const lean = (1 - wanted ** 2) / (2 * (1 - Math.cos(angle)));
  const damping = lean >= 0.25 ? 0.5 : (1 - Math.sqrt(1 - 4 * lean)) / 2;
  const [re, im] = [1 - damping + damping * Math.cos(angle), damping * Math.sin(angle)];
  const left = sampleRate / frequency - Math.atan2(im, re) / angle;
  // Jaffe and Smith keep the allpass's delay away from 0, where it would ring itself.
  const delay = Math.floor(left - 0.2);
  const fraction = left - delay;
  return {
    delay,
    damping,
    gain: Math.min(1, wanted / Math.hypot(re, im)),
    allpass: Math.sin(((1 - fraction) * angle) / 2) / Math.sin(((1 + fraction) * angle) / 2),
  };
}

/** One period of noise, softened so that low strings do not rattle, and without the mean that would never decay. */
function pluck(frequency: number, length: number, sampleRate: number, prng: Prng): Float64Array {
  const noise = Float64Array.from({ length }, () => 2 * prng() - 1);
  const cutoff = Math.min(0.3 * sampleRate, 800 + 3 * frequency);
  const keep = Math.exp((-2 * Math.PI * cutoff) / sampleRate);
  for (const _pass of [1, 2]) {
    // Twice round, so that the filter's beginning meets its end: a period has no seam.
    let state = 0;
    for (let i = 0; i < 2 * length; i++) noise[i % length] = state = (1 - keep) * noise[i % length] + keep * state;
  }
  const mean = noise.reduce((sum, value) => sum + value, 0) / length;
  return noise.map((value) => value - mean);
}

function levelled(sound: Float32Array, sampleRate: number): Float32Array {
  const first = Math.min(sound.length, Math.round(sampleRate / 10));
  let squares = 0;
  for (let i = 0; i < first; i++) squares += sound[i] ** 2;
  const level = Math.sqrt(squares / first) || 1;
  return sound.map((sample) => sample / level);
}

/** What {@linkcode pluckedString} calls, by name, in this file. */
export const PLUCKER = { ringing, pluckedString, stringLoop, pluck, levelled };
