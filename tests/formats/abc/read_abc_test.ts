import { assert, assertEquals, assertThrows } from "@std/assert";
import { AbcError, FormatError, readAbc, type Score, splitAbc } from "../../../lib/formats/mod.ts";

const HEAD = "X:1\nM:4/4\nL:1/4\nK:C\n";

/** The notes of each part: pitch, onset and length in quarter notes. */
function notesOf({ parts, ticksPerQuarter }: Score): [pitch: number, at: number, length: number][][] {
  const quarters = (ticks: number) => Math.round(ticks / ticksPerQuarter * 1e6) / 1e6;
  return parts.map(({ notes }) =>
    notes.map(({ pitch, startTick, endTick }) => [pitch, quarters(startTick), quarters(endTick - startTick)])
  );
}

const notes = (music: string) => notesOf(readAbc(HEAD + music + "\n"))[0];
const pitches = (music: string, head = HEAD) =>
  readAbc(head + music + "\n").parts.map(({ notes }) => notes.map(({ pitch }) => pitch));
const times = (music: string) => notes(music).map(([, at, length]) => [at, length]);

Deno.test("readAbc() reads pitches in all octaves, and lengths", () => {
  assertEquals(pitches("C, D,, c c' c'' z B"), [[48, 38, 72, 84, 96, 71]]);
  assertEquals(times("C C2 C/ C3/2 C// C/4 z2 C"), [
    [0, 1],
    [1, 2],
    [3, 0.5],
    [3.5, 1.5],
    [5, 0.25],
    [5.25, 0.25],
    [7.5, 1],
  ]);
  assertEquals(times("C/3 D/3 E/3 F"), [[0, 0.333333], [0.333333, 0.333333], [0.666667, 0.333333], [1, 1]]);
  assertEquals(times("C>D E<<F G>>A"), [[0, 1.5], [1.5, 0.5], [2, 0.25], [2.25, 1.75], [4, 1.75], [5.75, 0.25]]);
});

Deno.test("readAbc() keeps an accidental to the barline, in its octave, and lets ties carry it over", () => {
  assertEquals(pitches("{^F}G F | F"), [[67, 66, 65]]);
  assertEquals(pitches("^F F f =F F | F ^^G __A | _B- | B B"), [[66, 66, 77, 65, 65, 65, 69, 67, 70, 71]]);
  const inG = "X:1\nL:1/4\nK:G\n";
  assertEquals(pitches("F [K:bass] F [K:C treble] F", inG), [[66, 66, 65]]);
  assertEquals(pitches("F f =F | F [K:Eb] F E B | [K:Am ^G] G F\nG", inG), [[66, 78, 65, 66, 65, 63, 70, 68, 65, 68]]);
});

Deno.test("readAbc() reads tuplets, also of notes of several lengths, and by the metre", () => {
  const third = 1 / 3, round = (value: number) => Math.round(value * 1e6) / 1e6;
  assertEquals(
    times("(3CDE F"),
    [0, 2 * third, 4 * third, 2].map((at, i) => [round(at), i < 3 ? round(2 * third) : 1]),
  );
  // Of these the synthesiser of abcjs makes the last one too long.
  assertEquals(times("(3C2>D2E2 F"), [[0, 2], [2, round(2 * third)], [round(8 * third), round(4 * third)], [4, 1]]);
  assertEquals(times("(3:2:2C2D E"), [[0, round(4 * third)], [round(4 * third), round(2 * third)], [2, 1]]);
  assertEquals(times("(3:2:4C/C/DE F").at(-1), [2, 1]);
  assertEquals(times("(5CDEFG A").at(-1), [2, 1]);
  const compound = readAbc("X:1\nM:6/8\nL:1/8\nK:C\n(5CDEFG A (5:2CDEFG A\n");
  assertEquals(notesOf(compound)[0].at(5), [69, 1.5, 0.5]);
  assertEquals(notesOf(compound)[0].at(-1), [69, 3, 0.5]);
  assertEquals(times("(3C z E F").map(([at]) => at), [0, 1.333333, 2]);
});

