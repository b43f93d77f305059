import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writeMidi } from "../../lib/formats/mod.ts";
import { inspectTask } from "../../tasks/inspect.ts";
import { zipOf } from "../corpus/made_up.ts";
import { END, meta, midiFile, off, on, tempo } from "../formats/midi/midi_bytes.ts";
import { corpusFiles, readSharedJson, sharedTest } from "../shared.ts";

/** Runs the task; gives its exit code, and what it prints and complains. */
async function run(...args: string[]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await inspectTask(args, {
    print: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { code, said, complained };
}

async function withFiles(files: Record<string, Uint8Array>, test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, bytes);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const TWO_NOTES = writeMidi([
  { pitch: 60, start: 0.5, end: 1, velocity: 64 },
  { pitch: 67, start: 1, end: 2.5, velocity: 100 },
], { program: 42, name: "Bass" });
const BROKEN = midiFile([[...on(0, 60), ...off(10, 200), ...END]]);
const LOST_LINE_FEEDS = midiFile([[...meta(0, 0x03, "Ten bytes!"), ...on(0, 60), ...off(60, 60), ...END]])
  .map((byte) => byte === 0x0a ? 0x0d : byte);
const KERN = new TextEncoder().encode("**kern\n*M2/4\n4c\n8d\n8e-\n*-\n");

Deno.test("deno task inspect explains itself, and refuses unknown arguments", async () => {
  const { code, said } = await run("--help");
  assertEquals(code, 0);
  assertStringIncludes(said.join("\n"), "deno task inspect FILE…");
  for (const args of [[], ["--foo", "x.mid"], ["--json"]]) {
    const wrong = await run(...args);
    assertEquals([wrong.code, wrong.said], [2, []]);
    assertStringIncludes(wrong.complained.join("\n"), "deno task inspect --help");
  }
});

Deno.test("deno task inspect shows instruments and the first notes", async () => {
  await withFiles({ "two.mid": TWO_NOTES }, async (folder) => {
    const { code, said, complained } = await run(`${folder}/two.mid`);
    assertEquals([code, complained], [0, []]);
    assertEquals(said.slice(1), [
      "   program   drum  name  notes  range     from, to (s)",
      "0  42 cello        Bass      2  C4 to G4  0.50 to 2.50",
      "",
      "The first notes of instrument 0, in seconds:",
      "pitch         start       end  velocity",
      "   60  C4  0.500000  1.000000        64",
      "   67  G4  1.000000  2.500000       100",
      "",
    ]);
    assertEquals(said[0], `${folder}/two.mid · 2.50 s · 120.0 quarter notes a minute · 4/4`);
    const beats = await run("--beats", `${folder}/two.mid`);
    assertEquals(beats.said.slice(-3), [
      "   60  C4  1.0000    1.0000        64",
      "   67  G4  2.0000    3.0000       100",
      "",
    ]);
  });
});

Deno.test("deno task inspect --json gives one object a file, in seconds or in quarter notes", async () => {
  await withFiles({ "two.mid": TWO_NOTES, "c.krn": KERN }, async (folder) => {
    const paths = [`${folder}/two.mid`, `${folder}/c.krn`];
    const seconds = await run("--json", ...paths);
    assertEquals(seconds.said.map((line) => JSON.parse(line)), [
      {
        path: paths[0],
        repairs: [],
        warnings: [],
        instruments: [{ program: 42, drum: false, notes: [[60, 0.5, 1, 64], [67, 1, 2.5, 100]] }],
      },
      {
        path: paths[1],
        repairs: [],
        warnings: [],
        instruments: [{ program: 0, drum: false, notes: [[60, 0, 0.5, 80], [62, 0.5, 0.75, 80], [63, 0.75, 1, 80]] }],
      },
    ]);
    const beats = await run("--json", "--beats", ...paths);
    assertEquals(beats.said.map((line) => JSON.parse(line).instruments[0].notes), [
      [[60, 1, 1, 64], [67, 2, 3, 100]],
      [[60, 0, 1, 80], [62, 1, 0.5, 80], [63, 1.5, 0.5, 80]],
    ]);
    assertEquals([seconds.code, beats.code], [0, 0]);
  });
});

Deno.test("deno task inspect says what opens a zip, however that is named", async () => {
  await withFiles({ "two.zip": zipOf({ "two.mid": TWO_NOTES }) }, async (folder) => {
    const { code, complained } = await run(`${folder}/two.zip`);
    assertEquals(code, 1);
    assertEquals(
      complained.join("\n").replace(folder, ""),
      "/two.zip: Cannot read music: this is a ZIP: unpack it, or open all the music in it with deno task table FILE.zip, " +
        "or with --corpus FILE.zip",
    );
  });
});

Deno.test("deno task inspect goes on after a file that cannot be read, and fails in the end", async () => {
  const kern = new TextEncoder().encode("**kern\n4z\n*-\n");
  await withFiles({ "broken.mid": BROKEN, "broken.krn": kern, "two.mid": TWO_NOTES }, async (folder) => {
    const paths = [`${folder}/broken.mid`, `${folder}/none.mid`, folder, `${folder}/broken.krn`, `${folder}/two.mid`];
    const json = await run("--json", ...paths);
    assertEquals([json.code, json.complained], [1, []]);
    const [broken, none, directory, kern, two] = json.said.map((line) => JSON.parse(line));
    const error = "Cannot read MIDI: a data byte must be at most 127, and this is 200, at byte 28";
    assertEquals(broken, { path: paths[0], error, offset: 28 });
    assertEquals(none, { path: paths[1], error: "There is no such file", offset: null });
    assertEquals(directory, { path: paths[2], error: "This is a directory: name the files in it", offset: null });
    assertMatch(kern.error, /^Line 2, spine 1: /);
    assertEquals(two.instruments.length, 1);

    const table = await run(...paths);
    assertEquals(table.code, 1);
    assertEquals(table.complained.slice(0, 2), [
      `${paths[0]}: ${error} (--repair can mend it)`,
      `${paths[1]}: There is no such file`,
    ]);
    assertStringIncludes(table.said[0], "two.mid");
  });
});

Deno.test("deno task inspect mends only when told to, and says what it did", async () => {
  await withFiles({ "lost.mid": LOST_LINE_FEEDS }, async (folder) => {
    const path = `${folder}/lost.mid`;
    const refused = await run(path);
    assertEquals(refused.code, 1);
    assertMatch(refused.complained[0], / \(--repair can mend it\)$/);
    const mended = await run("--repair", path);
    assertEquals(mended.code, 0);
    assertMatch(mended.said[1], /^repaired: Line feeds had become carriage returns/);
    const { repairs, instruments } = JSON.parse((await run("--repair", "--json", path)).said[0]);
    assertEquals([repairs.length, instruments[0].notes], [1, [[60, 0, 0.0625, 64]]]);
  });
});

Deno.test("deno task inspect says of music for drums that it has only drums, in the table and in JSON", async () => {
  const drums = [...on(0, 36, { channel: 9 }), ...off(120, 36, { channel: 9 })];
  const mixed = midiFile([[...drums, ...on(0, 60), ...off(120, 60), ...END]]);
  await withFiles({ "drums.mid": midiFile([[...drums, ...END]]), "mixed.mid": mixed }, async (folder) => {
    const paths = [`${folder}/drums.mid`, `${folder}/mixed.mid`];
    const { said } = await run("--json", ...paths);
    const warning = "Only drums: their numbers are no pitches.";
    assertEquals(said.map((line) => JSON.parse(line).warnings), [[warning], []]);
    assertEquals((await run(paths[0])).said[1], `note: ${warning}`);
  });
});

Deno.test("deno task inspect says which tempi it does not follow, and follows them with --tempo all", async () => {
  const bytes = midiFile([END, [...tempo(0, 1_000_000), ...on(0, 60), ...off(120, 60), ...END]]);
  await withFiles({ "second.mid": bytes }, async (folder) => {
    const path = `${folder}/second.mid`;
    assertMatch((await run(path)).said[1], /^note: A tempo outside the first track was not followed/);
    const { warnings, instruments } = JSON.parse((await run("--json", path)).said[0]);
    assertEquals([warnings.length, instruments[0].notes], [1, [[60, 0, 0.125, 64]]]);
    const all = JSON.parse((await run("--json", "--tempo", "all", path)).said[0]);
    assertEquals([all.warnings, all.instruments[0].notes], [[], [[60, 0, 0.25, 64]]]);
    const wrong = await run("--tempo", "second", path);
    assertEquals(wrong.code, 2);
    assertMatch(wrong.complained[0], /^--tempo takes first or all, got "second"/);
  });
});

Deno.test("deno task inspect lets no text of a file command the terminal", async () => {
  const name = "\x1b[2J\x9b31mred\u202eder\n\x07";
  await withFiles(
    { "evil.mid": writeMidi([{ pitch: 60, start: 0, end: 1, velocity: 1 }], { name }) },
    async (folder) => {
      const { said } = await run(`${folder}/evil.mid`);
      // deno-lint-ignore no-control-regex
      assertEquals(said.some((line) => /[\x00-\x1f\x7f-\x9f\u202e]/.test(line)), false);
      assertStringIncludes(said[2], "[2J31mredder");
      const path = `${folder}/\x9b31m\u202e`;
      const [line] = (await run("--json", path)).said;
      // deno-lint-ignore no-control-regex
      assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), false);
      assertEquals(JSON.parse(line).path, path);
    },
  );
});

