import type { FewOfAKind } from "../few_of_a_kind.ts";
import { MidiError } from "./midi_error.ts";
import { CHANNEL_DATA_BYTES, hex, SYSTEM_DATA_BYTES, variable } from "./event_bytes.ts";
import { findInMeta, findInSystem } from "./impossible.ts";
import { exclusiveEnd, metaEnd, resumeAt } from "./resume.ts";

/** The last tick that is counted: 2^32 - 1, as a column of ticks holds it. */
export const MAX_TICK = 0xffffffff;
/** The most that a number of variable length says: four bytes of seven bits. */
export const MAX_VARIABLE = 0x0fffffff;
/** A name may take so many bytes; no person writes a longer one. */
export const MAX_NAME_BYTES = 1000;
/** The event with which a track ends, one character a byte. */
export const END_OF_TRACK = "\xff\x2f\0";

/** At how many places of a track reading may go on after what cannot be read; one with more holds something else. */
const MOST_RESUMED = 20;
/** The last type of meta events that are texts; the first is 1. */
const LAST_TEXT = 0x0f;
/** What is wrong where an event goes on with the status of a system exclusive message. */
const RUNNING_SYSTEM_EXCLUSIVE =
  "an event has no status byte, and running status does not go on after a system exclusive message";

/** Where the events of a track stand in the file. All offsets in bytes. */
export interface Track {
  /** Where its chunk begins. */
  offset: number;
  /** Where its events begin. */
  start: number;
  /** Where they end. */
  end: number;
  /** Its length is wrong: it ends with its own end of track, and at `end` at the latest. */
  open?: true;
}

/**
 * Takes the events of a track one by one; no object is made of them.
 *
 * @param status Status byte, also where running status leaves it out.
 * @param tick When it happens, in ticks from the beginning.
 * @param dataStart Where its data begin, after status, type and length.
 * @param dataEnd Where its data end.
 * @param metaType Type of a meta event; -1 for others.
 * @param deltaEnd Where its delta time ends, and its status byte or first data byte stands.
 */
export type EventVisitor = (
  status: number,
  tick: number,
  dataStart: number,
  dataEnd: number,
  metaType: number,
  deltaEnd: number,
) => void;

/** How {@linkcode walkEvents} takes damage. */
export interface WalkOptions {
  /**
   * Refuse a tempo of 0 and a metre of no beats, since tempo and metre of this track count.
   *
   * @default false
   */
  timeCounts?: boolean;
  /**
   * Takes what has to be mended; without it, damage is refused.
   *
   * @default undefined
   */
  repairs?: FewOfAKind;
  /**
   * The last tick that music may have.
   *
   * @default {MAX_TICK}
   */
  maxTick?: number;
}

/** The track ends before its last event does; the events before it stand. */
class CutShort extends MidiError {
  /**
   * An error at a byte, in an event.
   *
   * @param reason What is wrong there, in words.
   * @param offset Where, in bytes from the beginning of the file.
   * @param event Where the event begins.
   */
  constructor(readonly reason: string, offset: number, readonly event: number) {
    super(reason, offset);
  }
}

/**
 * Walks a track byte by byte and refuses what mido 1.3.3 and pretty_midi 0.2.10 refuse, except for long messages and
 * late ticks, and for what an escape (0xF7) holds.
 *
 * With `repairs`, a data byte above 127 is made 127 in `bytes` itself, an event that says what cannot be, or a tempo that
 * is not three bytes, is left out, what no event can be read from is passed over, and a track that ends within an event ends before it.
 *
 * @throws {MidiError} At the first byte that cannot be right.
 */
export function walkEvents(bytes: Uint8Array, track: Track, visit: EventVisitor, options: WalkOptions = {}): void {
  // Where an event first went on with the status of a system exclusive message. mido reads on, often until nothing fits.
  let astray = -1;
  try {
    walk(bytes, track, visit, options, (at) => {
      if (options.repairs) throw new MidiError(RUNNING_SYSTEM_EXCLUSIVE, at);
      if (astray < 0) astray = at;
    });
  } catch (error) {
    if (astray >= 0 && error instanceof MidiError) throw new MidiError(RUNNING_SYSTEM_EXCLUSIVE, astray);
    if (!options.repairs || !(error instanceof CutShort)) throw error;
    const { reason, event } = error;
    options.repairs.add(
      "Tracks cut short",
      `The track at byte ${track.offset} breaks off at byte ${event}: ${reason}. The rest, up to byte ` +
        `${track.end}, was left out.`,
    );
  }
}

