import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { type Instrument, INSTRUMENTS, type PlayedNote, synthesise, synthesiseStereo } from "../../lib/audio/mod.ts";
import { centsOff, strength } from "./pitch.ts";

const ALL = Object.keys(INSTRUMENTS) as Instrument[];

/** Makes notes that an instrument plays. */
function playedBy(instrument?: Instrument) {
  return (pitch: number, start = 0, end = start + 1, velocity = 80): PlayedNote => (
    { pitch, start, end, velocity, instrument }
  );
}

const note = playedBy();

function peak(sound: Float32Array): number {
  return sound.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
}

function largestJump(sound: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < sound.length; i++) largest = Math.max(largest, Math.abs(sound[i] - sound[i - 1]));
  return largest;
}

for (const instrument of ALL) {
  const note = playedBy(instrument);

  for (const sampleRate of [22050, 44100]) {
    Deno.test(`synthesise() plays the ${instrument} in tune within 5 cents at ${sampleRate} Hz`, () => {
      for (const pitch of [36, 43, 50, 57, 60, 65, 70, 77, 84, 96]) {
        const sound = synthesise([note(pitch)], { sampleRate }).subarray(sampleRate * 0.1, sampleRate * 0.9);
        const cents = centsOff(sound, pitch, sampleRate);
        assert(Math.abs(cents) <= 5, `pitch ${pitch} is ${cents} cents off`);
        const octaveBelow = strength(sound, pitch - 12, sampleRate) / strength(sound, pitch, sampleRate);
        assert(octaveBelow < 0.05, `pitch ${pitch} sounds an octave low, ${octaveBelow}`);
      }
    });
  }

  Deno.test(`synthesise() plays fractions of a semitone with the ${instrument}`, () => {
    const sound = synthesise([note(60.3)]);
    assert(Math.abs(centsOff(sound, 60.3, 22050)) <= 5);
  });

  Deno.test(`synthesise() begins and ends the ${instrument} in silence, its loudest sample at 0.89`, () => {
    const sound = synthesise([note(60), note(64, 0.5, 0.9), note(67, 1, 3)]);
    assertEquals(sound[0], 0);
    assert(Math.abs(sound[sound.length - 1]) < 1e-4);
    assert(Math.abs(peak(sound) - 0.89) < 1e-6);
  });

  Deno.test(`synthesise() does not click where the ${instrument} begins or ends a note`, () => {
    // Wherever in its swing the tone is cut off, nothing may jump more than the tone itself did while it was held.
    for (let i = 0; i < 10; i++) {
      const end = 0.5 + i * 0.0007;
      const sound = synthesise([note(60, 0.1, end)]);
      const at = (seconds: number) => Math.round(seconds * 22050);
      const held = largestJump(sound.subarray(at(end - 0.2), at(end)));
      assert(largestJump(sound.subarray(at(end))) <= 1.05 * held, `a jump at the end, ${end} s`);
      assert(largestJump(sound.subarray(0, at(0.1) + 5)) < 0.05, `a jump at the beginning`);
    }
  });

  Deno.test(`synthesise() gives the same sound for the same notes with the ${instrument}`, () => {
    const notes = [note(60), note(63, 0.5, 2)];
    assertEquals(synthesise(notes), synthesise(notes));
  });

  Deno.test(`synthesise() makes a louder velocity louder with the ${instrument}`, () => {
    const sound = synthesise([note(60, 0, 0.5, 30), note(60, 1, 1.5, 120)]);
    const [soft, loud] = [sound.subarray(0, 22050 * 0.5), sound.subarray(22050)].map(peak);
    assert(loud > 1.5 * soft, `${loud} against ${soft}`);
  });

  Deno.test(`synthesise() plays 120 notes at once with the ${instrument}`, () => {
    const notes = Array.from({ length: 120 }, (_, i) => note(i, 0, 0.1 + (i % 7) / 10));
    const sound = synthesise(notes);
    assert(sound.every(Number.isFinite));
    assert(Math.abs(peak(sound) - 0.89) < 1e-6);
  });

  Deno.test(`synthesise() plays 5000 notes over five minutes with the ${instrument}`, () => {
    const notes = Array.from({ length: 5000 }, (_, i) => note(36 + (i * 7) % 49, i * 0.06, i * 0.06 + 0.5));
    const sound = synthesise(notes);
    assert(sound.length > 300 * 22050 && sound.length < 301 * 22050);
    assert(sound.every(Number.isFinite));
  });

  Deno.test(`synthesise() lets a note without length be heard with the ${instrument}`, () => {
    const sound = synthesise([note(60, 0.5, 0.5)]);
    assert(sound.length > 0.5 * 22050 && sound.length < 0.75 * 22050);
    assert(peak(sound.subarray(0.5 * 22050)) > 0.8);
    assertEquals(peak(sound.subarray(0, 0.5 * 22050)), 0);
  });

  Deno.test(`synthesise() leaves out what is too high for the sample rate with the ${instrument}`, () => {
    const alone = synthesise([note(60)]);
    assertEquals(synthesise([note(60), note(127)]), alone);
    assertEquals(peak(synthesise([note(127)])), 0);
    assert(peak(synthesise([note(0)])) > 0.8);
  });
}

