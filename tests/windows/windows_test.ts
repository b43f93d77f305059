import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import {
  aroundEncoding,
  type Encoding,
  type EncodingListener,
  momentPieces,
  movingPitches,
  noteClasses,
  type NoteEvent,
  turningPitchClasses,
} from "../../lib/encodings/mod.ts";
import { CLASS_WIDTH, durationClasses, stepClasses } from "../../lib/notes/mod.ts";
import { seeded } from "../../lib/random/mod.ts";
import { type Augmentation, settings } from "../../lib/settings/mod.ts";
import { viewpoints } from "../../lib/systems/mod.ts";
import { type Batch, windows, windowsOf } from "../../lib/windows/mod.ts";
import { MADE_UP_RANGE, madeUpChorales } from "../systems/chorales.ts";

/** Pieces of these sizes; pitches count upwards through all of them, as the steps and durations do in eighths. */
function table(sizes: Record<string, number>): pl.DataFrame {
  const piece = Object.entries(sizes).flatMap(([name, count]) => Array<string>(count).fill(name));
  const pitch = piece.map((_, i) => i);
  return pl.DataFrame({
    piece: pl.Series("piece", piece, pl.Utf8),
    pitch: pl.Series("pitch", pitch, pl.Int32),
    step: pitch.map((i) => i / 8),
    duration: pitch.map((i) => i / 8 + 1),
  });
}

/** The targets' pitches. */
function pitchesOf({ targets }: Batch): number[] {
  return [...targets.pitch];
}

Deno.test("windows() makes one window for each note that has enough before it", () => {
  const all = windows(table({ a: 10 }), { length: 4 });
  assertEquals([all.size, all.events, all.length, all.shift], [6, 10, 4, 1]);
  assertEquals(all.starts, Int32Array.of(0, 1, 2, 3, 4, 5));
  assertEquals(windows(table({ a: 5 }), { length: 4 }).size, 1);
});

Deno.test("windows() shifts as far as told and uses the last note where it can", () => {
  assertEquals(windows(table({ a: 10 }), { length: 4, shift: 5 }).starts, Int32Array.of(0, 5));
  assertEquals(windows(table({ a: 10 }), { length: 4, shift: 6 }).starts, Int32Array.of(0));
  assertEquals(windows(table({ a: 10, b: 7 }), { length: 4, shift: 2 }).starts, Int32Array.of(0, 2, 4, 10, 12));
});

Deno.test("windows() keeps to one piece, and says which pieces are too short", () => {
  const kept = windows(table({ a: 6, b: 4, c: 5 }), { length: 4 });
  assertEquals(kept.starts, Int32Array.of(0, 1, 10));
  assertEquals(kept.skipped, [{ piece: "b", events: 4 }]);
});

Deno.test("windows() runs across pieces on request", () => {
  const across = windows(table({ a: 6, b: 4, c: 5 }), { length: 4, acrossPieces: true });
  assertEquals(across.size, 11);
  assertEquals(across.skipped, []);
  assertEquals(across.at(3).piece, "b");
});

Deno.test("at() gives pitch / 128, step and duration of each note, and the note after", () => {
  const { inputs, steps, targets, piece } = windows(table({ a: 3, b: 6 }), { length: 2 }).at(2);
  assertEquals(inputs.notes, Float32Array.of(4 / 128, 0.5, 1.5, 5 / 128, 0.625, 1.625));
  assertEquals([steps.notes, steps["next.step"]], [2, 1]);
  assertEquals(targets, { pitch: Int32Array.of(6), step: Float32Array.of(0.75), duration: Float32Array.of(1.75) });
  assertEquals(piece, "b");
});

Deno.test("at() refuses a window that is not there", () => {
  const two = windows(table({ a: 4 }), { length: 2 });
  for (const index of [-1, 2, 0.5, NaN]) {
    assertThrows(() => two.at(index), RangeError, `Cannot take window ${index}: there are 2`);
  }
});

