import pl from "nodejs-polars";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readMidi } from "../../lib/formats/mod.ts";
import { player } from "../../lib/notebook/mod.ts";
import type { PagePlayer } from "../../lib/notebook/player_page.ts";
import { playerRoll } from "../../lib/notebook/player_roll.ts";
import { COLOURS, display } from "../../lib/plots/mod.ts";
import { DUET_TABLE, LONG } from "./pieces.ts";

const SCALE = [60, 62, 64, 65].map((pitch, i) => ({ pitch, start: i / 2, end: i / 2 + 0.5, velocity: 80 }));

/** The attributes of the first element with this name. */
function attributes(html: string, element: string): Record<string, string> {
  const [, text] = html.match(new RegExp(`<${element} ([^>]*)>`))!;
  return Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function bytesOf(url: string): Uint8Array {
  return Uint8Array.fromBase64(url.slice(url.indexOf(",") + 1));
}

/** What the page's script is told. */
function told(html: string): PagePlayer {
  const entities: Record<string, string> = { "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  const text = attributes(html, "figure")["data-player"];
  return JSON.parse(text.replace(/&[#\w]+;/g, (entity) => entities[entity]));
}

Deno.test("player() has a picture, a plain WAV, and all that the page needs to play by itself", () => {
  const { html } = player(SCALE, { title: "Four notes", instrument: "organ" });
  const { src } = attributes(html, "audio");
  assert(src.startsWith("data:audio/wav;base64,"));
  const wav = new DataView(bytesOf(src).buffer);
  assertEquals(wav.getUint32(24, true), 16000);
  const seconds = wav.getUint32(40, true) / 2 / 16000;
  assert(seconds > 2 && seconds < 2.2, `${seconds} s`);
  const { notes, length, parts, file, midi } = told(html);
  assertEquals(notes, [[60, 0, 500, 80, 0], [62, 500, 500, 80, 0], [64, 1000, 500, 80, 0], [65, 1500, 500, 80, 0]]);
  assertEquals([length, file, parts.map(({ name, instrument }) => [name, instrument])], [2, "four-notes", [[
    "",
    "organ",
  ]]]);
  const [part] = readMidi(Uint8Array.fromBase64(midi)).parts;
  assertEquals(part.notes.map(({ pitch, velocity }) => [pitch, velocity]), SCALE.map((note) => [note.pitch, 80]));
  const picture = attributes(html, "img");
  assertEquals(picture.alt, "The notes of Four notes from left to right, 4 notes, 0:02");
  assert(decodeURIComponent(picture.src).startsWith("data:image/svg+xml,<svg xmlns="));
});

Deno.test("player() gives each part its name, colour and instrument", () => {
  const names = ["Soprano", "", "", "Bass"];
  const { parts, notes } = told(player(DUET_TABLE, { names, instrument: ["flute", "pluck", "pluck", "reed"] }).html);
  assertEquals(parts.map(({ name, instrument }) => [name, instrument]), [["Soprano", "flute"], ["Bass", "reed"]]);
  assertEquals(new Set(parts.map(({ colour }) => colour)).size, 2);
  assertEquals(notes.map(([pitch, , , , part]) => [pitch, part]), [[67, 0], [48, 1], [65, 0], [53, 1]]);
  const unnamed = told(player(DUET_TABLE, { instrument: ["flute"] }).html).parts;
  assertEquals(unnamed.map(({ name, instrument }) => [name, instrument]), [["part 1", "flute"], ["part 4", "pluck"]]);
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

Deno.test("player() has all notes of a long piece, and plain sound of its beginning, which it says", () => {
  const { html } = player(LONG, { seconds: 10 });
  assertStringIncludes(html, "(180 notes, 1:30)");
  assertStringIncludes(html, "This is the first 0:10. To hear the whole piece");
  const seconds = bytesOf(attributes(html, "audio").src).length / 32000;
  assert(seconds > 10 && seconds < 10.2, `${seconds} s`);
  const { notes, length, midi } = told(html);
  assertEquals([notes.length, length, readMidi(Uint8Array.fromBase64(midi)).parts[0].notes.length], [180, 90, 180]);
  assert(!player(SCALE).html.includes("This is the first"));
});

Deno.test("player() stays small, however long the piece", () => {
  const without = (html: string) => html.replace(/src="data:audio[^"]*"/, "").length;
  const many = Array.from({ length: 5000 }, (_, i) => ({ ...SCALE[i % 4], start: i / 10, end: i / 10 + 0.1 }));
  assert(without(player(SCALE).html) < 22_000, `${without(player(SCALE).html)} bytes`);
  const each = (without(player(many).html) - without(player(SCALE).html)) / 5000;
  assert(each < 65, `${each} bytes per note`);
  assert(player(many).html.length < 1_500_000);
  const more = Array.from({ length: 20_001 }, (_, i) => ({ ...SCALE[0], start: i / 100, end: i / 100 + 0.01 }));
  assertThrows(() => player(more), RangeError, "Cannot play 20001 notes");
});

Deno.test("player() links to a saved file, for notebooks that nobody has trusted", () => {
  const { html } = player(SCALE, { file: `../samples/a"b.mid` });
  assertStringIncludes(html, `<a href="../samples/a&quot;b.mid">../samples/a&quot;b.mid</a>`);
  assert(!player(SCALE).html.includes("<a "));
});

Deno.test("player() begins with the first note of a passage, in the sound and in the MIDI file", () => {
  const late = SCALE.map((note) => ({ ...note, start: note.start + 90, end: note.end + 90 }));
  assertEquals(player(late).html, player(SCALE).html);
});

Deno.test("player() escapes the title and the names of parts", () => {
  const { html } = player(DUET_TABLE, { title: `"><script>alert('Ünïcode')</script>\u0000`, names: ["</figure><b>"] });
  assertEquals(html.match(/<script/g)!.length, 1);
  assertEquals(html.match(/<\/figure>/g)!.length, 1);
  assertStringIncludes(html, "&quot;&gt;&lt;script&gt;alert(&#39;Ünïcode&#39;)&lt;/script&gt;</b>");
  assertEquals(told(html).parts[0].name, "</figure><b>");
  assertEquals(told(html).file, "script-alert-unicode-script");
  assertEquals(told(player(SCALE, { title: "…" }).html).file, "notes");
});

Deno.test("player() says what it cannot play", () => {
  assertThrows(() => player([]), RangeError, "there is no note");
  assertThrows(() => player([{ ...SCALE[0], pitch: NaN }]), RangeError);
  assertThrows(() => player(SCALE, { seconds: 0 }), RangeError, "current value is 0");
  assertThrows(
    () => player(SCALE, { instrument: "kazoo" as "pluck" }),
    TypeError,
    `"reed", or a list of them, current`,
  );
  assertThrows(() => player(SCALE, { instrument: ["organ", "kazoo" as "pluck"] }), TypeError, "kazoo");
});

Deno.test("playerRoll() draws every note in its part's colour, the shortest ones dark enough to be seen", () => {
  const notes = [{ pitch: 60, start: 0, end: 0, part: 0 }, { pitch: 72.5, start: 50, end: 100, part: 1 }];
  const svg = playerRoll(notes, 100);
  const bars = COLOURS.slice(0, 2).map((colour) => svg.match(`<path d="([^"]*)" stroke="${colour}"`)![1]);
  assertEquals(bars.map((path) => path.match(/h[\d.]+/g)), [["h2"], ["h372.5"]]);
  // A time below, and an octave at the side.
  assertStringIncludes(svg, ">1:40</text>");
  assertStringIncludes(svg, ">C4</text>");
});
