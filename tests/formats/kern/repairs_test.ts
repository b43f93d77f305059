import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { barsOf, FORMATS, KernError, readKern } from "../../../lib/formats/mod.ts";
import { readShared, sharedTest } from "../../shared.ts";
import { kern, notesOf, voice } from "./kern_text.ts";

/** Asserts that a text is read with one repair, which names the line and the spine, and is refused without it. */
function assertMended(text: string, notes: number[][], repair: string, part = 0, others: string[] = []): void {
  const score = readKern(text);
  assertEquals(notesOf(score, part), notes, text);
  assertEquals(score.repairs, [repair, ...others]);
  const error = assertThrows(() => readKern(text, { repair: false }), KernError);
  assertEquals(error.message.startsWith(/^Line \d+/.exec(repair)![0]), true, error.message);
  barsOf(text);
}

const QUARTERS = [[0, 1, 60], [1, 1, 62]];

Deno.test("readKern() drops a tie that only opens or only closes, and keeps both notes", () => {
  assertMended(
    voice("[4c", "4d"),
    QUARTERS,
    'Line 2, spine 1: The tie from "[4c" ends nowhere: no note of its pitch with ] or _ begins when it ends, so it is left out',
  );
  assertMended(
    voice("4c", "4d]"),
    QUARTERS,
    'Line 3, spine 1: The tie to "4d]" begins nowhere: no note of its pitch with [ or _ ends here, so it is left out',
  );
  // One without its partner's mark says nothing of the partner.
  assertEquals(notesOf(readKern(voice("[4c", "4c"))), [[0, 1, 60], [1, 1, 60]]);
  // A tie over a gap has lost both of its ends.
  const gap = readKern(voice("[4c", "4r", "4c]"));
  assertEquals([notesOf(gap), gap.repairs.length], [[[0, 1, 60], [2, 1, 60]], 2]);
  // What still fits is joined.
  assertEquals(notesOf(readKern(voice("[4c", "4c_", "4d]"))), [[0, 2, 60], [2, 1, 62]]);
});

Deno.test("readKern() refuses a text that breaks off, with repairs too", () => {
  assertThrows(() => readKern("**kern\n4c\n4d\n"), KernError, "Line 3: 1 of the spines are not terminated");
  assertThrows(() => readKern("**kern\t**kern\n4C\t4c\n4D"), KernError, "Line 3: Expected 2 tokens");
});

Deno.test("readKern() reads the notes of a text without durations as quarter notes", () => {
  assertMended(
    voice("*clefC4", "(c", "d.)", "=`"),
    QUARTERS,
    "Line 3, spine 1: No note of the text has a duration: each is read as a quarter note",
    0,
    ['Line 4, spine 1: "d.)": "." is passed over'],
  );
  assertEquals(notesOf(readKern(voice("c e", "r", "qg", "d"))), [[0, 1, 60], [0, 1, 64], [2, 1, 62]]);
  // Where others have one, a note without is an error, for its length may be any.
  for (const repair of [false, true]) {
    assertThrows(() => readKern(voice("4c", "d"), { repair }), KernError, 'Line 3, spine 1: "d" has no duration');
  }
  assertEquals(readKern(voice("qc", "@16@r")).endTick, 480);
});

Deno.test("readKern() reads a rest without a duration as a quarter rest, if the other columns agree", () => {
  const repair = 'Line 2, spine 1: "r;" has no duration: read as a quarter rest';
  assertMended(voice("r;", "=1", "4d"), [[1, 1, 62]], repair);
  const together = kern("**kern **kern\nr 4c\n4C 4d\n*- *-");
  assertMended(together, QUARTERS, 'Line 2, spine 1: "r" has no duration: read as a quarter rest');
  assertThrows(() => readKern(together.replace("4c", "2c")), KernError, "do not reach this line's notes together");
});

Deno.test("readKern() passes over the duration of a grace note that cannot be read, and a grace note without pitch", () => {
  const long = '"q0.332031c" has more than one duration: passed over, for a grace note takes no time';
  assertMended(voice("4c", "q0.332031c", "4d"), QUARTERS, `Line 3, spine 1: ${long}`);
  assertMended(voice("4c", "8q,", "4d"), QUARTERS, 'Line 3, spine 1: "8q," has no pitch: read as no grace note');
});