Deno.test("gather() gives arrays of the agreed sizes and types, equal to at()", () => {
  const all = windows(table({ a: 9 }), { length: 3 });
  const { size, inputs, targets } = all.gather([4, 0]);
  assertEquals([size, inputs.notes.length], [2, 2 * 3 * 3]);
  assert(inputs.notes instanceof Float32Array && targets.step instanceof Float32Array);
  assert(targets.pitch instanceof Int32Array);
  const expected = [all.at(4), all.at(0)];
  assertEquals([...inputs.notes], expected.flatMap((window) => [...window.inputs.notes]));
  for (const head of ["pitch", "step", "duration"]) {
    assertEquals([...targets[head]], expected.map((window) => window.targets[head][0]));
  }
  assertThrows(() => all.gather([]), RangeError, "no windows are asked for");
  assertThrows(() => all.gather([0, 6]), RangeError, "Cannot take window 6");
});

Deno.test("gather() does not share memory between batches", () => {
  const all = windows(table({ a: 9 }), { length: 3 });
  const first = all.gather([0]);
  const before = [...first.inputs.notes];
  all.gather([0]).inputs.notes.fill(1);
  assertEquals([...first.inputs.notes], before);
});

Deno.test('gather() names the event after each event of each window, with "every"', () => {
  const all = windows(table({ a: 9 }), { length: 3 });
  const { targets: { pitch, step, duration }, steps } = all.gather([4, 0], "every");
  assertEquals(pitch, Int32Array.of(5, 6, 7, 1, 2, 3));
  assertEquals(step, Float32Array.from(pitch, (i) => i / 8));
  assertEquals(duration, Float32Array.from(pitch, (i) => i / 8 + 1));
  assertEquals([steps.notes, steps["next.pitch"]], [3, 3]);
});

Deno.test("batches() keeps the table's order without a prng, the last batch smaller", () => {
  const all = windows(table({ a: 9 }), { length: 2 });
  const pitches = Array.from(all.batches({ size: 3 }), pitchesOf);
  assertEquals(pitches, [[2, 3, 4], [5, 6, 7], [8]]);
  assertEquals(Array.from(all.batches({ size: 3, dropRemainder: true }), pitchesOf), [[2, 3, 4], [5, 6, 7]]);
  assertEquals(Array.from(all.batches({ size: 100 }), pitchesOf), [[2, 3, 4, 5, 6, 7, 8]]);
});

Deno.test("batches() shuffles with a prng: every window once, the same from the same seed, another each epoch", () => {
  const all = windows(table({ a: 100 }), { length: 2 });
  const epoch = (prng: () => number) => Array.from(all.batches({ size: 9, prng }), pitchesOf).flat();
  const prng = seeded(5);
  const [first, second] = [epoch(prng), epoch(prng)];
  assertEquals(epoch(seeded(5)), first);
  assertNotEquals(second, first);
  assertEquals(first.toSorted((a, b) => a - b), Array.from({ length: 98 }, (_, i) => i + 2));
});

Deno.test("batches() refuses at once what would give nothing", () => {
  const all = windows(table({ a: 9 }), { length: 2 });
  assertThrows(() => all.batches({ size: 0 }), RangeError, "size must be a positive integer, current value is 0");
  assertThrows(() => all.batches({ size: 8, dropRemainder: true }), RangeError, "7 windows do not fill one batch of 8");
});

Deno.test("windows() clips steps and durations at maxSeconds", () => {
  const all = windows(table({ a: 20 }), { length: 2, maxSeconds: 1.5 });
  const { heard: { notes }, said: { step, duration } } = all.columns;
  for (const times of [step, duration, notes]) assertEquals(Math.max(...times), 1.5);
  assertEquals(step[4], 0.5);
  assertEquals(all.at(17).targets.step[0], 1.5);
});

Deno.test("windows() says how many notes it needs", () => {
  assertThrows(
    () => windows(table({ a: 4, b: 3 }), { length: 4 }),
    RangeError,
    "a window of 4 events and its target need 5 events, the longest piece has 4",
  );
  assertThrows(
    () => windows(table({ a: 3 }), { length: 3, acrossPieces: true }),
    RangeError,
    "need 4 events, all pieces together have 3",
  );
  assertThrows(() => windows(table({}), { length: 3 }), RangeError, "need 4 events");
});

