import { checkOptions, kinds, optional } from "../../options/mod.ts";
import {
  type KeySignature,
  type Metre,
  type Part,
  type Score,
  secondsAt,
  type TempoChange,
  tempoMap,
} from "../../score/mod.ts";
import { checkMidi, DRUM_CHANNEL } from "./check.ts";
import { decodeEvents, type ScoreEvent } from "./decode.ts";
import { repairMidi } from "./repair.ts";

/** How {@linkcode readMidi} reads. */
export interface ReadMidiOptions {
  /**
   * Mend a damaged file where its damage is understood, and say so in `score.repairs`; a sound file is never touched.
   *
   * @default {false}
   */
  repair?: boolean;
}

/**
 * Reads a Standard MIDI File by the rules of pretty_midi 0.2.10, which the published run of the paper was read with.
 *
 * - A part is a (program, channel, track) and stands where its first note closes; a part without notes does not exist.
 *   Its notes stand in the order of their note-offs. A note belongs to the program that holds at its note-off.
 * - One note-off closes every open note of its pitch, channel and track that began on an earlier tick. One that began
 *   on this very tick stays open if an earlier one was closed, and is forgotten otherwise. Notes never closed are
 *   forgotten; the pedal is ignored.
 * - Tempo, metre and key come from the first track, whatever the format; 120 quarter notes a minute until told
 *   otherwise; of several at one tick the last holds.
 * - `end` counts control changes, pitch bends, texts, tempi, metres and keys too, but no end of track.
 *
 * It refuses what mido and pretty_midi refuse. Where it differs, on purpose:
 *
 * - mido forgets the delta time of a meta event of unknown type, so that the rest of its track sounds too early. We
 *   keep it.
 * - A file in SMPTE frames is refused even if it has no notes, with which pretty_midi would read it.
 * - Names that are valid UTF-8 are read as such; mido always takes Latin-1. A name is cut at 1,000 bytes.
 * - A metre whose lower number is above 2^30 is refused (midi-file counts it in 32 bits), and some above 2^28 are
 *   read that mido, computing a logarithm, takes for no power of two.
 *
 * @param bytes The file.
 * @throws {MidiError} If the file is damaged: with the offset in bytes and the reason.
 * @throws {TypeError} If `bytes` is not a `Uint8Array`.
 */
export function readMidi(bytes: Uint8Array, options: ReadMidiOptions = {}): Score {
  if (!(bytes instanceof Uint8Array)) {
    throw new TypeError(`Cannot read MIDI: expected the bytes of a file as a Uint8Array, got ${typeof bytes}`);
  }
  const { repair } = checkOptions("read MIDI", options, { repair: optional(kinds.boolean) });
  const { file, repairs } = repair ? repairMidi(bytes) : { file: checkMidi(bytes), repairs: [] };
  const tracks = decodeEvents(file);
  const { title, changes, metres, keys } = readFirstTrack(tracks[0]);
  const tempos = tempoMap(changes, file.ticksPerQuarter);
  const parts: Part[] = [];
  let endTick = Math.max(...[tempos, metres, keys].map((list) => list.at(-1)?.tick ?? 0));
  for (const [track, events] of tracks.entries()) {
    const read = readParts(events, track);
    parts.push(...read.parts);
    endTick = Math.max(endTick, read.endTick);
  }
  for (const { notes } of parts) {
    for (const note of notes) {
      note.start = secondsAt(tempos, file.ticksPerQuarter, note.startTick);
      note.end = secondsAt(tempos, file.ticksPerQuarter, note.endTick);
    }
  }
  return {
    ...(title && { title }),
    ticksPerQuarter: file.ticksPerQuarter,
    parts,
    tempos,
    metres,
    keys,
    endTick,
    end: secondsAt(tempos, file.ticksPerQuarter, endTick),
    repairs,
  };
}

