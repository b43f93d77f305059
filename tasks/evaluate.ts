/**
 * `deno task evaluate`: models side by side, on music that they have not learned from.
 *
 * @module
 */

import { resolve } from "node:path";
import { openCorpus } from "../lib/corpus/mod.ts";
import {
  evaluateCorpus,
  type EvaluateCorpusOptions,
  evaluateLadder,
  evaluatePlaying,
  type EvaluatePlayingOptions,
  evaluationMarkdown,
  ladderMarkdown,
  ladderRows,
  type PlayingAtLength,
  playingMarkdown,
  raceMarkdown,
  raceToPitch,
} from "../lib/evaluation/mod.ts";
import { stages } from "../lib/notebook/stages.ts";
import { terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { differences, type Figure, playingBands, stack } from "../lib/plots/mod.ts";
import { EVALUATION_TAKES, LADDER_TAKES, PLAYING_TAKES, RACE_TAKES } from "./book.ts";
import { choraleTask } from "./evaluate_chorales.ts";
import { type Asked, askedFor, USAGE } from "./evaluate_options.ts";
import { type CommandOptions, runCommand } from "./command.ts";
import { endWithTask } from "./kernel/lifeline.ts";
import { leaveReport } from "./leave_report.ts";
import { knownSystems } from "./systems.ts";
import { userCorpus } from "./user_path.ts";

const OUT = resolve(import.meta.dirname!, "../runs/evaluation");

/** What is said on the ladder's figure. */
const LADDER_FIGURE = {
  title: "What each idea is worth",
  subtitle: "Step, pitch and duration together; lines are 95 % intervals over pieces",
  unit: "nats per note that it saves",
};

/** Where the task prints, and where it leaves things. */
export interface EvaluateTaskOptions
  extends
    CommandOptions,
    Pick<EvaluateCorpusOptions, "cache" | "overrides" | "samples">,
    Pick<EvaluatePlayingOptions, "lengths"> {
  /** Folder of the report. @default {"runs/evaluation"} of the project */
  out?: string;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, 1 if it or one of the models failed, 2 if the arguments are wrong, 130 if it was stopped.
 */
export function evaluateTask(args: readonly string[], options: EvaluateTaskOptions = {}): Promise<number> {
  const { out = OUT, print, complain, signal, ...others } = options;
  return runCommand({
    usage: USAGE,
    asked: () => askedFor(args),
    stopped: ({ race }) => race ? "Stopped" : "Stopped. The same command goes on from here",
    run: (asked, how) => evaluate(asked, { out, ...others, ...how }),
  }, { print, complain, signal });
}

async function evaluate(
  { corpus, chorales, json, list, rungs, race, playing, rules, heldOut, overrides: set, ...how }: Asked,
  { out, lengths, print, complain, signal, ...given }: EvaluateTaskOptions & Required<CommandOptions> & {
    out: string;
  },
): Promise<number> {
  const others = { ...given, overrides: { ...given.overrides, ...set } };
  if (list) {
    print(knownSystems().list);
    return 0;
  }
  const save = (report: unknown, markdown: string, name = "report", figure?: Figure) =>
    leaveReport({ out, name, report, markdown, figure }, print, json);
  if (chorales) {
    const { models, seeds, epochs } = how, { cache, overrides, samples } = others;
    const watched = { signal, onProgress: stages(terminalProgress) };
    await choraleTask(corpus, { models, seeds, epochs, samples, cache, overrides, playing, rules, ...watched }, save);
    return 0;
  }
  if (corpus === "sample" || corpus === "bachcentral") {
    complain(race ? RACE_TAKES : rungs ? LADDER_TAKES : playing ? PLAYING_TAKES : EVALUATION_TAKES);
  }
  const pieces = await openCorpus(userCorpus(corpus));
  const onProgress = stages(terminalProgress);
  if (race) {
    const { overrides } = others, [reading] = how.readings ?? [];
    const report = await raceToPitch(pieces, { reading, overrides, signal, onProgress });
    await save(report, raceMarkdown(report), "race");
    return 0;
  }
  if (rungs) {
    const { seeds, epochs, readings = [] } = how, { cache, overrides } = others;
    const climbing = { rungs, reading: readings[0], seeds, epochs, cache, overrides, signal, onProgress };
    const report = await evaluateLadder(pieces, climbing);
    const rows = ladderRows(report);
    const figure = rows.length > 0 ? differences(rows, LADDER_FIGURE) : undefined;
    await save(report, ladderMarkdown(report), "ladder", figure);
    return report.failures.length > 0 ? 1 : 0;
  }
  if (playing) {
    const { models, readings, epochs } = how, { cache, overrides } = others;
    const against = heldOut ? "heldOut" : "test";
    const options = { models, readings, epochs, cache, overrides, lengths, against, signal, onProgress } as const;
    const report = await evaluatePlaying(pieces, options);
    const figures = report.sections.flatMap(({ reading, lengths }) =>
      lengths.map((length) => playingFigure(reading, length))
    );
    await save(report, playingMarkdown(report), "playing", stack(...figures));
    return report.sections.some(({ failures }) => failures.length > 0) ? 1 : 0;
  }
  const report = await evaluateCorpus(pieces, { ...how, ...others, signal, onProgress });
  await save(report, evaluationMarkdown(report));
  return report.sections.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

/** Who plays like the music, at one length. */
function playingFigure(reading: string, { count, samples, music, players }: PlayingAtLength) {
  const bands = Object.entries(music.measures).map(([name, music]) => ({
    name,
    music,
    players: players.map(({ title, measures }) => ({ name: title, ...measures[name] })),
  }));
  return playingBands(bands, { title: `${reading}: ${samples} samples of ${count} notes` });
}

if (import.meta.main) {
  endWithTask();
  Deno.exit(await evaluateTask(Deno.args));
}