sharedTest("deno task inspect --json gives pretty_midi's notes of the published seed file", async () => {
  const path = "cellosui/04couran.mid";
  const reference = await readSharedJson<Record<string, { instruments: { notes: number[][] }[] }>>(
    "reference/pretty_midi_bach228.json.gz",
  );
  await withFiles({ "04couran.mid": corpusFiles().get(path)! }, async (folder) => {
    const { instruments } = JSON.parse((await run("--json", `${folder}/04couran.mid`)).said[0]);
    const [expected] = reference[path].instruments;
    assertEquals([instruments.length, instruments[0].program, instruments[0].drum], [1, 0, false]);
    const notes: number[][] = instruments[0].notes;
    assertEquals(notes.length, 936);
    for (const [n, values] of expected.notes.entries()) {
      for (const [i, value] of values.entries()) assertAlmostEquals(notes[n][i], value, 1e-6);
    }
  });
});

Deno.test("deno task inspect shows a part without notes, and the first notes of one that has some", async () => {
  const files = {
    "silent.krn": "**kern\n4r\n*-\n",
    "above.krn": "**kern\t**kern\n4c\t4r\n*-\t*-\n",
  };
  const bytes = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
  await withFiles(Object.fromEntries(bytes), async (folder) => {
    const { code, said } = await run(`${folder}/silent.krn`, `${folder}/above.krn`);
    assertEquals(code, 0);
    assertEquals(said.slice(1, 5), [
      "   program                 drum  name  notes  range  from, to (s)",
      "0  0 acoustic grand piano                  0",
      "",
      "no notes",
    ]);
    assertEquals(said.slice(7, 12), [
      "   program                 drum  name  notes  range     from, to (s)",
      "0  0 acoustic grand piano                  0",
      "1  0 acoustic grand piano                  1  C4 to C4  0.00 to 0.50",
      "",
      "The first notes of instrument 1, in seconds:",
    ]);
    const json = await run("--json", `${folder}/silent.krn`);
    assertEquals(JSON.parse(json.said[0]).instruments, [{ program: 0, drum: false, notes: [] }]);
  });
});