Deno.test("readKern() passes over lines of prose above the spines' kinds, but over nothing that may be music", () => {
  const prose = "ceremonial\n!!!OTL: Song\n";
  const repair = 'Line 1: "ceremonial" stands above the spines\' kinds: it is passed over';
  assertMended(prose + voice("4c", "4d"), QUARTERS, repair);
  for (const line of ["4c", "=1", "*M3/4", "4c\t4e", "*rhythm\t*staff1"]) {
    assertThrows(() => readKern(`${line}\n${voice("4d")}`), KernError, "Expected the spines' kinds");
  }
  assertThrows(() => readKern("ceremonial\n"), KernError, 'such as **kern, found "ceremonial"');
});

Deno.test("readKern() reads what is struck but has no pitch as percussion", () => {
  const score = readKern(voice("*clefX", "4x", "[8xL", "8x]J", "8qx/", "4r", "4x"));
  assertEquals(score.parts.map(({ drum }) => drum), [true]);
  assertEquals(notesOf(score), [[0, 1, 71], [1, 1, 71], [3, 1, 71]]);
  assertEquals(score.repairs[0], 'Line 3, spine 1: "4x" has no pitch: read as percussion');
  assertThrows(() => readKern(voice("4x"), { repair: false }), KernError, '"4x" has no pitch');
});

Deno.test("readKern() reads R without a letter as percussion", () => {
  const score = readKern(kern("**kern **kern\n4R 4c\n8R 8d\n8qR .\n8RL 8e\n4RR 4f\n*- *-"));
  const [melody, drums] = score.parts;
  assertEquals([melody.drum, drums.drum, score.parts.length], [false, true, 2]);
  assertEquals(notesOf(score, 1), [[0, 1, 71], [1, 0.5, 71], [1.5, 0.5, 71], [2, 1, 71]]);
  assertEquals(notesOf(score, 0).at(-1), [2, 1, 65]);
  assertEquals(score.repairs[0], 'Line 2, spine 1: "4R" has no pitch: read as percussion');
  assertThrows(() => readKern(voice("4R"), { repair: false }), KernError, '"4R" has no pitch');
});

Deno.test("readKern() lets a note sound that stands among grace notes without being one", () => {
  const repair = 'Line 2, spine 1: "8qc 8qe 4g" has grace notes and "4g", which has no q: that alone takes time';
  assertMended(voice("8qc 8qe 4g", "4d"), [[0, 1, 67], [1, 1, 62]], repair);
  assertThrows(() => readKern(voice("8qc 4g"), { repair: false }), KernError, "write the notes in a line of their own");
  assertEquals(notesOf(readKern(voice("8qc 4e g", "4qc 4r", "4d"))), [[0, 1, 64], [0, 1, 67], [2, 1, 62]]);
  // Beside a note of another column, a grace note would leave this one silent.
  assertEquals(notesOf(readKern(kern("**kern **kern\n4C 4c\n4D 4qd+4e\n4E 4f\n*- *-").replace("+", " "))).length, 3);
});

Deno.test("readKern() takes a note among grace notes for one of them if it is as long, or nothing else lasts", () => {
  const done = 'has grace notes and "16f", which has no q: read as a grace note, too';
  assertMended(voice("4c", "16qqd 16f", "4d"), QUARTERS, `Line 3, spine 1: "16qqd 16f" ${done}`);
  const column = "**kern\t**kern\n4C\t4c\n.\tqe 4a 4b\n4D\t4d\n*-\t*-\n";
  assertEquals(notesOf(readKern(column)), QUARTERS);
  assertEquals(notesOf(readKern(column.replace("4C", "2C").replace("4D\t4d", ".\t.\n4D\t4d"))).length, 4);
});

Deno.test("readKern() passes over blanks behind **kern, a short comment, and the end of a text of DOS", () => {
  assertMended(
    "**kern \n4c\n4d\n*-\n",
    QUARTERS,
    'Line 1, spine 1: Blanks stand behind "**kern": they are passed over',
  );
  assertMended(
    "**kern\t**kern\n! bow\n4c\t4c\n4d\t4d\n*-\t*-\n",
    QUARTERS,
    "Line 2: The comment has no token for each of the 2 spines: it is passed over",
  );
  assertMended(
    voice("4c", "4d") + "\x1a",
    QUARTERS,
    "Line 5: The line holds nothing but blanks: it is passed over",
  );
  assertThrows(() => readKern("**ekern_1.0\n4c\n*-\n"), KernError, 'which alone is read: found "**ekern_1.0"');
});

