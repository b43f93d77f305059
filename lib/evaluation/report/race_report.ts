import type { Reading } from "../../settings/mod.ts";
import { markdownTable, markdownText, NOTHING } from "./markdown_table.ts";
import type { PlainSettings, SideReport } from "./report.ts";

/** A moment of a run. */
export interface MeasuredMoment {
  /** Steps so far. */
  steps: number;
  /** Their seconds, without measuring. */
  seconds: number;
  /** Nats per pitch of the held-out windows. */
  pitch: number;
}

/** A network that was measured while it was trained. */
export interface Runner {
  /** What it is called. */
  name: string;
  /** Name of its system. */
  system: string;
  /** How it was trained. */
  settings: PlainSettings;
  /** Numbers that it learns. */
  parameters: number;
  /** Seconds in which the notes of both sides became numbers, before the clock began. */
  secondsBefore: number;
  /** All that was measured, in order: first the network as it was drawn. */
  measured: MeasuredMoment[];
}

/** How soon networks name the pitch as well as the published recipe ever does, as plain JSON. */
export interface RaceReport {
  /** Name of the corpus. */
  corpus: string;
  /** How notes are flattened, transposed and heard. */
  reading: Reading;
  /** What computed all of them. */
  kernel: string;
  /** The seed of all. */
  seed: number;
  /** What is learned from, and what the pitch is measured on. */
  sides: { train: SideReport; heldOut: SideReport };
  /** The recipe, and the moment of its best pitch. */
  recipe: Runner & { reached: MeasuredMoment };
  /** The others, and the first moment at which each is as good; null where it never was. */
  runners: (Runner & { reached: MeasuredMoment | null })[];
}

/**
 * A race as a text with a table, in GitHub's Markdown.
 *
 * @param report What `raceToPitch` returned, or what was read from its JSON.
 */
export function raceMarkdown({ corpus, reading, kernel, seed, sides, recipe, runners }: RaceReport): string {
  const goal = recipe.reached;
  const row = ({ name, parameters, secondsBefore, reached, measured }: RaceReport["runners"][number]) => [
    name,
    String(parameters),
    measured.length > 0 ? measured[0].pitch.toFixed(3) : NOTHING,
    ...reached
      ? [String(reached.steps), reached.pitch.toFixed(3), reached.seconds.toFixed(3)]
      : [NOTHING, NOTHING, NOTHING],
    reached ? (goal.seconds / reached.seconds).toFixed(1) : NOTHING,
    secondsBefore.toFixed(1),
  ];
  return [
    `# Seconds to the published recipe's pitch on ${markdownText(corpus)}, ${reading}`,
    "",
    `The recipe names pitches of the held-out notes best after ${goal.seconds.toFixed(1)} seconds of training: ` +
    `${goal.pitch.toFixed(3)} nats per note. How long others train until they are as good: the clock runs while ` +
    "batches are put together and steps are taken, and stands still while the held-out notes are measured. Before it " +
    "begins, notes become numbers, which the last column counts. To learn from: " +
    `${sides.train.pieces.length} pieces with ${sides.train.notes} notes; measured on: ${sides.heldOut.pieces.length} ` +
    `pieces with ${sides.heldOut.notes} notes. Seed ${seed}. All on ${kernel}, one after another.`,
    "",
    ...markdownTable(
      ["model", "parameters", "untrained", "steps", "pitch", "seconds", "times as fast", "seconds before"],
      [recipe, ...runners].map(row),
    ),
  ].join("\n") + "\n";
}
