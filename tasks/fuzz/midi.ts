import { MidiError, readMidi, writeMidi } from "../../lib/formats/mod.ts";
import type { Score } from "../../lib/score/mod.ts";
import type { Dice } from "./dice.ts";
import { bytes, type Chunk, chunk, join, takenApart } from "./midi_chunks.ts";
import { holdSound } from "./sound_score.ts";
import { CASES, filesIn, hold, type Subject, Wrong } from "./subject.ts";

/** MIDI files: what is altered are chunks, events, their times and lengths, running status, and what metas say. */
export const MIDI: Subject = {
  name: "midi",
  ending: ".mid",
  seeds: async () => [...SEEDS, ...await filesIn(CASES, ".mid")],
  mutate,
  read(mutant) {
    const strict = attempt(mutant, false), mended = attempt(mutant, true);
    hold(!strict || mended !== undefined, "it is read as it stands, and refused when it may be mended");
    if (strict) holdRoundTrip(strict);
    return mended !== undefined;
  },
};

function attempt(bytes: Uint8Array, repair: boolean): Score | undefined {
  try {
    const score = readMidi(bytes, { repair });
    // A note takes two events of three bytes, with running status and a common time.
    holdSound(score, bytes.length / 2);
    for (const { notes } of score.parts) {
      const early = notes.findIndex(({ endTick }, i) => endTick < (notes[i - 1]?.endTick ?? 0));
      hold(early < 0, () => `note ${early} ends before the one above it`);
    }
    return score;
  } catch (error) {
    if (!(error instanceof MidiError)) throw error;
    hold(error.offset >= 0 && error.offset <= bytes.length, () => `it is refused outside the file: ${error.message}`);
    hold(
      /^Cannot read MIDI: .+, at byte \d+$/s.test(error.message),
      () => `it is refused in other words: ${error.message}`,
    );
  }
}

/** Times that {@linkcode writeMidi} cannot write are refused by it, in its words. */
function holdRoundTrip(score: Score): void {
  let again: Score;
  try {
    again = readMidi(writeMidi(score));
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith("Cannot write MIDI: ")) return;
    throw new Wrong(`it cannot be written and read again: ${(error as Error).message}`, { cause: error });
  }
  const [before, after] = [score, again].map(({ parts }) =>
    parts.flatMap(({ notes }) => notes.map(({ pitch, startTick, endTick }) => `${pitch} ${startTick} ${endTick}`))
      .sort()
  );
  hold(before.join() === after.join(), () => `it comes back with other notes: ${before.length}, then ${after.length}`);
}

const EVENTS = [
  bytes(0, 0x90, 60, 80),
  bytes(10, 0x80, 60, 0),
  bytes(10, 60, 0),
  bytes(0, 0x99, 36, 1),
  bytes(0, 0xc0, 127),
  bytes(0, 0xb0, 64, 127),
  bytes(5, 0xe0, 0, 64),
  bytes(0, 0xa3, 60, 7),
  bytes(0, 0xd3, 7),
  bytes(0, 0xf0, 3, 1, 2, 0xf7),
  bytes(0, 0xf7, 1, 0xf8),
  bytes(0, 0xf2, 1, 2),
  bytes(0, 0xf6),
  bytes(0, 0xf9),
  bytes(0, 0xff, 0x2f, 0),
  bytes(0, 0xff, 0x51, 3, 7, 0xa1, 0x20),
  bytes(0, 0xff, 0x51, 3, 0, 0, 0),
  bytes(0, 0xff, 0x51, 3, 0, 0, 1),
  bytes(0, 0xff, 0x51, 2, 0, 1),
  bytes(0, 0xff, 0x58, 4, 4, 2, 24, 8),
  bytes(0, 0xff, 0x58, 4, 0, 2, 24, 8),
  bytes(0, 0xff, 0x58, 4, 1, 30, 24, 8),
  bytes(0, 0xff, 0x58, 4, 255, 255, 24, 8),
  bytes(0, 0xff, 0x59, 2, 238, 0),
  bytes(0, 0xff, 0x59, 2, 1, 2),
  bytes(0, 0xff, 0x54, 5, 0x60, 0, 0, 0, 0),
  bytes(0, 0xff, 0x03, 4, "\x1b[2J"),
  bytes(0, 0xff, 0x03, 2, 0xff, 0xfe),
  bytes(0, 0xff, 0x7f, 0x81, 0x00),
  bytes(0, 0xff, 0x00, 2, 0, 1),
  bytes(0, 0xff, 0x20, 1, 9),
  bytes(0, 0xff, 0x60, 1, 1),
  bytes(0x83, 0x60, 0x90, 0, 127),
  bytes(0xff, 0xff, 0xff, 0x7f, 0x90, 60, 80),
  bytes(0xff, 0xff, 0xff, 0xff, 0x7f, 0x80, 60, 80),
];
const TIMES = [
  bytes(0),
  bytes(1),
  bytes(127),
  bytes(0x81, 0),
  bytes(0xff, 0x7f),
  bytes(0xff, 0xff, 0xff, 0x7f),
  bytes(0x80, 0),
];
const TYPES = ["MThd", "MTrk", "mtrk", "XFIH", "RIFF", "\0\0\0\0"].map((type) => bytes(type));
const DIVISIONS = [0, 1, 24, 480, 0x7fff, 0x8000, 0xe728, 0xffff];

