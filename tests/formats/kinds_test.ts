import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { FormatError, formatOf, FORMATS, kindOf, readMusic } from "../../lib/formats/mod.ts";
import { kernText, midiBytes, zipOf } from "../corpus/made_up.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const nameOf = (text: string) => kindOf(bytesOf(text))?.name;

Deno.test("kindOf() tells files by their first bytes", () => {
  const kinds: [string, string][] = [
    ["MThd\0\0\0\x06", "MIDI"],
    ["RIFF\x10\0\0\0RMIDdata", "MIDI in a RIFF wrapper"],
    ["RIFF\x10\0\0\0WAVEfmt ", "sound (WAV)"],
    ["RIFF\x10\0\0\0AVI LIST", "a RIFF file"],
    ["%PDF-1.7", "PDF"],
    ["\x1f\x8b\x08\0", "gzip"],
    ["PK\x03\x04\x14\0", "a ZIP"],
    ["CAKEWALK\x1a\0", "a project of Cakewalk"],
    ["FORM\0\0\0\x0eXDIRINFO", "XMI, a game's MIDI"],
    ["TVRoZAAAAAY", "MIDI written in base64"],
    ["\xff\xfe\0\0<\0\0\0", "a text in UTF-32"],
    ["\xff\xd8\xff\xe0", "a picture (JPEG)"],
  ];
  for (const [bytes, name] of kinds) assertEquals(kindOf(latin1(bytes))?.name, name);
  assertEquals(kindOf(zipOf({ "a.mid": midiBytes([60]) }))?.name, "a ZIP");
  assertEquals(kindOf(new Uint8Array())?.name, "an empty file");
});

Deno.test("kindOf() knows a zip that is split, empty, or behind something else, and no other for one", () => {
  const zip = zipOf({ "a.mid": midiBytes([60]) }), mxl = zipOf({ "META-INF/container.xml": "<container/>" });
  const behind = (text: string, zip: Uint8Array) => Uint8Array.from([...latin1(text), ...zip]);
  for (const before of ["", "PK00", "PK\x07\x08", "#!/bin/sh\nexec unzip $0\n", "MZ\x90\0", "\0"]) {
    assertEquals([zip, mxl, zipOf({})].map((zip) => kindOf(behind(before, zip))?.name), [
      "a ZIP",
      "zipped MusicXML",
      "a ZIP",
    ], before);
  }
  // The first bytes go before the last.
  assertEquals(kindOf(behind("MThd", zip))?.name, "MIDI");
  for (const text of ["PK", "PKaboo", "PK\x03", "c4 d4 PK\x05\x06 e4", `PK\x05\x06`.padStart(22, "x")]) {
    assertEquals(kindOf(latin1(text))?.isZip, undefined, text);
  }
});

Deno.test("kindOf() tells texts, whatever stands before them", () => {
  assertEquals(nameOf(kernText("c d")), "**kern");
  assertEquals(nameOf("\n!!!OTL: A\n**kern\n"), "**kern");
  assertEquals(nameOf("X:1\nT:x\nK:C\nCDEF|\n"), "ABC");
  assertEquals(nameOf("%abc-2.1\n% a comment\n\nX: 1\n"), "ABC");
  assertEquals(nameOf('% made by hand\n\\version "2.24.0"\n'), "LilyPond");
  assertEquals(nameOf("version https://git-lfs.github.com/spec/v1\noid sha256:1\n"), "a pointer of Git LFS");
  assertEquals(nameOf("4D 54 68 64 00 00 00 06"), "MIDI written in hexadecimal");
  assertEquals(nameOf("vti_encoding:SR|utf8-nl\r\n"), "FrontPage's note about a file");
  assertEquals(nameOf("[[60, 55]]"), "JSON");
  for (const text of ["c4 d4 e4", "key=G g4 a4", "no music", "\0\0\0\0"]) assertEquals(nameOf(text), undefined, text);
});

