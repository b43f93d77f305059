import { assertAlmostEquals, assertEquals } from "@std/assert";
import pl from "nodejs-polars";
import { readMidi } from "../../lib/midi/mod.ts";
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

Deno.test("saveSample() leaves no file where there are no notes", async () => {
  const folder = await Deno.makeTempDir();
  let refused = false;
  await saveSample(`${folder}/none`, table.head(0)).catch(() => refused = true);
  assertEquals([refused, [...Deno.readDirSync(folder)].length], [true, 0]);
  await Deno.remove(folder, { recursive: true });
});