const SEEDS: Uint8Array[] = [
  join([
    chunk("MThd", bytes(0, 1, 0, 3, 0, 96)),
    chunk(
      "MTrk",
      EVENTS[26],
      EVENTS[19],
      bytes(0, 0xff, 0x59, 2, 1, 0),
      EVENTS[15],
      bytes(4, 0xff, 0x01, 1, "x"),
      EVENTS[14],
    ),
    chunk(
      "MTrk",
      bytes(0, 0xc1, 40),
      bytes(0, 0x91, 60, 80),
      bytes(48, 64, 70),
      bytes(48, 60, 0),
      bytes(0, 64, 0),
      EVENTS[14],
    ),
    chunk("MTrk", bytes(0, 0x99, 36, 80), bytes(96, 0x89, 36, 0), EVENTS[5], bytes(9, 0xe9, 0, 64), EVENTS[14]),
  ]),
  join([
    chunk("MThd", bytes(0, 0, 0, 1, 1, 224)),
    chunk(
      "MTrk",
      EVENTS[9],
      EVENTS[25],
      EVENTS[15],
      EVENTS[0],
      EVENTS[6],
      bytes(3, 0x90, 60, 90),
      EVENTS[1],
      EVENTS[14],
    ),
  ]),
  join([chunk("MThd", bytes(0, 1, 0, 1, 0x7f, 0xff)), chunk("MTrk", EVENTS[0], bytes(0xff, 0x7f, 60, 0), EVENTS[14])]),
];

function mutate(seed: Uint8Array, dice: Dice): Uint8Array {
  if (dice.chance(0.15)) return dice.scatter(seed);
  const chunks = takenApart(seed).map((one) => ({ ...one }));
  for (let left = 1 + dice.below(4); left > 0; left--) {
    if (dice.chance(0.25)) alterChunks(chunks, dice);
    else if (chunks.length > 0) alterEvents(dice.pick(chunks), dice);
  }
  const file = join(chunks);
  return dice.chance(0.05) ? file.subarray(0, dice.below(file.length + 1)) : file;
}

function alterChunks(chunks: Chunk[], dice: Dice): void {
  const at = dice.below(chunks.length + 1), one = chunks[at];
  switch (dice.below(7)) {
    case 0:
      chunks.splice(at, 1);
      break;
    case 1:
      for (let left = dice.times(100); left > 0 && one; left--) chunks.splice(at, 0, { ...one });
      break;
    case 2:
      chunks.splice(at, 0, { type: dice.pick(TYPES), events: [dice.pick(EVENTS)], lie: 0 });
      break;
    case 3:
      if (one) one.type = dice.pick(TYPES);
      break;
    case 4:
      if (one) one.lie = dice.pick([-8, -1, 1, 4, 1000, 0x7fffffff]);
      break;
    case 5:
      // Junk between chunks, or a wrapper around all that follows.
      chunks.splice(at, 0, { type: bytes("RIFF"), events: [bytes("RMIDdata", 0, 0, 0, 0)], lie: dice.below(100) });
      break;
    default: {
      const [header] = chunks;
      if (header?.events[0]?.length !== 6) return;
      const said = header.events[0].slice(), view = new DataView(said.buffer);
      if (dice.chance(0.6)) view.setUint16(4, dice.pick(DIVISIONS));
      else view.setUint16(dice.pick([0, 2]), dice.pick([0, 1, 2, 3, 4, 255, 0x7fff, 0xffff]));
      header.events = [said, ...header.events.slice(1)];
    }
  }
}

function alterEvents(track: Chunk, dice: Dice): void {
  const events = track.events = [...track.events];
  const at = dice.below(events.length + 1), event = events[Math.min(at, events.length - 1)];
  switch (dice.below(8)) {
    case 0:
      events.splice(at, 1);
      break;
    case 1:
      events.splice(at, 0, dice.pick(EVENTS));
      break;
    case 2:
    case 3: {
      const few = events.slice(at, at + 1 + dice.below(3));
      for (let left = dice.times(1000); left > 0; left--) events.splice(at, 0, ...few);
      break;
    }
    case 4: {
      const other = dice.below(events.length);
      if (event) [events[Math.min(at, events.length - 1)], events[other]] = [events[other], event];
      break;
    }
    case 5: {
      // Another time before it.
      if (!event) break;
      const length = event.findIndex((byte) => byte < 0x80) + 1;
      events[Math.min(at, events.length - 1)] = concat(dice.pick(TIMES), event.subarray(length));
      break;
    }
    case 6: {
      // Without its status, or with another one.
      const status = event?.findIndex((byte, i) => i > 0 && byte >= 0x80) ?? -1;
      if (status < 0) break;
      const other = dice.chance(0.5) ? bytes() : bytes(0x80 + dice.below(128));
      events[Math.min(at, events.length - 1)] = concat(event.subarray(0, status), other, event.subarray(status + 1));
      break;
    }
    default: {
      if (!event?.length) break;
      const altered = event.slice();
      altered[dice.below(altered.length)] = dice.below(256);
      events[Math.min(at, events.length - 1)] = altered;
    }
  }
}

function concat(...some: Uint8Array[]): Uint8Array {
  return Uint8Array.from(some.flatMap((each) => [...each]));
}
