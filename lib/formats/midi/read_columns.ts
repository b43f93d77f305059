import { checkOptions, kinds, optional } from "../../options/mod.ts";
import { type ColumnScore, secondsAt, secondsAtEach, tickAt } from "../../score/mod.ts";
import { FewOfAKind } from "../few_of_a_kind.ts";
import { findChunks } from "./chunks.ts";
import { NoteCollector } from "./collect_notes.ts";
import { META_DATA_BYTES } from "./event_bytes.ts";
import { type Reading, repairMidi } from "./repair.ts";
import { TEMPO_TRACKS, TempoMetreKey, type TempoTracks } from "./tempo_metre_key.ts";
import { type EventVisitor, MAX_NAME_BYTES, MAX_TICK, walkEvents } from "./walk.ts";

/** How {@linkcode readMidi} reads. */
export interface ReadMidiOptions {
  /**
   * Mend a damaged file where its damage is understood, and say so in `score.repairs`; a sound file is never touched.
   *
   * @default {false}
   */
  repair?: boolean;
  /**
   * Which tracks say tempo, metre and key: the first alone, as pretty_midi has it, or all. What is not followed is
   * told in `score.warnings`.
   *
   * @default {"first"}
   */
  tempo?: TempoTracks;
}

/** How many repairs of one kind are named one by one. */
const MOST_NAMED = 20;

/** The longest piece, in seconds: a week, more than which no music is meant to take. */
const MOST_SECONDS = 7 * 24 * 60 * 60;

/** What meta events say of the whole piece, by their types. */
const SAID_BY_META: Readonly<Record<number, string>> = { 0x51: "tempo", 0x58: "metre", 0x59: "key" };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a Standard MIDI File as {@linkcode readMidi} does, with its notes in columns and not as objects: what a large
 * collection is read with. Notes take at most nine bytes of memory per byte of the file, and tempi some 20 while they
 * are read.
 *
 * @param bytes The file.
 * @throws {MidiError} If the file is damaged: with the offset in bytes and the reason.
 * @throws {TypeError} If `bytes` is not a `Uint8Array`.
 */
