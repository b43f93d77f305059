import { assert, assertEquals } from "@std/assert";
import { encodeWav, INSTRUMENTS, pageSource, synthesise, synthesiseStereo } from "../../lib/audio/mod.ts";

/** The functions as a page has them, where nothing of this program is in reach. */
const page = new Function(
  `"use strict";\n${pageSource()}\nreturn { synthesise, synthesiseStereo, encodeWav, INSTRUMENTS };`,
)();

Deno.test("pageSource() makes the same sound, to the sample", () => {
  const notes = Object.keys(INSTRUMENTS).map((instrument, i) => ({
    ...{ pitch: 50.5 + 7 * i, start: i / 4, end: i / 4 + 0.6, velocity: 40 + 20 * i },
    instrument: instrument as keyof typeof INSTRUMENTS,
    pan: i / 2 - 1,
  }));
  const sound = synthesise(notes);
  assertEquals(page.synthesise(notes), sound);
  assertEquals(page.encodeWav(sound, 22050), encodeWav(sound, 22050));
  const stereo = synthesiseStereo(notes);
  assertEquals(page.synthesiseStereo(notes), stereo);
  assertEquals(page.encodeWav(stereo, 22050), encodeWav(stereo, 22050));
  assertEquals(page.INSTRUMENTS, INSTRUMENTS);
});

Deno.test("pageSource() refuses what synthesise() refuses", () => {
  let message = "";
  try {
    page.synthesise([{ pitch: 200, start: 0, end: 1, velocity: 80 }]);
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(message, "Cannot synthesise: note 0 has the pitch 200, which is not from 0 to 127");
});

Deno.test("pageSource() is a few kilobytes, and can stand in a script element", () => {
  const source = pageSource();
  assert(source.length < 12_000, `${source.length} characters`);
  assert(!/<\/script|<!--/i.test(source));
});