Deno.test("windows() refuses senseless options", () => {
  const notes = table({ a: 9 });
  for (const length of [0, -1, 2.5, NaN]) {
    assertThrows(
      () => windows(notes, { length }),
      RangeError,
      `length must be a positive integer, current value is ${length}`,
    );
  }
  assertThrows(() => windows(notes, { length: 2, shift: 0 }), RangeError, "shift must be a positive integer");
  assertThrows(() => windows(notes, { length: 2, maxSeconds: 0 }), RangeError, "maxSeconds must be a positive number");
  assertThrows(() => windows(notes, { length: 2, maxSeconds: NaN }), RangeError, "current value is NaN");
});

Deno.test("windows() refuses damaged tables and names the row", () => {
  const damaged = (name: string, values: (number | null)[]) =>
    table({ a: 3 }).withColumns(pl.Series(name, values, pl.Float64));
  const cut = (notes: pl.DataFrame) => () => windows(notes, { length: 1 });
  assertThrows(cut(damaged("step", [0, NaN, 0])), RangeError, 'row 1 of column "step"');
  assertThrows(cut(damaged("duration", [0, 0, -1])), RangeError, 'row 2 of column "duration"');
  assertThrows(cut(damaged("pitch", [60, 60, null])), RangeError, 'column "pitch" has no value in row 2');
  assertThrows(cut(table({ a: 3 }).drop("step")), TypeError, 'no column "step"');
  assertThrows(cut(table({ a: 2, b: 2 }).drop("piece")), TypeError, 'no column "piece"');
});

Deno.test("windows() holds seven numbers per note, however long the windows are", () => {
  const all = windows(table({ a: 120 }), { length: 75 });
  const arrays = [...Object.values({ ...all.columns.heard, ...all.columns.said }), all.starts];
  const bytes = arrays.reduce((sum, array) => sum + array.byteLength, 0);
  assert(bytes <= 28 * all.events, `${bytes} bytes for ${all.events} notes`);
});

/** What is heard is the pitch class; what is known of the next event is the step to it, once its pitch is drawn. */
const classes: Encoding<NoteEvent> = {
  name: "classes",
  settings: {},
  hears: [{ name: "class", size: 12, transposing: turningPitchClasses }],
  knows: [{ name: "interval", after: ["pitch"] }],
  says: [{ name: "pitch", size: 128, transposing: movingPitches({ lowest: 50, highest: 62 }) }],
  say: ({ pitch }) => ({ pitch }),
  decode: ({ pitch }) => ({ pitch, step: 0, duration: 0 }),
  listen() {
    let last = 0;
    const listener: EncodingListener<NoteEvent> = {
      hear: ({ pitch }) => ({ class: (last = pitch) % 12 }),
      know: ({ pitch }) => ({ interval: pitch - last }),
      fork: () => listener,
    };
    return listener;
  },
};

Deno.test("windowsOf() gives what is heard, known and said by any encoding, of pieces of any events", () => {
  const notes = [60, 62, 59, 55].map((pitch) => ({ pitch, step: 0, duration: 0 }));
  const all = windowsOf([{ piece: "a", events: notes }], classes, { length: 2 });
  const last = all.gather([0, 1]), every = all.gather([1], "every");
  assertEquals(last.inputs.class, Int32Array.of(0, 2, 2, 11));
  assertEquals(last.inputs["next.interval"], Float32Array.of(-3, -4));
  assertEquals([last.steps.class, last.steps["next.interval"], last.steps["next.pitch"]], [2, 1, 1]);
  assertEquals([last.inputs["next.pitch"], last.targets.pitch], [Int32Array.of(59, 55), Int32Array.of(59, 55)]);
  assertEquals(every.inputs["next.interval"], Float32Array.of(-3, -4));
  assertEquals(every.targets.pitch, Int32Array.of(59, 55));
});