Deno.test("kindOf() tells XML by its root", () => {
  const head = '<?xml version="1.0"?>\n<!-- a <comment> -- of - - sorts -->';
  const doctype =
    '<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "p.dtd" [<!ENTITY a "b">]>';
  assertEquals(nameOf("<!DOCTYPE html><p>404"), "HTML");
  assertEquals(nameOf("<HTML>"), "HTML");
  assertEquals(nameOf(`${head}<html xmlns="x">`), "HTML");
  assertEquals(nameOf(`${head}\n${doctype}\n<score-partwise version="4.0">`), "MusicXML");
  assertEquals(nameOf(`<!DOCTYPE score-partwise PUBLIC "a>b" 'c>d'>\n<score-partwise>`), "MusicXML");
  assertEquals(nameOf("\ufeff<score-timewise>"), "MusicXML");
  assertEquals(nameOf("<?xml version='1.0'?><mei xmlns='m'>"), "MEI");
  assertEquals(nameOf("<?xml version='1.0'?><plist>"), "XML (<plist>)");
  assertEquals(nameOf("<"), "XML");
  const utf16 = [..."\ufeff<score-partwise>"].map((letter) => letter.charCodeAt(0));
  assertEquals(kindOf(Uint8Array.from(utf16.flatMap((code) => [code & 255, code >> 8])))?.name, "MusicXML");
  assertEquals(kindOf(Uint8Array.from(utf16.flatMap((code) => [code >> 8, code & 255])))?.name, "MusicXML");
});

Deno.test("kindOf() names formats that are there, and says what to do with all others", () => {
  for (const bytes of [latin1("MThd"), bytesOf("**kern"), bytesOf("[1]"), bytesOf("X:1")]) {
    assertEquals(FORMATS.some(({ name }) => name === kindOf(bytes)?.format), true);
  }
});

Deno.test("readMusic() reads what a file is, not what its name says, and says so", () => {
  const midi = midiBytes([60, 62]), kern = bytesOf(kernText("c d"));
  for (
    const [path, bytes, format, warnings] of [
      ["a.mid", midi, "midi", undefined],
      ["a", midi, "midi", undefined],
      ["a.krn", midi, "midi", ["The name says **kern, but this is MIDI: it was read as that."]],
      ["a.mid", kern, "kern", ["The name says MIDI, but this is **kern: it was read as that."]],
      ["a.txt", kern, "kern", undefined],
      ["a.melody", bytesOf("c4 d4"), "melody", undefined],
      ["a.txt", bytesOf("% tunes\nR:reel\n\nX:1\nK:C\nCD|"), "abc", undefined],
    ] as const
  ) {
    const read = readMusic(path, bytes);
    assertEquals(read.format, FORMATS.find(({ name }) => name === format), path);
    assertEquals(read.score.parts[0].notes.map(({ pitch }) => pitch), [60, 62], path);
    assertEquals(read.score.warnings, warnings as string[] | undefined, path);
    assertEquals(read.kern !== undefined, format === "kern");
  }
});

Deno.test("readMusic() says what it is that cannot be read, and what can be done", () => {
  for (
    const [path, text, words] of [
      ["a.mid", "<!DOCTYPE html><p>404", "this is HTML, not MIDI: a page of the web, perhaps one that says an error"],
      ["a.krn", "<?xml version='1.0'?><mei>", "this is MEI, not **kern: convert it to MusicXML or MIDI first"],
      ["a.mid", "PK\x03\x04", "this is a ZIP, not MIDI: unpack it, or open all the music in it with deno task table"],
      ["a.mid", "", "this is an empty file, not MIDI: there is nothing in it to read"],
      ["a.txt", "Once upon a time", "neither the name nor the first bytes say what this is. Read are MIDI, **kern, "],
    ]
  ) {
    const { message } = assertThrows(() => readMusic(path, bytesOf(text)), FormatError);
    assertStringIncludes(message, `Cannot read music: ${words}`);
  }
  // Its name alone says what this was: the format itself says what is wrong.
  assertThrows(() => readMusic("a.mid", bytesOf("MTrk")), FormatError, "MThd");
  assertEquals(formatOf("a.rmi")?.name, "midi");
});