Deno.test("readKern() gives a note the accidental that stands apart from its letter", () => {
  const cases: [string, number][] = [
    ["4f<#", 66],
    ["4ffx#", 78],
    ["4#iG", 56],
    ["4bb]-", 82],
    ["(4d8qnX", 62],
    ["4a^-", 68],
    ["4anyn", 69],
    ["4#c##", 63],
  ];
  for (const [token, pitch] of cases) {
    const text = token.includes("q") ? voice(token, "4d") : voice(token);
    const score = readKern(text);
    if (!token.includes("q")) assertEquals(notesOf(score), [[0, 1, pitch]], token);
    assert(score.repairs.length > 0 && score.repairs.every((repair) => repair.startsWith("Line 2, spine 1: ")), token);
    assertThrows(() => readKern(text, { repair: false }), KernError);
  }
});

Deno.test("readKern() reads accidentals that contradict each other as a sharp or a flat, and of one kind as many as there are", () => {
  const pitches = { "4fn#": 66, "4f#n": 66, "4bn-": 70, "4b-n": 70, "4f###": 68, "4b---": 68, "4cnn": 60, "4f#-": 66 };
  for (const [token, pitch] of Object.entries(pitches)) {
    const { repairs, ...score } = readKern(voice(token));
    assertEquals(notesOf({ repairs, ...score }), [[0, 1, pitch]], token);
    assertStringIncludes(repairs[0], "Line 2, spine 1: ");
  }
  const three = 'Line 2, spine 1: "4c---" has 3 flats, where two are the most: all of them count';
  assertMended(voice("4c---"), [[0, 1, 57]], three);
  // Older programs transpose like this.
  assertEquals(notesOf(readKern(voice("4E###############"))), [[0, 1, 67]]);
  assertThrows(() => readKern(voice(`4c${"#".repeat(68)}`)), KernError, "is MIDI number 128");
});

Deno.test("readKern() takes different letters of a pitch for the first of them, as many as there are", () => {
  const read = { "4dad-": ["ddd-", 85], "4gfgn": ["gggn", 91], "4FG##": ["FF##", 43], "4cd": ["cc", 72] } as const;
  for (const [token, [letters, pitch]] of Object.entries(read)) {
    assertMended(
      voice(token),
      [[0, 1, pitch]],
      `Line 2, spine 1: "${token}" has different letters: read as "${letters}"`,
    );
  }
});

Deno.test("readKern() gives each note of a chord its own length, and the column that of the first that fits", () => {
  assertMended(
    voice("2c 4e", "2d"),
    [[0, 2, 60], [0, 1, 64], [2, 2, 62]].sort((a, b) => a[0] - b[0] || a[2] - b[2]),
    'Line 2, spine 1: The notes of the chord "2c 4e" last differently: each has its own length',
  );
  // The other voice proves that the chord is over after the shorter, or after the longer, of its notes.
  for (const chord of ["2c 4e", "4e 2c"]) {
    const shorter = readKern(["**kern\t**kern", `4C\t${chord}`, "4D\t4f", "*-\t*-"].join("\n"));
    assertEquals(notesOf(shorter).at(-1), [1, 1, 65], chord);
    const longer = readKern(["**kern\t**kern", `2C\t${chord}`, "4D\t4f", "*-\t*-"].join("\n"));
    assertEquals(notesOf(longer).at(-1), [2, 1, 65], chord);
    const holding = readKern(["**kern\t**kern", `4C\t${chord}`, "4D\t.", "4E\t4f", "*-\t*-"].join("\n"));
    assertEquals(notesOf(holding).at(-1), [2, 1, 65], chord);
  }
  assertThrows(() => readKern(["**kern\t**kern", "8C\t2c 4e", "4D\t4f", "*-\t*-"].join("\n")), KernError, "together");
});

