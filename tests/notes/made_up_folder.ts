import { join } from "node:path";
import { writeMidi } from "../../lib/formats/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

/** A new folder with fourteen pieces of two parts and drums; a file of drums alone, one twice, and one damaged. */
export async function madeUpFolder(): Promise<string> {
  const folder = await Deno.makeTempDir(), prng = seeded(5);
  await Deno.mkdir(join(folder, "a"));
  const part = (count: number, lowest: number, program: number, drum = false) => ({
    name: "",
    program,
    drum,
    channel: drum ? 9 : program % 8,
    track: 0,
    notes: Array.from({ length: count }, (_, k) => {
      const startTick = 120 * Math.floor(k / 2) + (k % 5 === 0 ? 37 : 0),
        endTick = startTick + 60 + Math.floor(prng() * 300);
      const pitch = lowest + Math.floor(prng() * 24);
      return { pitch, velocity: 1 + Math.floor(prng() * 127), startTick, endTick, start: 0, end: 0 };
    }),
  });
  const file = (parts: ReturnType<typeof part>[]) => {
    const endTick = Math.max(...parts.flatMap(({ notes }) => notes.map(({ endTick }) => endTick)));
    const tempos = [{ tick: 0, time: 0, microsecondsPerQuarter: 437_011 }];
    const second = 480e6 / 437_011;
    for (const { notes } of parts) {
      for (const note of notes) [note.start, note.end] = [note.startTick / second, note.endTick / second];
    }
    const metres = [{ tick: 0, numerator: 3, denominator: 4 }];
    const end = endTick / second;
    return writeMidi({ ticksPerQuarter: 480, parts, tempos, metres, keys: [], endTick, end, repairs: [] });
  };
  for (let i = 0; i < 14; i++) {
    const path = join(folder, i % 3 === 0 ? "a" : ".", `piece-${i}.mid`);
    await Deno.writeFile(path, file([part(20 + i, 60, 1), part(15 + 2 * i, 36, 2), part(9, 35, 0, true)]));
  }
  await Deno.copyFile(join(folder, "piece-1.mid"), join(folder, "twice.mid"));
  await Deno.writeFile(join(folder, "drums.mid"), file([part(30, 35, 0, true)]));
  await Deno.writeTextFile(join(folder, "damaged.mid"), "MThd, or not");
  return folder;
}
