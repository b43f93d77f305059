import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  FormatError,
  MusicXmlError,
  readKern,
  readMelody,
  readMusic,
  readMusicXml,
  writeMusicXml,
} from "../../../lib/formats/mod.ts";
import { zipOf } from "../../corpus/made_up.ts";
import { attributes, note, partwise, rest } from "./musicxml_text.ts";

/** The notes of each part as `[pitch, onset, duration]` in quarter notes. */
function notesOf(music: string | Uint8Array, options?: { repair?: boolean }) {
  const { parts, ticksPerQuarter } = readMusicXml(music, options);
  return parts.map(({ notes }) =>
    notes.map(({ pitch, startTick, endTick }) =>
      [pitch, startTick, endTick - startTick].map((n, i) => i === 0 ? n : n / ticksPerQuarter)
    )
  );
}

const TUNE = partwise([[attributes("<key><fifths>1</fifths></key>") + note("F#4", 4) + note("G4", 4), note("A4", 8)]]);
const READ = [[[66, 0, 2], [67, 2, 2], [69, 4, 4]]];

Deno.test("readMusicXml() gives back what writeMusicXml() has written, to the tick", async () => {
  const sample = new URL("../../../data/sample/", import.meta.url);
  for (const name of ["bwv269-chorale.krn", "bwv368-chorale.krn"]) {
    const score = readKern(await Deno.readTextFile(new URL(name, sample)));
    const { parts, keys, metres, tempos, upbeatTicks, endTick, repairs } = readMusicXml(writeMusicXml(score));
    assertEquals(
      parts.map(({ name, notes }) => ({ name, notes })),
      score.parts.map(({ name, notes }) => ({ name, notes })),
    );
    assertEquals({ keys, metres, tempos, upbeatTicks, endTick, repairs }, {
      ...{ keys: score.keys, metres: score.metres, tempos: score.tempos, upbeatTicks: score.upbeatTicks },
      ...{ endTick: score.endTick, repairs: [] },
    });
  }
  const melody = readMelody("key=e metre=6/8 tempo=100 upbeat=1/2 b4:1/2 | e5:3; | r:1 d#5:2 |");
  const { parts: [part], keys, metres, tempos } = readMusicXml(writeMusicXml(melody));
  assertEquals([part.notes, keys, metres], [melody.parts[0].notes, melody.keys, melody.metres]);
  assertEquals(tempos, melody.tempos);
  const held = readKern("**kern\t**kern\n*MM60\t*MM60\n*M4/4\t*M4/4\n1c\t2e\n*\t*MM90\n.\t2f\n==\t==\n*-\t*-\n");
  const [lower] = readMusicXml(writeMusicXml({ ...held, parts: held.parts.toReversed() })).tempos.slice(1);
  assertEquals([lower.tick, lower.microsecondsPerQuarter], [960, 666_667], "a tempo under a note that is held");
});