Deno.test("batches() transposes each window by a draw of its own, as far as its range allows, when it shuffles", () => {
  const notes = [60, 61, 60, 61, 60, 61, 60, 61].map((pitch) => ({ pitch, step: 0, duration: 0 }));
  const all = windowsOf([{ piece: "a", events: notes }], classes, { length: 1, augmentation: { transpose: [-2, 5] } });
  const seen = new Set<number>();
  const prng = seeded(3);
  for (let epoch = 0; epoch < 30; epoch++) {
    for (const { inputs, targets } of all.batches({ size: 3, prng })) {
      targets.pitch.forEach((pitch, i) => {
        // The interval to the note before is what it was, 1 or -1, and so is what was known of it.
        assertEquals((pitch - inputs["next.interval"][i] + 12) % 12, inputs.class[i]);
        seen.add(pitch);
      });
    }
  }
  assertEquals([...seen].sort(), [58, 59, 60, 61, 62]);
  const plain = Array.from(all.batches({ size: 3 }), pitchesOf).flat();
  assertEquals(plain, notes.slice(1).map(({ pitch }) => pitch));
  const epoch = () => Array.from(all.batches({ size: 3, prng: seeded(8) }), pitchesOf).flat();
  assertEquals(epoch(), epoch());
});

Deno.test("batches() draws the same order whether windows are transposed or not", () => {
  const of = (augmentation: Augmentation) => {
    const all = windows(table({ a: 40 }), { length: 2, augmentation });
    return Array.from(all.batches({ size: 7, prng: seeded(2) }), ({ targets }) => [...targets.step]).flat();
  };
  assertEquals(of({ transpose: [-6, 5] }), of({}));
});

Deno.test("windowsOf() refuses what an encoding must not give, and names the event", () => {
  const broken = { ...classes, say: () => ({ pitch: 128 }) };
  assertThrows(
    () =>
      windowsOf([{ piece: "a", events: [1, 2].map((pitch) => ({ pitch, step: 0, duration: 0 })) }], broken, {
        length: 1,
      }),
    RangeError,
    'Cannot encode event 0 by "classes": column "pitch" must be a class from 0 to 127, or -1 for none, got 128',
  );
});

/** The pitches that are named by all batches of some windows, with every event after each. */
function named(all: ReturnType<typeof windowsOf>, prng?: () => number): number[][] {
  return Array.from(all.batches({ size: 3, prng, supervision: "every" })).flatMap(({ size, lengths, targets }) =>
    Array.from({ length: size }, (_, i) => [...targets.pitch.subarray(i * all.length, i * all.length + lengths![i])])
  );
}

const rising = (first: number, count: number) => ({
  piece: `from ${first}`,
  events: Array.from({ length: count }, (_, i) => ({ pitch: first + i, step: 0, duration: 0 })),
});

Deno.test("windowsOf() makes examples of what is left of a piece, and of short pieces, with partial", () => {
  const pieces = [rising(20, 10), rising(40, 3), rising(60, 1), rising(80, 5)];
  const all = windowsOf(pieces, { ...classes, says: [{ name: "pitch", size: 128 }] }, {
    length: 4,
    shift: 4,
    partial: true,
  });
  assertEquals(all.counts, Int32Array.of(4, 4, 1, 2, 4));
  assertEquals(all.skipped, [{ piece: "from 60", events: 1 }]);
  // Every event that has one before it in its piece is named once.
  assertEquals(named(all), [[21, 22, 23, 24], [25, 26, 27, 28], [29], [41, 42], [81, 82, 83, 84]]);
  const { lengths, inputs, targets } = all.gather([2, 3], "every");
  assertEquals(lengths, Int32Array.of(1, 2));
  assertEquals(targets.pitch, Int32Array.of(29, 0, 0, 0, 41, 42, 0, 0));
  assertEquals(inputs.class, Int32Array.of(28 % 12, 0, 0, 0, 40 % 12, 41 % 12, 0, 0));
  const last = all.gather([2, 3]);
  assertEquals([last.targets.pitch, last.lengths], [Int32Array.of(29, 42), Int32Array.of(1, 2)]);
  assertEquals(all.at(2).targets.pitch, Int32Array.of(29));
});

Deno.test("windowsOf() leaves out what lies between windows that are further apart than long, with partial too", () => {
  const encoding = { ...classes, says: [{ name: "pitch", size: 128 }] };
  for (const [count, counts] of [[31, [4]], [66, [4, 1]], [65, [4]], [2, [1]]] as const) {
    const all = windowsOf([rising(20, count)], encoding, { length: 4, shift: 64, partial: true });
    assertEquals([...all.counts], [...counts]);
    named(all);
  }
});

