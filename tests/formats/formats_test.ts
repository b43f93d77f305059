import { assert, assertEquals, assertThrows } from "@std/assert";
import { FormatError, formatOf, FORMATS, readMelody, writeMusicXml } from "../../lib/formats/mod.ts";
import { kernText, midiBytes } from "../corpus/made_up.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const EXAMPLES: Record<string, Uint8Array> = {
  midi: midiBytes([60, 62]),
  kern: bytesOf(kernText("c d")),
  musicxml: bytesOf(writeMusicXml(readMelody("c4 d4"))),
  abc: bytesOf("X:1\nK:C\nCD|\n"),
  melody: bytesOf("c4 d4"),
  jsb: bytesOf("[[60, 55, 52, 48], [62, 55, 52, 48]]"),
};

Deno.test("formatOf() knows a file by its ending, however it is capitalised", () => {
  const paths = [
    "a.mid",
    "b/a.MIDI",
    "a.kar",
    "a.Krn",
    "a.json",
    "a.melody",
    "a.mxl",
    "a.MusicXML",
    "a.xml",
    "a.ABC",
    "a.txt",
    "mid",
    "a.mid.zip",
  ];
  const names = [
    "midi",
    "midi",
    "midi",
    "kern",
    "jsb",
    "melody",
    "musicxml",
    "musicxml",
    "musicxml",
    "abc",
    undefined,
    undefined,
    undefined,
  ];
  assertEquals(paths.map((path) => formatOf(path)?.name), names);
});

Deno.test("FORMATS are told apart by their endings, and each reads its files", () => {
  const endings = FORMATS.flatMap(({ endings }) => endings);
  assertEquals(new Set(endings).size, endings.length);
  for (const { name, read } of FORMATS) {
    const { score, kern } = read(EXAMPLES[name]);
    assertEquals(score.parts[0].notes.map(({ pitch }) => pitch), [60, 62], name);
    assertEquals(kern !== undefined, name === "kern");
  }
});

Deno.test("FORMATS refuse what they cannot read with a FormatError", () => {
  for (const { name, read } of FORMATS) {
    for (const bytes of [new Uint8Array(), bytesOf("no music")]) {
      const { message } = assertThrows(() => read(bytes), FormatError);
      assert(message.length > 10, `${name}: ${message}`);
    }
  }
});

Deno.test("FORMATS mend what can be mended when they are asked to", () => {
  // The track's first delta time is lost, as in one file of bachcentral.com.
  const bytes = Uint8Array.from([...EXAMPLES.midi.subarray(0, 22), ...EXAMPLES.midi.subarray(23)]);
  const midi = formatOf("a.mid")!;
  assertThrows(() => midi.read(bytes), FormatError);
  const { score } = midi.read(bytes, { repair: true });
  assertEquals(score.parts[0].notes.length, 2);
  assertEquals(score.repairs.length, 1);
});
