import { assert, assertEquals } from "@std/assert";

/** What `bench/reading_memory.ts` measures, in a process of its own. */
async function measured(...asked: string[]): Promise<{ bytes: number; notes: number; kept: number; highest: number }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--v8-flags=--expose-gc", "bench/reading_memory.ts", ...asked],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (const [kind, bytes] of [["pairs", 6], ["ons", 3]] as const) {
  Deno.test(`readMidi() takes at most 25 bytes of memory per byte of a file of notes of ${bytes} bytes, all of them asked for`, async () => {
    const { bytes: size, notes, kept, highest } = await measured(kind, "4", "notes");
    assert(notes > size / bytes - 20, `${notes} notes in ${size} bytes`);
    assert(kept <= 25 && highest <= 25, `${kept} bytes kept per byte of file, ${highest} at the highest`);
  });
}

Deno.test("readMidi() takes at most 25 bytes of memory per byte of a file of nothing but time signatures", async () => {
  const { notes, kept, highest } = await measured("metres", "8");
  assertEquals(notes, 1);
  assert(kept <= 25 && highest <= 25, `${kept} bytes kept per byte of file, ${highest} at the highest`);
});