function readFirstTrack(events: ScoreEvent[]) {
  let title = "";
  const changes: TempoChange[] = [];
  const metres: Metre[] = [];
  const keys: KeySignature[] = [];
  const replaceLast = <T extends { tick: number }>(list: T[], entry: T) => {
    if (list.at(-1)?.tick === entry.tick) list.pop();
    list.push(entry);
  };
  for (const event of events) {
    const { tick } = event;
    if (event.type === "trackName") {
      title ||= decodeText(event.text);
    } else if (event.type === "setTempo") {
      changes.push({ tick, microsecondsPerQuarter: event.microsecondsPerBeat });
    } else if (event.type === "timeSignature") {
      replaceLast(metres, { tick, numerator: event.numerator, denominator: event.denominator });
    } else if (event.type === "keySignature") {
      replaceLast(keys, { tick, fifths: event.key, mode: event.scale === 0 ? "major" : "minor" });
    }
  }
  return { title, changes, metres, keys };
}

/** The parts of one track, their notes still without seconds, and its last tick that counts for the end. */
function readParts(events: ScoreEvent[], track: number): { parts: Part[]; endTick: number } {
  const parts = new Map<number, Part>();
  const open = new Map<number, { tick: number; velocity: number }[]>();
  const programs = new Array<number>(16).fill(0);
  const controls = new ControlTicks();
  let [name, endTick] = ["", 0];

  const partAt = (channel: number): Part => {
    const program = programs[channel];
    const key = program * 16 + channel;
    let part = parts.get(key);
    if (!part) {
      part = { name, program, drum: channel === DRUM_CHANNEL, channel, track, notes: [] };
      parts.set(key, part);
      controls.partAppears(channel);
    }
    return part;
  };
  const close = (channel: number, pitch: number, endTick: number) => {
    const key = channel * 128 + pitch;
    const began = open.get(key) ?? [];
    const closing = began.filter(({ tick }) => tick !== endTick);
    const staying = began.filter(({ tick }) => tick === endTick);
    for (const { tick, velocity } of closing) {
      partAt(channel).notes.push({ pitch, velocity, startTick: tick, endTick, start: 0, end: 0 });
    }
    if (closing.length > 0 && staying.length > 0) open.set(key, staying);
    else open.delete(key);
  };

  for (const event of events) {
    if (event.type === "trackName") {
      name = decodeText(event.text);
    } else if (event.type === "programChange") {
      programs[event.channel] = event.programNumber;
    } else if (event.type === "noteOn") {
      const key = event.channel * 128 + event.noteNumber;
      const began = open.get(key) ?? [];
      began.push({ tick: event.tick, velocity: event.velocity });
      open.set(key, began);
    } else if (event.type === "noteOff") {
      close(event.channel, event.noteNumber, event.tick);
    } else if (event.type === "controller" || event.type === "pitchBend") {
      controls.add(event.channel, event.tick, parts.has(programs[event.channel] * 16 + event.channel));
    } else if (event.type === "text" || event.type === "lyrics") {
      endTick = event.tick;
    }
  }
  const releases = [...parts.values()].map(({ notes }) => notes.at(-1)!.endTick);
  return { parts: [...parts.values()], endTick: Math.max(endTick, controls.last, ...releases) };
}

/**
 * Which control changes and pitch bends count for the end of the piece.
 *
 * pretty_midi gives each to the part that plays on its channel. Those that come before that part's first release wait,
 * and go to the next part that appears on the channel; if none does, they count for nothing.
 */
class ControlTicks {
  /** The last tick that counts. */
  last = 0;
  readonly #waiting = new Map<number, number>();
  readonly #claimed = new Set<number>();

  add(channel: number, tick: number, partPlays: boolean): void {
    if (partPlays || this.#claimed.has(channel)) this.last = tick;
    else this.#waiting.set(channel, tick);
  }

  partAppears(channel: number): void {
    const waiting = this.#waiting.get(channel);
    if (waiting === undefined) return;
    this.#claimed.add(channel);
    this.last = Math.max(this.last, waiting);
  }
}

/** Text of a file, one character a byte: UTF-8 where it is valid, and Latin-1 where not. */
function decodeText(text: string): string {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return text;
  }
}
