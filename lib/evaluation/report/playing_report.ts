import type { LeftOut } from "../../corpus/mod.ts";
import type { Reading } from "../../settings/mod.ts";
import { markdownTable, markdownText, NOTHING } from "./markdown_table.ts";
import { LOOPS } from "./playing.ts";
import type { NoteLists, SideReport } from "./report.ts";

/** How systems play, measured beside the music of a corpus, as plain JSON. null stands for NaN. */
export interface PlayingReport {
  /** Name of the corpus. */
  corpus: string;
  /** What lies in it and is not used, see `usablePieces`. */
  leftOut: LeftOut[];
  /** What computed the networks, null where there were none. */
  kernel: string | null;
  /** Hash of the code, see `codeVersion`. */
  code: string;
  /** Seed of the networks and of all that is drawn. */
  seed: number;
  /** The side of the split whose beginnings samples go on from, and whose stretches they are held against. */
  against: PlayedAgainst;
  /** One a reading. */
  sections: PlayingSection[];
}

/** The side that samples are held against: ways of playing are chosen on one, and reported on the other. */
export type PlayedAgainst = "heldOut" | "test";

/** A reading's part of the report. */
export interface PlayingSection {
  /** How notes are flattened, transposed and learned. */
  reading: Reading;
  /** The three sides of the split. */
  sides: { train: SideReport; heldOut: SideReport; test: SideReport };
  /** One for each length of samples. */
  lengths: PlayingAtLength[];
  /** What failed; the other players stand. */
  failures: { player: string; error: string }[];
}

/** Samples of one length, beside stretches as long. */
export interface PlayingAtLength {
  /** Notes of a sample and of a stretch. */
  count: number;
  /** Samples of each player. */
  samples: number;
  /** The music: stretches of so many pieces, each half a stretch after the last. */
  music: { pieces: number; values: PlainValues[]; measures: Record<string, PlainSpread> };
  /** How unlike the music other pieces are; null where too few are as long. */
  others: OtherMusic | null;
  /** Who plays, in the order of the systems. */
  players: PlayerReport[];
}

/** How unlike the music other pieces of the corpus are: as much of what samples are outside of is chance. */
export interface OtherMusic {
  /** Other pieces that are long enough. */
  pieces: number;
  /** Groups of as many pieces as the music has that were drawn from them. */
  draws: number;
  /** Measures that they were held against: all but quotations. */
  measures: number;
  /** Measures, on average over groups, that are not like the music's. */
  outside: number;
  /** Share of the groups with no such measure. */
  none: number;
}

/** What somebody's samples came to. */
export interface PlayerReport {
  /** Name of the system. */
  system: string;
  /** Its name for people. */
  title: string;
  /** How it is sampled, in words. */
  way: string;
  /** What each sample measures. */
  values: PlainValues[];
  /** How that lies. */
  measures: Record<string, PlainSpread>;
  /** Measures that are not like the music's: whose median is outside of its 5 to 95 %, and `loops` where any sample loops. */
  outside: string[];
  /** Nats per note, how likely it holds its own samples, and the music; null of a sampler that hears itself wrongly. */
  nats: { samples: PlainSpread; music: PlainSpread } | null;
  /** Notes of the first samples, to listen to, without their beginnings. */
  notes: NoteLists[];
}

/** Measures of one sample, or stretch, by name. */
export type PlainValues = Record<string, number | null>;

/** A `Spread` in JSON. */
export interface PlainSpread {
  /** The 5 % quantile. */
  low: number | null;
  /** The median. */
  middle: number | null;
  /** The 95 % quantile. */
  high: number | null;
}

/** With fewer notes to learn from, networks whose sizes and epochs were chosen on 80,000 say little. */
const FEW_NOTES = 20_000;

/**
 * A report as a text with tables, in GitHub's Markdown: one per reading and length.
 *
 * @param report What `evaluatePlaying` returned, or what was read from its JSON.
 */
export function playingMarkdown(report: PlayingReport): string {
  const { corpus, kernel, code, seed, against, sections } = report;
  const lines = [
    `# Playing on ${markdownText(corpus)}`,
    "",
    `Samples beside stretches of ${
      against === "test" ? "test" : "held-out"
    } pieces that overlap by half. A number in ` +
    "bold is not like the music: the median of the samples is outside of the middle nine tenths of the stretches, or " +
    "samples loop. Nats are what a note costs by the model's own probabilities, without filters and rules. " +
    `Seed ${seed}. ${kernel === null ? "" : `Computed on ${kernel}. `}Code ${code.slice(0, 8)}.`,
  ];
  return [...lines, ...sections.flatMap(sectionLines)].join("\n") + "\n";
}

function sectionLines({ reading, sides, lengths, failures }: PlayingSection): string[] {
  const { train, heldOut, test } = sides;
  return [
    "",
    `## ${reading}`,
    "",
    `Pieces: ${train.pieces.length} to learn from, ${heldOut.pieces.length} held out, ${test.pieces.length} to test.`,
    ...train.notes < FEW_NOTES ? ["", fewNotes(train.notes)] : [],
    ...lengths.flatMap(lengthLines),
    ...failures.map(({ player, error }) => `\n${player} failed: ${error}`),
  ];
}

function fewNotes(notes: number): string {
  return `**${notes} notes to learn from are few.** Viewpoints have their size and epochs from a corpus of 80,000 and hardly ` +
    "learn from these, so what they play here, in the way that was chosen as well, says little of them. On the embedded " +
    "sample `--epochs 10 --set units=64 --set batchSize=4 --set warmUpSteps=20 --set averageDecay=0.9` brings them from " +
    "9.5 nats per note to 2.9.";
}

function lengthLines({ count, samples, music, others, players }: PlayingAtLength): string[] {
  const stretches = `${music.values.length} stretches of ${music.pieces} pieces`;
  const rows = Object.entries(music.measures).map(([name, { low, middle, high }]) => [
    name,
    ...[low, middle, high].map(numeral),
    ...players.map(({ measures, outside, values }) => {
      const text = name === LOOPS ? `${loopsIn(values)} of ${samples}` : numeral(measures[name].middle);
      return outside.includes(name) ? { bold: text } : text;
    }),
  ]);
  const costs = (["samples", "music"] as const).map((of) => [
    of === "samples" ? "nats per note, its samples" : "nats per note, the stretches",
    ...["", "", ""],
    ...players.map(({ nats }) => nats ? numeral(nats[of].middle) : NOTHING),
  ]);
  const unlike = ["unlike the music", "", "", "", ...players.map(({ outside }) => String(outside.length))];
  return [
    "",
    `### ${samples} samples of ${count} notes, against ${stretches}`,
    "",
    ...markdownTable(["", "5 %", "Bach", "95 %", ...players.map(({ title }) => title)], [...rows, unlike, ...costs]),
    "",
    ...players.map(({ title, way }) => `- ${title}: ${way}`),
    ...others ? ["", othersLine(others, music.pieces)] : [],
  ];
}

function othersLine({ pieces, draws, measures, outside, none }: OtherMusic, many: number): string {
  return `How much of that is chance: groups of ${many} other pieces of the corpus, drawn ${draws} times from ${pieces} that are as ` +
    `long, are outside in ${outside.toFixed(1)} of ${measures} measures on average (quotations apart); ` +
    `${(100 * none).toFixed(0)} % of the groups are inside in all.`;
}

/** How many samples loop. */
function loopsIn(values: readonly PlainValues[]): number {
  return values.filter((value) => value[LOOPS]! > 0).length;
}

function numeral(value: number | null): string {
  if (value === null) return NOTHING;
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
}
