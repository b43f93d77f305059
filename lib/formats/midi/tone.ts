import midi from "@tonejs/midi";
import {
  DRUM_CHANNEL,
  type KeySignature,
  type Metre,
  type Note,
  type Part,
  type Score,
  secondsAt,
  tempoMap,
} from "../../score/mod.ts";
import { MAX_DENOMINATOR_EXPONENT } from "./impossible.ts";
import { MAX_NAME_BYTES, MAX_VARIABLE } from "./walk.ts";

/** The object that @tonejs/midi reads from a file and writes to one. */
export type Midi = InstanceType<typeof midi.Midi>;

/** The major keys from 7 flats to 7 sharps; @tonejs/midi calls minor keys by them too. */
export const KEY_NAMES = ["Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#"];

/**
 * Converts a score to the `Midi` object of @tonejs/midi, one track per part.
 *
 * Notes stand in the order of their onsets and velocities run from 0 to 1. A key has the name of the major key with
 * its signature and `scale` says whether it is minor, as @tonejs/midi itself reads it. Fermatas, repairs and the end of
 * the piece have no place there.
 *
 * @throws {RangeError} If MIDI cannot say what the score says, as {@linkcode writeMidi} does.
 */
export function toTone(score: Score): Midi {
  checkScore(score);
  const tone = new midi.Midi();
  tone.header.fromJSON({
    name: score.title ?? "",
    ppq: score.ticksPerQuarter,
    meta: [],
    tempos: score.tempos.map(({ tick, microsecondsPerQuarter }) => ({
      ticks: tick,
      bpm: toBpm(microsecondsPerQuarter),
    })),
    timeSignatures: score.metres.map((metre) => ({
      ticks: metre.tick,
      timeSignature: [metre.numerator, metre.denominator],
    })),
    keySignatures: score.keys.map(({ tick, fifths, mode = "major" }) => ({
      ticks: tick,
      key: KEY_NAMES[fifths + 7],
      scale: mode,
    })),
  });
  for (const { name, channel, program, notes } of score.parts) {
    const track = tone.addTrack();
    track.name = name;
    track.channel = channel;
    track.instrument.number = program;
    for (const { pitch, velocity, startTick, endTick } of notes.toSorted(byOnset)) {
      track.addNote({
        midi: pitch,
        velocity: toToneVelocity(velocity),
        ticks: startTick,
        durationTicks: endTick - startTick,
      });
    }
  }
  return tone;
}

/**
 * Converts a `Midi` object of @tonejs/midi to a score.
 *
 * Times follow our rules, not Tone's: 120 quarter notes a minute hold until the first tempo. Tracks without notes are
 * left out, and the notes of a part stand in the order of their releases.
 *
 * @throws {RangeError} If a key has a name that is no major key's, or anything else that MIDI cannot say.
 */
export function fromTone(tone: Midi): Score {
  const { header } = tone;
  const ticksPerQuarter = header.ppq;
  const tempos = tempoMap(
    header.tempos.map(({ ticks, bpm }) => ({ tick: ticks, microsecondsPerQuarter: Math.round(6e7 / bpm) })),
    ticksPerQuarter,
  );
  const metres: Metre[] = header.timeSignatures.map(({ ticks, timeSignature: [numerator, denominator] }) => {
    return { tick: ticks, numerator, denominator };
  });
  const keys: KeySignature[] = header.keySignatures.map(({ ticks, key, scale }) => {
    const fifths = KEY_NAMES.indexOf(key) - 7;
    if (fifths < -7) throw new RangeError(`Cannot read a Tone.js score: there is no major key "${key}"`);
    return { tick: ticks, fifths, mode: scale === "minor" ? "minor" : "major" };
  });
  const parts = tone.tracks.flatMap((track, index): Part[] => {
    if (track.notes.length === 0) return [];
    const notes = track.notes.map((note): Note => {
      const [startTick, endTick] = [note.ticks, note.ticks + note.durationTicks];
      return {
        pitch: note.midi,
        velocity: Math.max(1, Math.round(note.velocity * 127)),
        startTick,
        endTick,
        start: secondsAt(tempos, ticksPerQuarter, startTick),
        end: secondsAt(tempos, ticksPerQuarter, endTick),
      };
    });
    return [{
      name: track.name,
      program: track.instrument.number,
      drum: track.channel === DRUM_CHANNEL,
      channel: track.channel,
      track: index,
      notes: notes.sort(byRelease),
    }];
  });
  const ends = [...tempos, ...metres, ...keys].map(({ tick }) => tick);
  for (const { notes } of parts) ends.push(notes.at(-1)!.endTick);
  const endTick = ends.reduce((latest, tick) => Math.max(latest, tick), 0);
  const score: Score = {
    ...(header.name && { title: header.name }),
    ticksPerQuarter,
    parts,
    tempos,
    metres,
    keys,
    endTick,
    end: secondsAt(tempos, ticksPerQuarter, endTick),
    repairs: [],
  };
  checkScore(score);
  return score;
}