Deno.test("synthesise() plays each instrument differently, and a string where nobody says", () => {
  const sounds = ALL.map((instrument) => synthesise([playedBy(instrument)(60)]));
  for (const [i, sound] of sounds.entries()) {
    for (const other of sounds.slice(i + 1)) assertNotEquals(sound, other);
  }
  assertEquals(synthesise([{ pitch: 60, start: 0, end: 1, velocity: 80 }]), sounds[ALL.indexOf("pluck")]);
});

Deno.test("synthesise() lets several instruments play at once", () => {
  const together = synthesise([playedBy("organ")(43, 0, 2), playedBy("reed")(72, 0, 2)]);
  for (const pitch of [43, 72]) assert(strength(together, pitch, 22050) > 0.02, `pitch ${pitch} is not heard`);
  // The even partials of the upper note are not in it, as a reed has hardly any.
  const partial = (n: number) => strength(together, 72 + 12 * Math.log2(n), 22050);
  assert(partial(2) < 0.1 * partial(3), `${partial(2)} against ${partial(3)}`);
});

Deno.test("synthesise() keeps the pipes and lets the string die away", () => {
  const late = (instrument: Instrument) =>
    peak(synthesise([playedBy(instrument)(72, 0, 2)]).subarray(1.5 * 22050, 2 * 22050));
  for (const instrument of ALL) assertEquals(late(instrument) > 0.5, instrument !== "pluck", instrument);
  assert(late("pluck") < 0.1);
});

Deno.test("synthesise() keeps a rest at the beginning", () => {
  const sound = synthesise([note(60, 2, 3)]);
  assertEquals(peak(sound.subarray(0, 2 * 22050)), 0);
});

Deno.test("synthesise() refuses notes that cannot be", () => {
  for (const wrong of [{ pitch: NaN }, { pitch: 128 }, { pitch: -1 }, { velocity: 0 }, { start: -1 }, { end: NaN }]) {
    assertThrows(() => synthesise([note(60), { ...note(60), ...wrong }]), RangeError, "note 1");
  }
  assertThrows(() => synthesise([]), RangeError, "there are no notes");
  assertThrows(() => synthesise([note(60, 2, 1)]), RangeError, "sounds from 2 to 1 seconds");
  assertThrows(() => synthesise([note(60, 0, 1e9)]), RangeError, "1800");
  assertThrows(() => synthesise([{ ...note(60), instrument: "kazoo" as Instrument }]), TypeError, "kazoo");
  assertThrows(() => synthesise([note(60)], { sampleRate: 0 }), RangeError, "current value is 0");
});

Deno.test("synthesiseStereo() puts notes where they are heard, as loud there as anywhere", () => {
  const energy = (sound: Float32Array) => sound.reduce((sum, sample) => sum + sample ** 2, 0);
  const [left, right] = synthesiseStereo([{ ...note(60), pan: -1 }, { ...note(67, 2), pan: 1 }, note(60, 4)]);
  const part = (sound: Float32Array, from: number) => energy(sound.subarray(from * 22050, (from + 1.2) * 22050));
  assert(part(left, 0) > 0 && part(right, 0) < 1e-9 * part(left, 0), "the first is on the left");
  assert(part(right, 2) > 0 && part(left, 2) < 1e-9 * part(right, 2), "the second is on the right");
  assert(Math.abs(part(left, 4) / part(right, 4) - 1) < 1e-6, "the third is in the middle");
  assert(Math.abs((part(left, 4) + part(right, 4)) / part(left, 0) - 1) < 1e-6, "and as loud as the first");
  assertThrows(() => synthesiseStereo([{ ...note(60), pan: 2 }]), RangeError, "has the pan 2");
});
