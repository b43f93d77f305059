import { type Piece, PUBLISHED_FILES } from "../corpus/mod.ts";
import { bestNgramModel, bigramModel, type NoteModel, repeatModel, uniformModel, unigramModel } from "../models/mod.ts";
import type { Settings } from "../settings/mod.ts";
import { type SectionData, type Side, sideOf } from "./section_data.ts";

/** What can be compared; `lstm-seven` learns from the seven files of the published run alone. */
export const CONTESTANTS = ["uniform", "repeat", "unigram", "bigram", "n-grams", "lstm", "lstm-seven"] as const;

/** A name of {@linkcode CONTESTANTS}. */
export type ContestantName = typeof CONTESTANTS[number];

/** Something that learns, to be compared with others. */
export interface Contestant {
  /** Its name. */
  name: ContestantName;
  /** The same for people. */
  title: string;
  /** What it learns from. */
  train: Side;
  /** What it chooses smoothing, sigmas and epoch by. Nothing that it learns from is in it. */
  heldOut: Side;
  /** Learns, where it is no network. */
  learn?: () => NoteModel;
  /** How a network is trained and sampled. */
  settings?: Settings;
}

/** Epochs of a network where nobody says otherwise: what two cores do in some minutes, not where it has learned all. */
export function defaultEpochs(corpus: string, name: ContestantName, { flattening, epochs }: Settings): number {
  if (name === "lstm-seven") return epochs;
  return corpus === "bachcentral" && flattening === "all" ? 8 : 20;
}

/** What {@linkcode contestants} chooses from. */
export interface ContestantsOptions {
  /** Name of the corpus. */
  corpus: string;
  /** All its pieces. */
  pieces: readonly Piece[];
  /** The section's notes. */
  data: SectionData;
  /** The section's settings. */
  settings: Settings;
  /** Epochs of all networks. @default {defaultEpochs} */
  epochs?: number;
  /** Which. */
  names: readonly ContestantName[];
}

/** What is compared in a section, in the order of its rows. */
export function contestants(options: ContestantsOptions): Contestant[] {
  const { corpus, pieces, data: { sides: { train, heldOut } }, settings, names } = options;
  const network = (name: ContestantName) => {
    const { epochs = defaultEpochs(corpus, name, settings) } = options;
    return { name, settings: { ...settings, epochs } };
  };
  const plain = (name: ContestantName, title: string, learn: () => NoteModel) => ({
    name,
    title,
    train,
    heldOut,
    learn,
  });
  const all: Contestant[] = [
    plain("uniform", "uniform", () => uniformModel()),
    plain("repeat", "repeat previous", () => repeatModel(train.table)),
    plain("unigram", "unigram", () => unigramModel(train.table)),
    plain("bigram", "bigram", () => bigramModel(train.table, heldOut.table)),
    plain("n-grams", "n-grams", () => bestNgramModel(train.table, heldOut.table)),
    { ...network("lstm"), title: "LSTM", train, heldOut },
  ];
  const seven = PUBLISHED_FILES.flatMap((path) => pieces.filter((piece) => piece.path === path));
  if (settings.pieces === "seven" && seven.length === PUBLISHED_FILES.length) {
    const unseen = pieces.filter(({ path }) => heldOut.pieces.includes(path) && !PUBLISHED_FILES.includes(path));
    const sides = { train: sideOf(seven, settings), heldOut: sideOf(unseen, settings) };
    all.push({ ...network("lstm-seven"), title: "LSTM, the 7 files", ...sides });
  }
  return all.filter(({ name }) => names.includes(name));
}
