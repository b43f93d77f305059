import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import pl from "nodejs-polars";
import { readMidi } from "../../lib/formats/mod.ts";
import { saveSample } from "../../lib/notebook/mod.ts";

const table = pl.DataFrame({ pitch: [60, 64], start: [0, 0.5], end: [0.5, 1.25], velocity: [80, 90] });

Deno.test("saveSample() writes a MIDI file with the notes, and a WAV file as long as they are", async () => {
  const folder = await Deno.makeTempDir();
  const [midi, wav] = await saveSample(`${folder}/samples/two`, table);
  const notes = readMidi(await Deno.readFile(midi)).parts[0].notes;
  assertEquals(notes.map(({ pitch, velocity }) => [pitch, velocity]), [[60, 80], [64, 90]]);
  assertAlmostEquals(notes[1].end, 1.25, 0.01);
  const bytes = await Deno.readFile(wav);
  const view = new DataView(bytes.buffer);
  assertEquals([view.getUint32(24, true), view.getUint16(22, true)], [44100, 1]);
  const seconds = (bytes.length - 44) / 2 / 44100;
  assertEquals(seconds >= 1.25 && seconds < 4, true, `the sound lasts ${seconds} s`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("saveSample() begins with the first note", async () => {
  const folder = await Deno.makeTempDir();
  const late = table.withColumns(pl.Series("start", [90, 90.5]), pl.Series("end", [90.5, 91.25]));
  for (const [name, notes] of Object.entries({ early: table, late })) await saveSample(`${folder}/${name}`, notes);
  for (const ending of ["mid", "wav"]) {
    const [early, late] = ["early", "late"].map((name) => Deno.readFileSync(`${folder}/${name}.${ending}`));
    assertEquals(late, early);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("saveSample() leaves what was there where it cannot write", async () => {
  const folder = await Deno.makeTempDir();
  const [midi] = await saveSample(`${folder}/two`, table);
  const before = await Deno.readFile(midi);
  // The disk cannot be full here, but a folder can stand in the way of the new file.
  await Deno.mkdir(`${midi}.new`);
  await assertRejects(() => saveSample(`${folder}/two`, table.head(1)));
  assertEquals(await Deno.readFile(midi), before);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("saveSample() leaves no file where there are no notes", async () => {
  const folder = await Deno.makeTempDir();
  let refused = false;
  await saveSample(`${folder}/none`, table.head(0)).catch(() => refused = true);
  assertEquals([refused, [...Deno.readDirSync(folder)].length], [true, 0]);
  await Deno.remove(folder, { recursive: true });
});
