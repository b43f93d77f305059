import { checkOptions, optional } from "../../options/mod.ts";
import pl, { type DataFrame } from "nodejs-polars";
import { LINE, type Line, melodies } from "../melody/melodies.ts";

/** Options for {@linkcode pitchClassTransitions}. */
export interface PitchClassTransitionsOptions {
  /**
   * Which note follows which; see {@linkcode Line}.
   *
   * @default "voices"
   */
  line?: Line;
}

/**
 * How often each pitch class follows each: 144 rows, from C to C, C to C♯, up
 * to B to B, with the columns `from` and `to` (0 is C), `count`, `share`
 * (`count` over all transitions) and `probability` (`count` over those from
 * the same class; null where nothing goes on from there). Without transitions
 * `share` is null, too.
 *
 * The pitch class transition matrix of MGEval (Yang and Lerch, "On the
 * evaluation of generative models in music", 2018), whose three
 * normalisations are the three columns. MGEval leaves it to pretty_midi to say
 * which note follows which, by how near onsets are to releases; here it is the
 * order of the voice, or of the table. Drums do not count.
 *
 * @param table A table of notes, of one piece or several; nothing crosses from one to the next.
 * @param options Along which line.
 * @throws {TypeError} If a column `pitch`, or for voices `start`, is missing, or the line has another name.
 * @throws {RangeError} If a pitch is not a MIDI number.
 */
export function pitchClassTransitions(table: DataFrame, options: PitchClassTransitionsOptions = {}): DataFrame {
  const counts = new Float64Array(144);
  const { line } = checkOptions("count transitions", options, { line: optional(LINE) });
  for (const pitches of melodies(table, line)) {
    for (let i = 1; i < pitches.length; i++) counts[pitches[i - 1] % 12 * 12 + pitches[i] % 12]++;
  }
  const cells = pl.DataFrame({
    from: pl.Series("from", counts.map((_, cell) => Math.floor(cell / 12)), pl.Int32),
    to: pl.Series("to", counts.map((_, cell) => cell % 12), pl.Int32),
    count: pl.Series("count", counts, pl.Int32),
  });
  const leaving = pl.col("count").sum().over("from");
  const over = (count: pl.Expr, all: pl.Expr) =>
    pl.when(all.gt(pl.lit(0))).then(count.div(all)).otherwise(pl.lit(null));
  return cells.withColumns(
    over(pl.col("count"), pl.col("count").sum()).alias("share"),
    over(pl.col("count"), leaving).alias("probability"),
  );
}
