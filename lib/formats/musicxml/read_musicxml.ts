import { checkOptions, kinds, optional } from "../../options/mod.ts";
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
import { agree, disagreement } from "../agree.ts";
import { INSTRUMENTS } from "../kern/instruments.ts";
import { layOut } from "./lay_out.ts";
import { musicXmlText } from "./mxl.ts";
import { writeOutRepeats } from "./measure_repeats.ts";
import { Mending, placeInWords } from "./musicxml_error.ts";
import type { From, Page, PagePart } from "./page.ts";
import { readPage } from "./read_page.ts";
import { tiedNotes } from "./tied_notes.ts";

/** How {@linkcode readMusicXml} reads. */
export interface ReadMusicXmlOptions {
  /**
   * Reads on where the file is not sound but says well enough what sounds, and says in `score.repairs` what was done;
   * `false` refuses it.
   *
   * @default {true}
   */
  repair?: boolean;
}

/**
 * Reads MusicXML (W3C, "MusicXML 4.0", 2021), `score-partwise` or `score-timewise`, plain or zipped (`.mxl`).
 *
 * - Each staff of a part becomes a part of its own, from the top of the page down; the voices of a staff stay together.
 *   `track` is the place of the part in the file. Notes come by onset, those of a chord from the lowest up.
 * - Pitches are as they sound: transposing instruments are transposed, and so are their keys. Quarter tones are rounded,
 *   which `warnings` say.
 * - Ties are joined into one note, across voices and staves. Tuplets last what `duration` says. Grace notes take no time
 *   and are left out, and so are cues, which are silent by definition. Ornaments, tremolos and doublings (`double`) are not
 *   played.
 * - Repeats are not played: the notes stand once, in the order of the page. Bars in which a sign stands for the notes of
 *   those before them (`measure-repeat`) have those notes.
 * - Notes without a pitch are a drum part of their own: their pitch is the key of their instrument (`midi-unpitched`),
 *   otherwise their place on the staff.
 * - `ticksPerQuarter` is such that every onset and duration is a whole number: 480, or the least multiple of it that
 *   serves. Tempi are those of `sound`, otherwise of metronome marks. Every note has the velocity {@linkcode DEFAULT_VELOCITY}.
 *   The program is `midi-program`, otherwise that of an instrument with the part's name.
 * - A bar is as long as what stands in it, an empty one as its metre. Where parts disagree, the shorter waits.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readMelody, readMusicXml, writeMusicXml } from "../mod.ts";
 *
 * const score = readMelody("key=G metre=3/4 f#4 g4:2 | a4:3;");
 * assertEquals(readMusicXml(writeMusicXml(score)).parts[0].notes, score.parts[0].notes);
 * ```
 *
 * @param music The text, or the bytes of the file: UTF-8, UTF-16 or what the file says of itself.
 * @throws {MusicXmlError} If it is not MusicXML, or with `repair: false` if it is not sound: the line, bar and part.
 * @throws {FormatError} If a zip cannot be read.
 * @throws {TypeError} If it is neither text nor bytes.
 */
export function readMusicXml(music: string | Uint8Array, options: ReadMusicXmlOptions = {}): Score {
  if (typeof music !== "string" && !(music instanceof Uint8Array)) {
    throw new TypeError(
      `Cannot read MusicXML: expected a text or bytes, got ${music === null ? "null" : typeof music}`,
    );
  }
  const { repair = true } = checkOptions("read MusicXML", options, { repair: optional(kinds.boolean) });
  const mending = new Mending({ strict: !repair });
  const page = readPage(typeof music === "string" ? music : musicXmlText(music, mending), mending);
  writeOutRepeats(page, mending);
  const timeLine = layOut(page, mending), { ticksPerQuarter, tickOf } = timeLine;

  const changes = page.tempos.map(({ value, ...at }) => ({
    tick: tickOf(at),
    microsecondsPerQuarter: Math.round(60e6 / value),
  }));
  // Of several tempi at one tick the last holds in a tempo map: the upper part's shall.
  const tempos = tempoMap(changes.reverse(), ticksPerQuarter);
  const inTicks = <T extends object>(said: readonly From<T>[]) => said.map((each) => ({ ...each, tick: tickOf(each) }));
  const metres = agree(inTicks(page.metres)), keys = agree(inTicks(page.keys));
  const warnings = [
    ...disagreement("time signatures", metres.differ, ticksPerQuarter),
    ...disagreement("key signatures", keys.differ, ticksPerQuarter),
    ...rounding(page.microtones),
  ];

  const parts = partsOf(page);
  // What sounds beyond the last bar belongs to the piece.
  let { endTick } = timeLine;
  for (const { note, head: { part, staff, unpitched } } of tiedNotes(page, timeLine, mending)) {
    parts.get(partKey(part, staff, unpitched))!.notes.push({
      ...note,
      velocity: DEFAULT_VELOCITY,
      start: secondsAt(tempos, ticksPerQuarter, note.startTick),
      end: secondsAt(tempos, ticksPerQuarter, note.endTick),
    });
    endTick = Math.max(endTick, note.endTick);
  }
  for (const { notes } of parts.values()) {
    notes.sort((a, b) => a.startTick - b.startTick || a.pitch - b.pitch || a.endTick - b.endTick);
  }
  const firstBar = timeLine.barTicks[1] ?? timeLine.endTick;
  const [metre] = metres.held;
  const upbeat = metre?.tick === 0 && page.bars.length > 1 && firstBar < ticksPerQuarter * barQuarters(metre);
  return {
    ...(page.title && { title: page.title }),
    ...(upbeat && { upbeatTicks: firstBar }),
    ticksPerQuarter,
    parts: [...parts.values()],
    tempos,
    metres: metres.held,
    keys: keys.held,
    endTick,
    end: secondsAt(tempos, ticksPerQuarter, endTick),
    repairs: mending.sentences(),
    ...(warnings.length > 0 && { warnings }),
  };
}

function partKey(part: number, staff: number, unpitched: boolean): string {
  return `${part} ${staff} ${unpitched}`;
}

/** The parts that the score will have, still without notes: one per staff, and one for its drums. */
function partsOf(page: Page): Map<string, Part & { notes: Note[] }> {
  const used = new Set(page.heads.map(({ part, staff, unpitched }) => partKey(part, staff, unpitched)));
  const parts = new Map<string, Part & { notes: Note[] }>();
  for (const part of page.parts) {
    for (const staff of [...part.staves].sort((a, b) => a - b)) {
      for (const drum of [false, true]) {
        const key = partKey(part.index, staff, drum);
        // A staff that only rests is a part, too.
        if (!used.has(key) && (drum || used.has(partKey(part.index, staff, true)))) continue;
        parts.set(key, {
          name: part.name,
          ...drum ? { program: 0, drum, channel: DRUM_CHANNEL } : {
            ...{ program: programOf(part), drum, channel: channelOf(part.index) },
          },
          track: part.index,
          notes: [],
        });
      }
    }
  }
  return parts;
}

function programOf({ program, name }: PagePart): number {
  if (program !== undefined) return program;
  const lower = name.toLowerCase();
  return [...INSTRUMENTS.values()].find((instrument) => lower.startsWith(instrument.name.toLowerCase()))?.program ?? 0;
}

function rounding({ count, first }: Page["microtones"]): string[] {
  if (!first) return [];
  const more = count > 1 ? `, and ${count - 1} more,` : "";
  return [`${placeInWords(first)}: A pitch${more} stands between two semitones: rounded to one of them.`];
}