Deno.test("readMusicXml() reads partwise and timewise, plain and zipped, in UTF-8 and UTF-16", () => {
  assertEquals(notesOf(TUNE, { repair: false }), READ);
  const bar = (n: number) => /<measure number="\d">(.*?)<\/measure>/g[Symbol.matchAll](TUNE).toArray()[n][1];
  const timewise = TUNE.replaceAll("score-partwise", "score-timewise")
    .replace(
      /<part id.*<\/part>/s,
      `<measure number="1"><part id="P1">${bar(0)}</part></measure>` +
        `<measure number="2"><part id="P1">${bar(1)}</part></measure>`,
    );
  assertEquals(notesOf(timewise, { repair: false }), READ);
  const codes = [...`\ufeff${TUNE}`].map((letter) => letter.charCodeAt(0));
  assertEquals(notesOf(Uint8Array.from(codes.flatMap((code) => [code & 255, code >> 8])), { repair: false }), READ);
  assertEquals(notesOf(Uint8Array.from(codes.flatMap((code) => [code >> 8, code & 255])), { repair: false }), READ);
  const container = '<container><rootfiles><rootfile full-path="a/score.xml"/></rootfiles></container>';
  const mxl = zipOf({ "a/other.xml": "<x/>", "META-INF/container.xml": container, "a/score.xml": TUNE });
  assertEquals(notesOf(mxl, { repair: false }), READ);
  assertEquals(notesOf(Uint8Array.from([10, ...mxl])), READ, "a zip behind something else");
  const { format, score } = readMusic("a.zip", mxl);
  assertEquals([format.name, score.parts[0].notes.length], ["musicxml", 3]);
  const again = zipOf({ "META-INF/container.xml": container, "a/score.xml": "<x/>", "a/score_xml": TUNE });
  const underscore = new TextEncoder().encode("score_xml");
  again.forEach((_, i) => underscore.every((byte, j) => again[i + j] === byte) && (again[i + 5] = 0x2e));
  assertEquals(notesOf(again), READ);
  assertThrows(() => readMusicXml(again, { repair: false }), FormatError, "The zip has a/score.xml 2 times");
  const lost = zipOf({ "META-INF/container.xml": container, "score.xml": TUNE });
  assertEquals(notesOf(lost), READ);
  assertThrows(() => readMusicXml(lost, { repair: false }), FormatError, "does not have a/score.xml");
  for (const broken of [undefined, "", "<container>", container.replace("container", "a")]) {
    const files = { ...broken !== undefined && { "META-INF/container.xml": broken }, "score.xml": TUNE };
    const { score: { parts, repairs } } = readMusic("a.mxl", zipOf(files));
    assertEquals([parts[0].notes.length, repairs.at(-1)?.slice(-19)], [3, "score.xml was read."]);
  }
  assertThrows(
    () => readMusicXml(zipOf({ "a.mid": "x" })),
    FormatError,
    "there is none in this zip: unpack it, or open all",
  );
  const within = zipOf({ "META-INF/container.xml": container, "a/score.xml": mxl });
  assertThrows(() => readMusicXml(within), FormatError, "a/score.xml in this zip is zipped MusicXML: unpack the zip");
  const rootfiles = (...paths: string[]) =>
    `<container><rootfiles>${paths.map((path) => `<rootfile full-path="${path}"/>`).join("")}</rootfiles></container>`;
  const shown = (...paths: string[]) =>
    zipOf({ "META-INF/container.xml": rootfiles(...paths), "a.pdf": "%PDF", "b.xml": "<x/>", "c.xml": TUNE });
  assertEquals(notesOf(shown("a.pdf", "lost.xml", "c.xml"), { repair: false }), READ, "the first that is MusicXML");
  assertEquals(notesOf(shown("a.pdf")), READ);
  assertEquals(readMusicXml(shown("a.pdf")).repairs, ["Line 1: a.pdf in this zip is PDF: c.xml was read."]);
  assertThrows(() => readMusicXml(shown("a.pdf"), { repair: false }), FormatError, "a.pdf in this zip is PDF");
  const museScore = container.replace("score.xml", "score.mscx");
  assertThrows(() => readMusicXml(zipOf({ "META-INF/container.xml": museScore })), FormatError, "a file of MuseScore");
});

Deno.test("readMusicXml() mends ampersands, blanks before the declaration, parts that stand twice and half a transposition", () => {
  const names = ["<part-name>Bach & Sons &amp; <![CDATA[A & B]]> &#169;</part-name><!-- & -->"];
  const bars = [attributes() + note("C4", 8)];
  const mended = (text: string, repair: string) => {
    const score = readMusicXml(text);
    assertEquals(score.repairs.length, 1, text);
    assertStringIncludes(score.repairs[0], repair);
    assertThrows(() => readMusicXml(text, { repair: false }), FormatError);
    return score;
  };
  assertEquals(mended(partwise([bars], names), "an ampersand alone").parts[0].name, "Bach & Sons & A & B ©");
  mended(`\n ${partwise([bars])}`, "an XML declaration must be at the start");
  mended(`${partwise([bars])}\nThe end`, "text data outside of root node");
  mended(partwise([bars]).replace('version="1.0"', 'version="1"'), "version number must match");
  const twice = partwise([bars, bars]).replace('<part id="P2">', '<part id="P1">');
  assertEquals(mended(twice, "The part P1 stands twice").parts[0].notes.length, 2);
  const half = attributes("<transpose><diatonic>-1</diatonic></transpose>") + note("C4", 8);
  assertEquals(mended(partwise([[half]]), "does not say by how many semitones").parts[0].notes[0].pitch, 60);
  const sound = partwise([bars], ["<part-name><![CDATA[A & B]]></part-name><!-- & -->"]);
  assertEquals(readMusicXml(sound, { repair: false }).parts[0].name, "A & B");
});

Deno.test("readMusicXml() reads voices, chords, grace notes and staves", () => {
  const voices = attributes() + note("C5", 4, "<voice>1</voice>") + note("D5", 4) +
    "<backup><duration>8</duration></backup>" +
    "<forward><duration>2</duration></forward>" + note("E4", 2) +
    note("G4", 2, "").replace("<note>", "<note><chord/>") +
    note("B4", 1, "").replace("<duration>1</duration>", "").replace("<note>", "<note><grace/>") +
    note("F3", 4, "<staff>2</staff>");
  assertEquals(notesOf(partwise([[voices]]), { repair: false }), [
    [[72, 0, 2], [64, 1, 1], [67, 1, 1], [74, 2, 2]],
    [[53, 2, 2]],
  ]);
});