Deno.test("deno task inspect goes on after what is no file, and after whatever the system refuses", async () => {
  await withFiles({ "two.mid": TWO_NOTES }, async (folder) => {
    const pipe = `${folder}/pipe.mid`;
    const { success } = await new Deno.Command("mkfifo", { args: [pipe] }).output();
    assertEquals(success, true);
    await Deno.symlink("loop.mid", `${folder}/loop.mid`);
    const refused = [pipe, `${folder}/loop.mid`, `${folder}/${"a".repeat(300)}.mid`, `${folder}/\0.mid`, ""];
    if (Deno.build.os === "linux") refused.push("/dev/null", "/proc/self/mem");
    const json = await run("--json", ...refused, `${folder}/two.mid`);
    assertEquals([json.code, json.complained], [1, []]);
    const answers = json.said.map((line) => JSON.parse(line));
    assertEquals(answers.map(({ path, offset }) => [path, offset]), [
      ...refused.map((path) => [path, null]),
      [`${folder}/two.mid`, undefined],
    ]);
    assertEquals(answers[0].error, "This is no file but a pipe, a socket or a device");
    assertMatch(answers[1].error, /^The file cannot be read: .*symbolic link/);
    assertMatch(answers[2].error, /^The file cannot be read: File name too long/);
    const table = await run(...refused, `${folder}/two.mid`);
    assertEquals([table.code, table.complained.length], [1, refused.length]);
    assertStringIncludes(table.said[0], "two.mid");
  });
});

Deno.test("deno task inspect reads any tune of a book, by the path that it has in a corpus", async () => {
  const book = new TextEncoder().encode("X:1\nT:One\nK:C\nCDE|\n\nX:2\nT:Two\nK:C\nCD|\n");
  await withFiles({ "book.abc": book }, async (folder) => {
    const { code, said, complained } = await run(`${folder}/book.abc/0002.abc`);
    assertEquals([code, complained], [0, []]);
    assertStringIncludes(said[0], "book.abc/0002.abc · Two");
    assertStringIncludes((await run(`${folder}/book.abc/0003.abc`)).complained[0], "the book does not have a tune 3");
    assertStringIncludes((await run(`${folder}/book.abc/two`)).complained[0], "There is no such file");
  });
});

Deno.test("deno task inspect reads names in Latin-1", async () => {
  const text = "!!!OTL: Pr\u00e9lude\n**kern\n4c\n*-\n";
  const latin1 = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  await withFiles({ "latin1.krn": latin1, "utf8.krn": new TextEncoder().encode(text) }, async (folder) => {
    for (const name of ["latin1.krn", "utf8.krn"]) {
      assertStringIncludes((await run(`${folder}/${name}`)).said[0], "Pr\u00e9lude");
    }
  });
});

Deno.test("deno task inspect takes paths from where the user stands", async () => {
  await withFiles({ "two.mid": TWO_NOTES }, async (folder) => {
    const inspect = async (...permissions: string[]) => {
      const { code, stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-check",
          "--cached-only",
          "--allow-read",
          ...permissions,
          "tasks/inspect.ts",
          "--json",
          "two.mid",
        ],
        cwd: new URL("../..", import.meta.url),
        env: { INIT_CWD: folder, NO_COLOR: "1" },
        stderr: "null",
      }).output();
      return { code, ...JSON.parse(new TextDecoder().decode(stdout)) };
    };
    const found = await inspect("--allow-env=INIT_CWD");
    assertEquals([found.code, found.path, found.instruments.length], [0, "two.mid", 1]);
    const { code, error } = await inspect("--no-prompt");
    assertEquals([code, error], [1, "There is no such file"]);
  });
});
