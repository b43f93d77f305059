import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeWhole,
  movingLogs,
  movingPitches,
  type NoteEvent,
  paperEncoding,
  turningPitchClasses,
} from "../../lib/encodings/mod.ts";

const notes: NoteEvent[] = [[60, 0, 0.5], [64, 0.25, 9], [61, 7, 0.1]]
  .map(([pitch, step, duration]) => ({ pitch, step, duration }));

Deno.test("paperEncoding() hears a 128th of the pitch, and times clipped; says what came, clipped for training alone", () => {
  const encoding = paperEncoding({ maxSeconds: 4 });
  const { size, heard, known, said } = encodeWhole(encoding, [notes]);
  assertEquals([size, known], [3, {}]);
  assertEquals(heard, { notes: Float32Array.of(60 / 128, 0, 0.5, 64 / 128, 0.25, 4, 61 / 128, 4, 0.1) });
  assertEquals(said, {
    pitch: Int32Array.of(60, 64, 61),
    step: Float32Array.of(0, 0.25, 4),
    duration: Float32Array.of(0.5, 4, 0.1),
  });
  assertEquals(encoding.say(notes[1]), { pitch: 64, step: 0.25, duration: 9 });
  assertEquals(notes.map((note) => encoding.decode(encoding.say(note))), notes);
  assertEquals(encoding.decode({ pitch: 1, step: -0.1, duration: -2 }), { pitch: 1, step: 0, duration: 0 });
  for (const maxSeconds of [0, NaN, -1]) {
    assertThrows(
      () => paperEncoding({ maxSeconds }),
      RangeError,
      `maxSeconds must be a positive number or Infinity, current value is ${maxSeconds}`,
    );
  }
});

Deno.test("encodeWhole() gives what a listener gives event by event, each piece anew", () => {
  const counting = {
    ...paperEncoding(),
    hears: [{ name: "nth" }],
    knows: [{ name: "before", size: 9 }],
    listen() {
      let heard = 0;
      const listener = { hear: () => ({ nth: ++heard }), know: () => ({ before: heard }), fork: () => listener };
      return listener;
    },
  };
  const { heard, known } = encodeWhole(counting, [notes, notes.slice(1)]);
  assertEquals(heard.nth, Float32Array.of(1, 2, 3, 1, 2));
  assertEquals(known.before, Int32Array.of(0, 1, 2, 0, 1));
});

Deno.test("encodeWhole() refuses what is no class and no number", () => {
  const saying = (said: Record<string, number>) => () =>
    encodeWhole({ ...paperEncoding(), say: () => ({ pitch: 60, step: 0, duration: 0, ...said }) }, [notes]);
  for (const pitch of [-2, 128, 0.5, NaN]) {
    assertThrows(saying({ pitch }), RangeError, 'column "pitch" must be a class');
  }
  assertThrows(saying({ step: Infinity }), RangeError, 'column "step" must be a finite number, got Infinity');
  assertThrows(saying({ step: undefined as unknown as number }), RangeError, "got undefined");
});

Deno.test("movingPitches() moves pitches within their range, and leaves rests", () => {
  const { room, move } = movingPitches({ lowest: 1, highest: 46 });
  const values = Int32Array.of(0, 5, 40, -1);
  assertEquals(room!(values), [-4, 6]);
  assertEquals(room!([0, -1]), [-Infinity, Infinity]);
  move(values, -4);
  assertEquals(values, Int32Array.of(0, 1, 36, -1));
});

Deno.test("turningPitchClasses and movingLogs() follow the pitches", () => {
  const tonics = Int32Array.of(0, 7, -1);
  turningPitchClasses.move(tonics, -2);
  assertEquals(tonics, Int32Array.of(10, 5, -1));
  const logs = Float32Array.of(-1, -2, -3, -4, -5, -6);
  movingLogs(3).move(logs, 1);
  assertEquals(logs, Float32Array.of(-3, -1, -2, -6, -4, -5));
});

Deno.test("the paper's column of notes moves by 128ths, as far as MIDI goes", () => {
  const { transposing } = paperEncoding().hears[0];
  const { notes: values } = encodeWhole(paperEncoding(), [notes]).heard;
  assertEquals(transposing!.room!(values), [-60, 63]);
  transposing!.move(values, 3);
  assertEquals([values[0], values[3], values[4]], [63 / 128, 67 / 128, 0.25]);
});
