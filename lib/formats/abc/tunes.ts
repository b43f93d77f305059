/** A tune of a text in ABC, which may hold many. */
export interface Tune {
  /** Its lines, from `X:` on; what the head of the text says of all tunes stands behind that line. */
  lines: string[];
  /** The line of the text in which each of them stands, from 1. */
  lineNumbers: number[];
  /** Lines that look like music, but stand behind the blank line that ends the tune; from 1. */
  beyond: number[];
}

const FIELD = /^[A-Za-z]:/;
const BLANK = /^[ \t]*$/;
/** Notes and a barline: no word, and no sign that ABC has no use for. */
const MUSIC = /^(?=[^%]*\|)(?=[^%]*[A-Ga-g][^%]*[A-Ga-g])(?!.*[a-z]{6})[^%@;?]*$/;

/**
 * Takes a text in ABC apart. What stands before the first `X:` is said of every tune that does not say it itself.
 *
 * @returns At least one tune: a text without any `X:` is one.
 */
export function tunesOf(text: string): Tune[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  const starts = lines.flatMap((line, i) => line.startsWith("X:") ? [i] : []);
  if (starts.length === 0) {
    const first = Math.max(0, lines.findIndex((line) => !BLANK.test(line)));
    return [tuneFrom(["X:1", ...lines.slice(first)], [1, ...lines.keys()].slice(first).map((i) => i + 1))];
  }
  const head = lines.slice(0, starts[0]).flatMap((line, i) => FIELD.test(line) || line.startsWith("%%") ? [i] : []);
  return starts.map((start, tune) => {
    const own = lines.slice(start, starts[tune + 1]);
    const header = own.slice(0, own.findIndex((line) => line.startsWith("K:")) + 1);
    const said = new Set(header.map((line) => line.slice(0, 2)));
    const common = head.filter((i) => !said.has(lines[i].slice(0, 2)));
    return tuneFrom(
      [own[0], ...common.map((i) => lines[i]), ...own.slice(1)],
      [start, ...common, ...own.slice(1).map((_, i) => start + 1 + i)].map((i) => i + 1),
    );
  });
}

function tuneFrom(lines: string[], lineNumbers: number[]): Tune {
  const end = lines.findIndex((line) => BLANK.test(line));
  if (end < 0) return { lines, lineNumbers, beyond: [] };
  const beyond = lineNumbers.filter((_, i) => i > end && MUSIC.test(lines[i]) && !FIELD.test(lines[i]));
  return { lines: lines.slice(0, end), lineNumbers: lineNumbers.slice(0, end), beyond };
}
