import type { Score } from "../../lib/score/mod.ts";
import { hold } from "./subject.ts";

/**
 * Makes sure that a score is one: numbers are finite and in range, times in order, no note without length.
 *
 * @param mostNotes How many notes it may have.
 * @throws {Wrong} If it is not.
 */
export function holdSound(score: Score, mostNotes: number): void {
  const { ticksPerQuarter, endTick, end, parts, tempos, metres, keys } = score;
  hold(Number.isInteger(ticksPerQuarter) && ticksPerQuarter > 0, () => `${ticksPerQuarter} ticks per quarter note`);
  hold(isTime(endTick) && isTime(end), () => `it ends at tick ${endTick}, ${end} s`);
  hold(tempos[0]?.tick === 0 && tempos[0].time === 0, "the first tempo is not at the beginning");
  inOrder("tempi", tempos);
  inOrder("metres", metres);
  inOrder("keys", keys);
  for (const { time, microsecondsPerQuarter } of tempos) {
    hold(isTime(time) && microsecondsPerQuarter > 0 && microsecondsPerQuarter < Infinity, () => `a tempo of ${time} s`);
  }
  for (const { numerator, denominator } of metres) {
    hold(
      numerator > 0 && denominator > 0 && Number.isFinite(numerator / denominator),
      () => `metre ${numerator}/${denominator}`,
    );
  }
  for (const { fifths } of keys) {
    hold(Number.isInteger(fifths) && Math.abs(fifths) <= 7, () => `a key of ${fifths} fifths`);
  }
  let count = 0;
  for (const { notes, program, channel } of parts) {
    hold(program >= 0 && program < 128 && channel >= 0 && channel < 16, () => `program ${program}, channel ${channel}`);
    count += notes.length;
    for (const { pitch, velocity, startTick, endTick: last, start, end: release } of notes) {
      const sound = Number.isInteger(pitch) && pitch >= 0 && pitch <= 127 && velocity >= 1 && velocity <= 127 &&
        Number.isInteger(startTick) && Number.isInteger(last) && startTick >= 0 && startTick < last &&
        last <= endTick &&
        isTime(start) && start < release && release <= end;
      hold(
        sound,
        () =>
          `pitch ${pitch} sounds from tick ${startTick} to ${last}, ${start} to ${release} s, of ${endTick}, ${end} s`,
      );
    }
  }
  hold(count <= mostNotes, () => `${count} notes, more than ${mostNotes}`);
}

function isTime(value: number): boolean {
  return value >= 0 && value < Infinity;
}

function inOrder(what: string, events: readonly { tick: number }[]): void {
  const late = events.findIndex(({ tick }, i) => !isTime(tick) || tick < (events[i - 1]?.tick ?? 0));
  hold(late < 0, () => `${what} are not in order: tick ${events[late].tick}`);
}
