import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { featureEncoding, linePast, type NoteEvent } from "../../../lib/encodings/mod.ts";
import { durationClasses, stepClasses } from "../../../lib/notes/mod.ts";

const MELODY = [72, 74, 76, 77, 74, 76, 72, 79];
const step = stepClasses.of(0.25);

/** A melody of notes as long as steps, over a bass of other notes, two at a time, one for each two of the melody. */
function overBass(melody: readonly number[], bass: readonly number[]): NoteEvent[] {
  return melody.flatMap((pitch, i) => [
    { pitch, step: 0.25, duration: i === 3 ? 0.125 : 0.25 },
    ...i % 2 === 0 ? [{ pitch: bass[(i / 2) % bass.length], step: 0, duration: 0.5 }] : [],
  ]);
}

function afterHearing(notes: readonly NoteEvent[], drawn: Record<string, number>) {
  const listener = featureEncoding([linePast]).listen();
  for (const note of notes) listener.hear(note);
  return listener.know!(drawn) as Record<string, ArrayLike<number>>;
}

function likeliest(logs: ArrayLike<number>): number {
  return Array.from(logs).indexOf(Math.max(...Array.from(logs)));
}

Deno.test("linePast() knows a melody again, in another key and over another bass", () => {
  const higher = MELODY.map((pitch) => pitch + 3);
  const notes = [...overBass(MELODY, [48, 52, 50, 43]), ...overBass(higher.slice(0, 4), [41, 57])];
  const { linePitch1, lineBestPitch } = afterHearing(notes, { step });
  assertEquals(likeliest(linePitch1), higher[4]);
  // Three notes that went on from others in the same way, and the time of the next one.
  assert(lineBestPitch[0] * 50 >= 3 * 4, `${lineBestPitch[0] * 50}`);
});

Deno.test("linePast() votes for the duration of the note that followed, once the pitch is drawn", () => {
  const notes = [...overBass(MELODY, [48, 52, 50, 43]), ...overBass(MELODY.slice(0, 3), [41, 57])];
  const { lineDuration1 } = afterHearing(notes, { step, pitch: MELODY[3] });
  assertEquals(likeliest(lineDuration1), durationClasses.of(0.125));
});

Deno.test("linePast() knows nothing before the step is drawn, and votes for nothing where nothing is alike", () => {
  assertEquals(afterHearing(overBass(MELODY, [48]), {}), {});
  const { linePitch1, lineBestPitch } = afterHearing(overBass([72], [48]), { step });
  assertEquals(lineBestPitch, [0, 0, 0]);
  for (const log of Array.from(linePitch1)) assertAlmostEquals(log, Math.log(0.02), 1e-6);
});
