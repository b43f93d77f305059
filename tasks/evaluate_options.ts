/**
 * What `deno task evaluate` can be told.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { EvaluateCorpusOptions } from "../lib/evaluation/mod.ts";
import { settings } from "../lib/settings/mod.ts";
import { BEST_SYSTEMS, LADDER, noteSystem, type Rung } from "../lib/systems/mod.ts";
import { countOf, readingOf } from "./command.ts";
import { CHORALE_CORPORA, choraleModels } from "./evaluate_chorales.ts";

/** Names of the ideas, on lines that go under one another. */
const RUNGS = LADDER.map(({ name }) => name).join(", ").replace(/(.{44,58}), /g, "$1,\n                   ");

/** What the task says of itself. */
export const USAGE = `deno task evaluate [options]

Compares models on pieces that they have not learned from: likelihoods of every
held-out note with intervals, what training costs, and samples against Bach.
Two sections: what the paper's run did (published), and what its text says
(corrected). Leaves report.json and report.md in runs/evaluation/.

  --corpus NAME    sample (default), bachcentral (get it first: deno task corpus),
                   or a folder or zip of MIDI, kern, MusicXML or ABC files; of chorales
                   there is a ladder, the likelihood of every cell: jsb (deno task corpus
                   --jsb), jsb-quarters (--jsb --quarters: likelihoods of frames),
                   chorales (--chorales: with holds, fermatas and keys)
  --chorales       that ladder, of the chorales among the pieces of any other corpus
  --models A,B     some of the systems that --list names (default: all but those
                   that take long, as it says); best: the n-grams, and the best of
                   those that remember, that look back at the piece, and that look
                   into what they learned from
  --list           name all systems, and where they come from
  --ladder         what each idea is worth instead, alone and beside all others:
                   small networks with it and without it, in the published
                   reading unless --reading says otherwise; leaves ladder.json,
                   ladder.md and ladder.svg
  --rungs A,B      some of its ideas:
                   ${RUNGS}
  --race           how soon small networks name pitches as well as the published
                   recipe ever does; leaves race.json and race.md
  --playing        who plays like the music instead: 50 samples of 200 notes and 10 of
                   800 beside stretches of test pieces, by the paper's recipe and
                   viewpoints, or those that --models names, and in the way of playing
                   that was chosen; leaves playing.json, playing.md and playing.svg.
                   Of chorales: 50 of each system, and 20 melodies harmonised
  --rules          what rules of voice leading cost systems of chorales instead, forbidding
                   and calibrated to the chorales' own breaches; cadences are asked for
                   where chorales have fermatas, as those of jsb do not; leaves
                   rules.json and rules.md
  --held-out       plays against held-out pieces, to choose a way of playing by
  --reading NAME   published or corrected (default: both)
  --seeds N        runs of each network, with the seeds 42, 43, ... (default: 1)
  --epochs N       passes of each network over what it learns from (default: 100
                   for lstm-seven, 3 for the ladder on bachcentral; else 20, and
                   8 for bachcentral, corrected)
  --set NAME=VALUE a setting of all networks, over their own; --set again sets
                   another (--set flattening=all --set units=256)
  --strict         keep pieces that share passages on one side of the split
  --voices         only pieces whose parts are voices, all of them heard: for models that
                   go voice by voice
  --json           print the report as JSON instead of Markdown
  --help           show this text

What is finished is kept in data/cache/evaluation/. Ctrl-C stops, and the same
command goes on.`;

/** What the command is asked for. */
export interface Asked
  extends Pick<EvaluateCorpusOptions, "models" | "readings" | "seeds" | "epochs" | "strict" | "voices" | "overrides"> {
  corpus: string;
  /** Whether it is measured as chorales. */
  chorales: boolean;
  json: boolean;
  list: boolean;
  /** The ideas of the ladder, where that is asked for. */
  rungs?: readonly Rung[];
  /** Whether to race instead. */
  race: boolean;
  playing: boolean;
  rules: boolean;
  heldOut: boolean;
}

