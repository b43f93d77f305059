import { assertEquals, assertThrows } from "@std/assert";
import { encodeWav } from "../../lib/audio/mod.ts";

/** Reads a WAV file back, chunk by chunk, as a player does. */
function parse(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  assertEquals([text(0), text(8)], ["RIFF", "WAVE"]);
  assertEquals(view.getUint32(4, true), bytes.length - 8);
  const chunks = new Map<string, DataView>();
  for (let at = 12; at < bytes.length;) {
    const size = view.getUint32(at + 4, true);
    chunks.set(text(at), new DataView(bytes.buffer, at + 8, size));
    at += 8 + size;
  }
  const [format, data] = [chunks.get("fmt ")!, chunks.get("data")!];
  return {
    pcm: format.getUint16(0, true),
    channels: format.getUint16(2, true),
    sampleRate: format.getUint32(4, true),
    bytesPerSecond: format.getUint32(8, true),
    bytesPerFrame: format.getUint16(12, true),
    bits: format.getUint16(14, true),
    samples: Array.from({ length: data.byteLength / 2 }, (_, i) => data.getInt16(2 * i, true)),
  };
}

Deno.test("encodeWav() writes a header that a player understands, and the samples", () => {
  assertEquals(parse(encodeWav(Float32Array.of(0, 0.5, -0.5, 1, -1), 22050)), {
    pcm: 1,
    channels: 1,
    sampleRate: 22050,
    bytesPerSecond: 44100,
    bytesPerFrame: 2,
    bits: 16,
    samples: [0, 16384, -16383, 32767, -32767],
  });
});

Deno.test("encodeWav() writes left and right by turns", () => {
  const { channels, bytesPerSecond, bytesPerFrame, samples } = parse(
    encodeWav([Float32Array.of(0, 0.5), Float32Array.of(1, -1)], 8000),
  );
  assertEquals([channels, bytesPerSecond, bytesPerFrame], [2, 32000, 4]);
  assertEquals(samples, [0, 32767, 16384, -32767]);
});

Deno.test("encodeWav() clips what is too loud", () => {
  assertEquals(parse(encodeWav(Float32Array.of(1.5, -3), 8000)).samples, [32767, -32767]);
});

Deno.test("encodeWav() writes a sound without samples", () => {
  assertEquals(parse(encodeWav(new Float32Array(0), 44100)).samples, []);
});

Deno.test("encodeWav() refuses what is no sound", () => {
  assertThrows(() => encodeWav(Float32Array.of(0, NaN), 22050), RangeError, "sample 1 is NaN");
  assertThrows(() => encodeWav(Float32Array.of(Infinity), 22050), RangeError, "sample 0 is Infinity");
  const uneven = [Float32Array.of(0), Float32Array.of(0, 0)] as const;
  assertThrows(() => encodeWav(uneven, 22050), RangeError, "the channels have 1 and 2 samples");
  for (const rate of [0, -1, 22050.5, NaN]) {
    assertThrows(() => encodeWav(Float32Array.of(0), rate), RangeError, `current value is ${rate}`);
  }
});