Deno.test("readMusicXml() joins ties across bars, voices and staves, and mends those that lack an end", () => {
  const tie = (...types: string[]) => types.map((type) => `<tie type="${type}"/>`).join("");
  const held = [
    attributes() + note("C4", 8, tie("start")),
    note("C4", 8, tie("stop", "start")),
    note("C4", 4, tie("stop")),
  ];
  assertEquals(notesOf(partwise([held]), { repair: false }), [[[60, 0, 10]]]);
  const crossing = [
    attributes() + note("C4", 8, `${tie("start")}<staff>1</staff>`),
    note("C4", 8, `${tie("stop")}<staff>2</staff>`),
  ];
  assertEquals(notesOf(partwise([crossing]), { repair: false }), [[[60, 0, 8]], []]);
  const half = partwise([[
    attributes() + note("C4", 4, tie("start")) + note("C4", 4),
    note("D4", 8, tie("start")),
    note("E4", 8, tie("stop")),
  ]]);
  assertEquals(notesOf(half), [[[60, 0, 4], [62, 4, 4], [64, 8, 4]]]);
  assertEquals(readMusicXml(half).repairs, [
    "Line 3, bar 1, part Flute: A tie to this note begins, but does not end: the notes were joined.",
    "Line 3, bar 3, part Flute: A tie begins nowhere: no note of its pitch ends here: the tie was dropped.",
    "Line 3, bar 2, part Flute: A tie ends nowhere: no note of its pitch begins there: the tie was dropped.",
  ]);
  assertThrows(
    () => readMusicXml(half, { repair: false }),
    MusicXmlError,
    "Line 3, bar 1, part Flute: A tie to this note",
  );
  const ending = '<barline location="right"><ending number="1" type="stop"/><repeat direction="backward"/></barline>';
  const seam = partwise([[attributes() + note("C4", 8, tie("start")) + ending, note("D4", 8)]]);
  assertEquals(notesOf(seam, { repair: false }), [[[60, 0, 4], [62, 4, 4]]]);
});

Deno.test("readMusicXml() reads transposing instruments as they sound, and their keys", () => {
  const clarinet = attributes(
    "<key><fifths>3</fifths></key><transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>",
  );
  const bass = attributes(
    "<key><fifths>1</fifths></key><transpose><chromatic>0</chromatic><octave-change>-1</octave-change></transpose>",
  );
  const { parts, keys, warnings } = readMusicXml(partwise([[clarinet + note("D5", 8)], [bass + note("C4", 8)]]), {
    repair: false,
  });
  assertEquals(parts.map(({ notes: [{ pitch }] }) => pitch), [72, 48]);
  assertEquals([keys, warnings], [[{ tick: 0, fifths: 1 }], undefined]);
});

Deno.test("readMusicXml() reads tempi, metres, the upbeat, programs and drums", () => {
  const metronome = "<direction><direction-type><metronome><beat-unit>half</beat-unit><per-minute>40-60</per-minute>" +
    "</metronome></direction-type></direction>";
  const drum =
    '<note><unpitched><display-step>E</display-step><display-octave>4</display-octave></unpitched><duration>2</duration><instrument id="I2"/></note>';
  const list =
    "<part-name>Viola</part-name><midi-instrument id='I1'><midi-program>42</midi-program></midi-instrument>" +
    "<midi-instrument id='I2'><midi-unpitched>39</midi-unpitched></midi-instrument>";
  const text = partwise([[
    attributes("", { metre: "3+2/8" }) + '<sound tempo="90"/>' + note("C4", 1),
    metronome + note("D4", 3) + drum,
  ]], [list]);
  const score = readMusicXml(text);
  assertEquals(score.tempos.map(({ tick, microsecondsPerQuarter }) => [tick, microsecondsPerQuarter]), [[0, 666_667], [
    240,
    600_000,
  ]]);
  assertEquals([score.metres, score.upbeatTicks], [[{ tick: 0, numerator: 5, denominator: 8 }], 240]);
  assertEquals(
    score.parts.map(({ name, program, drum, notes }) => [name, program, drum, notes.map(({ pitch }) => pitch)]),
    [
      ["Viola", 41, false, [60, 62]],
      ["Viola", 0, true, [38]],
    ],
  );
  assertEquals(score.repairs, ["Line 3, bar 2, part Viola: A metronome mark is a range: its middle, 100, was taken."]);
});

