import { assertEquals, assertThrows } from "@std/assert";
import {
  CHORD_QUALITIES,
  type ChordQuality,
  encodeWhole,
  FRAME_FEATURES,
  frameEncoding,
  type FrameEvent,
  frameFeatures,
  framePieces,
  START_FRAME,
} from "../../../lib/encodings/mod.ts";
import { seeded } from "../../../lib/random/mod.ts";
import { CHORALE_VOICES, choraleOfFrames, type ChoraleVoice } from "../../../lib/score/mod.ts";
import { windowsOf } from "../../../lib/windows/mod.ts";

const RANGE = { lowest: 36, highest: 81 };
const CADENCE = [[67, 62, 59, 43], [67, 62, 59, 43], [67, 64, 60, -1], [72, 64, 60, 48], [72, 64, 60, 48]];
const NAMES = Object.keys(FRAME_FEATURES);
/** More than two bars, with rests, so that whatever is counted in bars has something to count. */
const LONG = Array.from({ length: 48 }, (_, t) => CADENCE[Math.floor(t / 2) % CADENCE.length]);

/** Of each feature a piece to look back at, for those that do. */
const LESSONS = framePieces([choraleOfFrames(LONG, "lesson")]);

const encoded = (names: readonly string[], frames: readonly (readonly number[])[]) =>
  encodeWhole(
    frameEncoding(frameFeatures(names, RANGE, LESSONS), RANGE),
    framePieces([choraleOfFrames(frames, "piece")]).map(({ events }) => events),
  );

Deno.test("framePieces() puts the start before the frames, and keeps names", () => {
  const [{ piece, events }] = framePieces([choraleOfFrames(CADENCE, "cadence")]);
  assertEquals(piece, "cadence");
  assertEquals(events, [START_FRAME, ...CADENCE.map((pitches) => ({ pitches }))]);
});

Deno.test("frameEncoding() says voices as classes of cells, and decodes them", () => {
  const encoding = frameEncoding([], RANGE), event: FrameEvent = { pitches: CADENCE[2] };
  const said = encoding.say(event);
  assertEquals(said, { soprano: 32, alto: 29, tenor: 25, bass: 0 });
  assertEquals(encoding.decode(said), event);
  assertEquals(encoding.says.map(({ name, size }) => [name, size]), [
    ["soprano", 47],
    ["alto", 47],
    ["tenor", 47],
    ["bass", 47],
  ]);
  assertEquals(encoding.say(START_FRAME), { soprano: -1, alto: -1, tenor: -1, bass: -1 });
  assertThrows(() => encoding.say({ pitches: [90, 60, 50, 40] }), RangeError, "the class of pitch 90");
});

Deno.test("frameEncoding() refuses features that share a column", () => {
  assertThrows(
    () => frameEncoding(frameFeatures(["place", "place"], RANGE), RANGE),
    TypeError,
    'two columns have the name "place16"',
  );
  assertThrows(() => frameFeatures(["colour"], RANGE), RangeError, 'Cannot hear "colour"');
});

Deno.test("the voices' feature tells what each has, since when, and where it came from", () => {
  const { heard, known } = encoded(["voices"], CADENCE);
  assertEquals([...heard.sopranoHas], [46 + 1, 32, 32, 32, 37, 37]);
  assertEquals([...heard.sopranoNote], [-1, 32, 32, 32, 37, 37]);
  assertEquals([...heard.sopranoRun], [0, 0, 1, 2, 0, 1]);
  assertEquals([...heard.sopranoLeap], [27, 27, 27, 27, 13 + 5, 13 + 5]);
  // A rest leaves the last note as the anchor.
  assertEquals([...heard.bassNote], [-1, 8, 8, 8, 13, 13]);
  assertEquals([...known.sopranoMotion].slice(1), [27, 13, 13, 13 + 5, 13]);
  assertEquals([...known.altoOverTenor].slice(1), [73, 36 + 3, 36 + 5, 36 + 4, 36 + 4]);
});

/** A frame that stays for so many sixteenths. */
const held = (frame: readonly number[], times: number) => Array<readonly number[]>(times).fill(frame);