Deno.test("readKern() reads a dot that stands apart from its number, if the rhythm wants it", () => {
  assertMended(
    kern("**kern **kern\n4.C 4c>.\n4D 4d\n*- *-"),
    [[0, 1.5, 60], [1.5, 1, 62]],
    'Line 2, spine 2: "4c>.": the dot is its duration\'s',
  );
  const without = readKern(kern("**kern **kern\n4C 4c'.\n4D 4d\n*- *-"));
  assertEquals(notesOf(without).at(-1), [1, 1, 62]);
});

Deno.test("readKern() reads decimals as parts of a whole note", () => {
  assertMended(voice("1.5a"), [[0, 8 / 3, 69]], 'Line 2, spine 1: "1.5a": 1.5 is read as a decimal');
});

Deno.test("readKern() takes the tie of a rest away", () => {
  const text = kern("**kern **kern\n2c [2r\n=2 =2\n2d 2r]\n*- *-");
  const score = readKern(text);
  assertEquals(score.parts.map(({ notes }) => notes.length), [0, 2]);
  assertEquals(score.repairs, [
    'Line 2, spine 2: The rest "[2r" is tied: the tie is left out',
    'Line 4, spine 2: The rest "2r]" is tied: the tie is left out',
  ]);
});

Deno.test("readKern() lets a note or rest last beyond a barline, if the next begins when it ends", () => {
  for (const long of ["0r", "0C"]) {
    const text = kern(`**kern **kern\n=1 =1\n${long} 1c\n=2 =2\n. 1d\n=3 =3\n1C 1e\n*- *-`);
    const notes = [[0, 4, 60], [4, 4, 62], [8, 4, 64]];
    assertMended(text, notes, "Line 4, spine 1: The note or rest of line 3 lasts beyond the barline");
    assertThrows(
      () => readKern(text.replace(".\t1d", "1r\t1d")),
      KernError,
      "Line 4, spine 2: The spines do not reach the barline together",
    );
  }
  const label = kern("**kern **kern\n4C 2c\n*>A *>A\n4D .\n*- *-");
  assertMended(label, [[0, 2, 60]], "Line 3, spine 2: The note or rest of line 2 lasts beyond the label");
  // At the end of the text nothing can make up for it.
  assertThrows(() => readKern(kern("**kern **kern\n4C 2c\n== ==\n*- *-")), KernError, "reach the barline together");
});

Deno.test("readKern() joins columns that do not end together, if the others say when it goes on", () => {
  const mended = (text: string, notes: number[][], part: number) =>
    assertMended(
      text,
      notes,
      "Line 5, spine 1: The columns that *v joins above do not end together: quarter 1 of the piece (note of line 3) and " +
        "quarter 2 of the piece (line 3): the voice goes on when the other columns do",
      part,
    );
  const head = "**kern **kern\n*^ *\n4C 2E 4c\n*v *v *";
  // The longer note sounds on, or the shorter is followed by silence.
  mended(kern(`${head}\n4D 4d\n4F 4e\n*- *-`), [[0, 1, 48], [0, 2, 52], [1, 1, 50], [2, 1, 53]], 1);
  mended(kern(`${head}\n. 4d\n4D 4e\n*- *-`), [[0, 1, 48], [0, 2, 52], [2, 1, 50]], 1);
  mended(kern(`${head}\n. 4d\n=1 =1\n4D 4e\n*- *-`), [[0, 1, 48], [0, 2, 52], [2, 1, 50]], 1);
  // Nothing of the other column may fall silent.
  const alone = kern(`${head.replace("4c", "4.c")}\n4D .\n*- *-`);
  assertThrows(() => readKern(alone), KernError, "The spines do not reach the end together");
  mended(alone.replace("4D\t.", "4D\t.\n.\t4.d\n4F\t."), [[0, 1, 48], [0, 2, 52], [1, 1, 50], [2, 1, 53]], 1);
  // Split once more, each half goes on by itself.
  mended(kern(`${head}\n*^ *\n4D . 4d\n4F 4G 4e\n*v *v *\n*- *-`), [
    [0, 1, 48],
    [0, 2, 52],
    [1, 1, 50],
    [2, 1, 53],
    [2, 1, 55],
  ], 1);
  const later = kern(`${head}\n*^ *\n4D . 4d\n4F 4G 4e\n*v *v *\n4A 2a\n*- *-`);
  assertThrows(() => readKern(later), KernError, "Line 10, spine 2: The spines do not reach the end together");
  // Where the others agree with neither, or there are none, it stays an error.
  for (const text of [kern(`${head.replace("4c", "2.c")}\n4D 4d\n*- *-`), kern("**kern\n*^\n4C 2E\n*v *v\n4D\n*-")]) {
    assertThrows(
      () => readKern(text),
      KernError,
      "Line 5, spine 1: The columns that *v joins above do not end together",
    );
  }
});