Deno.test("batches() begins elsewhere in each epoch with jitter, as many windows, and names every event once", () => {
  const encoding = { ...classes, says: [{ name: "pitch", size: 128 }] };
  const pieces = [rising(20, 10), rising(40, 6)], prng = seeded(4);
  const all = windowsOf(pieces, encoding, { length: 4, shift: 4, partial: true, augmentation: { jitter: true } });
  const epochs = Array.from({ length: 12 }, () => named(all, prng));
  const every = [...Array(9).keys()].map((i) => 21 + i).concat([41, 42, 43, 44, 45]);
  for (const epoch of epochs) {
    assertEquals(epoch.length, all.size);
    assertEquals(epoch.flat().sort((a, b) => a - b), every);
  }
  const firsts = new Set(epochs.map((epoch) => epoch.find((pitches) => pitches[0] === 21)!.length));
  assertEquals([...firsts].sort(), [1, 2, 3, 4]);
  assertEquals(named(all)[0], [21, 22, 23, 24]);

  const whole = windowsOf([rising(20, 11)], encoding, { length: 4, shift: 4, augmentation: { jitter: true } });
  const starts = new Set(Array.from({ length: 20 }, () => {
    const batches = [...whole.batches({ size: 9, prng })];
    assertEquals(batches[0].size, 2);
    return Math.min(...batches[0].targets.pitch);
  }));
  assertEquals([...starts].sort(), [24, 25, 26]);
});

Deno.test("batches() forgets a share of what is heard and known in classes, and none of what is to be said", () => {
  const notes = Array.from({ length: 400 }, (_, i) => ({ pitch: 60 + i % 5, step: 0.25, duration: 0.5 }));
  const encoding = viewpoints.encoding(
    settings("corrected", { ...viewpoints.defaults, features: ["recent", "anchors"] }),
  );
  const all = windowsOf([{ piece: "a", events: notes }], encoding, { length: 40, augmentation: { forget: 0.25 } });
  const [{ inputs, targets }] = all.batches({ size: 40, prng: seeded(3), supervision: "every" });
  const [{ inputs: kept, targets: same }] = all.batches({ size: all.size, supervision: "every" });
  const share = (values: ArrayLike<number>, forgotten: number) =>
    Array.from(values).filter((value) => value === forgotten).length / values.length;
  for (const { name, size, serves } of encoding.hears) {
    if (size === undefined) continue;
    assertEquals(share(kept[name], size), 0, name);
    assertAlmostEquals(share(inputs[name], size), serves ? 0 : 0.25, 0.05, name);
  }
  assertAlmostEquals(share(inputs["next.lowInterval"], 52), 0.25, 0.05);
  for (const name of ["pitch", "step", "duration"]) {
    assertEquals(targets[name], inputs[`next.${name}`]);
    assertEquals(new Set(targets[name]), new Set(same[name]));
  }
});

Deno.test("batches() hides voices, each of them whole or to the share of its window, and none of what is to be said", () => {
  const encoding = aroundEncoding({ range: MADE_UP_RANGE, holds: true, masks: true }), length = 40;
  const pieces = momentPieces(madeUpChorales(60, 20)), options = { length, shift: length, partial: true };
  const gather = (augmentation: Augmentation) => {
    const all = windowsOf(pieces, encoding, { ...options, augmentation });
    return [...all.batches({ size: all.size, prng: seeded(3), supervision: "every" })][0];
  };
  const kept = gather({}), { size, inputs, targets } = gather({ mask: 0.8 });
  assertEquals(targets, kept.targets);
  const hidden = (name: string, window: number) => {
    const values = inputs[name].subarray(window * length, (window + 1) * length), unknown = encoding.cells.count + 1;
    values.forEach((value, t) =>
      value === unknown || assertEquals(value, kept.inputs[name][window * length + t], name)
    );
    return values.filter((value) => value === unknown).length / length;
  };
  const voices = ["soprano", "alto", "tenor", "bass"];
  let whole = 0, most = 0;
  for (let window = 0; window < size; window++) {
    const shares = voices.map((voice) => (hidden(`left.${voice}`, window) + hidden(`right.${voice}`, window)) / 2);
    const some = shares.filter((share) => share > 0);
    whole += shares.length - some.length;
    most = Math.max(most, ...some);
    // The voices that are hidden in part are so to one share, but for luck.
    if (some.length > 1) assert(Math.max(...some) - Math.min(...some) < 0.35, `${some}`);
    assertEquals(hidden("place", window), 0);
  }
  assertAlmostEquals(whole / size / 4, 0.5, 0.15);
  assert(most > 0.6 && most < 0.95, `${most}`);
});

