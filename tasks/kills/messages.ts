/** What is about to happen in a training that may be killed. */
export type Moment =
  /** Its folder is looked at. */
  | { begun: true }
  /** A step of an epoch is done, and another begins. */
  | { step: number }
  /** An epoch is done, and on disk. */
  | { saved: number }
  /** Something is done to a file of its folder. */
  | { file: string; what: string };

/** What came of a training that was let go on to its end. */
export interface Outcome {
  /** Hash of all weights and losses, to the bit. */
  bits: string;
  /** The first epoch that it had to learn; one more than there are where none. */
  from: number;
}

/** What was under way when a training was killed, in the order of a run. */
export const PLACES = [
  "beginning or resuming",
  "learning",
  "writing a checkpoint's files",
  "writing its manifest",
  "renaming and removing",
] as const;

/** One of {@linkcode PLACES}. */
export type Place = typeof PLACES[number];

/** What a moment belongs to, `learned` being whether a step has been taken already. */
export function placeOf(moment: Moment, learned: boolean): Place {
  if (!learned) return "beginning or resuming";
  if (!("file" in moment)) return "learning";
  if (moment.what === "rename" || moment.what === "remove") return "renaming and removing";
  return moment.file.startsWith("manifest.json") ? "writing its manifest" : "writing a checkpoint's files";
}
