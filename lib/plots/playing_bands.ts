import * as Plot from "@observablehq/plot";
import { checkOptions, kinds, optional } from "../options/mod.ts";
import { type Figure, MARGIN } from "./figure.ts";
import { coloursOf, FAINT, GRID, PALETTE, RULE } from "./palette.ts";
import { type Panel, panel, sheet, WIDTH } from "./plot.ts";

/** How something lies: the middle nine tenths of the values, and their median; null or NaN where it is not known. */
export interface Range {
  /** The 5 % quantile. */
  low: number | null;
  /** The median. */
  middle: number | null;
  /** The 95 % quantile. */
  high: number | null;
}

/** Something that is measured of music, and of those who play. */
export interface PlayingBand {
  /** What is measured. */
  name: string;
  /** The music's. */
  music: Range;
  /** Each player's, in one and the same order. */
  players: readonly ({ name: string } & Range)[];
}

/** Options of {@linkcode playingBands}. */
export interface PlayingBandsOptions {
  /** Heading of the figure. @default {"Who plays like Bach?"} */
  title?: string;
}

/** Panels side by side, and the height of a player's line in pixels. */
const COLUMNS = 3, LINE = 17;

/**
 * Players beside the music, a small panel for each measure: the music's middle nine tenths are a band with its median in
 * it, each player's a line with a dot for the median. The dot is full where it is in the band, otherwise a cross.
 *
 * @param bands One per measure; those of which the music knows nothing are left out.
 * @throws {RangeError} If there is no measure, or nobody plays.
 */
export function playingBands(bands: readonly PlayingBand[], options: PlayingBandsOptions = {}): Figure {
  const { title = "Who plays like Bach?" } = checkOptions("draw who plays", options, { title: optional(kinds.text) });
  const known = bands.filter(({ music }) => isKnown(music));
  if (known.length === 0) throw new RangeError("Cannot draw who plays: nothing is measured of the music");
  const names = known[0].players.map(({ name }) => name), colours = coloursOf(names);
  if (names.length === 0) throw new RangeError("Cannot draw who plays: there are no players");
  const panels = known.map((band) => bandPanel(band, names, colours));
  const rows = Array.from({ length: Math.ceil(panels.length / COLUMNS) }, (_, row) => ({
    panels: panels.slice(COLUMNS * row, COLUMNS * (row + 1)),
  }));
  const outside = names.map((name, i) => {
    const unlike = known.filter(({ music, players }) => !isInside(players[i], music)).map((band) => band.name);
    return `${name}: ${unlike.length === 0 ? "inside in all" : `outside in ${unlike.join(", ")}`}`;
  });
  return sheet({
    title,
    subtitle: "Grey: the middle nine tenths of the music, and its median. A cross: the player's median is outside",
    legend: names.map((label, i) => ({ label, color: colours[i] })),
    rows,
    description: `${title} ${outside.join("; ")}`,
  });
}

function bandPanel({ name, music, players }: PlayingBand, names: readonly string[], colours: readonly string[]): Panel {
  const some = players.map((player, i) => ({ ...player, colour: colours[i], isInside: isInside(player, music) }))
    .filter(isKnown);
  const ends = [music, ...some].flatMap(({ low, high }) => [low!, high!]);
  const [least, most] = [Math.min(...ends), Math.max(...ends)];
  return panel({
    width: (WIDTH - 2 * MARGIN) / COLUMNS,
    height: 58 + LINE * names.length,
    marginLeft: 16,
    marginRight: 22,
    marginTop: 26,
    marginBottom: 28,
    // Where all is one number, an axis needs a second one.
    x: { nice: true, label: null, ...least === most && { domain: [least, least + 1] } },
    y: { domain: names, axis: null },
    marks: [
      Plot.gridX({ stroke: GRID, strokeOpacity: 1, ticks: 4 }),
      Plot.rectX([music], { x1: "low", x2: "high", fill: RULE, fillOpacity: 0.35 }),
      Plot.tickX([music], { x: "middle", stroke: PALETTE.training, strokeWidth: 1.5 }),
      Plot.ruleY(some, { x1: "low", x2: "high", y: "name", stroke: "colour", strokeWidth: 1.6 }),
      Plot.dot(some.filter(({ isInside }) => isInside), { x: "middle", y: "name", fill: "colour", r: 4.5 }),
      Plot.dot(some.filter(({ isInside }) => !isInside), {
        x: "middle",
        y: "name",
        stroke: "colour",
        symbol: "times",
        strokeWidth: 2.4,
        r: 5,
      }),
      Plot.axisX({ ticks: 4, label: null, tickSize: 3 }),
      Plot.text([name], { frameAnchor: "top-left", dy: -20, fontSize: 12, fill: FAINT }),
    ],
    color: { type: "identity" },
  }).plot;
}

function isKnown({ low, middle, high }: Range): boolean {
  return [low, middle, high].every((value) => value !== null && Number.isFinite(value));
}

function isInside(range: Range, music: Range): boolean {
  return isKnown(range) && range.middle! >= music.low! && range.middle! <= music.high!;
}