export function readMidiColumns(bytes: Uint8Array, options: ReadMidiOptions = {}): ColumnScore {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot read MIDI: expected the bytes of a file as a Uint8Array, got ${typeof bytes}`);
  }
  const { repair = false, tempo = "first" } = checkOptions("read MIDI", options, {
    repair: optional(kinds.boolean),
    tempo: optional(TEMPO_TRACKS),
  });
  const read = (bytes: Uint8Array, mend: boolean) => readWhole(bytes, tempo, mend);
  return repair ? repairMidi(bytes, read) : read(bytes, false).score;
}

function readWhole(file: Uint8Array, tempo: TempoTracks, mend: boolean, maxTick = MAX_TICK): Reading {
  const repairs = mend
    ? new FewOfAKind({ most: MOST_NAMED, more: (kind, count) => `${kind}: ${count} more.` })
    : undefined;
  // What is mended is mended in a copy.
  const bytes = mend ? file.slice() : file;
  const chunks = findChunks(bytes, repairs);
  const { apart, ticksPerQuarter, fixedTempo, tracks, trackCount, further, another, unread } = chunks;
  const collector = new NoteCollector(tracks.reduce((sum, { start, end }) => sum + end - start, 0));
  const said = new TempoMetreKey(tempo, ticksPerQuarter, fixedTempo);
  let title = "";
  /** Tempi, metres and keys of more bytes than they need: how many, and the first; and whether a tempo is one of them. */
  const tooLong = { count: 0, what: "", bytes: 0, needed: 0, at: 0, tempo: false };

  const visitMeta = (type: number, tick: number, start: number, end: number) => {
    const what = SAID_BY_META[type], needed = META_DATA_BYTES[type];
    if (what && end - start > needed && said.counts) {
      if (tooLong.count++ === 0) Object.assign(tooLong, { what, bytes: end - start, needed, at: start });
      tooLong.tempo ||= type === 0x51;
    }
    if (type === 0x51) {
      said.tempo(tick, bytes[start] << 16 | bytes[start + 1] << 8 | bytes[start + 2], start);
    } else if (type === 0x58) {
      said.metre(tick, bytes[start], 2 ** bytes[start + 1], start);
    } else if (type === 0x59) {
      said.key(tick, bytes[start] << 24 >> 24, bytes[start + 1] === 0 ? "major" : "minor", start);
    } else if (type === 0x03) {
      collector.name = decodeText(bytes.subarray(start, Math.min(end, start + MAX_NAME_BYTES)));
      if (said.isFirst) title ||= collector.name;
    } else if (type === 0x01 || type === 0x05) {
      collector.reach(tick);
    }
  };
  let astray = -1;
  const visit: EventVisitor = (status, tick, start, end, metaType, deltaEnd) => {
    const channel = status & 0xf;
    switch (status >> 4) {
      case 0x8:
        return collector.close(channel, bytes[start], tick);
      case 0x9:
        if (bytes[start + 1] === 0) return collector.close(channel, bytes[start], tick);
        return collector.open(channel, bytes[start], bytes[start + 1], tick);
      case 0xb:
      case 0xe:
        return collector.control(channel, tick);
      case 0xc:
        return collector.setProgram(channel, bytes[start]);
      case 0xf:
        if (metaType >= 0) visitMeta(metaType, tick, start, end);
        else if (astray < 0 && bytes[deltaEnd] < 0x80 && (status === 0xf0 || status === 0xf7)) astray = deltaEnd;
    }
  };
  for (const track of tracks) {
    collector.beginTrack();
    said.beginTrack();
    walkEvents(bytes, track, visit, { timeCounts: said.counts, repairs, maxTick });
  }

  const { tempos, metres, keys, warnings } = said.result();
  const endTick = Math.max(collector.endTick, ...[tempos, metres, keys].map((list) => list.at(-1)?.tick ?? 0));
  const end = secondsAt(tempos, ticksPerQuarter, endTick);
  if (end > MOST_SECONDS && maxTick === MAX_TICK) {
    // The tick is known now, and the walk to it finds the event that is too late.
    return readWhole(file, tempo, mend, Math.floor(tickAt(tempos, ticksPerQuarter, MOST_SECONDS)));
  }
  if (fixedTempo !== undefined) {
    warnings.push("Time is counted in SMPTE frames, which have no beat: a second was read as a quarter note.");
  }
  if (astray >= 0) {
    warnings.push(
      `The event at byte ${astray} goes on with the status of a system exclusive message, which the standard forbids: ` +
        "it was taken for another one, as mido does, and what follows may be misread.",
    );
  }
  if (tooLong.count > 0) {
    const { count, what, bytes, needed, at } = tooLong;
    warnings.push(
      `The ${what} at byte ${at} has ${bytes} bytes, and not ${needed}${
        count > 1 ? `, and ${count - 1} more are too long` : ""
      }: ` +
        "the first were read, as in pretty_midi, and others may be meant.",
    );
  }
  if (unread !== undefined) {
    warnings.push(
      `The last track ends at byte ${unread} without an end of track, and goes on behind that: as in pretty_midi, the ` +
        "rest was not read. Repair reads it.",
    );
  }
  if (further > 0) {
    warnings.push(
      `The header counts ${trackCount} tracks, and there are ${
        trackCount + further
      }: those beyond the count were not ` +
        "read, as in pretty_midi. Repair reads them.",
    );
  }
  if (another !== undefined) warnings.push(`Another file begins at byte ${another}, and was not read.`);
  const { parts, notes } = collector.collected();
  const { count, pitch, track, tick } = collector.forgotten;
  if (count > 0) {
    warnings.push(
      `${count === 1 ? "A note" : `${count} notes`} without an end, or without length, ` +
        `${count === 1 ? "was" : "were"} left out, as in pretty_midi: pitch ${pitch} at tick ${tick} of track ${
          track + 1
        }` +
        `${count > 1 ? ", and others" : ""}.`,
    );
  }
  if (apart && tracks.length > 1) {
    warnings.push("The tracks are pieces of their own (format 2): they were read as if they sounded together.");
  }
  const score = {
    ...(title && { title }),
    ticksPerQuarter,
    parts,
    notes: {
      ...notes,
      start: secondsAtEach(tempos, ticksPerQuarter, notes.startTick),
      end: secondsAtEach(tempos, ticksPerQuarter, notes.endTick),
    },
    tempos,
    metres,
    keys,
    endTick,
    end,
    repairs: repairs?.sentences() ?? [],
    ...(warnings.length > 0 && { warnings }),
  };
  return { score, mendable: further > 0 || unread !== undefined || tooLong.tempo };
}

/** UTF-8 where it is valid, and Latin-1 where not. */
function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return String.fromCharCode(...bytes);
  }
}
