/** As many of the last onsets are looked at. */
const ONSETS = 24;
/** A beat is the distance of one of the last onsets from one of as many before it. */
const LAGS = 8;
/** How far from the beat an onset may be that is on it, as a share of the beat. */
const NEAR = 0.08;
/** Two periods as near to each other as this are one. */
const SAME = 0.01;
/** As many beats apart two onsets can be and still speak for the beat. */
const BEATS = 4;
/** How many median steps a beat usually has, and how far from that it may be, in log steps. */
const USUAL = 2.5, SPREAD = 0.5;
/** How much the beat that was found before is preferred. */
const INERTIA = 1.1;
/** How much of an onset's weight is left after the next one, where the place of the beat is looked for. */
const LEFT = 0.95;

interface Onset {
  time: number;
  accent: number;
}

/**
 * The beat of music that nobody has barred, found from the onsets so far: the
 * period after which accents come again, and where it falls. An onset has as much accent as
 * its notes are many and long. Nothing but the past counts, and only how times
 * compare with each other: twice as fast, the beat is twice as fast.
 *
 * A simple finder, after the autocorrelation of accents in J. C. Brown,
 * "Determination of the meter of musical scores by autocorrelation" (1993): it takes half
 * or twice the beat for the beat as easily as listeners do, and does not know of bars.
 */
export class BeatFound {
  #onsets: Onset[] = [];
  #period: number | undefined;
  #beat = 0;
  #fresh = false;

  /** Hears a note: when it begins and how long it is, in seconds. Notes come in the order of their onsets. */
  hear(time: number, duration: number): void {
    const last = this.#onsets.at(-1), accent = Math.sqrt(duration);
    this.#fresh = false;
    if (last && time - last.time < 1e-3) {
      this.#onsets[this.#onsets.length - 1] = { time: last.time, accent: last.accent + accent };
    } else this.#onsets = [...this.#onsets.slice(1 - ONSETS), { time, accent }];
  }

  /** Where a moment stands between two beats, from 0 to below 1; nothing while no beat is found. */
  phaseOf(time: number): number | undefined {
    if (!this.#fresh) this.#find();
    if (this.#period === undefined) return undefined;
    const beats = (time - this.#beat) / this.#period;
    return beats - Math.floor(beats);
  }

  /** Seconds from beat to beat; nothing while no beat is found. */
  get period(): number | undefined {
    if (!this.#fresh) this.#find();
    return this.#period;
  }

  /** The same once more. */
  fork(): BeatFound {
    const copy = new BeatFound();
    [copy.#onsets, copy.#period, copy.#beat, copy.#fresh] = [this.#onsets, this.#period, this.#beat, this.#fresh];
    return copy;
  }

  #find(): void {
    this.#fresh = true;
    const onsets = this.#onsets;
    if (onsets.length < 4) return;
    const steps = onsets.slice(1).map(({ time }, i) => time - onsets[i].time).sort((a, b) => a - b);
    const usual = USUAL * steps[steps.length >> 1];
    const before = this.#period, beatBefore = this.#beat;
    const tried: number[] = [];
    let best = 0, period = before;
    for (let i = Math.max(1, onsets.length - LAGS); i < onsets.length; i++) {
      for (let j = Math.max(0, i - LAGS); j < i; j++) {
        const candidate = onsets[i].time - onsets[j].time;
        const distance = Math.log(candidate / usual) / SPREAD;
        if (Math.abs(distance) > 2 || tried.some((other) => Math.abs(candidate / other - 1) < SAME)) continue;
        tried.push(candidate);
        const kept = before !== undefined && Math.abs(candidate / before - 1) < NEAR ? INERTIA : 1;
        const speaks = kept * Math.exp(-distance * distance / 2) * recurring(onsets, candidate);
        if (speaks > best * (1 + 1e-9)) [best, period] = [speaks, candidate];
      }
    }
    if (period === undefined) return;
    let most = 0, beat = this.#beat;
    for (const { time } of onsets) {
      let weight = 0, age = 1;
      for (let i = onsets.length - 1; i >= 0; i--, age *= LEFT) {
        if (isNear((onsets[i].time - time) / period)) weight += age * onsets[i].accent;
      }
      if (before !== undefined && isNear((time - beatBefore) / before)) weight *= INERTIA;
      if (weight > most * (1 + 1e-9)) [most, beat] = [weight, time];
    }
    [this.#period, this.#beat] = [period, beat];
  }
}

/** How much the accents are like those a period before, and up to four: 1 if they are the same. */
function recurring(onsets: readonly Onset[], period: number): number {
  let again = 0, all = 0;
  for (const { time, accent } of onsets) {
    for (let k = 1; k <= BEATS; k++) {
      const before = time - k * period;
      if (before < onsets[0].time - NEAR * period) break;
      const there = onsets.find((onset) => Math.abs(onset.time - before) < NEAR * period);
      again += accent * (there?.accent ?? 0);
      all += accent * accent;
    }
  }
  return all > 0 ? again / all : 0;
}

function isNear(beats: number): boolean {
  return Math.abs(beats - Math.round(beats)) < NEAR;
}