function walk(
  bytes: Uint8Array,
  { start, end, open }: Track,
  visit: EventVisitor,
  options: WalkOptions,
  goAstray: (at: number) => void,
): void {
  const { timeCounts = false, repairs, maxTick = MAX_TICK } = options;
  let [position, offset, tick, running, resumed] = [start, start, 0, -1, 0];
  let [lastType, lastData, ended] = [-1, start, false];
  const goOn = (reason: string, at: number, before: number, cutShort = ended) => {
    if (!repairs) throw new MidiError(reason, at);
    const next = resumed++ < MOST_RESUMED ? resumeAt(bytes, offset, lastType < 0 ? offset : lastData, end) : -1;
    if (next < 0) throw cutShort ? new CutShort(reason, at, offset) : new MidiError(reason, at);
    const done = next < offset
      ? `The meta event before byte ${offset} is shorter than it says: the next was read from byte ${next} on.`
      : `What stands from byte ${offset} up to byte ${next} cannot be read: ${reason}. It was passed over.`;
    repairs.add("Places that cannot be read", done);
    [position, tick, running, lastType] = [next, before, -1, -1];
  };
  while (position < end) {
    offset = position;
    const before = tick;
    const deltaEnd = variableEnd(bytes, position, end, offset);
    const delta = variable(bytes, position, deltaEnd);
    if (delta > MAX_VARIABLE) {
      const reason = `a delta time is above ${MAX_VARIABLE}`;
      // Before the end of the track, no time is too long.
      if (end - deltaEnd <= END_OF_TRACK.length) throw new CutShort(reason, offset, offset);
      goOn(reason, offset, before);
      continue;
    }
    tick += delta;
    position = deltaEnd;
    let [status, taken] = [readByte(bytes, position++, end, offset), 0];
    if (status < 0x80) {
      if (running < 0) {
        goOn("an event has no status byte, and there is none before it to go on", deltaEnd, before);
        continue;
      }
      if (running === 0xf0 || running === 0xf7) {
        if (!repairs || lastType < 1 || lastType > LAST_TEXT) goAstray(deltaEnd);
        else {
          goOn(RUNNING_SYSTEM_EXCLUSIVE, deltaEnd, before);
          continue;
        }
      }
      status = running;
      taken = 1;
    } else if (status !== 0xff) {
      running = status;
    }
    const metaType = status === 0xff ? readByte(bytes, position++, end, offset) : -1;
    let dataStart = position - taken;
    if (status === 0xff || status === 0xf0 || status === 0xf7) {
      dataStart = variableEnd(bytes, position, end, offset);
      position = dataStart + variable(bytes, position, dataStart);
      if (repairs && status === 0xf0) position = exclusiveEnd(bytes, dataStart, position, end, repairs);
      if (repairs && status === 0xff) position = metaEnd(bytes, metaType, dataStart, position, end, repairs);
    } else {
      const length = status < 0xf0 ? CHANNEL_DATA_BYTES[(status >> 4) - 8] : SYSTEM_DATA_BYTES[status] ?? 0;
      if (taken > length) {
        goOn(`the byte ${hex(bytes[deltaEnd])} belongs to no event`, deltaEnd, before);
        continue;
      }
      position = dataStart + length;
    }
    if (position > end) {
      const reason = "an event runs over the end of its track";
      if (!repairs || status < 0xf0) throw new CutShort(reason, offset, offset);
      // Its length may be wrong, and music be in what it takes for its own.
      goOn(reason, offset, before, true);
      continue;
    }
    [lastType, lastData, ended] = [metaType, dataStart, ended || metaType === 0x2f];
    // The end of the track is no music, and may stand as late as it likes.
    if (tick > maxTick && metaType !== 0x2f) {
      const limit = maxTick < MAX_TICK ? "which is more than a week" : `which is above ${MAX_TICK}`;
      throw new CutShort(`the piece runs to tick ${tick}, ${limit}`, offset, offset);
    }
    if (status < 0xf0) {
      for (let at = dataStart; at < position; at++) if (bytes[at] > 127) mendDataByte(bytes, at, repairs);
    } else {
      const impossible = status === 0xff
        ? findInMeta(bytes, metaType, dataStart, position, { timeCounts, exact: repairs !== undefined })
        : findInSystem(bytes, status, dataStart, position);
      if (impossible) {
        if (!repairs) throw new MidiError(impossible.reason, impossible.offset);
        repairs.add("Impossible events", `The event at byte ${deltaEnd} was left out: ${impossible.reason}.`);
        continue;
      }
    }
    visit(status, tick, dataStart, position, metaType, deltaEnd);
    if (open && metaType === 0x2f) return;
  }
}

function readByte(bytes: Uint8Array, at: number, end: number, event: number): number {
  if (at >= end) throw new CutShort("the track ends within an event", end, event);
  return bytes[at];
}

/** Where a number of variable length ends. */
function variableEnd(bytes: Uint8Array, at: number, end: number, event: number): number {
  while (readByte(bytes, at++, end, event) > 0x7f);
  return at;
}

function mendDataByte(bytes: Uint8Array, at: number, repairs: FewOfAKind | undefined): void {
  if (!repairs) throw new MidiError(`a data byte must be at most 127, and this is ${bytes[at]}`, at);
  repairs.add(
    "Data bytes above 127",
    `The data byte at byte ${at} is ${bytes[at]}: 127 was taken, the highest there is.`,
  );
  bytes[at] = 127;
}