Deno.test("readMusicXml() keeps parts together where one lacks something, and where one only rests", () => {
  const parts = [[attributes() + note("C4", 4), note("D4", 8)], [attributes() + note("E4", 8), note("F4", 8)]];
  assertEquals(notesOf(partwise(parts)), [[[60, 0, 2], [62, 4, 4]], [[64, 0, 4], [65, 4, 4]]]);
  assertThrows(
    () => readMusicXml(partwise(parts), { repair: false }),
    MusicXmlError,
    "has 2 quarter notes in this bar, others have 4",
  );
  const resting = [[attributes() + note("C4", 2), note("D4", 8)], [attributes() + rest(8), rest(8) + rest(8)]];
  assertEquals(notesOf(partwise(resting), { repair: false }), [[[60, 0, 1], [62, 1, 4]], []]);
});

Deno.test("readMusicXml() mends what says well enough what sounds", () => {
  const cases: [string, unknown, string][] = [
    [
      attributes().replace(/<divisions>\d<\/divisions>/, "") + note("C4", 3, "<type>quarter</type>"),
      [[60, 0, 1]],
      "does not say the divisions",
    ],
    [
      attributes() + note("C4", 2).replace("<duration>2</duration>", "<type>half</type><dot/>"),
      [[60, 0, 3]],
      "A note has no duration",
    ],
    [
      attributes() + "<backup><duration>4</duration></backup>" + note("C4", 2),
      [[60, 0, 1]],
      "A backup goes back behind",
    ],
    [attributes() + note("C4", 2).replace("<note>", "<note><chord/>"), [[60, 0, 1]], "has no note before it"],
    [
      attributes() + note("C4", 2) + note("C4", 2).replace("<step>C</step>", "<step>H</step>"),
      [[60, 0, 1]],
      "no pitch that can be read",
    ],
    [attributes() + note("C4", 2, "<lyric><text>&uuml;</text></lyric>"), [[60, 0, 1]], "undefined entity"],
    [attributes() + note("C4", 2, "<lyric><text>\u0007</text></lyric>"), [[60, 0, 1]], "disallowed character"],
    [attributes() + note("C4", 2, "<lyric><text>a&#7;b</text></lyric>"), [[60, 0, 1]], "malformed character entity"],
    [attributes() + note("C4", 2, "<lyric><text>&#xD800;</text></lyric>"), [[60, 0, 1]], "malformed character entity"],
    [attributes() + note("C4", 2, "<lyric><text>a]]>b</text></lyric>"), [[60, 0, 1]], 'the string "]]>" is disallowed'],
    [attributes() + "<!-- a -- b -->" + note("C4", 2), [[60, 0, 1]], "malformed comment"],
    [attributes() + '<sound tempo="0"/>' + note("C4", 2), [[60, 0, 1]], "A tempo of 0"],
  ];
  for (const [bar, notes, wrong] of cases) {
    const text = partwise([[bar]]);
    assertEquals(notesOf(text), [notes] as number[][][], wrong);
    const { repairs } = readMusicXml(text);
    assertEquals(repairs.length, 1);
    assertStringIncludes(repairs[0], wrong);
    assertThrows(() => readMusicXml(text, { repair: false }), MusicXmlError, wrong);
  }
  const cut = TUNE.slice(0, TUNE.indexOf("</measure>") + 30);
  assertEquals(notesOf(cut), [[[66, 0, 2], [67, 2, 2]]]);
  assertEquals(readMusicXml(cut).repairs.map((repair) => /The file breaks off/.test(repair)), [true]);
  for (const place of ["<part-list>", "</part-list>", '<measure number="1">', "<step>", "</measure>"]) {
    const early = TUNE.slice(0, TUNE.indexOf(place) + 5);
    for (const repair of [true, false]) {
      assertThrows(() => readMusicXml(early, { repair }), MusicXmlError, "The file breaks off");
    }
  }
});

