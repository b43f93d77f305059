import { assertEquals, assertThrows } from "@std/assert";
import { openCorpus } from "../../../lib/corpus/mod.ts";
import {
  encodeWhole,
  featureEncoding,
  instrumentHeard,
  loudnessHeard,
  type NoteEvent,
  notePieces,
  recentNotes,
  voiceHeard,
} from "../../../lib/encodings/mod.ts";
import { corpusTable, durationClasses, stepClasses } from "../../../lib/notes/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { windowsOf } from "../../../lib/windows/mod.ts";

const note = (pitch: number, others: Partial<NoteEvent> = {}): NoteEvent => ({
  pitch,
  step: 0.25,
  duration: 0.5,
  ...others,
});

Deno.test("voiceHeard and instrumentHeard hear what notes say of their parts, and that they do not", () => {
  const notes = [
    note(72),
    note(60, { part: 0, program: 0 }),
    note(48, { part: 1, program: 42 }),
    note(62, { part: 0, program: 127 }),
    note(50),
    note(43, { part: 1 }),
    note(70, { part: 30 }),
  ];
  const { heard } = encodeWhole(featureEncoding([voiceHeard, instrumentHeard]), [notes]);
  assertEquals(heard.part, Int32Array.of(16, 0, 1, 0, 16, 1, 15));
  assertEquals(heard.partInterval, Int32Array.of(51, 51, 51, 25 + 2, 51, 25 - 5, 51));
  assertEquals(heard.family, Int32Array.of(16, 0, 5, 15, 15, 15, 15));
});

Deno.test("notePieces() says part, program and velocity where the table has them", async () => {
  const { pieces } = await openCorpus("sample", { only: ["bwv1007-menuet1.krn"] });
  const table = corpusTable(pieces), [{ events }] = notePieces(table);
  const { part, program, velocity } = events[3];
  assertEquals([part, program, velocity], ["part", "program", "velocity"].map((name) => table.getColumn(name).get(3)));
  const [{ events: [bare] }] = notePieces(table.select("piece", "pitch", "step", "duration"));
  assertEquals(Object.keys(bare).sort(), ["duration", "pitch", "step"]);
});

Deno.test("loudnessHeard hears velocities, which are louder and softer in shuffled windows", () => {
  const notes = Array.from(
    { length: 21 },
    (_, i) => note(60, i % 7 === 6 ? {} : { velocity: i === 19 ? 126 : 60 + i }),
  );
  const encoding = featureEncoding([loudnessHeard]);
  const { heard: { velocity } } = encodeWhole(encoding, [notes]);
  assertEquals([...velocity.slice(0, 4), ...velocity.slice(12, 14)], [1, -4 / 64, 1, -3 / 64, 0, 0]);
  const windows = windowsOf([{ piece: "a", events: notes }], encoding, {
    length: 2,
    augmentation: { velocity: [-2, 2] },
  });
  const seen = new Set<number>(), prng = seeded(1);
  for (let epoch = 0; epoch < 40; epoch++) {
    for (const { inputs } of windows.batches({ size: 19, prng })) {
      for (let i = 0; i < inputs.velocity.length; i += 2) {
        if (inputs.velocity[i] === 1) seen.add(64 + 64 * inputs.velocity[i + 1]);
        else assertEquals(inputs.velocity[i + 1], 0);
      }
    }
  }
  assertEquals([Math.min(...seen), Math.max(...seen)], [58, 127]);
});

Deno.test("featureEncoding() says seconds, and in any order, and features know classes all the same", () => {
  const encoding = featureEncoding([recentNotes], {
    order: ["pitch", "duration", "step"],
    times: "seconds",
    maxSeconds: 2,
  });
  assertEquals(encoding.says.map(({ name, size, most }) => [name, size, most]), [
    ["pitch", 128, undefined],
    ["duration", undefined, 2],
    ["step", undefined, 2],
  ]);
  const long = note(60, { duration: 9 });
  assertEquals(encoding.say(long), { pitch: 60, step: 0.25, duration: 9 });
  assertEquals(encodeWhole(encoding, [[long]]).said.duration, Float32Array.of(2));
  assertEquals(encoding.decode({ pitch: 60, step: -1, duration: 9 }), { pitch: 60, step: 0, duration: 2 });
  const known: unknown[] = [];
  const listening = {
    hear: () => ({}),
    know: (_: unknown, drawn: unknown) => (known.push(drawn), {}),
    fork: () => listening,
  };
  featureEncoding([{ name: "spy", listen: () => listening }], { times: "seconds" }).listen()
    .know!({ step: 0.25, duration: 0.5 });
  assertEquals(known, [{ step: stepClasses.of(0.25), duration: durationClasses.of(0.5) }]);
  assertThrows(
    () => featureEncoding([], { order: ["pitch", "step"] }),
    RangeError,
    "order must have step, pitch and duration once each, got pitch, step",
  );
});
