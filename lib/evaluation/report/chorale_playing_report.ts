import { mean } from "../../metrics/mod.ts";
import { spreadOf } from "./claims.ts";
import type { ChoraleValues } from "./chorale_measures.ts";
import { nullForNaN } from "./figures.ts";
import { markdownTable, markdownText, NOTHING, rounded } from "./markdown_table.ts";

/** How a measure lies over chorales. */
export interface MeasureSpread {
  /** The mean of those where it is defined. */
  mean: number | null;
  /** The 5 % quantile. */
  low: number | null;
  /** The 95 % quantile. */
  high: number | null;
}

/** Who draws chorales, and what they are like. */
export interface ChoralePlayer {
  /** Name of the system. */
  name: string;
  /** The same for people. */
  title: string;
  /** How it is sampled, in words. */
  way: string;
  /** How each measure lies over its chorales. */
  measures: Record<string, MeasureSpread>;
  /** Seconds of a chorale. */
  seconds: number;
  /** The first chorales that it drew: frames of MIDI numbers. */
  chorales: number[][][];
}

/** Who harmonises melodies, and what comes of them. */
export interface ChoraleHarmoniser {
  /** Name of the system. */
  name: string;
  /** The same for people. */
  title: string;
  /** How it harmonises, in words. */
  way: string;
  /** Share of cells that are Bach's, of alto, tenor and bass, and of all three. */
  agreement: { voices: number[]; all: number };
  /** The same as pitch classes, of all three. */
  pitchClasses: number;
  /** How each measure lies over its harmonisations. */
  measures: Record<string, MeasureSpread>;
  /** Seconds of 16 bars of 4/4: 256 sixteenths. */
  seconds: number;
}

/** How systems of chorales play beside Bach, as plain JSON. */
export interface ChoralePlayingReport {
  /** Name of the corpus. */
  corpus: string;
  /** What computed the networks, null where there were none. */
  kernel: string | null;
  /** Hash of the code, see `codeVersion`. */
  code: string;
  /** Seed of the networks and of all that is drawn. */
  seed: number;
  /** Chorales that each of them drew. */
  samples: number;
  /** The test side: how many chorales, and how each measure lies over them. */
  music: { pieces: number; measures: Record<string, MeasureSpread> };
  /** Who plays. */
  players: ChoralePlayer[];
  /** Bach's own harmonisations of the melodies, and who harmonises them. */
  harmonising: { melodies: number; music: Record<string, MeasureSpread>; harmonisers: ChoraleHarmoniser[] };
}

/** How each measure lies. */
export function measureSpreads(values: readonly ChoraleValues[]): Record<string, MeasureSpread> {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))];
  return Object.fromEntries(names.map((name) => {
    const all = values.map((value) => value[name] ?? NaN), { low, high } = spreadOf(all);
    return [name, {
      mean: nullForNaN(mean(all.filter(Number.isFinite))),
      low: nullForNaN(low),
      high: nullForNaN(high),
    }];
  }));
}

/** The report as text with tables, in GitHub's Markdown. */
export function choralePlayingMarkdown(report: ChoralePlayingReport): string {
  const { corpus, kernel, code, seed, samples, music, players, harmonising } = report;
  const { melodies, harmonisers } = harmonising;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const lines = [
    `# Playing chorales: ${markdownText(corpus)}`,
    "",
    `${samples} chorales of each, as long as those of the test side, drawn from nothing, beside the ${music.pieces} of the ` +
    "test side: means, and the range of the middle 90 % of Bach's chorales. A mean in bold lies outside that range. " +
    "Breaches of rules are counted per thousand sixteenths, in keys that are found from the notes. The longest quotation " +
    `is in notes, all voices together. Seed ${seed}. ${kernel === null ? "" : `Computed on ${kernel}. `}Code ${
      code.slice(0, 8)
    }.`,
    "",
    ...measuresTable(music.measures, players),
    "",
    ...players.map(({ title, way }) => `- ${title}: ${way}`),
  ];
  if (harmonisers.length === 0) return lines.join("\n") + "\n";
  return [
    ...lines,
    "",
    "## Harmonising",
    "",
    `Sopranos of the test side that were not learned from (${melodies}), each given whole: how often a cell of the other ` +
    "voices is as Bach wrote it, and how the harmonisations measure beside his own.",
    "",
    ...markdownTable(
      ["as Bach has it", "alto", "tenor", "bass", "all", "pitch class", "seconds for 16 bars"],
      harmonisers.map(({ title, agreement, pitchClasses, seconds }) => [
        title,
        ...[...agreement.voices, agreement.all, pitchClasses].map(percent),
        seconds.toFixed(2),
      ]),
    ),
    "",
    ...measuresTable(harmonising.music, harmonisers),
    "",
    ...harmonisers.map(({ title, way }) => `- ${title}: ${way}`),
  ].join("\n") + "\n";
}

function measuresTable(
  music: Record<string, MeasureSpread>,
  players: readonly { title: string; measures: Record<string, MeasureSpread>; seconds: number }[],
): string[] {
  const rows = Object.entries(music).map(([name, { mean, low, high }]) => [
    name,
    ...[mean, low, high].map((value) => rounded(value, 2)),
    ...players.map(({ measures: { [name]: own } }) => {
      if (!own || own.mean === null) return NOTHING;
      const text = own.mean.toFixed(2);
      return low !== null && high !== null && (own.mean < low || own.mean > high) ? { bold: text } : text;
    }),
  ]);
  const seconds = ["seconds", "", "", "", ...players.map(({ seconds }) => seconds.toFixed(2))];
  return markdownTable(["", "Bach", "5 %", "95 %", ...players.map(({ title }) => title)], [...rows, seconds]);
}
