import { COLOURS, FAINT, GRID, PAPER, SHADE } from "../plots/mod.ts";
import { isBlackKey, pitchName } from "../score/mod.ts";
import { clockTime } from "./terminal_progress.ts";

/** A note of a player. */
export interface RollNote {
  /** MIDI number. */
  pitch: number;
  /** Onset in seconds. */
  start: number;
  /** Release in seconds. */
  end: number;
  /** Its part, counted from 0. */
  part: number;
}

/** Size of the picture, in the units of its drawing. */
const WIDTH = 800;
/** Where time begins and ends in the picture, as shares of its width: what a cursor on it has to know. */
export const TIME_AXIS: readonly [from: number, to: number] = [44 / WIDTH, 790 / WIDTH];
const [LEFT, RIGHT] = TIME_AXIS.map((share) => share * WIDTH);
const TOP = 8;
/** Room for the times below. */
const BOTTOM = 22;
/** Notes shorter than this are drawn as long, in pixels: dark enough to be seen. */
const SHORTEST = 2;
/** Seconds between the times below: the first that leaves them room. */
const TICKS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const MOST_TICKS = 12;

/**
 * A piece as a small picture for a player: an SVG of some twelve bytes per note, where `pianoRoll` takes a hundred.
 *
 * @param notes At least one.
 * @param length Where the time axis ends, in seconds.
 */
export function playerRoll(notes: readonly RollNote[], length: number): string {
  const pitches = notes.map(({ pitch }) => pitch);
  const low = Math.floor(pitches.reduce((least, pitch) => Math.min(least, pitch), Infinity)) - 1;
  const high = Math.ceil(pitches.reduce((most, pitch) => Math.max(most, pitch), -Infinity)) + 1;
  const rows = high - low + 1;
  const row = Math.max(3, Math.min(9, 190 / rows));
  const height = TOP + rows * row + BOTTOM;
  const short = (value: number) => `${Math.round(value * 10) / 10}`;
  const x = (seconds: number) => LEFT + (seconds / length) * (RIGHT - LEFT);
  const y = (pitch: number) => TOP + (high - pitch + 0.5) * row;
  const span = `M${LEFT} `;
  const shown = Array.from({ length: rows }, (_, i) => low + i);
  const octaves = shown.filter((pitch) => pitch % 12 === 0);
  const tick = TICKS.find((seconds) => length / seconds <= MOST_TICKS) ?? length;
  const times = Array.from({ length: Math.floor(length / tick) + 1 }, (_, i) => i * tick);
  const parts = [...Map.groupBy(notes, ({ part }) => part)].sort(([a], [b]) => a - b);
  const line = (d: string, colour: string, width: number) =>
    d === "" ? "" : `<path d="${d}" stroke="${colour}" stroke-width="${short(width)}"/>`;
  const across = (at: number) => `${span}${short(at)}H${RIGHT}`;
  const text = (words: string, at: string, anchor: string) => `<text ${at} text-anchor="${anchor}">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${short(height)}" width="${WIDTH}" ` +
    `height="${short(height)}"><rect width="100%" height="100%" rx="4" fill="${PAPER}"/><g fill="none">` +
    line(shown.filter(isBlackKey).map((pitch) => across(y(pitch))).join(""), SHADE, row) +
    line(octaves.map((pitch) => across(y(pitch) + row / 2)).join(""), GRID, 1) +
    line(times.map((time) => `M${short(x(time))} ${TOP}V${short(height - BOTTOM + 3)}`).join(""), GRID, 1) +
    parts.map(([part, its]) => {
      const bars = its.map(({ pitch, start, end }) =>
        `M${short(x(start))} ${short(y(pitch))}h${short(Math.max(SHORTEST, x(end) - x(start) - 0.5))}`
      );
      return line(bars.join(""), COLOURS[part % COLOURS.length], row * 0.85);
    }).join("") +
    `</g><g fill="${FAINT}" font-family="sans-serif" font-size="11">` +
    octaves.map((pitch) => text(pitchName(pitch), `x="${LEFT - 6}" y="${short(y(pitch) + 4)}"`, "end")).join("") +
    times.map((time) => {
      const words = tick < 1 ? `${time} s` : clockTime(time);
      // The last one may stand where the picture ends.
      const [at, anchor] = x(time) > RIGHT - 10 ? [WIDTH - 2, "end"] : [x(time), "middle"];
      return text(words, `x="${short(at)}" y="${short(height - 6)}"`, anchor);
    }).join("") +
    `</g></svg>`;
}
