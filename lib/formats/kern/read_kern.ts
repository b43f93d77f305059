import { checkOptions, type Kind, kinds, optional } from "../../options/mod.ts";
import {
  barQuarters,
  channelOf,
  DEFAULT_VELOCITY,
  DRUM_CHANNEL,
  type Note,
  type Part,
  type Score,
  secondsAt,
  tempoMap,
} from "../../score/mod.ts";
import { INSTRUMENTS } from "./instruments.ts";
import { readKeys } from "./interpretations.ts";
import type { Page } from "./page.ts";
import { readPage } from "./reading.ts";
import { Repairs } from "./repairs.ts";
import { titleOf } from "./spines.ts";
import { layOut, layOutStates, playedSections } from "./repeats.ts";
import { joinTies } from "./ties.ts";

/** How {@linkcode readKern} reads. */
export interface ReadKernOptions {
  /**
   * Plays the repeats: `true` follows the expansion list `*>[A,A,B]`, a string the one of that name (`"norep"` follows
   * `*>norep[A,B]`). With `false` the notes stand once, in the order of the page.
   *
   * @default {false}
   */
  expandRepeats?: boolean | string;
  /**
   * Reads on where a text is not sound `**kern` but says well enough what sounds, and says in `repairs` what was done,
   * with the line and the spine. With `false` it is refused there.
   *
   * @default {true}
   */
  repair?: boolean;
}

/** Ticks of the first bar where the metre asks for more of them; 0 where it is full. */
function upbeatOf({ bars, metres, ticksPerQuarter, endTick }: Page): number {
  const [metre] = metres;
  if (!metre || metre.tick > 0 || bars.length < 2) return 0;
  const length = bars.find(({ tick }) => tick > 0)?.tick ?? endTick;
  return length < ticksPerQuarter * barQuarters(metre.value) ? length : 0;
}

const REPEATS: Kind<boolean | string> = {
  words: "true, false or the name of an expansion",
  hasType: (value) => typeof value === "boolean" || typeof value === "string",
};

/**
 * Reads music from `**kern`, the text notation of the Humdrum toolkit (David Huron, "The Humdrum Toolkit: Reference
 * Manual", 1994).
 *
 * - Each `**kern` spine becomes a part, `track` its index from the left among all spines (added ones come last); columns split off from it
 *   (`*^`) stay in its part. The parts come **from the top of the page down**, soprano first, though the text is
 *   written bass first: so the first part is the melody, as in a MIDI file.
 * - The notes of a part come by onset, those of a chord from the lowest up. Ties are joined into one note. A unison of
 *   two columns is two notes.
 * - Grace notes (`q`) take no time and are left out; {@linkcode barsOf} counts them. Ornaments are not played.
 * - `ticksPerQuarter` is such that every onset and duration is a whole number: 480, or the least multiple of it that
 *   serves.
 * - Every note has the velocity {@linkcode DEFAULT_VELOCITY}. Tempo is `*MM`, else 120 quarter notes a minute. The program
 *   follows the instrument code (`*Icello`), otherwise is 0. The title is the reference record `OTL`.
 * - Notes without a pitch (`R`, percussion) are a drum part of their own; their pitch is their place on the staff, or its
 *   middle where the text says no more than that they are struck (`8x`).
 * - Keys are those that sound: a part that transposes (`*ITrd1c2`) has the key that its player reads, though its notes
 *   stand at concert pitch.
 * - Spines of other kinds (`**dynam`, `**text`) are passed over. What is overruled (spines that disagree on the key) is
 *   said in `repairs`, and so is all that had to be mended: ties that lack an end, accidentals and dots that stand apart,
 *   chords whose notes last differently, unknown marks. In a text without any durations each note is a quarter note.
 *
 * The rhythms are proved: a spine that runs ahead of the others or falls behind is an error, at the next note or
 * barline. Bars need not be full; {@linkcode barsOf} shows them.
 *
 * @throws {KernError} If the text is not `**kern`, or its rhythms do not add up, or with `repair: false` if it is not
 * sound: with the line and the spine, and what to do. With `expandRepeats` also if more than half a million notes would
 * be played of fewer.
 * @throws {TypeError} If it is no text, such as the bytes of a file: see {@linkcode decodeText}.
 */
export function readKern(text: string, options: ReadKernOptions = {}): Score {
  const { expandRepeats = false, repair = true } = checkOptions("read kern", options, {
    expandRepeats: optional(REPEATS),
    repair: optional(kinds.boolean),
  });
  const repairs = new Repairs({ strict: !repair });
  const page = readPage(text, repairs);
  const { ticksPerQuarter, labels, repeatSigns } = page;

  const asWritten = [{ start: 0, end: page.endTick }];
  const sections = expandRepeats === false
    ? asWritten
    : playedSections(page, expandRepeats === true ? "" : expandRepeats);
  const seams = new Set<number>();
  for (const { tick } of layOut([...labels, ...repeatSigns], sections)) seams.add(tick);
  let endTick = 0;
  for (const { start, end } of sections) {
    endTick += end - start;
    if (sections !== asWritten || repeatSigns.some(({ tick }) => tick === end)) seams.add(endTick);
  }

  const changes = layOutStates(page.tempos, sections).map(({ tick, value }) => ({
    tick,
    microsecondsPerQuarter: Math.round(60e6 / value),
  }));
  const tempos = tempoMap(changes, ticksPerQuarter);

  const heads = layOut(page.heads, sections).sort((a, b) => a.tick - b.tick);
  const notes = new Map<number, { pitched: Note[]; unpitched: Note[] }>();
  for (const spine of page.voices) notes.set(spine, { pitched: [], unpitched: [] });
  for (const { note, head } of joinTies(heads, seams, DEFAULT_VELOCITY, repairs)) {
    const { pitched, unpitched } = notes.get(head.field.sub.spine)!;
    (head.unpitched ? unpitched : pitched).push({
      ...note,
      start: secondsAt(tempos, ticksPerQuarter, note.startTick),
      end: secondsAt(tempos, ticksPerQuarter, note.endTick),
    });
  }
  const parts: Part[] = [];
  let melodic = 0;
  for (const spine of page.voices.toReversed()) {
    const { pitched, unpitched } = notes.get(spine)!;
    for (const list of [pitched, unpitched]) {
      list.sort((a, b) => a.startTick - b.startTick || a.pitch - b.pitch || a.endTick - b.endTick);
    }
    const instrument = INSTRUMENTS.get(page.instruments.get(spine) ?? "");
    const name = page.names.get(spine) ?? instrument?.name ?? "";
    if (pitched.length > 0 || unpitched.length === 0) {
      const [program, channel] = [instrument?.program ?? 0, channelOf(melodic++)];
      parts.push({ name, program, drum: false, channel, track: spine, notes: pitched });
    }
    if (unpitched.length > 0) {
      parts.push({ name, program: 0, drum: true, channel: DRUM_CHANNEL, track: spine, notes: unpitched });
    }
  }

  const title = titleOf(page.references);
  const upbeatTicks = upbeatOf(page);
  return {
    ...(title && { title }),
    ...(upbeatTicks && { upbeatTicks }),
    ticksPerQuarter,
    parts,
    tempos,
    metres: layOutStates(page.metres, sections).map(({ tick, value }) => ({ tick, ...value })),
    keys: layOutStates(readKeys(page), sections).map(({ tick, value }) => ({ tick, ...value })),
    endTick,
    end: secondsAt(tempos, ticksPerQuarter, endTick),
    repairs: repairs.sentences(),
  };
}
