import { figureOf } from "./figures.ts";
import { likelihood } from "../../metrics/mod.ts";
import type { Reading } from "../../settings/mod.ts";
import type { Reads } from "../../systems/mod.ts";
import { SCORED, type Scores } from "./likelihood_figures.ts";
import { markdownTable, markdownText, NOTHING, rounded, withInterval } from "./markdown_table.ts";
import type { LikelihoodFigures, NatsFigures, PlainSettings, ScoredName, SideReport } from "./report.ts";

/** What ideas are worth, as plain JSON. null stands for NaN. */
export interface LadderReport {
  /** Name of the corpus. */
  corpus: string;
  /** How notes are flattened, transposed and heard. */
  reading: Reading;
  /** What computed the networks. */
  kernel: string | null;
  /** Hash of the code, see `codeVersion`. */
  code: string;
  /** Seeds of the networks' runs. */
  seeds: number[];
  /** How often an interval is to contain the true value. */
  level: number;
  /** Resamples of each interval. */
  resamples: number;
  /** The three sides of the split. */
  sides: { train: SideReport; heldOut: SideReport; test: SideReport };
  /** The ideas, in order. */
  rungs: LadderRung[];
  /** What was trained to tell, in order. */
  variants: LadderVariant[];
  /** What failed; the other variants stand. */
  failures: { variant: string; seed: number; error: string }[];
}

/** An idea. */
export interface LadderRung {
  /** Its name. */
  name: string;
  /** The same in a few words. */
  title: string;
  /** What it is worth by itself, beside the last notes alone; null where nobody can tell. */
  alone: Worth | null;
  /** What it is worth beside everything else; null where nobody can tell. */
  among: Worth | null;
}

/** What an idea is worth: the difference between two variants. */
export interface Worth {
  /** Name of the variant without it. */
  without: string;
  /** Name of the variant with it. */
  with: string;
  /** Nats per note that it saves, below 0 where it costs some, with intervals over the pieces' differences. */
  saves: Record<ScoredName, NatsFigures>;
}

/** A variant. */
export interface LadderVariant {
  /** Its name. */
  name: string;
  /** Name of its system. */
  system: string;
  /** What it may look back at when it names a note. */
  reads: Reads;
  /** How it was trained; null of a system that counts. */
  settings: PlainSettings | null;
  /** Numbers that it has learned. */
  parameters: number;
  /** Seconds of training up to the epoch whose weights are taken, the mean over seeds. */
  seconds: number;
  /** The epoch of each seed, the one that names the held-out pieces best. */
  epochs: (number | null)[];
  /** How likely it holds the test pieces. */
  likelihood: LikelihoodFigures;
}

/**
 * What is saved from one variant to another, piece by piece.
 *
 * @param without Scores of the test pieces, one a seed.
 * @param having The same of the other, as many.
 * @param seed Where the resamples come from.
 */
export function savesOf(without: readonly Scores[], having: readonly Scores[], seed: number): Worth["saves"] {
  const figure = (name: ScoredName, mean: "nats" | "macroNats") => {
    const runs = without.map((scores, run) =>
      scores[name].map((score, piece) => ({ without: score, having: having[run][name][piece] }))
    );
    return figureOf(runs, (pieces) => {
      const of = (side: "without" | "having") => likelihood(pieces.map((pair) => pair[side]))[mean];
      return of("without") - of("having");
    }, seed);
  };
  const saves = SCORED.map((name) => [name, { micro: figure(name, "nats"), macro: figure(name, "macroNats") }]);
  return Object.fromEntries(saves);
}

/**
 * A ladder as `differences` of `lib/plots` draws it: what each idea saves in all, by itself and beside everything else.
 *
 * @param report What `evaluateLadder` returned, or what was read from its JSON.
 */
export function ladderRows(
  { rungs }: LadderReport,
): { label: string; values: Record<string, { value: number; low: number | null; high: number | null }> }[] {
  return rungs.flatMap(({ title, alone, among }) => {
    const values = Object.entries({ "by itself": alone, "beside everything else": among }).flatMap(([name, worth]) => {
      const { value = null, low = null, high = null } = worth?.saves.total.micro ?? {};
      return value === null ? [] : [[name, { value, low, high }] as const];
    });
    return values.length === 0 ? [] : [{ label: title, values: Object.fromEntries(values) }];
  });
}

/**
 * A ladder as a text with tables, in GitHub's Markdown.
 *
 * @param report What `evaluateLadder` returned, or what was read from its JSON.
 */
export function ladderMarkdown(report: LadderReport): string {
  const { corpus, reading, kernel, code, seeds, level, resamples, sides, rungs, variants, failures } = report;
  const sizeOf = ({ pieces, notes }: SideReport) => `${pieces.length} pieces with ${notes} notes`;
  const worthLines = (side: "alone" | "among", heading: string) => {
    const known = rungs.filter((rung) => rung[side] !== null);
    return known.length === 0 ? [] : [
      "",
      heading,
      "",
      ...markdownTable(
        ["idea", ...SCORED, "total, over pieces"],
        known.map(({ title, [side]: worth }) => [
          title,
          ...SCORED.map((name) => withInterval(worth!.saves[name].micro, 2)),
          withInterval(worth!.saves.total.macro, 2),
        ]),
      ),
    ];
  };
  return [
    `# What each idea is worth on ${markdownText(corpus)}, ${reading}`,
    "",
    `Nats per note that an idea saves: the difference between two models, one without it and one with it, on the same ` +
    `test pieces; below 0 it costs some. Numbers in brackets are ${
      Math.round(100 * level)
    } % bootstrap intervals over ` +
    `the pieces' differences (BCa, ${resamples} resamples). To learn from: ${
      sizeOf(sides.train)
    }; to choose the epoch ` +
    `by: ${sizeOf(sides.heldOut)}; to measure on: ${sizeOf(sides.test)}. ` +
    `${seeds.length === 1 ? `Seed ${seeds[0]}.` : `Means over the seeds ${seeds.join(", ")}.`} ` +
    "The networks are small and trained for few epochs, so that there can be many: the differences tell, not the " +
    `likelihoods. ${kernel === null ? "" : `Computed on ${kernel}. `}Code ${code.slice(0, 8)}.`,
    ...worthLines("alone", "By itself: added to the last notes alone, mean over notes:"),
    ...worthLines("among", "Beside everything else: with everything, and with everything but it, mean over notes:"),
    "",
    "What was trained to tell, nats per note; ± is the spread over seeds:",
    "",
    ...markdownTable(
      ["model", "reads", ...SCORED, "total, over pieces", "total ±", "epoch", "parameters", "seconds"],
      variants.map(({ name, reads, likelihood, epochs, parameters, seconds }) => [
        name,
        reads,
        ...SCORED.map((of) => rounded(likelihood[of].micro.value, 3)),
        rounded(likelihood.total.macro.value, 3),
        rounded(likelihood.total.micro.spread, 3),
        epochs.every((epoch) => epoch === null) ? NOTHING : epochs.join(", "),
        String(parameters),
        seconds.toFixed(1),
      ]),
    ),
    ...failures.flatMap((
      { variant, seed, error },
    ) => ["", `Failed: ${markdownText(variant)} with seed ${seed}: ${markdownText(error)}.`]),
  ].join("\n") + "\n";
}
