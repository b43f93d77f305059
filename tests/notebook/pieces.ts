/** What the tests of players play. */
import pl from "nodejs-polars";

const note = (pitch: number, start: number, end: number, part = 0) => ({ pitch, start, end, velocity: 80, part });

/** A minute and a half of one voice. */
export const LONG = Array.from({ length: 180 }, (_, i) => note(60 + i % 12, i / 2, i / 2 + 0.5));

/** Two voices of two notes each, 4 s. */
const NOTES = [note(67, 0, 2), note(65, 2, 4), note(48, 0, 2, 3), note(53, 2, 4, 3)];

/** They as notes. */
export const DUET = NOTES.map(({ part: _part, ...rest }) => rest);

/** They as a table, with the parts 0 and 3. */
export const DUET_TABLE = pl.DataFrame(NOTES);

/** A title and names that would like to be more than text, and parts on either side. */
export const HOSTILE = {
  title: `</script><script>globalThis.hacked = 1</script>"><img src=x onerror="globalThis.hacked = 1">`,
  names: [`"><script>globalThis.hacked = 1</script>`, "", "", `</figure>'&amp;<b>`],
  pan: [-0.5, 0, 0, 0.5],
};
