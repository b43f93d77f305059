import pl from "nodejs-polars";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readMidi } from "../../lib/formats/mod.ts";
import { player } from "../../lib/notebook/mod.ts";
import { display } from "../../lib/plots/mod.ts";

const SCALE = [60, 62, 64, 65].map((pitch, i) => ({ pitch, start: i / 2, end: i / 2 + 0.5, velocity: 80 }));

/** The attributes of the first element with this name. */
function attributes(html: string, element: string): Record<string, string> {
  const [, text] = html.match(new RegExp(`<${element} ([^>]*)>`))!;
  return Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function bytesOf(url: string): Uint8Array {
  return Uint8Array.fromBase64(url.slice(url.indexOf(",") + 1));
}

Deno.test("player() plays a WAV and offers the MIDI file with the same notes", () => {
  const { html } = player(SCALE, { title: "Four notes", voice: "organ" });
  const { src } = attributes(html, "audio");
  assert(src.startsWith("data:audio/wav;base64,"));
  const wav = new DataView(bytesOf(src).buffer);
  assertEquals(wav.getUint32(24, true), 22050);
  const seconds = wav.getUint32(40, true) / 2 / 22050;
  assert(seconds > 2 && seconds < 2.2, `${seconds} s`);
  const { href, download } = attributes(html, "a");
  assertEquals(download, "four-notes.mid");
  const [part] = readMidi(bytesOf(href)).parts;
  assertEquals(part.notes.map(({ pitch, velocity }) => [pitch, velocity]), SCALE.map((note) => [note.pitch, 80]));
  assertStringIncludes(html, `download="four-notes.wav"`);
  assertEquals(html.split(src).length - 1, 1, "the notebook holds the sound once");
});

Deno.test("player() takes a table of notes", () => {
  const table = pl.DataFrame({
    piece: ["scale", "scale"],
    pitch: [60, 62],
    start: [0, 1],
    end: [1, 2],
    velocity: [80, 80],
  });
  assertEquals(player(table)[display]()["text/plain"], "[Player: Notes, 2 notes, 0:02]");
  const two = table.withColumns(pl.Series("piece", ["one", "two"]));
  assertThrows(() => player(two), RangeError, "2 pieces");
  assertThrows(() => player(table.drop("end")), TypeError, `"end"`);
});

Deno.test("player() plays the beginning of a long piece and says so", () => {
  const notes = Array.from({ length: 300 }, (_, i) => ({ pitch: 60, start: i, end: i + 1, velocity: 80 }));
  const { html } = player(notes, { seconds: 10 });
  assertStringIncludes(html, "300 notes, the first 0:10 of 5:00");
  const seconds = bytesOf(attributes(html, "audio").src).length / 44100;
  assert(seconds > 10 && seconds < 10.2, `${seconds} s`);
  assertEquals(readMidi(bytesOf(attributes(html, "a").href)).parts[0].notes.length, 300);
});

Deno.test("player() begins with the first note of a passage, in the sound and in the MIDI file", () => {
  const late = SCALE.map((note) => ({ ...note, start: note.start + 90, end: note.end + 90 }));
  assertEquals(player(late).html, player(SCALE).html);
  assertStringIncludes(player(late, { seconds: 1 }).html, "4 notes, the first 0:01 of 0:02");
});

Deno.test("player() escapes the title", () => {
  const { html } = player(SCALE, { title: `"><script>alert('Ünïcode')</script>\u0000` });
  assert(!html.includes("<script"));
  assertStringIncludes(html, "&quot;&gt;&lt;script&gt;alert(&#39;Ünïcode&#39;)&lt;/script&gt;</b>");
  assertStringIncludes(html, `download="script-alert-unicode-script.mid"`);
  assertStringIncludes(player(SCALE, { title: "…" }).html, `download="notes.mid"`);
});

Deno.test("player() says what it cannot play", () => {
  assertThrows(() => player([]), RangeError, "there is no note");
  assertThrows(() => player([{ ...SCALE[0], pitch: NaN }]), RangeError);
  assertThrows(() => player(SCALE, { seconds: 0 }), RangeError, "current value is 0");
});