Deno.test("the key's feature tells degrees above the tonic that it finds, and is silent before the first frame", () => {
  const { heard, known } = encoded(["key"], [...held([67, 62, 59, 43], 4), ...held([67, 62, 57, -1], 1)]);
  // G major.
  assertEquals([...heard.sopranoTonic], [-1, 7, 7, 7, 7, 7]);
  assertEquals([...heard.mode], [2, 0, 0, 0, 0, 0]);
  assertEquals([...heard.tenorDegree], [13, 4, 4, 4, 4, 2]);
  assertEquals(heard.bassDegree.at(-1), 12);
  assertEquals([...known.tenorNextDegree].slice(1), [13, 4, 4, 4, 2]);
});

Deno.test("the lines' feature tells the notes before the last one", () => {
  const { heard } = encoded(["lines"], [...held([67, 62, 59, 43], 3), ...held([69, 62, 60, 43], 2), [71, 62, 59, 43]]);
  assertEquals(heard.sopranoDegree1.at(-1), 2);
  assertEquals(heard.sopranoLasted1.at(-1), 2);
  assertEquals(heard.sopranoLeap1.at(-1), 13 + 2);
  assertEquals(heard.sopranoLasted2.at(-1), 3);
  // The alto has had one note.
  assertEquals([heard.altoDegree1.at(-1), heard.altoLasted1.at(-1), heard.altoLeap1.at(-1)], [13, 0, 27]);
});

Deno.test("the harmony's feature names chords by degree, those of what is drawn too", () => {
  const { heard, known } = encoded(["harmony"], [...held([67, 62, 59, 43], 4), ...held([66, 62, 57, 50], 2)]);
  const [major, none] = ["major", "none"].map((quality) => CHORD_QUALITIES.indexOf(quality as ChordQuality));
  assertEquals([heard.chord0Root.at(-1), heard.chord0Quality.at(-1)], [7, major]);
  assertEquals([heard.chord4Root.at(-1), heard.chord4Quality.at(-1)], [0, major]);
  assertEquals([heard.chord8Root.at(-1), heard.chord8Quality.at(-1)], [13, none]);
  assertEquals([known.tenorChordRoot[5], known.tenorChordQuality[5]], [7, major]);
});

Deno.test("the feature of what is above gives pitch classes as anchors, and none for a rest", () => {
  const { known } = encoded(["above"], [[67, -1, 59, 43]]);
  assertEquals([...known.altoUnderSoprano], [-1, 7]);
  assertEquals([...known.tenorUnderAlto], [-1, -1]);
  assertEquals([...known.bassUnderTenor], [-1, 11]);
});

Deno.test("the phase's feature finds the beat of an upbeat: where voices have moved stands first when it comes again", () => {
  // An upbeat of a beat, then four bars: chords of half notes, and a soprano that moves in quarters.
  const bar = [[71, 62, 55, 43], [72, 62, 55, 43], [74, 64, 57, 48], [72, 64, 57, 48]];
  const frames = [[67, 60, 52, 40], ...bar, ...bar, ...bar].flatMap((frame) => held(frame, 4));
  const { heard: { moving16, lasting16 } } = encoded(["phase"], frames);
  // The row that has heard 36 frames tells of the places from the 37th frame on, a barline.
  const places = (values: ArrayLike<number>) => Array.from(values).slice(36 * 16, 37 * 16);
  const moved = places(moving16), lasted = places(lasting16);
  assertEquals(moved.flatMap((voices, place) => voices > 0 ? [place] : []), [0, 4, 8, 12]);
  assertEquals([moved[0], moved[4]].map((value) => value > 1), [true, false]);
  assertEquals(lasted.flatMap((notes, place) => notes > 0 ? [place] : []), [0, 8]);
});

Deno.test("the phrases' feature counts from the last chord that lasted a half note, and tells when the next is due", () => {
  const phrase = (last: readonly number[]) => [
    ...held([71, 62, 55, 43], 4),
    ...held([72, 62, 55, 43], 4),
    ...held(last, 8),
  ];
  const frames = [...phrase([67, 62, 59, 43]), ...phrase([69, 62, 54, 50]), ...held([71, 62, 55, 43], 4)];
  const { heard } = encoded(["phrases"], frames), at = (name: string, row: number) => heard[name][row];
  assertEquals([at("phraseFrames", 15), at("phraseCount", 15), at("still", 15)], [15, 0, 7]);
  // Once it has lasted eight frames it counts from its beginning.
  assertEquals([at("phraseFrames", 16), at("phraseCount", 16), at("still", 16)], [8, 1, 8]);
  assertEquals([at("phraseBefore", 31), at("phraseLeft", 31)], [0, 0]);
  assertEquals([at("phraseFrames", 32), at("phraseBefore", 32), at("phraseCount", 32)], [8, 16, 2]);
  // Eight of sixteen are left; class 17 says that none is.
  assertEquals(at("phraseLeft", 32), 17 + 8);
});