/** What the arguments stand for; `undefined` where they ask for help. */
export function askedFor(args: readonly string[]): Asked | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      corpus: { type: "string" },
      models: { type: "string" },
      list: { type: "boolean" },
      reading: { type: "string" },
      ladder: { type: "boolean" },
      rungs: { type: "string" },
      race: { type: "boolean" },
      seeds: { type: "string" },
      epochs: { type: "string" },
      playing: { type: "boolean" },
      rules: { type: "boolean" },
      "held-out": { type: "boolean" },
      set: { type: "string", multiple: true },
      chorales: { type: "boolean" },
      strict: { type: "boolean" },
      voices: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const { help, corpus = "sample", models, json = false, list = false, ladder, race = false } = values;
  const { strict = false, voices = false } = values;
  const { playing = false, rules = false, "held-out": heldOut = false } = values;
  if (help) return undefined;
  const reading = readingOf(values.reading);
  if (values.rungs !== undefined && !ladder) throw new RangeError("--rungs goes with --ladder");
  if (heldOut && !playing) throw new RangeError("--held-out goes with --playing");
  const other = race ? "--race" : ladder ? "--ladder" : playing ? "--playing" : undefined;
  const unsuited = [
    "strict",
    "voices",
    ...playing ? ["seeds"] as const : ["models"] as const,
    ...race ? ["ladder", "seeds", "epochs", "playing"] as const : ladder ? ["playing"] as const : [],
  ] as const;
  const odd = unsuited.find((name) => values[name] !== undefined);
  if (other && odd) throw new RangeError(`${other} does not go with --${odd}`);
  const chorales = values.chorales || CHORALE_CORPORA.includes(corpus);
  if (other && chorales && (!playing || heldOut)) {
    throw new RangeError(`${heldOut ? "--held-out" : other} takes a corpus of notes, not chorales`);
  }
  const ofNotes = (["reading", "strict", "voices"] as const).find((name) => values[name] !== undefined);
  if (chorales && ofNotes) throw new RangeError(`--${ofNotes} takes a corpus of notes, not chorales`);
  if (corpus === "jsb-quarters" && (playing || rules)) {
    throw new RangeError(
      `--${playing ? "playing" : "rules"} takes chorales in sixteenths: jsb, chorales, or --chorales`,
    );
  }
  if (rules && !chorales) throw new RangeError("--rules takes a corpus of chorales: jsb, chorales, or --chorales");
  if (rules && (playing || values.seeds !== undefined)) {
    throw new RangeError(`--rules does not go with --${playing ? "playing" : "seeds"}`);
  }
  return {
    corpus,
    chorales,
    json,
    list,
    race,
    playing,
    rules,
    heldOut,
    strict,
    voices,
    models: models?.split(",").flatMap((name) => {
      if (chorales) return choraleModels(name);
      return name === "best" ? BEST_SYSTEMS : noteSystem(name).name;
    }),
    readings: reading && [reading],
    rungs: ladder ? rungsOf(values.rungs) : undefined,
    seeds: countOf(values.seeds, "seeds"),
    epochs: countOf(values.epochs, "epochs"),
    overrides: values.set && overridesOf(values.set),
  };
}

/** Settings that are written as `NAME=VALUE`: numbers, lists and the like as in JSON, all else as text. */
function overridesOf(texts: readonly string[]): EvaluateCorpusOptions["overrides"] {
  const changes = Object.fromEntries(texts.map((text) => {
    const [, name, value] = /^(\w+)=(.+)$/.exec(text) ?? [];
    if (name === undefined) throw new RangeError(`--set takes NAME=VALUE, got "${text}"`);
    if (["seed", "system", "epochs"].includes(name)) throw new RangeError(`--set does not take ${name}`);
    try {
      return [name, JSON.parse(value)];
    } catch {
      return [name, value];
    }
  }));
  // Says what is wrong with them, if something is.
  settings("published", changes);
  return changes;
}

/** The ideas of these names; all without any. */
function rungsOf(text: string | undefined): readonly Rung[] {
  if (text === undefined) return LADDER;
  return text.split(",").map((name) => {
    const rung = LADDER.find((rung) => rung.name === name);
    if (rung) return rung;
    throw new RangeError(`--rungs takes some of ${LADDER.map(({ name }) => name).join(", ")}, got "${name}"`);
  });
}
