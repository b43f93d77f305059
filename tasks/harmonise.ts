/**
 * `deno task harmonise`: a melody in, a chorale in four voices out.
 *
 * @module
 */

import { basename, extname, join, resolve } from "node:path";
import { encodeWav, synthesiseStereo } from "../lib/audio/mod.ts";
import {
  type ChoraleCorpus,
  CorpusError,
  gridChorales,
  openChorales,
  openJsb,
  openSampleChorales,
} from "../lib/corpus/mod.ts";
import { type TrainedHarmoniser, trainHarmoniser, type TrainHarmoniserOptions } from "../lib/evaluation/mod.ts";
import { formatOf, readMelody, readMusic, writeKern, writeMidi, writeMusicXml } from "../lib/formats/mod.ts";
import { kernelEngine } from "../lib/kernels/mod.ts";
import { stages } from "../lib/notebook/stages.ts";
import { terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { engrave } from "../lib/plots/mod.ts";
import { seeded } from "../lib/random/mod.ts";
import { choraleRules, givenVoices, harmonise } from "../lib/sampling/mod.ts";
import type { Score } from "../lib/score/mod.ts";
import { replaceFile } from "../lib/files/mod.ts";
import { type CommandOptions, runCommand } from "./command.ts";
import { type ChoralesName, type HarmoniseArguments, readHarmoniseArguments, USAGE } from "./harmonise_options.ts";
import { barsAnew, foundWords, liftedWords, nextSeed } from "./harmonise_words.ts";
import { visible, visibleLines } from "./terminal_text.ts";
import { userPath } from "./user_path.ts";

const OUT = resolve(import.meta.dirname!, "../runs/harmonise");
/** Nats that a breach of a rule costs where rules are kept to as far as may be: it is then 20 times as rare. */
const AVOIDED = 3;
/** Temperature at which BachBot draws, where a seed is given. */
const DRAWING = 0.9;
/** Four voices apart: left to right, and each on its instrument. */
const STAGE = [-0.6, -0.2, 0.2, 0.6].map((pan, voice) => ({
  pan,
  instrument: (["reed", "flute", "flute", "organ"] as const)[voice],
}));

/** Sets of chorales that can be learned from. */
type Lessons = Readonly<Record<ChoralesName, () => Promise<ChoraleCorpus>>>;

const LESSONS: Lessons = {
  chorales: openChorales,
  jsb: async () => gridChorales(await openJsb()),
  sample: openSampleChorales,
};

/** Where the task learns and prints. */
export interface HarmoniseTaskOptions
  extends CommandOptions, Pick<TrainHarmoniserOptions, "cache" | "overrides" | "epochs"> {
  /** Folder in which a new one is made for the files. @default {"runs/harmonise"} of the project */
  out?: string;
  /** How sets of chorales are opened. @default {LESSONS} */
  lessons?: Lessons;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, 1 if it failed, 2 if the arguments are wrong, 130 if it was stopped.
 */
export function harmoniseTask(args: readonly string[], options: HarmoniseTaskOptions = {}): Promise<number> {
  const { out = OUT, lessons = LESSONS, cache, overrides, epochs, ...command } = options;
  return runCommand({
    usage: USAGE,
    asked: () => readHarmoniseArguments(args),
    stopped: () => "Stopped. The same command goes on learning from here",
    async run(asked, { print, complain, signal }) {
      const { score, isFile } = await readVoices(asked.melody);
      // What is typed is meant as it stands, what is played is not.
      const given = givenVoices(score, { keep: asked.keep, ...asked.bars && { bars: asked.bars }, round: isFile });
      for (const sentence of [...score.repairs, ...score.warnings ?? []]) print(`Note: ${visible(sentence)}`);
      for (const remark of given.remarks) print(`Note: ${visible(remark)}.`);
      const chorales = await openLessons(lessons, print, asked.chorales);
      const harmoniser = await learned(asked, chorales, { cache, overrides, epochs, signal, print });
      if (!harmoniser.notation) {
        print(
          `Note: the chorales that it has learned from (${visible(chorales.name)}) have no fermatas, keys or metres: ` +
            "it does not hear those of the melody, and keeps to no rule about cadences.",
        );
      } else if (!given.chorale.notation?.fermata.includes(true)) {
        print(
          "Note: the melody has no fermata (; after a note that is typed): nothing says where its phrases end, and no cadence " +
            "is asked for.",
        );
      }
      try {
        const before = performance.now(), progress = terminalProgress("harmonising", 1);
        const { chorale, score: found, lifted = [] } = await harmonise(given, harmoniser, {
          prng: seeded(asked.seed ?? 42),
          rules: asked.rules === "ignore" ? [] : choraleRules(asked.rules === "forbid" ? Infinity : AVOIDED),
          signal,
          onProgress: (done, total) => progress.update(done / total),
        });
        await progress.done();
        const seconds = (performance.now() - before) / 1000;
        const paths = await write(
          asked.out ?? await newFolder(out, nameOf(asked.melody)),
          nameOf(asked.melody),
          found,
        );
        print(visibleLines(foundWords(given, { chorale, score: found }, harmoniser.name, seconds)));
        if (lifted.length > 0) print(`Note: ${liftedWords(lifted)}.`);
        print(`\n${paths.map((path) => `  ${visible(path)}`).join("\n")}\n`);
        print(`Another one: the same command with --seed ${nextSeed(asked)}. Some bars anew, all else as it is:\n`);
        print(`  ${visible(barsAnew(asked, paths[0], found))}`);
        return 0;
      } catch (error) {
        complain(visible((error as Error).message));
        return signal.aborted ? 130 : 1;
      } finally {
        harmoniser.dispose();
      }
    },
  }, command);
}

/** How a path begins that is no melody, whatever its file is called. */
const PATH = /^(~|\.{1,2})?[\\/]/;

/** The music of a file, or of notes as they were typed. */
async function readVoices(melody: string): Promise<{ score: Score; isFile: boolean }> {
  if (!formatOf(melody) && !PATH.test(melody)) {
    const exists = await Deno.stat(userPath(melody)).then(({ isFile }) => isFile, () => false);
    if (!exists) return { score: readMelody(melody), isFile: false };
  }
  const bytes = await Deno.readFile(userPath(melody)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(`Cannot harmonise ${melody}: there is no such file`);
  });
  return { score: readMusic(melody, bytes).score, isFile: true };
}

/** The chorales that are learned from: those that are named, or the largest set that is there, with a word on each that is not. */
async function openLessons(
  lessons: Lessons,
  print: (text: string) => void,
  name?: ChoralesName,
): Promise<ChoraleCorpus> {
  if (name) return await lessons[name]();
  for (const each of ["chorales", "jsb"] as const) {
    try {
      return await lessons[each]();
    } catch (error) {
      if (!(error instanceof CorpusError)) throw error;
      print(`Note: ${visible(error.message)}.`);
    }
  }
  return await lessons.sample();
}

async function learned(
  { system, seed }: HarmoniseArguments,
  chorales: ChoraleCorpus,
  { print, ...options }: Pick<TrainHarmoniserOptions, "cache" | "overrides" | "epochs" | "signal"> & {
    print: (text: string) => void;
  },
): Promise<TrainedHarmoniser> {
  const bar = stages(terminalProgress);
  let learns = false;
  const harmoniser = await trainHarmoniser(chorales, {
    ...{ ...options, system },
    ...seed !== undefined && { temperature: DRAWING },
    onProgress: async (stage) => {
      if (!learns) {
        // What is learned is kept with the networks of `evaluate`, whose figures depend on the threads.
        const engine = kernelEngine();
        const times = engine ? `once for each number of threads (${engine.threads} now)` : "once";
        print(
          `Learning from ${chorales.train.length} chorales (${
            visible(chorales.name)
          }), ${times}; it is kept for the next time.`,
        );
      }
      learns = true;
      await bar(stage);
    },
  });
  if (chorales.name === "sample") {
    print(
      `Note: it knows only the ${chorales.train.length} chorales of the sample, and what it writes shows that. ` +
        "After deno task corpus --jsb && deno task corpus --chorales it learns from 195.",
    );
  }
  return harmoniser;
}

/** Writes the chorale in all its forms; gives the paths. */
async function write(folder: string, name: string, score: Score): Promise<string[]> {
  const kern = writeKern(score);
  const notes = score.parts.flatMap(({ notes }, voice) => notes.map((note) => ({ ...note, ...STAGE[voice] })));
  const rate = 44_100;
  const { svg } = await engrave(kern, { title: score.title ?? name, allPages: true });
  const files = {
    krn: kern,
    mid: writeMidi(score),
    musicxml: writeMusicXml(score),
    svg,
    wav: encodeWav(synthesiseStereo(notes, { sampleRate: rate }), rate),
  };
  await Deno.mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [ending, content] of Object.entries(files)) {
    const path = join(folder, `${name}.${ending}`);
    await replaceFile(path, content);
    paths.push(path);
  }
  return paths;
}

/** What the files are called. */
function nameOf(melody: string): string {
  return formatOf(melody) ? basename(melody, extname(melody)) : "melody";
}

/** A folder that is not there yet: its name, or with a number. */
async function newFolder(out: string, name: string): Promise<string> {
  for (let number = 1;; number++) {
    const folder = join(out, number === 1 ? name : `${name}-${number}`);
    const taken = await Deno.stat(folder).then(() => true, () => false);
    if (!taken) return folder;
  }
}

if (import.meta.main) Deno.exit(await harmoniseTask(Deno.args));