Deno.test("readAbc() joins ties, of chords too, and takes no other hyphen for one", () => {
  assertEquals(notes("C2- | C D - D"), [[60, 0, 3], [62, 3, 2]]);
  assertEquals(notes("[CE]2- [CE] [C-E]C"), [[60, 0, 3], [64, 0, 3], [60, 3, 2], [64, 3, 1]]);
  assertEquals(notes("^C- | C C"), [[61, 0, 2], [60, 2, 1]]);
  const loose = readAbc(HEAD + "C {d}-C D- E | F-:| G\n");
  assertEquals(loose.parts[0].notes.map(({ pitch }) => pitch), [60, 60, 62, 64, 65, 67]);
  assertEquals(loose.repairs, ["Line 5: A tie ends nowhere: no note of its pitch follows: the tie was dropped."]);
});

Deno.test("readAbc() reads chords, and leaves grace notes, chord symbols, ornaments and lyrics out", () => {
  assertEquals(notes('{g}"Am"[CEG]2 !trill!~D "^above"E\nw: A b- c & d'), [
    [60, 0, 2],
    [64, 0, 2],
    [67, 0, 2],
    [62, 2, 1],
    [64, 3, 1],
  ]);
});

Deno.test("readAbc() makes a part of each voice, wherever the lines of others end", () => {
  const score = readAbc(
    HEAD +
      'V:S name="Soprano"\nc d e f | g4 |\nV:B clef=bass\nC,4 | G,4 | C,2 D,2 | E,4 |\nV:S\ne d c B | c4 |\n' +
      "V:T\nz4 | z4 | C4 |\nV:B\nF,4 |\nV:T\nD4 | E4 |\n",
  );
  assertEquals(score.parts.map(({ name, track }) => [name, track]), [["Soprano", 0], ["B", 1], ["T", 2]]);
  const [soprano, bass, tenor] = notesOf(score);
  assertEquals(soprano.map(([pitch, at]) => [pitch, at]).slice(4), [[79, 4], [76, 8], [74, 9], [72, 10], [71, 11], [
    72,
    12,
  ]]);
  assertEquals(bass.at(-1), [53, 16, 4]);
  assertEquals(tenor, [[60, 8, 4], [62, 12, 4], [64, 16, 4]]);
  // A voice that is not in every line: abcjs moves those below it up.
  assertEquals(pitches("[V:1] C D | E F |\n[V:2] c d | e f |\n[V:2] g a |\n[V:1] G A |"), [
    [60, 62, 64, 65, 67, 69],
    [72, 74, 76, 77, 79, 81],
  ]);
});

Deno.test("readAbc() lets an overlay begin at its barline, and goes on where the longer one ends", () => {
  assertEquals(notes("C2 D2 & ^c4 | c4 | E2 & G4 | F4"), [
    [60, 0, 2],
    [73, 0, 4],
    [62, 2, 2],
    [72, 4, 4],
    [64, 8, 2],
    [67, 8, 4],
    [65, 12, 4],
  ]);
});

Deno.test("readAbc() reads overlays of several bars, and says where their signs do not fit together", () => {
  const expected = [[60, 0, 4], [72, 0, 4], [62, 4, 4], [74, 4, 4], [64, 8, 4]];
  for (
    const music of [
      "(& c4 | d4 & C4 | D4 &) | E4 |",
      "c4 | d4 && C4 | D4 | E4 |",
      "(& c4 |\nw:a & b\nd4 & C4 |\nD4 &)\n| E4 |",
    ]
  ) {
    const score = readAbc(HEAD + music + "\n");
    assertEquals([notesOf(score)[0], score.repairs], [expected, []], music);
  }
  const three = notes("(& c4 | d4 & C4 & E4 | F4 &) G | A4 & ^c4 |\nC4 & (&E4 & G4 &) | c4");
  assertEquals(three.filter(([, at]) => at === 0).map(([pitch]) => pitch), [60, 64, 72]);
  assertEquals(three.find(([pitch]) => pitch === 67), [67, 8, 1]);
  assertEquals(three.at(-1), [72, 17, 4]);
  const words = HEAD + '%%begintext\nc & d\n%%endtext\n"A & B"C !x&y!D | E4 |\n';
  assertEquals(notesOf(readAbc(words))[0], [[60, 0, 1], [62, 1, 1], [64, 2, 4]]);
  const repaired = (music: string) => readAbc(HEAD + music + "\n").repairs[0];
  assertEquals(
    repaired("(& c4 | d4 & C4 | D4 | E4 |"),
    "Line 5: An overlay (& lacks its end, &): it was read to the end of the voice.",
  );
  assertEquals(
    repaired("c4 &) | d4"),
    "Line 5: An overlay ends with &) that did not begin with (&: it was passed over.",
  );
  assertEquals(
    repaired("c4 (& d4 | e4 &) |"),
    "Line 5: An overlay from (& to &) has no & between its voices: all of it was read as one voice.",
  );
});

