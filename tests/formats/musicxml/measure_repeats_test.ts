import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { MusicXmlError, readMusicXml } from "../../../lib/formats/mod.ts";
import { attributes, note, partwise, rest } from "./musicxml_text.ts";

/** The notes of each part as `[pitch, onset, duration]` in quarter notes. */
function notesOf(text: string) {
  const { parts, ticksPerQuarter } = readMusicXml(text, { repair: false });
  return parts.map(({ notes }) =>
    notes.map(({ pitch, startTick, endTick }) => [
      pitch,
      startTick / ticksPerQuarter,
      (endTick - startTick) / ticksPerQuarter,
    ])
  );
}

function sign(type: "start" | "stop", bars = "", { staff = "", kind = "measure-repeat" } = {}): string {
  const number = staff && ` number="${staff}"`;
  return `<attributes><measure-style${number}><${kind} type="${type}">${bars}</${kind}></measure-style></attributes>`;
}

const BAR = attributes() + note("C4", 4) + note("E4", 4), REST = rest(8);

Deno.test("readMusicXml() writes out a bar that a sign repeats, up to the sign's end or that of the part", () => {
  const stopped = [BAR, sign("start", "1") + REST, REST, sign("stop") + REST, note("G4", 8)];
  assertEquals(notesOf(partwise([stopped])), [
    [...[0, 4, 8].flatMap((at) => [[60, at, 2], [64, at + 2, 2]]), [67, 16, 4]],
  ]);
  const open = [BAR, `${sign("start", "1")}<forward><duration>8</duration></forward>`, ""];
  assertEquals(notesOf(partwise([open]))[0].length, 6);
});

Deno.test("readMusicXml() writes out patterns of several bars, and of one staff or part alone", () => {
  const two = [BAR, note("G4", 8), sign("start", "2") + REST, REST];
  assertEquals(notesOf(partwise([two]))[0].slice(3), [[60, 8, 2], [64, 10, 2], [67, 12, 4]]);
  const back = "<backup><duration>8</duration></backup>", staff = (number: number) => `<staff>${number}</staff>`;
  const first = attributes() + note("C5", 8, staff(1)) + back + note("C3", 8, staff(2));
  const second = sign("start", "1", { staff: "2" }) + rest(8, staff(1)) + back + rest(8, staff(2));
  assertEquals(notesOf(partwise([[first, second]])), [[[72, 0, 4]], [[48, 0, 4], [48, 4, 4]]]);
  const parts = [[BAR, sign("start", "1") + REST], [attributes() + note("C3", 8), REST]];
  assertEquals(notesOf(partwise(parts)).map((notes) => notes.length), [4, 1]);
});

Deno.test("readMusicXml() leaves a bar as it is in which notes stand beside a sign that repeats", () => {
  assertEquals(notesOf(partwise([[BAR, sign("start", "1") + note("G4", 8)]]))[0].at(-1), [67, 4, 4]);
  assertEquals(notesOf(partwise([[BAR, sign("start", "1") + note("G4", 8), REST]]))[0].at(-1), [67, 8, 4]);
});

Deno.test("readMusicXml() keeps ties within a bar that is repeated, and none over its barlines", () => {
  const tie = (...types: string[]) => types.map((type) => `<tie type="${type}"/>`).join("");
  const bars = [
    attributes() + note("E4", 4) + note("C4", 4, tie("start")),
    note("C4", 2, tie("stop")) + note("D4", 2, tie("start")) + note("D4", 4, tie("stop")),
    sign("start", "1") + REST,
  ];
  assertEquals(notesOf(partwise([bars]))[0].slice(1), [[60, 2, 3], [62, 5, 3], [60, 8, 1], [62, 9, 3]]);
});

Deno.test("readMusicXml() names beats that a sign repeats, and a sign that has nothing before it", () => {
  const cases: [string[], string][] = [
    [
      [BAR, sign("start", "", { kind: "beat-repeat" }) + note("C4", 2) + rest(6)],
      "repeats beats, which are not written",
    ],
    [[attributes() + sign("start", "1") + REST], "A sign repeats a bar before the first"],
  ];
  for (const [bars, wrong] of cases) {
    assertStringIncludes(readMusicXml(partwise([bars])).repairs.join(), wrong);
    assertThrows(() => readMusicXml(partwise([bars]), { repair: false }), MusicXmlError, wrong);
  }
  const full = [BAR, sign("start", "", { kind: "beat-repeat" }) + note("C4", 4) + note("C4", 4)];
  assertEquals(notesOf(partwise([full]))[0].length, 4);
});

Deno.test("readMusicXml() refuses signs that make a small file a large piece", () => {
  const dense = attributes("", { divisions: 64 }) + note("C4", 1).repeat(256);
  const bars = [dense, sign("start", "1"), ...Array<string>(1000).fill("")];
  assertThrows(() => readMusicXml(partwise([bars])), MusicXmlError, "until there are more than 20000 notes");
});
