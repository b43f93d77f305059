import type { Settings } from "../settings/mod.ts";

/** A system with settings over its own, under a name. */
export interface Variant {
  /** What it is called in a table: one name for the same settings, and for no others. */
  readonly name: string;
  /** Name of the system of notes. */
  readonly system: string;
  /** Its settings, over those of the reading and the system's own. */
  readonly settings: Partial<Omit<Settings, "reading" | "system" | "seed">>;
}

/** Two variants that differ in one idea: how much better the second names notes is what the idea is worth. */
export interface Comparison {
  /** Without it. */
  readonly without: Variant;
  /** With it. */
  readonly with: Variant;
}

/** An idea, and the variants that tell what it is worth. */
export interface Rung {
  /** Its name, as `--rungs` takes it. */
  readonly name: string;
  /** The same in a few words. */
  readonly title: string;
  /** By itself, beside the last notes alone. */
  readonly alone?: Comparison;
  /** Beside everything else. */
  readonly among?: Comparison;
}

/** A network so small, trained so shortly, that all of the ladder takes an hour and not a day. */
const SMALL = {
  units: 96,
  dropout: 0.3,
  learningRate: 0.003,
  weightDecay: 0.02,
  warmUpSteps: 20,
  // In a hundred steps an average of the weights would still be half of what was drawn.
  averageDecay: 0,
  epochs: 3,
};
/** In each epoch the windows of a piece begin elsewhere, whatever else happens to them. */
const JITTER = { jitter: true };
const KEYS: Settings["augmentation"] = { transpose: [-6, 6] };
const TEMPI: Settings["augmentation"] = { tempo: [0.8, 1.25] };
const LOUDNESS: Settings["augmentation"] = { velocity: [-20, 20] };

/** Features that look back at all of the piece, and those that look into what is learned from. */
const PAST = ["past", "lenient", "rhythm", "line"], TRAINING = ["trainingMelody", "trainingRhythm"];
/** Intervals from notes: of those of the note to come whose step is known, and of those where it is not. */
const ANCHORS = ["anchors", "ahead"];
/** All features but those that take long, that came last, or that only examples played louder need. */
const ALL = ["recent", ...ANCHORS, "key", "metre", "habits", "chord", "voice", "instrument", "past"];
const LOUD = [...ALL, "loudness"];

/** A small network of viewpoints that hears these features. */
function hearing(name: string, features: readonly string[], settings: Variant["settings"]): Variant {
  const any = (some: readonly string[]) => features.some((feature) => some.includes(feature));
  // The same network under three names, so that each says what it reads.
  const past = any(PAST) ? "viewpoints-own-past" : "viewpoints";
  const system = any(TRAINING) ? "viewpoints-training" : past;
  return { name, system, settings: { ...SMALL, features, augmentation: JITTER, ...settings } };
}

/** The last notes and little else. */
function few(more = "", features: readonly string[] = [], settings: Variant["settings"] = {}): Variant {
  return hearing(`the last notes${more}`, ["recent", ...features], settings);
}

/** Everything, in all keys, but for a change. */
function all(change = "", features: readonly string[] = ALL, settings: Variant["settings"] = {}): Variant {
  return hearing(`everything${change}`, features, { ...changing(KEYS), ...settings });
}

/** A rung of something to hear. */
function heard(name: string, title: string, features: readonly string[] = [name]): Rung {
  return {
    name,
    title,
    alone: { without: few(), with: few(` and ${name}`, features) },
    among: { without: all(` but ${name}`, ALL.filter((feature) => !features.includes(feature))), with: all() },
  };
}

/** A rung of something to hear that is not in everything: it is added. */
function added(name: string, title: string, features: readonly string[] = [name]): Rung {
  return {
    name,
    title,
    alone: { without: few(), with: few(` and ${name}`, features) },
    among: { without: all(), with: all(`, ${name}`, [...ALL, ...features]) },
  };
}