Deno.test("readAbc() follows propagate-accidentals, and names the macros that it does not expand", () => {
  const told = (said: string) => pitches("^F F f | F", HEAD.replace("K:", `${said}\nK:`))[0];
  assertEquals(told("%%propagate-accidentals octave"), [66, 66, 77, 65]);
  assertEquals(told("%%propagate-accidentals pitch"), [66, 66, 78, 65]);
  assertEquals(told("I:propagate-accidentals not"), [66, 65, 77, 65]);
  assertEquals(pitches("[I:propagate-accidentals not]^F- F F"), [[66, 65]]);
  const head =
    "%%propagate-accidentals both\n%%propagate-accidentals not\n%%propagate-accidentals pitch\nm:~n2 = n{m}n";
  assertEquals(readAbc(`X:1\n${head}\nK:C\n~C2\n`).repairs, [
    "Line 2: propagate-accidentals is both, not octave, pitch or not: it was passed over.",
    "Line 4: propagate-accidentals is pitch, after it was not: the first holds to the end.",
    "Line 5: The macro ~n2 cannot be expanded: its notes were read as they stand.",
  ]);
});

Deno.test("readAbc() reads key, metre and tempo where they change, title, upbeat, fermata and program", () => {
  const score = readAbc(
    "X:7\nT:A tune\nT:Another name\nC:Somebody\nM:3/4\nL:1/4\nQ:1/4=100\n%%MIDI program 40\nK:Dm\n" +
      "A | d2 e | Hf3 | [M:2/4] [K:Bb] [Q:3/8=60] B2 |\nM:C|\nK:Amix\nA4 |]\n",
  );
  assertEquals([score.title, score.upbeatTicks, score.ticksPerQuarter], ["A tune", 480, 480]);
  assertEquals(score.keys, [
    { tick: 0, fifths: -1, mode: "minor" },
    { tick: 7 * 480, fifths: -2, mode: "major" },
    { tick: 9 * 480, fifths: 2 },
  ]);
  assertEquals(score.metres.map(({ tick, numerator, denominator }) => [tick / 480, numerator, denominator]), [
    [0, 3, 4],
    [7, 2, 4],
    [9, 2, 2],
  ]);
  assertEquals(score.tempos.map(({ tick, microsecondsPerQuarter }) => [tick / 480, microsecondsPerQuarter]), [
    [0, 600_000],
    [7, Math.round(60e6 / 90)],
  ]);
  const [{ program, notes }] = score.parts;
  assertEquals([program, notes[3].fermata, notes[2].fermata, notes[3].end], [40, true, undefined, 4.2]);
  assertEquals(score.repairs, []);
  assertEquals(readAbc('X:1\nQ:"Allegro"\nK:none\nC\n').tempos[0].microsecondsPerQuarter, 500_000);
  assertEquals(readAbc('X:1\nQ:"Allegro"\nK:none\nC\n').keys, []);
  assertEquals(readAbc("X:1\nK:HP\nf c\n").keys, [{ tick: 0, fifths: 2 }]);
  assertEquals(readAbc("X:1\nM:2+3/8\nK:C\nCDEFG|\n").metres, [{ tick: 0, numerator: 5, denominator: 8 }]);
});

Deno.test("readAbc() takes of several metres, keys and tempi at one moment the last", () => {
  const { metres, keys, tempos } = readAbc(
    "X:1\nQ:1/4=60\nM:4/4\nL:1/4\nK:C\n[Q:1/4=120] C [M:3/4] [K:G] [M:2/4] [K:D] F |\n",
  );
  assertEquals(metres.map(({ tick, numerator }) => [tick, numerator]), [[0, 4], [480, 2]]);
  assertEquals(keys.map(({ tick, fifths }) => [tick, fifths]), [[0, 0], [480, 2]]);
  assertEquals(tempos.map(({ tick, microsecondsPerQuarter }) => [tick, microsecondsPerQuarter]), [[0, 500_000]]);
});