/** Order of onsets, as @tonejs/midi keeps its notes. */
export function byOnset(a: Note, b: Note): number {
  return a.startTick - b.startTick;
}

/** Order of releases, as MIDI is read. */
export function byRelease(a: Note, b: Note): number {
  return a.endTick - b.endTick;
}

/** @tonejs/midi rounds down when it writes, so a value that would come back too small is raised by a hair. */
function toBpm(microsecondsPerQuarter: number): number {
  const microseconds = Math.round(microsecondsPerQuarter);
  const bpm = 6e7 / microseconds;
  return Math.floor(6e7 / bpm) === microseconds ? bpm : 6e7 / (microseconds + 1e-3);
}

function toToneVelocity(velocity: number): number {
  const fraction = velocity / 127;
  return Math.floor(fraction * 127) === velocity ? fraction : (velocity + 1e-6) / 127;
}

/**
 * Makes sure that MIDI can say what a score says.
 *
 * @throws {RangeError} With the place and the value, if it cannot.
 */
export function checkScore(score: Score): void {
  const require = (what: string, value: number, low: number, high: number) => {
    if (Number.isInteger(value) && value >= low && value <= high) return;
    throw new RangeError(
      `Cannot write MIDI: ${what} must be an integer from ${low} to ${high}, current value is ${value}`,
    );
  };
  require("ticks per quarter note", score.ticksPerQuarter, 1, 0x7fff);
  checkName("the title", score.title ?? "");
  for (const { tick, microsecondsPerQuarter } of score.tempos) {
    require("the tick of a tempo", tick, 0, MAX_VARIABLE);
    require("a tempo in microseconds per quarter note", Math.round(microsecondsPerQuarter), 1, 0xffffff);
  }
  for (const { tick, numerator, denominator } of score.metres) {
    require("the tick of a metre", tick, 0, MAX_VARIABLE);
    require("the upper number of a metre", numerator, 1, 255);
    require("the lower number of a metre, as a power of 2,", Math.log2(denominator), 0, MAX_DENOMINATOR_EXPONENT);
  }
  for (const { tick, fifths } of score.keys) {
    require("the tick of a key", tick, 0, MAX_VARIABLE);
    require("the sharps of a key", fifths, -7, 7);
  }
  for (const [i, part] of score.parts.entries()) {
    checkName(`the name of part ${i}`, part.name);
    require(`the program of part ${i}`, part.program, 0, 127);
    require(`the channel of part ${i}`, part.channel, 0, 15);
    if (part.drum !== (part.channel === DRUM_CHANNEL)) {
      throw new RangeError(
        `Cannot write MIDI: percussion, and nothing else, plays on channel ${DRUM_CHANNEL} (the tenth), but part ${i} ` +
          `${part.drum ? "is" : "is not"} percussion and has channel ${part.channel}`,
      );
    }
    for (const [n, note] of part.notes.entries()) {
      const where = `of note ${n} of part ${i}`;
      require(`the pitch ${where}`, note.pitch, 0, 127);
      require(`the velocity ${where}`, note.velocity, 1, 127);
      require(`the onset ${where} in ticks`, note.startTick, 0, MAX_VARIABLE);
      require(`the release ${where} in ticks`, note.endTick, note.startTick, MAX_VARIABLE);
    }
  }
}

function checkName(what: string, name: string): void {
  const length = new TextEncoder().encode(name).length;
  if (length > MAX_NAME_BYTES) {
    throw new RangeError(`Cannot write MIDI: ${what} must have at most ${MAX_NAME_BYTES} bytes, and has ${length}`);
  }
}
