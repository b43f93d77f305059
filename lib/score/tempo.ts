import type { Tempo } from "./score.ts";

/** 120 quarter notes a minute: the tempo until a file says another. */
const DEFAULT_MICROSECONDS = 500_000;

/** A tempo that begins at a tick; when that is in seconds, {@linkcode tempoMap} finds out. */
export type TempoChange = Pick<Tempo, "tick" | "microsecondsPerQuarter">;

/**
 * Makes a tempo map of tempo changes in any order.
 *
 * It begins at tick 0 (with 120 quarter notes a minute where nothing is said), of several tempi at one tick the last
 * wins, and a tempo that changes nothing is left out: the rules of pretty_midi.
 *
 * @param changes Tempi and the ticks from which they hold.
 * @param ticksPerQuarter Ticks a quarter note.
 * @throws {RangeError} If a tick is negative, or a tempo or `ticksPerQuarter` is not a positive number.
 */
export function tempoMap(changes: readonly TempoChange[], ticksPerQuarter: number): Tempo[] {
  return tempoMapInOrder(changes.toSorted((a, b) => a.tick - b.tick), ticksPerQuarter);
}

/**
 * Makes a tempo map as {@linkcode tempoMap} does, of tempo changes in the order of their ticks; they need not be there
 * all at once.
 *
 * @param changes Tempi and the ticks from which they hold, by tick.
 * @param ticksPerQuarter Ticks a quarter note.
 * @throws {RangeError} If a tick is negative or before the last one, or a tempo or `ticksPerQuarter` is not positive.
 */
export function tempoMapInOrder(changes: Iterable<TempoChange>, ticksPerQuarter: number): Tempo[] {
  if (!(ticksPerQuarter > 0 && ticksPerQuarter < Infinity)) {
    throw new RangeError(
      `Cannot make a tempo map: ticks per quarter note must be positive, current value is ${ticksPerQuarter}`,
    );
  }
  const tempos: Tempo[] = [{ tick: 0, time: 0, microsecondsPerQuarter: DEFAULT_MICROSECONDS }];
  for (const { tick, microsecondsPerQuarter } of changes) {
    if (!(microsecondsPerQuarter > 0 && microsecondsPerQuarter < Infinity)) {
      throw new RangeError(
        `Cannot make a tempo map: a tempo must be positive, current value is ${microsecondsPerQuarter} microseconds`,
      );
    }
    if (!(tick >= 0 && tick < Infinity)) {
      throw new RangeError(`Cannot make a tempo map: a tick must not be negative, current value is ${tick}`);
    }
    if (tick < tempos.at(-1)!.tick) {
      throw new RangeError(`Cannot make a tempo map: tick ${tick} comes after tick ${tempos.at(-1)!.tick}`);
    }
    if (tempos.at(-1)!.tick === tick) tempos.pop();
    const last = tempos.at(-1);
    if (last?.microsecondsPerQuarter === microsecondsPerQuarter) continue;
    const time = last ? last.time + secondsPerTick(last, ticksPerQuarter) * (tick - last.tick) : 0;
    tempos.push({ tick, time, microsecondsPerQuarter });
  }
  return tempos;
}

/**
 * When a tick sounds, in seconds.
 *
 * @param tempos A tempo map, as {@linkcode tempoMap} makes it.
 * @param ticksPerQuarter Ticks a quarter note.
 * @param tick Ticks from the beginning; need not be a whole number.
 */
export function secondsAt(tempos: readonly Tempo[], ticksPerQuarter: number, tick: number): number {
  const tempo = tempos[lastIndexUpTo(tempos, "tick", tick)];
  return tempo.time + secondsPerTick(tempo, ticksPerQuarter) * (tick - tempo.tick);
}

/**
 * When each of many ticks sounds, in seconds; to the bit what {@linkcode secondsAt} says of each.
 *
 * @param tempos A tempo map, as {@linkcode tempoMap} makes it.
 * @param ticksPerQuarter Ticks a quarter note.
 * @param ticks Ticks from the beginning.
 */
export function secondsAtEach(tempos: readonly Tempo[], ticksPerQuarter: number, ticks: Uint32Array): Float64Array {
  const seconds = new Float64Array(ticks.length);
  // Neighbours mostly share a tempo, which is then not looked for again.
  let [from, until, time, perTick] = [Infinity, -Infinity, 0, 0];
  for (let row = 0; row < ticks.length; row++) {
    const tick = ticks[row];
    if (tick < from || tick >= until) {
      const index = lastIndexUpTo(tempos, "tick", tick);
      ({ tick: from, time } = tempos[index]);
      until = tempos[index + 1]?.tick ?? Infinity;
      perTick = secondsPerTick(tempos[index], ticksPerQuarter);
    }
    seconds[row] = time + perTick * (tick - from);
  }
  return seconds;
}

/**
 * Which tick sounds at a time; not rounded, so that the caller chooses the grid.
 *
 * @param tempos A tempo map, as {@linkcode tempoMap} makes it.
 * @param ticksPerQuarter Ticks a quarter note.
 * @param seconds Seconds from the beginning.
 */
export function tickAt(tempos: readonly Tempo[], ticksPerQuarter: number, seconds: number): number {
  const tempo = tempos[lastIndexUpTo(tempos, "time", seconds)];
  return tempo.tick + (seconds - tempo.time) / secondsPerTick(tempo, ticksPerQuarter);
}

/** pretty_midi's own order of operations, so that times agree to the last bit. */
function secondsPerTick({ microsecondsPerQuarter }: Tempo, ticksPerQuarter: number): number {
  return 60 / ((6e7 / microsecondsPerQuarter) * ticksPerQuarter);
}

function lastIndexUpTo(tempos: readonly Tempo[], key: "tick" | "time", value: number): number {
  let [low, high] = [0, tempos.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (tempos[middle][key] <= value) low = middle;
    else high = middle;
  }
  return low;
}
