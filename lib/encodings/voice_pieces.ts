import { checkOptions, type Kinds, kinds } from "../options/mod.ts";
import { voicesInParts } from "../score/mod.ts";
import type { EventPiece } from "./encoding.ts";
import type { NoteEvent, OtherNote } from "./note_events.ts";

/** Options of {@linkcode voicePieces}. */
export interface VoicePiecesOptions {
  /** Which voices: each in turn, or the one that is highest or lowest on average. */
  voice: "each" | "top" | "bass";
  /**
   * What is known of the other voices:
   *
   * - `"none"`: nothing.
   * - `"past"`: when a note's step is drawn, the notes of others that have begun by the onset of the note before it, those
   *   of that onset too; when its pitch and duration are, those that have begun before it does, and of the same onset
   *   those of lower voices. Every note is then said once and given what came before it alone. The sum over all voices is a
   *   likelihood of all notes and of who sings them, but for the first note of each voice; however the voices were found, and
   *   so never above that of the notes alone.
   * - `"given"`: the same, and when pitch and duration are drawn, all that begins with the note. So a
   *   voice is harmonised: its others are given, past and present, never later. A sum over all
   *   voices is no likelihood, for each is conditioned on the others.
   *
   * Of a note that has begun its length is known, as of those of a stream.
   */
  others: "none" | "past" | "given";
}

const OPTIONS: Kinds<VoicePiecesOptions> = {
  voice: kinds.oneOf("each", "top", "bass"),
  others: kinds.oneOf("none", "past", "given"),
};

/** Two onsets this near to each other are one, in seconds. */
const TOGETHER = 1e-3;

/** A note with its times from the beginning of the piece, in seconds, and the number of its voice from the top. */
interface Sung {
  note: NoteEvent;
  start: number;
  end: number;
  voice: number;
}

/**
 * The voices of pieces, each as a piece of its own, with the name of the whole: the notes of one voice, whose steps are
 * from one to the next of the same voice, whose `part` is the number of the voice, from 0 for the highest on average, and
 * which say what the other voices do `meanwhile`.
 *
 * Parts that are lines are voices; in any other, voices are found (`voicesInParts`). A voice of a single note is heard by
 * the others, but is not a piece.
 *
 * @param pieces All notes of each piece, by onset.
 * @param options Which voices, and what is known of the others.
 * @throws {TypeError} If an option is missing, unknown or has another value.
 */
export function voicePieces(
  pieces: readonly EventPiece<NoteEvent>[],
  options: VoicePiecesOptions,
): EventPiece<NoteEvent>[] {
  const { voice, others } = checkOptions("separate voices", options, OPTIONS);
  return pieces.flatMap(({ piece, events }) => {
    const sung = inVoices(events), sizes = Map.groupBy(sung, ({ voice }) => voice);
    // Nobody can say what a single note comes after.
    const voices = [...sizes.keys()].filter((number) => sizes.get(number)!.length > 1).sort((a, b) => a - b);
    const wanted = { each: voices, top: voices.slice(0, 1), bass: voices.slice(-1) }[voice];
    return wanted.map((number) => ({ piece, events: eventsOf(sung, number, others) }));
  });
}

/** The notes of a piece with their voices. */
function inVoices(events: readonly NoteEvent[]): Sung[] {
  let start = 0;
  const timed = events.map((note, i) => {
    start += i === 0 ? 0 : note.step;
    return { note, start, end: start + note.duration };
  });
  const voices = voicesInParts(timed.map(({ note: { pitch, part }, start, end }) => ({ pitch, part, start, end })));
  return timed.map((each, i) => ({ ...each, voice: voices[i] }));
}

/** The notes of one voice, each with what is known of the others until the next. */
function eventsOf(sung: readonly Sung[], voice: number, others: VoicePiecesOptions["others"]): NoteEvent[] {
  const own = sung.filter((each) => each.voice === voice), meanwhile: OtherNote[][] = own.map(() => []);
  let last = -1;
  for (const { note: { pitch }, start, end, voice: other } of others === "none" ? [] : sung) {
    if (other === voice) continue;
    while (last + 1 < own.length && own[last + 1].start <= start + TOGETHER) last++;
    const isTogether = last >= 0 && start <= own[last].start + TOGETHER;
    const isKnownBefore = isTogether && (others === "given" || other > voice);
    const at = Math.max(0, isKnownBefore ? last - 1 : last);
    const wait = (isTogether ? own[last].start : start) - own[at].start;
    meanwhile[at].push({ pitch, wait, duration: end - start, voice: other });
  }
  return own.map(({ note, start }, i) => ({
    ...note,
    step: i === 0 ? 0 : start - own[i - 1].start,
    part: voice,
    ...others !== "none" && { meanwhile: meanwhile[i] },
  }));
}