Deno.test("readKern() passes over tabs too many, empty tokens and lines of blanks", () => {
  const text = "**kern\t\t**kern\n2C\t\t2c\n   \n2D\t\t2d\n*-\t\t*-\n";
  const { repairs, ...score } = readKern(text);
  assertEquals(notesOf({ ...score, repairs }), [[0, 2, 60], [2, 2, 62]]);
  assertEquals(repairs, [
    "Line 1: There are 1 tabs too many: they are passed over",
    "Line 2: There are 1 tabs too many: they are passed over",
    "Line 3: The line holds nothing but blanks: it is passed over",
    "Line 4: There are 1 tabs too many: they are passed over",
    "Line 5: There are 1 tabs too many: they are passed over",
  ]);
  assertMended("**kern\t**kern\n2C\t4c\n\t4d\n*-\t*-\n", QUARTERS, "Line 3, spine 1: The token is empty: read as .");
});

Deno.test("readKern() says that columns need tabs where spaces stand between them", () => {
  for (const text of ["**kern    **kern\n4c    4e\n*-    *-\n", "**kern\t**kern\n4c 4e\n*-\t*-\n"]) {
    assertThrows(() => readKern(text), KernError, "The columns need tabs between them");
  }
});

Deno.test("readKern() reads metres of breves and of parts of a whole note, and leaves out what MIDI cannot say", () => {
  const cases: [string, number[] | undefined][] = [
    ["*M3/0", [6, 1]],
    ["*M2/00", [8, 1]],
    ["*M3/3%2", [2, 1]],
    ["*M3/3", [1, 1]],
    ["*M2/3", undefined],
    ["*M5/1%%%2+3%", undefined],
  ];
  for (const [metre, expected] of cases) {
    const { metres, repairs } = readKern(voice(metre, "4c"));
    assertEquals(metres.map(({ numerator, denominator }) => [numerator, denominator]), expected ? [expected] : []);
    assertEquals([repairs.length, repairs[0].startsWith(`Line 2, spine 1: `)], [1, true]);
  }
});

Deno.test("readKern() reads a range of tempi as its mean, and leaves out what is no tempo", () => {
  const tempo = (text: string) => readKern(voice(text, "4c")).tempos[0].microsecondsPerQuarter;
  assertEquals(tempo("*MM80-90"), Math.round(60e6 / 85));
  assertEquals(readKern(voice("*MM80-90", "4c")).repairs, [
    'Line 2, spine 1: The tempo "*MM80-90" is read as 85',
  ]);
  for (const text of ["*MMfast", "*MM0", "*MM-60"]) {
    assertEquals(tempo(text), 500_000);
    assertStringIncludes(readKern(voice(text, "4c")).repairs[0], "it is left out");
  }
});

Deno.test("readKern() keeps what most spines say of tempo, metre, bar number and sections", () => {
  const three = (...tokens: string[]) => kern(`**kern **kern **kern\n${tokens.join(" ")}\n4C 4c 4e\n*- *- *-`);
  const tempo = readKern(three("*MM60", "*MM72", "*MM72"));
  assertEquals(tempo.tempos[0].microsecondsPerQuarter, Math.round(60e6 / 72));
  assertEquals(tempo.repairs, [
    'Line 2, spine 2: The spines have different tempi: "*MM60" and "*MM72"; kept is "*MM72"',
  ]);
  assertEquals(readKern(three("*M3/4", "*M3/4", "*M4/4")).metres, [{ tick: 0, numerator: 3, denominator: 4 }]);
  assertEquals(barsOf(three("=7", "=", "=7"))[0].number, 7);
  assertEquals(barsOf(three("=7", "=8", "=8"))[0].number, 8);
  const barline = readKern(three("=7", "=8", "=8"));
  assertEquals(barline.repairs, [
    'Line 2, spine 2: The spines have different barlines: "=8" and "=7"; the bar\'s number is 8',
  ]);
  assertEquals(readKern(three("*>A", "*>A", "*>B")).repairs.length, 1);
});

