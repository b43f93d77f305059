import { DRUM_CHANNEL, MAX_DENOMINATOR_EXPONENT, MAX_NAME_BYTES, MAX_TICK } from "./limits.ts";
import type { Score } from "../../score/mod.ts";

/**
 * Makes sure that MIDI can say what a score says.
 *
 * @throws {RangeError} With the place and the value, if it cannot.
 */
export function checkScore(score: Score): void {
  const require = (what: string, value: number, low: number, high: number) => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    throw new RangeError(
      `Cannot write MIDI: ${what} must be an integer from ${low} to ${high}, current value is ${value}`,
    );
  };
  require("ticks a quarter note", score.ticksPerQuarter, 1, 0x7fff);
  checkName("the title", score.title ?? "");
  for (const { tick, microsecondsPerQuarter } of score.tempos) {
    require("the tick of a tempo", tick, 0, MAX_TICK);
    require("a tempo in microseconds a quarter note", Math.round(microsecondsPerQuarter), 1, 0xffffff);
  }
  for (const { tick, numerator, denominator } of score.metres) {
    require("the tick of a metre", tick, 0, MAX_TICK);
    require("the upper number of a metre", numerator, 1, 255);
    require("the lower number of a metre, as a power of 2,", Math.log2(denominator), 0, MAX_DENOMINATOR_EXPONENT);
  }
  for (const { tick, fifths } of score.keys) {
    require("the tick of a key", tick, 0, MAX_TICK);
    require("the sharps of a key", fifths, -7, 7);
  }
  for (const [i, part] of score.parts.entries()) {
    checkName(`the name of part ${i}`, part.name);
    require(`the program of part ${i}`, part.program, 0, 127);
    require(`the channel of part ${i}`, part.channel, 0, 15);
    if (part.drum !== (part.channel === DRUM_CHANNEL)) {
      throw new RangeError(
        `Cannot write MIDI: percussion, and nothing else, plays on channel ${DRUM_CHANNEL} (the tenth), but part ${i} ` +
          `${part.drum ? "is" : "is not"} percussion and has channel ${part.channel}`,
      );
    }
    for (const [n, note] of part.notes.entries()) {
      const where = `of note ${n} of part ${i}`;
      require(`the pitch ${where}`, note.pitch, 0, 127);
      require(`the velocity ${where}`, note.velocity, 1, 127);
      require(`the onset ${where} in ticks`, note.startTick, 0, MAX_TICK);
      require(`the release ${where} in ticks`, note.endTick, note.startTick, MAX_TICK);
    }
  }
}

function checkName(what: string, name: string): void {
  const length = new TextEncoder().encode(name).length;
  if (length > MAX_NAME_BYTES) {
    throw new RangeError(`Cannot write MIDI: ${what} must have at most ${MAX_NAME_BYTES} bytes, and has ${length}`);
  }
}