Deno.test("readAbc() reads a metre with which a voice begins or goes on", () => {
  const metresOf = (music: string) => readAbc(HEAD + music).metres.map(({ tick, numerator }) => [tick, numerator]);
  assertEquals(metresOf("V:1\n[M:3/4] [K:G] D E F |\nV:2\n[M:3/4] [K:G] D E F |\n"), [[0, 3]]);
  for (const [first, second] of [["V:1\n", "V:2\n"], ["[V:1] ", "[V:2] "]]) {
    const bars = `${first}C D E F |\n${second}C D E F |\n${first}[M:3/4] C D E |\n${second}[K:C][M:3/4] C D E |\n`;
    assertEquals(metresOf(bars), [[0, 4], [1920, 3]]);
  }
  assertEquals(notes("V:1\n[M:3/4] Z | C").at(-1), [60, 3, 1]);
});

Deno.test("readAbc() takes the upper of two voices that differ on the key, and warns of it", () => {
  const { keys, warnings } = readAbc(HEAD + "V:1\nC D E F |\nV:2\n[K:G] D E F G |\n");
  assertEquals(keys, [{ tick: 0, fifths: 0, mode: "major" }]);
  assertEquals(warnings, ["The parts have different key signatures at quarter 0: what most of them have was taken."]);
});

Deno.test("readAbc() takes the unit from the metre where none is said", () => {
  assertEquals(notesOf(readAbc("X:1\nM:2/4\nK:C\nC\n"))[0], [[60, 0, 0.25]]);
  assertEquals(notesOf(readAbc("X:1\nM:3/4\nK:C\nC\n"))[0], [[60, 0, 0.5]]);
});

Deno.test("readAbc() gives pitches as they sound", () => {
  const head = "X:1\nL:1/4\nK:D\n";
  const heard = (voice: string) => readAbc(`${head}V:1 ${voice}\nF\n`);
  const first = (voice: string) => heard(voice).parts[0].notes[0].pitch;
  assertEquals(["clef=treble-8", "clef=treble+8", "clef=bass", "octave=-1"].map(first), [54, 78, 66, 54]);
  assertEquals([first("transpose=-2"), heard("transpose=-2").keys[0].fifths], [64, 0]);
  assertEquals(pitches("%%MIDI transpose -12\nF", head), [[54]]);
  const drums = readAbc(`${head}V:1 clef=perc\nF z F\n`).parts[0];
  assertEquals([drums.drum, drums.channel, drums.notes.length], [true, 9, 2]);
  const rounded = readAbc(HEAD + "^/C\n");
  assertEquals(rounded.repairs, ["Line 5: A quarter tone: it was rounded."]);
});

Deno.test("readAbc() counts rests as they are written", () => {
  assertEquals(times("Z2 C | X | C | x C y C"), [[8, 1], [13, 1], [15, 1], [16, 1]]);
  // abcjs would shorten this rest to a bar.
  const waltz = readAbc("X:1\nM:3/4\nL:1/4\nK:C\nz4 C Z C\n");
  assertEquals(notesOf(waltz)[0], [[60, 4, 1], [60, 8, 1]]);
});

Deno.test("readAbc() does not play repeats, and ends at the last rest", () => {
  const score = readAbc(HEAD + "|: C D |1 E2 :|2 F2 || z4 |]\n");
  assertEquals(score.parts[0].notes.map(({ pitch }) => pitch), [60, 62, 64, 65]);
  assertEquals(score.endTick, 10 * 480);
});

Deno.test("readAbc() passes over what is said about the page", () => {
  const layout = "%%begintext\nc d e | f\n%%endtext\n%%staffnonote 0\n%%barsperstaff 1\nI:keywarn 0\n";
  const music = "C D % c d\nV:2\nz2\nV:1\n[I:staffnonote 0] E F |\nV:2\nc2|\n";
  assertEquals(notesOf(readAbc(`${HEAD}${layout}V:1\n${music}`)), [
    [[60, 0, 1], [62, 1, 1], [64, 2, 1], [65, 3, 1]],
    [[72, 2, 2]],
  ]);
});