for (const name of NAMES) {
  Deno.test(`the feature "${name}" knows nothing of later frames, nor of voices still to come`, () => {
    const changed = LONG.map((frame, t) => t < 40 ? frame : frame.map((pitch) => pitch < 0 ? 60 : pitch + 1));
    const [one, other] = [LONG, changed].map((frames) => encoded([name], frames));
    const [{ hears = [], knows = [] }] = frameFeatures([name], RANGE, LESSONS);
    for (const { name, width = 1 } of hears) {
      // Row 0 is the start: frame 40 is heard in row 41.
      assertEquals(one.heard[name].slice(0, 41 * width), other.heard[name].slice(0, 41 * width), name);
    }
    const encoding = frameEncoding(frameFeatures([name], RANGE, LESSONS), RANGE);
    const [listener, another] = [encoding.listen(), encoding.listen()];
    for (const pitches of LONG.slice(0, 40)) for (const each of [listener, another]) each.hear({ pitches });
    const drawn = encoding.say({ pitches: LONG[40] });
    for (const { name, after = [], width = 1 } of knows) {
      // What comes after a voice comes after those above it, too.
      const turn = Math.max(...after.map((voice) => CHORALE_VOICES.indexOf(voice as ChoraleVoice)));
      const part = Object.fromEntries(CHORALE_VOICES.slice(0, turn + 1).map((voice) => [voice, drawn[voice]]));
      const alone = listener.know!(part)[name], all = another.know!(drawn)[name];
      assertEquals(alone, all, name);
      const whole = encodeWhole(encoding, [LONG.map((pitches) => ({ pitches }))]).known[name];
      assertEquals(typeof alone === "number" ? [alone] : Array.from(alone), [
        ...whole.slice(40 * width, 41 * width),
      ], name);
    }
  });

  Deno.test(`the feature "${name}" goes on by itself after a fork`, () => {
    const encoding = frameEncoding(frameFeatures([name], RANGE, LESSONS), RANGE);
    const listener = encoding.listen();
    for (const pitches of LONG.slice(0, 20)) listener.hear({ pitches });
    const fork = listener.fork(), kept = listener.fork();
    for (const pitches of CADENCE) fork.hear({ pitches });
    for (const pitches of LONG.slice(20, 30)) {
      const drawn = encoding.say({ pitches });
      assertEquals(listener.know!(drawn), kept.know!(drawn));
      assertEquals(listener.hear({ pitches }), kept.hear({ pitches }));
    }
  });
}

Deno.test("what the features tell of transposed frames are the moved columns", () => {
  // No feature may know in which key a piece stands but by columns that move.
  const names = NAMES, up = LONG.map((frame) => frame.map((pitch) => pitch < 0 ? pitch : pitch + 2));
  const encoding = frameEncoding(frameFeatures(names, RANGE, LESSONS), RANGE);
  const pieces = (frames: readonly (readonly number[])[]) => framePieces([choraleOfFrames(frames, "piece")]);
  const options = { length: 48, shift: 48, partial: true, augmentation: { transpose: [2, 2] as [number, number] } };
  const [moved] = windowsOf(pieces(LONG), encoding, options).batches({
    size: 1,
    prng: seeded(1),
    supervision: "every",
  });
  const [expected] = windowsOf(pieces(up), encoding, options).batches({ size: 1, supervision: "every" });
  for (const [name, values] of Object.entries(expected.inputs)) {
    for (let i = 0; i < values.length; i++) {
      if (Math.abs(values[i] - moved.inputs[name][i]) > 1e-4) {
        assertEquals(Array.from(moved.inputs[name]), Array.from(values), name);
      }
    }
  }
});