Deno.test("readMusicXml() refuses what is no MusicXML, or is meant to do harm", () => {
  for (
    const [text, wrong] of [
      ["", "must contain a root element"],
      ["<score-partwise", "not well-formed"],
      ["<html></html>", "its root is <html>"],
      ['<score-partwise version="3.1"><part-list/></score-partwise>', "it has no part with music"],
      [TUNE.replace("</part>", ""), "not well-formed"],
      ["<a>".repeat(101) + "</a>".repeat(101), "Elements stand more than 100 deep"],
      [partwise([[attributes() + note("C4", 1e9)]]), "The bar is longer than 100000 quarter notes"],
      [
        partwise([Array.from({ length: 3 }, () => attributes() + note("C4", 1e5))]),
        "longer than 100000 quarter notes up to here",
      ],
    ]
  ) {
    assertStringIncludes(assertThrows(() => readMusicXml(text), FormatError).message, wrong);
  }
  // Entities are not expanded, nor what they name fetched.
  const laughs = Array.from({ length: 20 }, (_, i) => `<!ENTITY l${i + 1} "&l${i};&l${i};&l${i};">`).join("");
  const bomb = `<!DOCTYPE score-partwise [<!ENTITY l0 "ha"><!ENTITY f SYSTEM "file:///etc/passwd">${laughs}]>` +
    partwise([[attributes() + note("C4", 2)]], ["<part-name>&l20;&f;</part-name>"]).replace(/<\?xml.*?\?>/, "");
  assertEquals(readMusicXml(bomb).parts[0].name, "&l20;&f;");
  assertThrows(() => readMusicXml(bomb, { repair: false }), MusicXmlError, "undefined entity");
  assertThrows(() => readMusicXml(undefined as unknown as string), TypeError);
});

Deno.test("readMusicXml() reads references to characters that cannot be where names stand, and names them", () => {
  for (const reference of ["&#7;", "&#x1b;", "&#0;", "&#xFFFF;", "&#99999999;"]) {
    const text = partwise([[attributes() + note("C4", 2)]], [`<part-name>a${reference}b</part-name>`]);
    const { parts: [{ name, notes }], repairs } = readMusicXml(text);
    assertEquals([name, notes.length, repairs.length], [`a${reference}b`, 1, 1]);
    assertThrows(() => readMusicXml(text, { repair: false }), MusicXmlError, "not well-formed XML");
  }
});

Deno.test("readMusicXml() warns of pitches between semitones, which it rounds", () => {
  const quarter = (alter: number) => note("C4", 2).replace("</step>", `</step><alter>${alter}</alter>`);
  const read = (bar: string) => readMusicXml(partwise([[attributes() + bar]]), { repair: false });
  const several = read(quarter(0.5) + quarter(-1.5) + quarter(1));
  assertEquals(several.parts[0].notes.map(({ pitch }) => pitch), [61, 59, 61]);
  assertEquals(several.warnings, [
    "Line 3, bar 1, part Flute: A pitch, and 1 more, stands between two semitones: rounded to one of them.",
  ]);
  assertEquals(read(quarter(0.5)).warnings, [
    "Line 3, bar 1, part Flute: A pitch stands between two semitones: rounded to one of them.",
  ]);
  assertEquals(read(quarter(1) + quarter(-2)).warnings, undefined);
});

Deno.test("readMusicXml() says the same fault five times, and how often else", () => {
  const bars = Array.from(
    { length: 50 },
    (_, i) => (i === 0 ? attributes() : "") + '<sound tempo="-1"/>' + note("C4", 8),
  );
  const { repairs } = readMusicXml(partwise([bars]));
  assertEquals([repairs.length, repairs.at(-1)], [6, "… and 45 more like it: it was left out."]);
});

Deno.test("readMusicXml() lets a piece last as long as its last note, also where that is longer than its bar", () => {
  const chordNote = (duration: number) => note("E4", duration).replace("<note>", "<note><chord/>");
  const score = readMusicXml(partwise([[attributes() + note("C4", 8), note("C4", 8) + chordNote(24)]]));
  const last = Math.max(...score.parts.flatMap(({ notes }) => notes.map(({ endTick }) => endTick)));
  assertEquals([last / score.ticksPerQuarter, score.endTick], [16, last]);
  assertEquals(score.end, 8);
  const endless = partwise([[attributes() + note("C4", 60_000), note("C4", 8) + chordNote(180_000)]]);
  assertThrows(() => readMusicXml(endless), MusicXmlError, "The note ends after 100000 quarter notes");
});

Deno.test("readMusicXml() leaves out a key that a transposition by a quarter tone moves to none", () => {
  const bar = (transposed: string) =>
    partwise([[attributes(`<key><fifths>1</fifths></key>${transposed}`) + note("C4", 8)]]);
  const transposing = (chromatic: number) =>
    `<transpose><diatonic>0</diatonic><chromatic>${chromatic}</chromatic></transpose>`;
  assertEquals(readMusicXml(bar("")).keys.map(({ fifths }) => fifths), [1]);
  const { keys, repairs } = readMusicXml(bar(transposing(0.5)));
  assertEquals(keys, []);
  assertStringIncludes(repairs!.join(" "), "the key signature was left out");
});