Deno.test("readAbc() takes what stands above the first tune for all, ends a tune at a blank line, and says what is left", () => {
  const book = "%abc-2.1\nM:3/4\nL:1/4\n\nX:1\nT:One\nK:G\nF3|\n\nSome words.\n\nX:2\nT:Two\nM:2/4\nK:C\nF2|\n";
  const first = readAbc(book);
  assertEquals([first.title, first.metres[0].numerator, notesOf(first)], ["One", 3, [[[66, 0, 3]]]]);
  assertEquals(first.warnings, [
    "The text has 2 tunes: the first was read. In a corpus, each tune of an .abc file is a piece.",
  ]);
  assertEquals(first.repairs, []);
  assertEquals(readAbc(HEAD + "C D |\n\nE F | G A |\nw:some words\n").repairs, [
    "Line 7: Here stands 1 line of music behind a blank line, which ends a tune: it was left out.",
  ]);
});

Deno.test("readAbc() reads other line ends, a mark of byte order, and a tune without X:", () => {
  const expected = [[60, 62]];
  for (const end of ["\r\n", "\r"]) assertEquals(pitches(`C${end}D${end}`, HEAD.replaceAll("\n", end)), expected);
  assertEquals(pitches("C\\\nD", "\uFEFF" + HEAD), expected);
  assertEquals(pitches("C\nD", "\nT:No number\nK:C\n"), expected);
});

Deno.test("readAbc() says in which line it left something out, or refuses it", () => {
  const faulty = HEAD + "C D\nE @ +EG+ F\n";
  const { parts, repairs } = readAbc(faulty);
  assertEquals(parts[0].notes.length, 4);
  assertEquals(repairs, [
    "Line 6: Unknown character ignored, in column 3: abcjs left it out.",
    "Line 6: Unknown decoration: EG, in column 5: abcjs left it out.",
  ]);
  const error = assertThrows(() => readAbc(faulty, { repair: false }), AbcError, "Line 6: Unknown character ignored");
  assertEquals(error.line, 6);
  assertEquals(readAbc(HEAD + "!unknown!C c'''''''''' D0 E\n").parts[0].notes.map(({ pitch }) => pitch), [60, 64]);
});

Deno.test("readAbc() refuses what is no ABC, has no notes, or would cost too much", () => {
  assertThrows(() => readAbc("no music"), FormatError, "no line begins with X:");
  assertThrows(() => readAbc("X:1\nT:words\nK:C\n"), FormatError, "no note in the tune that begins in line 1");
  assertThrows(() => readAbc(HEAD + "z4|\n"), FormatError, "no note");
  assertThrows(() => readAbc(HEAD + "C|\n".repeat(50_000)), AbcError, "Line 1: The tune has 150020 characters");
  assertThrows(() => readAbc(HEAD + "C".repeat(9_000)), AbcError, "Line 5: The line has 9000 characters");
  assertThrows(() => readAbc(HEAD + "C" + "&C".repeat(9)), AbcError, "Line 5: More than 8 overlays");
  assertThrows(() => readAbc("%a\n\n".repeat(2 ** 22) + "words\nK:C\nC"), FormatError, "no line begins with X:");
  assertThrows(() => readAbc(HEAD + "[K:C]" + "[K:".repeat(9)), AbcError, "Line 5: More than 8 fields");
  // What looks for the end of each of these would not come back.
  for (const field of ["[I:", "[K:", "[L:"]) {
    assertThrows(() => readAbc(HEAD + field.repeat(2 ** 20)), AbcError, "Line 1: The tune has");
  }
  assertThrows(() => readAbc(HEAD + "C {d}" + "{C".repeat(9)), AbcError, "Line 5: More than 8 grace notes ({)");
  assertThrows(() => readAbc(HEAD + "C D100000\n"), AbcError, "Line 5: The piece is longer than 100000 quarter notes");
  assertThrows(() => readAbc(HEAD + `C${"9".repeat(400)}\n`), AbcError, "longer than");
  assertThrows(() => readAbc("X:1\n" + "T:a\n".repeat(20_000) + "K:C\nC\n"), AbcError, "abcjs says");
  assertThrows(() => readAbc(1 as unknown as string), TypeError, "expected a text");
});