Deno.test("readKern() passes over unknown marks, figures and second pitches", () => {
  const cases: Record<string, string> = {
    "4cπ": '"4cπ": "π" is passed over',
    "4c*!": '"4c*!": "*", "!" is passed over',
    "4c6": '"4c6" has more than one duration: kept is the first',
    "4cD": '"4cD" has more than one pitch: kept is the first',
    "4c ": '"4c " has a space too many: passed over',
    "4c 4": '"4c 4": "4" has no pitch and is left out',
  };
  for (const [token, repair] of Object.entries(cases)) {
    const { repairs, ...score } = readKern(voice(token, "4d"));
    assertEquals(notesOf({ ...score, repairs }), QUARTERS, token);
    assertStringIncludes(repairs[0], "Line 2, spine 1: ");
    if (!token.includes("*")) assertEquals(repairs, [`Line 2, spine 1: ${repair}`]);
  }
  // A tremolo is no damage.
  assertEquals(readKern(voice("4c@32", "4d@@16@32"), { repair: false }).repairs, []);
  assertEquals(notesOf(readKern(voice("4yy", "4d"))), [[1, 1, 62]]);
});

Deno.test("readKern() passes over what says nothing among tokens of another kind, but loses no note", () => {
  const text = kern("**kern **text **kern\n4C la 4c\n=2 . -2\n4D =2 4d\n*- *- *-");
  const { repairs, ...score } = readKern(text);
  assertEquals(notesOf({ ...score, repairs }), QUARTERS);
  assertEquals(repairs.length, 3);
  assertThrows(() => readKern(kern("**kern **kern\n4C 4c\n=2 4d\n*- *-")), KernError, "of one kind");
  assertThrows(() => readKern(kern("**kern **kern\n4C 4c\n4D *^\n*- *-")), KernError, "of one kind");
});

Deno.test("readKern() joins two spines where *v stands under each", () => {
  const text = kern("**kern **kern\n*^ *\n4C 4E 4c\n* *v *v\n*v *v\n4D\n*-");
  const { parts, repairs } = readKern(text);
  assertEquals(parts.map(({ notes }) => notes.map(({ pitch }) => pitch)), [[60], [48, 52, 50]]);
  assertEquals(repairs, ["Line 4, spine 2: *v joins columns of two voices: the left one goes on"]);
  assertThrows(() => readKern(kern("**kern **text\n4c la\n*v *v\n*-")), KernError, "joins nothing");
});

Deno.test("readKern() rounds times that have no unit in MIDI, and proves the rhythm exactly", () => {
  const odd = voice("28c", "44c", "52c", "68c", "76c", "4d");
  const { ticksPerQuarter, repairs, ...score } = readKern(odd);
  const exact = 4 / 28 + 4 / 44 + 4 / 52 + 4 / 68 + 4 / 76;
  const last = score.parts[0].notes.at(-1)!;
  assert(Math.abs(last.startTick / ticksPerQuarter - exact) <= 0.5 / ticksPerQuarter);
  assert(ticksPerQuarter > 16_000 && ticksPerQuarter <= 0x7fff);
  assertEquals(repairs.length, 1);
  assertStringIncludes(repairs[0], `times are rounded to 1/${ticksPerQuarter} quarter note`);
});

Deno.test("readKern() gives notes without a pitch to the drums, and leaves a turn after a trill alone", () => {
  const { parts } = readKern(kern("**kern **kern\n4eR 4c\n4e 4dTR\n*- *-"));
  assertEquals(
    parts.map(({ drum, channel, track, notes }) => [drum, channel, track, notes.map(({ pitch }) => pitch)]),
    [
      [false, 0, 1, [60, 62]],
      [false, 1, 0, [64]],
      [true, 9, 0, [64]],
    ],
  );
  assertEquals(readKern(voice("8eRL", "8eRJ")).parts.map(({ drum }) => drum), [true]);
});

