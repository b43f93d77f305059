import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { MidiError, readMidi } from "../../../lib/formats/mod.ts";
import type { Score } from "../../../lib/score/mod.ts";
import { corpusFiles, readShared, readSharedJson, sharedTest } from "../../shared.ts";

type Reference = { error: string } | {
  instruments: {
    program: number;
    drum: boolean;
    notes: [pitch: number, start: number, end: number, velocity: number][];
  }[];
};

function assertAgrees(score: Score, reference: Reference, path: string): void {
  assert("instruments" in reference, `${path}: pretty_midi refuses it: ${JSON.stringify(reference)}`);
  assertEquals(score.parts.length, reference.instruments.length, path);
  for (const [i, { program, drum, notes }] of reference.instruments.entries()) {
    const part = score.parts[i];
    assertEquals([part.program, part.drum, part.notes.length], [program, drum, notes.length], `${path}, part ${i}`);
    for (const [n, [pitch, start, end, velocity]] of notes.entries()) {
      const note = part.notes[n];
      const where = `${path}, part ${i}, note ${n}`;
      if (note.pitch !== pitch || note.velocity !== velocity) {
        assertEquals([note.pitch, note.velocity], [pitch, velocity], where);
      }
      assertAlmostEquals(note.start, start, 1e-6, where);
      assertAlmostEquals(note.end, end, 1e-6, where);
    }
  }
}

/** What the standard lets through, and pretty_midi does not. */
const READ_ALL_THE_SAME: Record<string, number[]> = {
  "19_smpte.mid": [1],
  "31_huge_tick.mid": [2],
  "jazz-soft_test-midi-files/midi/test-non-midi-track.mid": [8],
};

function noteCounts({ parts }: Score): number[] {
  return parts.map(({ notes }) => notes.length);
}

function assertRefused(bytes: Uint8Array, path: string): void {
  const { offset } = assertThrows(() => readMidi(bytes), MidiError);
  assert(offset >= 0 && offset <= bytes.length, `${path}: damage at byte ${offset} of ${bytes.length}`);
}

sharedTest("readMidi() agrees with pretty_midi on the 35 cases", async () => {
  const references = await readSharedJson<Record<string, Reference>>("reference/midi-cases/pretty_midi.json");
  assertEquals(Object.keys(references).length, 35);
  for (const [name, reference] of Object.entries(references)) {
    const bytes = readShared(`reference/midi-cases/${name}`);
    if (name in READ_ALL_THE_SAME) assertEquals(noteCounts(readMidi(bytes)), READ_ALL_THE_SAME[name]);
    else if ("error" in reference) assertRefused(bytes, name);
    else assertAgrees(readMidi(bytes), reference, name);
  }
});

sharedTest(
  "readMidi() agrees with pretty_midi on the corpus of 228, note for note, and refuses the same 11",
  async () => {
    const references = await readSharedJson<Record<string, Reference>>("reference/pretty_midi_bach228.json.gz");
    const counts = await readSharedJson<{
      fail: Record<string, string>;
      per: Record<string, [instruments: number, first: number, all: number, end: number]>;
    }>("reference/pretty_midi_counts.json");
    const files = corpusFiles();
    assertEquals([...files.keys()].sort(), Object.keys(references).sort());
    const [refused, totals] = [[] as string[], { first: 0, all: 0 }];
    for (const [path, bytes] of files) {
      if ("error" in references[path]) {
        assertRefused(bytes, path);
        refused.push(path);
        continue;
      }
      const score = readMidi(bytes);
      assertAgrees(score, references[path], path);
      const lengths = score.parts.map(({ notes }) => notes.length);
      const all = lengths.reduce((sum, length) => sum + length, 0);
      const [instruments, first, allNotes, end] = counts.per[path];
      assertEquals([lengths.length, lengths[0], all], [instruments, first, allNotes], path);
      assertAlmostEquals(score.end, end, 1e-6, path);
      assertEquals(score.repairs, []);
      totals.first += lengths[0];
      totals.all += all;
    }
    assertEquals(refused.sort(), Object.keys(counts.fail).sort());
    assertEquals(totals, { first: 118_735, all: 343_797 });
  },
);

sharedTest("readMidi() reads and refuses what mido and pretty_midi do of 100 files made to be difficult", () => {
  const [heading, ...rows] = new TextDecoder().decode(readShared("torture/INDEX.tsv")).trim().split("\n");
  assertEquals(heading, "path\tbytes\tsha256\tmido_1.3.3\tpretty_midi_0.2.10");
  let read = 0;
  for (const row of rows) {
    const [path, , , , verdict] = row.split("\t");
    const bytes = readShared(`torture/${path}`);
    const expected = /^ok inst(\d+) notes(\d+)$/.exec(verdict);
    if (expected) {
      const { parts } = readMidi(bytes);
      const notes = parts.reduce((sum, part) => sum + part.notes.length, 0);
      assertEquals([parts.length, notes], [Number(expected[1]), Number(expected[2])], path);
      read++;
    } else if (path in READ_ALL_THE_SAME) {
      assertEquals(noteCounts(readMidi(bytes)), READ_ALL_THE_SAME[path]);
    } else {
      assertRefused(bytes, path);
    }
  }
  assertEquals([read, rows.length], [78, 100]);
});
