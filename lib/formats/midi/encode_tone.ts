import { KEY_NAMES, type Midi } from "./tone.ts";

/** What is written at a tick. */
interface Written {
  tick: number;
  data: number[];
}

/**
 * The bytes of a file of format 1 that has the tracks of a `Midi` object of @tonejs/midi.
 *
 * They are those of the library's own `toArray`, but for keys, which that puts 14 fifths too high (2.0.28), and for
 * time, of which that takes the square (midi-file 1.2.4 copies all that it has written for every time of two bytes).
 */
export function encodeTone({ header, tracks }: Midi): Uint8Array {
  const chunks = [
    chunk("MThd", [twoBytes(1), twoBytes(tracks.length + 1), twoBytes(header.ppq)]),
    trackChunk([
      meta(0, 0x03, utf8(header.name)),
      ...header.keySignatures.map(({ ticks, key, scale }) => {
        return meta(ticks, 0x59, [KEY_NAMES.indexOf(key) - 7 & 0xff, scale === "major" ? 0 : 1]);
      }),
      ...header.tempos.map(({ ticks, bpm }) => {
        const microseconds = Math.floor(6e7 / bpm);
        return meta(ticks, 0x51, [microseconds >> 16, ...twoBytes(microseconds)]);
      }),
      ...header.timeSignatures.map(({ ticks, timeSignature: [numerator, denominator] }) => {
        return meta(ticks, 0x58, [numerator, Math.log2(denominator), 24, 8]);
      }),
    ]),
    ...tracks.map(({ name, channel, instrument, notes }) =>
      trackChunk([
        meta(0, 0x03, utf8(name)),
        { tick: 0, data: [0xc0 | channel, instrument.number] },
        ...notes.flatMap(({ ticks, durationTicks, midi, velocity }): Written[] => [
          { tick: ticks, data: [0x90 | channel, midi, Math.floor(velocity * 127)] },
          { tick: ticks + durationTicks, data: [0x80 | channel, midi, 0] },
        ]),
      ])
    ),
  ];
  const file = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const bytes of chunks) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

/** A track of events in any order; those of one tick keep theirs. */
function trackChunk(events: Written[]): Uint8Array {
  let last = 0;
  const pieces = events.sort((a, b) => a.tick - b.tick).map(({ tick, data }) => {
    const piece = [...variable(tick - last), ...data];
    last = tick;
    return piece;
  });
  return chunk("MTrk", [...pieces, [0, 0xff, 0x2f, 0]]);
}

function chunk(id: string, pieces: readonly number[][]): Uint8Array {
  const data = pieces.flat();
  const length = [data.length >>> 24, data.length >> 16 & 0xff, ...twoBytes(data.length)];
  return Uint8Array.from([...utf8(id), ...length, ...data]);
}

function meta(tick: number, type: number, data: readonly number[]): Written {
  return { tick, data: [0xff, type, ...variable(data.length), ...data] };
}

/** A number of variable length, seven bits a byte. */
function variable(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(rest & 0x7f | 0x80);
  return bytes;
}

function twoBytes(value: number): number[] {
  return [value >> 8 & 0xff, value & 0xff];
}

function utf8(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}