Deno.test("batches() plays each window faster or slower by a draw of its own, alone and transposed too", () => {
  const notes = Array.from({ length: 30 }, () => ({ pitch: 60, step: 0.25, duration: 0.5 }));
  const seen = (augmentation: Augmentation) => {
    const all = windowsOf([{ piece: "a", events: notes }], noteClasses, { length: 3, augmentation });
    const prng = seeded(3), seen = new Set<string>();
    for (let epoch = 0; epoch < 20; epoch++) {
      for (const { size, inputs, targets } of all.batches({ size: 4, prng })) {
        for (let i = 0; i < size; i++) {
          // All times of a window, and its target, by as many classes.
          const moved = targets.step[i] - stepClasses.of(0.25);
          assertEquals(targets.duration[i] - durationClasses.of(0.5), moved);
          assertEquals([...inputs.step.subarray(3 * i, 3 * i + 3)], Array(3).fill(targets.step[i]));
          assertEquals([...inputs.pitch.subarray(3 * i, 3 * i + 3)], Array(3).fill(targets.pitch[i]));
          seen.add(`${targets.pitch[i] - 60} ${moved}`);
        }
      }
    }
    return [...seen].sort();
  };
  assertEquals(seen({}), ["0 0"]);
  assertEquals(seen({ tempo: [0.8, 1.25] }), ["0 -1", "0 -2", "0 0", "0 1", "0 2"]);
  const both = [0, 1].flatMap((semitones) => [-1, 0, 1].map((classes) => `${semitones} ${classes}`)).sort();
  assertEquals(seen({ transpose: [0, 1], tempo: [0.9, 1.12] }), both);
});

Deno.test("batches() plays seconds faster or slower, too, and leaves those that are clipped", () => {
  const all = windows(table({ a: 40 }), { length: 1, maxSeconds: 4, augmentation: { tempo: [0.8, 1.25] } });
  const factors = new Set<number>();
  for (const { size, inputs: { notes }, targets } of all.batches({ size: 5, prng: seeded(5) })) {
    for (let i = 0; i < size; i++) {
      const [pitch, step, duration] = notes.subarray(3 * i, 3 * i + 3), nth = Math.round(pitch * 128);
      const before = Math.min(nth / 8 + 1, 4), factor = duration / before;
      if (before === 4) assertEquals(duration, 4);
      else if (duration < 4 && nth > 0) {
        factors.add(Math.round(Math.log(factor) / CLASS_WIDTH));
        assert(Math.abs(step - nth / 8 * factor) < 1e-5 && Math.abs(Math.log(factor)) < 0.224);
        assert(Math.abs(targets.step[i] - (nth + 1) / 8 * factor) < 1e-5);
      }
    }
  }
  assert(factors.size > 2);
});

Deno.test("windowsOf() refuses a change that changes nothing, and batches() draws nothing new without one", () => {
  const refused = (augmentation: Augmentation, message: string) =>
    assertThrows(() => windows(table({ a: 9 }), { length: 2, augmentation }), RangeError, message);
  refused(
    { velocity: [-5, 5] },
    'augmentation.velocity changes nothing, because no column of the encoding "paper" does',
  );
  refused({ mask: 0.5 }, 'augmentation.mask hides nothing, because no column of the encoding "paper" may be unknown');
  refused({ tempo: [0.99, 1.01] }, "from 0.99 to 1.01 there is no tempo by which classes of times move");
  refused({ tempo: [0, 1] }, "two factors of the tempo above 0, the lowest first");
  const prng = seeded(1), before = seeded(1);
  Array.from(windows(table({ a: 9 }), { length: 2 }).batches({ size: 3, prng }));
  for (let i = 1; i < 7; i++) before();
  assertEquals(prng.getState(), before.getState());
});