Deno.test("readAbc() rounds times that have no common unit", () => {
  const { ticksPerQuarter, repairs, parts } = readAbc(HEAD + "C/127 C/113 C/109 C\n");
  assertEquals([ticksPerQuarter, parts[0].notes.length], [30_240, 4]);
  assert(repairs[0].includes("all were rounded to 1/30240 quarter note"));
});

Deno.test("readAbc() says nothing of slurs that stand apart, nor of marks of line ends", () => {
  assertEquals(readAbc(HEAD + "(C<D-) D (E F ) | G *\n").repairs, []);
});

Deno.test("splitAbc() takes a book apart, with its head in every tune that does not say the same itself", () => {
  assertEquals(splitAbc("M:3/4\n%%MIDI program 40\nwords\nX:1\nK:C\nC|\n\nX:2\nM:2/4\nK:G\nG|\n\nmore words\n"), [
    "X:1\nM:3/4\n%%MIDI program 40\nK:C\nC|\n",
    "X:2\n%%MIDI program 40\nM:2/4\nK:G\nG|\n\nmore words\n",
  ]);
  for (const text of ["", "K:C\nC|\n", HEAD + "C|\n"]) assertEquals(splitAbc(text), undefined);
  assertEquals(splitAbc("N:x\n".repeat(20_000) + "X:1\n".repeat(20_000)), undefined);
});

Deno.test("readAbc() leaves out numbers that cannot be, and says so", () => {
  const head = HEAD.replace("K:", "%%MIDI program 999\nK:");
  assertEquals(readAbc(head + "C\n").parts[0].program, 0);
  assertEquals(readAbc(head + "C\n").repairs, ["Line 1: The program is 999, not 0 to 127: it was left out."]);
  assertEquals(readAbc(HEAD + "V:1 octave=x\nC\nV:2\nD\n").repairs, [
    "Line 6: The note has the MIDI number NaN, not 0 to 127: it was left out.",
  ]);
  assertEquals(readAbc("X:1\nM:0/4\nK:C\nC\n").repairs, ["Line 1: The metre is 0/4: it was left out."]);
  assertEquals(readAbc(HEAD + "[Q:1/4=0] C [Q:1/4=99999] D\n").tempos.length, 1);
  const cases: [text: string, wrong: string, pitches: number[]][] = [
    [HEAD + "C0 D|", "Line 5: The note lasts 0 quarter notes, which is too short", [62]],
    [HEAD + `C${"/".repeat(44)} D|`, "Line 5: The note lasts 5.684", [62]],
    ["X:1\nL:1/0\nK:C\nC|", 'Line 2: The unit L: is "1/0", not a length such as 1/8', [60]],
    [HEAD + "C [L:/4] D|", 'Line 5: The unit L: is "/4"', [60, 62]],
    ["X:1\nQ:1/4=0\nK:C\nC|", "Line 2: The tempo is 0 quarter notes a minute", [60]],
    ["X:1\nQ:1/4=0.001\nK:C\nC|", "Line 2: The tempo is 0.001 quarter notes a minute", [60]],
    ["X:1\nK:C transpose=9999\nC|", "Line 2: transpose is 9999, not -127 to 127", [60]],
    ["X:1\n%%MIDI transpose 9999\nK:C\nC|", "Line 1: MIDI transpose is 9999, not -127 to 127", [60]],
  ];
  for (const [text, wrong, expected] of cases) {
    const { parts, repairs } = readAbc(text);
    assertEquals(parts[0].notes.map(({ pitch }) => pitch), expected, text);
    assert(repairs.length === 1 && repairs[0].startsWith(wrong), repairs.join());
    assertThrows(() => readAbc(text, { repair: false }), AbcError, wrong);
  }
  assertThrows(() => readAbc("X:1\nL:1/99999999\nK:C\nC|"), FormatError, "no note");
  assertEquals(readAbc("X:1\nQ:1/4=90.5\nK:C\nC|").tempos[0].microsecondsPerQuarter, 662_983);
});

Deno.test("readAbc() reads a tune as it stands, whatever tune was read before it", () => {
  const expected = notes("C D E F");
  for (const before of ["C (3\\", "C !fermata! {g}\\", "[V:1] C (3", "C [", 'C "', "C {"]) {
    readAbc(`${HEAD}${before}\n`);
    assertEquals(notes("C D E F"), expected, before);
  }
});