/** Settings that change examples in these ways. */
function changing(...ways: readonly Settings["augmentation"][]): Variant["settings"] {
  return { augmentation: Object.assign({}, JITTER, ...ways) };
}

/** A rung of a setting that is as it should be in everything else. */
function set(name: string, title: string, without: Variant["settings"]): Rung {
  return {
    name,
    title,
    alone: { without: few(`, no ${name}`, [], without), with: few() },
    among: { without: all(`, no ${name}`, ALL, without), with: all() },
  };
}

/** A rung of how times are said, by networks that differ in that alone. */
function timesAs(name: string, title: string, times: Settings["times"]): Rung {
  const { dropout: _, ...small } = SMALL;
  const saying = (what: string, times: Settings["times"]): Variant => ({
    name: `times as ${what}`,
    system: "gru-density",
    settings: { ...small, features: ["recent"], augmentation: JITTER, times },
  });
  return { name, title, alone: { without: saying("seconds", "seconds"), with: saying(name, times) } };
}

/**
 * What each idea is worth: small networks of viewpoints over the last notes alone, with and without it, and over
 * everything, with and without it. {@linkcode Variant}s of one name are trained once.
 */
export const LADDER: readonly Rung[] = [
  {
    name: "recent",
    title: "the last notes, pitches embedded",
    alone: { without: { name: "how often each note occurs", system: "unigram", settings: {} }, with: few() },
    among: { without: all(" but the last notes", ALL.filter((name) => name !== "recent")), with: all() },
  },
  heard("anchors", "intervals from notes that end or sound", ANCHORS),
  heard("habits", "what the piece has used so far"),
  heard("past", "passages of the piece's own past"),
  added("lenient", "passages in which a note may differ"),
  added("rhythm", "passages of the same rhythm"),
  added("line", "passages of each line's own past"),
  added("training", "passages of the pieces learned from", TRAINING),
  heard("key", "the key"),
  heard("metre", "the place in the bar"),
  heard("chord", "the chord that sounds"),
  heard("voice", "the voice of each note"),
  heard("instrument", "the instrument"),
  added("voices", "voices found, where no part says them"),
  added("bars", "a slower memory, bar by bar"),
  added("loudness", "how loud each note is"),
  {
    name: "transposition",
    title: "examples in other keys",
    alone: { without: few(), with: few(", other keys", [], changing(KEYS)) },
    among: { without: all(", one key", ALL, changing()), with: all() },
  },
  {
    name: "tempo",
    title: "examples at other tempi",
    alone: { without: few(), with: few(", other tempi", [], changing(TEMPI)) },
    among: { without: all(), with: all(", other tempi", ALL, changing(KEYS, TEMPI)) },
  },
  {
    name: "velocity",
    title: "examples louder and softer",
    alone: {
      without: few(" and loudness", ["loudness"]),
      with: few(" and changed loudness", ["loudness"], changing(LOUDNESS)),
    },
    among: { without: all(", loudness", LOUD), with: all(", changed loudness", LOUD, changing(KEYS, LOUDNESS)) },
  },
  {
    name: "augmentation",
    title: "examples in other keys, tempi and loudness",
    alone: {
      without: few(" and loudness", ["loudness"]),
      with: few(" and loudness, changed in all ways", ["loudness"], changing(KEYS, TEMPI, LOUDNESS)),
    },
    among: {
      without: all(", loudness, one key", LOUD, changing()),
      with: all(", loudness, changed in all ways", LOUD, changing(KEYS, TEMPI, LOUDNESS)),
    },
  },
  timesAs("classes", "times as classes, not as seconds", "classes"),
  timesAs("log-normal", "times as log-normal distributions, not as seconds", "logNormal"),
  timesAs("mixture", "times as mixture densities, not as seconds", "mixture"),
  set("step-first", "the step first, then the pitch", { order: ["pitch", "step", "duration"] }),
  set("dropout", "dropout", { dropout: 0 }),
];
