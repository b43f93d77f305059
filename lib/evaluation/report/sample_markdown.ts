import { mean } from "../../metrics/mod.ts";
import { markdownTable, NOTHING, rounded, withInterval } from "./markdown_table.ts";
import type { EvaluationSection, SampleFigures } from "./report.ts";

/** Metrics side by side in a table. */
const COLUMNS = 4;

/** Some music in a table: Bach himself, or a model's samples. */
interface Music {
  name: string;
  temperature: string;
  figures: SampleFigures;
}

/** How the samples of a section compare with its test pieces, in tables. */
export function sampleLines({ bach, rows, reference }: EvaluationSection): string[] {
  const music: Music[] = rows.map(({ name, temperature, samples }) => ({
    name,
    temperature: String(temperature),
    figures: samples,
  }));
  if (bach) music.unshift({ name: "Bach (held-out pieces)", temperature: NOTHING, figures: bach.figures });
  return [
    "",
    `Samples against ${reference.length} stretches of test pieces: Jensen-Shannon divergence of the pooled ` +
    "histograms in bits (0 is the same), and the style grade: how far each sample is, on average, from all stretches " +
    "together (a piece of Bach is not at 0). T is the temperature:",
    "",
    ...divergenceTable(music),
    ...metricTables(music, reference),
    "",
    "Longest quotation of a sample from what its model learned from, in notes: the mean, and the longest of all:",
    "",
    ...quotationTable(music),
  ];
}

function divergenceTable(music: readonly Music[]): string[] {
  return markdownTable(
    ["music", "T", "pitch classes", "intervals", "durations", "steps", "grade"],
    music.map(({ name, temperature, figures: { divergence: { pitch_class, interval, duration, step }, grade } }) => [
      name,
      temperature,
      ...[pitch_class, interval, duration, step].map((figure) => withInterval(figure, 2)),
      withInterval(grade, 2),
    ]),
  );
}

function metricTables(music: readonly Music[], reference: EvaluationSection["reference"]): string[] {
  const names = Object.keys(reference[0].metrics);
  return names.flatMap((_, first) => {
    if (first % COLUMNS > 0) return [];
    const some = names.slice(first, first + COLUMNS);
    const bach = some.map((name) => rounded(meanOf(reference.map(({ metrics }) => metrics[name])), 2));
    const others = music.map(({ name, figures: { metrics } }) => [
      name,
      ...some.map((metric) => `${withInterval(metrics[metric].mean, 2)}; ${rounded(metrics[metric].overlap, 2)}`),
    ]);
    const heading = first === 0
      ? "The mean of each metric over samples; its overlap with the test pieces (1 is the same):"
      : "More metrics:";
    return ["", heading, "", ...markdownTable(["music", ...some], [["Bach (test pieces)", ...bach], ...others])];
  });
}

function quotationTable(music: readonly Music[]): string[] {
  return markdownTable(
    ["music", "pitches and times", "longest", "intervals", "longest"],
    music.map(({ name, figures: { quotation: { times, intervals } } }) => [
      name,
      ...[times, intervals].flatMap(({ mean, longest }) => [withInterval(mean, 1), String(longest)]),
    ]),
  );
}

function meanOf(values: readonly (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : mean(defined);
}