Deno.test("readAbc() keeps what the head of a book says beside other directives of the tune", () => {
  const read = (head: string, own: string, music: string) =>
    readAbc(`${head}\n\nX:1\n${own}\nL:1/4\nK:C\n${music}\n`).parts[0];
  const pitchesOf = (...said: Parameters<typeof read>) => read(...said).notes.map(({ pitch }) => pitch);
  assertEquals(pitchesOf("%%MIDI transpose 12", "%%staffsep 3", "CD|"), [72, 74]);
  assertEquals(pitchesOf("%%MIDI  transpose 12", "%%midi transpose 2", "CD|"), [62, 64]);
  assertEquals(pitchesOf("%%propagate-accidentals not", "%%MIDI program 4", "^FF|"), [66, 65]);
  assertEquals(pitchesOf("%%propagate-accidentals not", "I:propagate-accidentals octave", "^FF|"), [66, 66]);
  assertEquals(read("%%MIDI program 40", "%%MIDI transpose 2", "C|").program, 40);
  assertEquals(read("U:T=!fermata!", "U: M = !trill!", "TC|").notes[0].fermata, true);
  assertEquals(read("U:T=!fermata!", "U: T = !trill!", "TC|").notes[0].fermata, undefined);
});

Deno.test("readAbc() keeps ties over a barline beside overlays, and refuses those that end nowhere", () => {
  const strictly = (music: string) => notesOf(readAbc(`${HEAD}${music}\n`, { repair: false }))[0];
  assertEquals(strictly("C4- & E4|C4|"), [[60, 0, 8], [64, 0, 4]]);
  assertEquals(strictly("^F4-&A4|F4|"), [[66, 0, 8], [69, 0, 4]]);
  assertEquals(strictly("C4&E4-|C4&E4|"), [[60, 0, 4], [64, 0, 8], [60, 4, 4]]);
  assertEquals(strictly("C4-&E4-|C4-&E4-|C4&E4|"), [[60, 0, 12], [64, 0, 12]]);
  assertEquals(strictly("(& C4- | C4 & E4- | E4- &) | E4 |"), [[60, 0, 8], [64, 0, 12]]);
  for (const music of ["C4-&E4|F4|", "C4&E4-|C4|", "C2- z C|", "C4-"]) {
    assertThrows(() => strictly(music), AbcError, "Line 5: A tie ends nowhere");
  }
});

Deno.test("readAbc() follows %%MIDI transpose and program, also behind music, and as I:", () => {
  const all = (music: string) => pitches(music).flat();
  assertEquals(all("CD|\n%%MIDI transpose 12\nEF|"), [60, 62, 76, 77]);
  assertEquals(all("V:1\nC|\nV:2\nD|\nI:MIDI transpose 12\nV:1\nE|\nV:2\nF|"), [60, 64, 62, 77]);
  assertEquals(all("C[I:MIDI transpose 12]D|[I:MIDI transpose 0]\nE|"), [60, 74, 64]);
  const { keys, parts } = readAbc("X:1\nL:1/4\nI:MIDI program 40\nK:D\nD|\n%%MIDI transpose 2\nD|\n");
  assertEquals([keys.map(({ fifths }) => fifths), parts[0].program], [[2, 4], 40]);
});

Deno.test("readAbc() refuses prose, and reads music with a few words in it", () => {
  for (const prose of ["Hello, this is a letter.\nK: is a thing.\n", "K: is a thing.\nA cabbage.\n", "CDE\nK:C\nC\n"]) {
    assertThrows(() => readAbc(prose), FormatError, "no line begins with X:");
  }
  for (const head of ["X: marks the spot.\n", "T: Hello\nK:C\n"]) {
    const prose = `${head}This is a letter about a cabbage, and more.\n`;
    assertThrows(() => readAbc(prose), AbcError, "these may be words");
  }
  assertEquals(pitches("C D E F G A h B c"), [[60, 62, 64, 65, 67, 69, 71, 72]]);
  for (const key of ["K:Gmix", "K: none", "K:", "K:clef=bass", "K:^f", "K:Hp"]) {
    assertEquals(readAbc(`% A comment\n\nT:Name\n${key}\nA\n`).parts[0].notes.length, 1, key);
  }
});