Deno.test("readKern() takes the key that sounds where a part transposes", () => {
  const key = (...rows: string[]) => readKern([...rows, "*-"].join("\n")).keys;
  assertEquals(key("**kern", "*ITrd1c2", "*k[f#c#]", "*D:", "4c"), [{ tick: 0, fifths: 0, mode: "major" }]);
  assertEquals(key("**kern", "*k[]", "*ITrd4c7", "4c"), [{ tick: 0, fifths: -1 }]);
  assertEquals(key("**kern", "*ITrd-2c-3", "*k[b-e-a-d-g-]", "4c"), [{ tick: 0, fifths: 4 }]);
  const score = readKern(kern("**kern **kern\n*ITrd1c2 *\n*k[f#c#] *k[]\n1c 1c\n*- *-"));
  assertEquals([score.keys, score.repairs], [[{ tick: 0, fifths: 0 }], []]);
  assertEquals(score.parts.map(({ notes }) => notes[0].pitch), [60, 60]);
});

Deno.test("readKern() plays at most so many times what is written", () => {
  const text = (sections: number, notes: number) =>
    voice(`*>[${Array(sections).fill("A")}]`, "*>A", ...Array<string>(notes).fill("4c"));
  assertEquals(readKern(text(100, 100), { expandRepeats: true }).parts[0].notes.length, 10_000);
  const error = assertThrows(() => readKern(text(1600, 1600), { expandRepeats: true }), KernError);
  assertEquals(error.line, 2);
  assertStringIncludes(
    error.message,
    "The list plays 2561600 noteheads and signs, of 1601 that are written: at most 102464",
  );
  assertEquals(readKern(text(1600, 1600)).parts[0].notes.length, 1600);
});

Deno.test("readKern() ends with 130,000 spines, 20,000 splits without a note, and a chord of 12,000 tied notes", () => {
  const row = (token: string, count: number) => Array<string>(count).fill(token).join("\t");
  const wide = ["**kern", "4c", "*-"].map((token) => row(token, 130_000)).join("\n");
  assertEquals(readKern(wide).parts.length, 130_000);
  assertEquals(notesOf(readKern(voice("4c", ...Array<string>(20_000).fill("*^\n*v\t*v"), "4d"))), QUARTERS);
  const chord = (mark: (pitch: string) => string) => Array<string>(12_000).fill(mark("4c")).join(" ");
  const { parts, endTick, ticksPerQuarter } = readKern(
    voice(chord((note) => `[${note}`), chord((note) => `${note}]`)),
  );
  assertEquals([parts[0].notes.length, endTick], [12_000, 2 * ticksPerQuarter]);
  assertEquals(parts[0].notes.every((note) => note.endTick === endTick), true);
});

/** What is right where music21 reads otherwise: a chord's notes each have their own length. */
const OTHERWISE: Record<string, number[][][]> = {
  "k16_chord_durations.krn": [[[60, 0, 2], [64, 0, 1], [62, 2, 2]]],
};

sharedTest("readKern() reads the small cases as music21 does, and refuses columns apart by spaces", () => {
  const kernFormat = FORMATS.find(({ name }) => name === "kern")!;
  const reference = JSON.parse(new TextDecoder().decode(readShared("cases/notes.json")));
  let cases = 0;
  for (const [name, { beats }] of Object.entries<{ beats: number[][][] }>(reference)) {
    if (!name.endsWith(".krn")) continue;
    cases++;
    if (name.startsWith("k29")) {
      assertThrows(() => kernFormat.read(readShared(`cases/${name}`)), KernError, "need tabs");
      continue;
    }
    const { score } = kernFormat.read(readShared(`cases/${name}`));
    const found = score.parts.map((_, part) =>
      notesOf(score, part).map(([onset, duration, pitch]) => [pitch, onset, duration])
    );
    assertEquals(found, OTHERWISE[name] ?? beats, name);
    assertEquals(score.repairs.every((repair) => /^Line \d+(, spine \d+)?: /.test(repair)), true);
  }
  assert(cases >= 12, `${cases} cases`);
  assertThrows(() => readKern(new TextDecoder().decode(readShared("cases/kern-expand.krn")), { expandRepeats: true }));
});
