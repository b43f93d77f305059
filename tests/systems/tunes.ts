/** Tables of notes to learn from. */

import pl, { type DataFrame } from "nodejs-polars";

/** Pieces of notes a quarter of a second apart, each half a second long, by their pitches. */
export function tunes(...pieces: number[][]): DataFrame {
  const notes = pieces.flatMap((pitches, i) =>
    pitches.map((pitch, row) => ({ piece: `tune ${i}`, pitch, step: row === 0 ? 0 : 0.25, duration: 0.5 }))
  );
  return pl.DataFrame({
    piece: pl.Series("piece", notes.map(({ piece }) => piece), pl.Utf8),
    pitch: pl.Series("pitch", notes.map(({ pitch }) => pitch), pl.Int32),
    step: pl.Series("step", notes.map(({ step }) => step), pl.Float64),
    duration: pl.Series("duration", notes.map(({ duration }) => duration), pl.Float64),
  });
}
