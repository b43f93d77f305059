import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { METRICS } from "../../lib/metrics/mod.ts";
import { writeMidi } from "../../lib/formats/mod.ts";
import { metricsTask } from "../../tasks/metrics.ts";
import { READ } from "../corpus/made_up.ts";
import { END, meta, midiFile, off, on, tempo } from "../formats/midi/midi_bytes.ts";

/** Runs the task; gives its exit code, and what it prints and complains. */
async function run(...args: string[]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await metricsTask(args, {
    print: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { code, said, complained };
}

/** The same with --json, the lines parsed. */
async function json(...args: string[]) {
  const { code, said, complained } = await run("--json", ...args);
  assertEquals(complained, []);
  return { code, lines: said.map((line) => JSON.parse(line)) };
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

const kern = (notes: string) => new TextEncoder().encode(`**kern\n*M2/4\n${notes.split(" ").join("\n")}\n*-\n`);
const SCALE = kern("4c 4d 4e 4f 4g 4a");
const BROKEN = new TextEncoder().encode("**kern\n4z\n*-\n");

/** The row of a metric in the tables, in words. */
function row(said: string[], metric: string): string[] {
  return said.filter((line) => line.startsWith(`${metric} `)).map((line) => line.trim().split(/ {2,}/)).flat();
}

Deno.test("deno task metrics explains itself, and refuses unknown arguments", async () => {
  const { code, said } = await run("--help");
  assertEquals(code, 0);
  assertStringIncludes(said.join("\n"), "deno task metrics FILE|DIR…");
  for (const args of [[], ["--foo", "x.mid"], ["--json"], ["x.mid", "--resolution", "0"], ["x.mid", "--against"]]) {
    const wrong = await run(...args);
    assertEquals([wrong.code, wrong.said], [2, []], args.join(" "));
    assertStringIncludes(wrong.complained.join("\n"), "deno task metrics --help");
  }
});

Deno.test("deno task metrics --json has every metric under muspy's names and jSymbolic's, and null where it is NaN", async () => {
  await withFiles({ "scale.krn": SCALE }, async (folder) => {
    const path = `${folder}/scale.krn`;
    const { code, lines: [{ metrics, reasons, ...rest }, ...others] } = await json(path);
    assertEquals([code, rest, others], [0, { path }, []]);
    assertEquals(Object.keys(reasons), Object.keys(metrics).filter((name) => metrics[name] === null));
    assertEquals([reasons.step_leap_ratio, reasons.drum_pattern_consistency], [
      "no interval is a leap",
      "there are no drums",
    ]);
    const names = METRICS.flatMap(({ name, alias }) => alias ? [name, alias] : [name]);
    assertEquals(Object.keys(metrics), names);
    const { pitch_range, Range, n_pitches_used, Stepwise_Motion, step_leap_ratio, Duration } = metrics;
    assertEquals([pitch_range, Range, n_pitches_used, Stepwise_Motion], [9, 9, 6, 1]);
    assertEquals([step_leap_ratio, metrics.drum_pattern_consistency, Duration], [null, null, 3]);
    assertEquals(metrics.Note_Density, 2);
    assertAlmostEquals(metrics.pitch_class_entropy, Math.log2(6), 1e-12);
  });
});

Deno.test("deno task metrics says which tempi it does not follow, and follows them with --tempo all", async () => {
  const bytes = midiFile([END, [...tempo(0, 1_000_000), ...on(0, 60), ...off(120, 60), ...END]]);
  await withFiles({ "second.mid": bytes }, async (folder) => {
    const path = `${folder}/second.mid`;
    assertMatch((await run(path)).said[1], /second\.mid: A tempo outside the first track was not followed/);
    const duration = async (...args: string[]) => (await json(...args, path)).lines[0].metrics.Duration;
    assertEquals([await duration(), await duration("--tempo", "all")], [0.125, 0.25]);
    assertEquals((await run("--tempo", "second", path)).code, 2);
  });
});

Deno.test("deno task metrics counts drums for rhythm, and not for pitch", async () => {
  const drums = { channel: 9 };
  const drum = (delta: number, pitch: number) => [...on(delta, pitch, drums), ...off(100, pitch, drums)];
  const bytes = midiFile([[...drum(0, 36), ...drum(20, 38), ...drum(20, 36), ...END]]);
  await withFiles({ "drums.mid": bytes }, async (folder) => {
    const { lines: [{ metrics, reasons }] } = await json(`${folder}/drums.mid`);
    assertEquals([reasons.mean_pitch, reasons.leaps], ["it has only drums", "it has only drums"]);
    assertStringIncludes(
      (await run(`${folder}/drums.mid`)).said.join("\n"),
      "drums.mid: only drums: their numbers are",
    );
    assertEquals([metrics.n_pitches_used, metrics.pitch_entropy, metrics.polyphony], [0, null, null]);
    assertEquals([metrics.drum_in_pattern_rate_duple, metrics.drum_in_pattern_rate_triple], [1, 1 / 3]);
  });
});

Deno.test("deno task metrics shows up to four files side by side, a block per family", async () => {
  await withFiles({ "a.krn": SCALE, "b.krn": kern("4c 4cc") }, async (folder) => {
    const { code, said, complained } = await run(`${folder}/a.krn`, `${folder}/b.krn`);
    assertEquals([code, complained], [0, []]);
    assertEquals(said.slice(0, 3), [
      `${folder}/a.krn · 6 notes · 3.00 s · C major (krumhansl_schmuckler, bellman_budge, temperley_kostka_payne) ` +
      "or D minor (aarden_essen)",
      `${folder}/b.krn · 2 notes · 1.00 s · C major (krumhansl_schmuckler) or F major (aarden_essen) ` +
      "or F minor (bellman_budge, temperley_kostka_payne)",
      "",
    ]);
    assertMatch(said[3], /^pitch +a\.krn +b\.krn$/);
    assertEquals(row(said, "pitch_range"), ["pitch_range", "9", "12", "semitones"]);
    assertEquals(row(said, "pitch_entropy"), ["pitch_entropy", "2.585", "1", "bits"]);
    assertEquals(row(said, "step_leap_ratio"), ["step_leap_ratio", "–", "0"]);
    assertEquals(said.filter((line) => /^(pitch|melody|rhythm|tonality|counterpoint) /.test(line)).length, 5);
    assertEquals(METRICS.filter(({ name }) => row(said, name).length === 0), []);
  });
});

Deno.test("deno task metrics sums many files up, of folders too", async () => {
  const files = Object.fromEntries([0, 1, 2, 3, 4].map((i) => [`${i}.krn`, kern(`4c ${"4d ".repeat(i)}4g`)]));
  await withFiles(files, async (folder) => {
    const { code, said } = await run(`${folder}/`);
    assertEquals([code, said[0]], [0, "5 files · 20 notes"]);
    assertMatch(said[2], /^pitch +pieces +mean +sd +least +median +most$/);
    assertEquals(row(said, "Duration"), ["Duration", "5", "2", "0.7906", "1", "2", "3", "s"]);
    assertEquals(row(said, "Repeated_Notes"), ["Repeated_Notes", "5", "0.2867", "0.2785", "0", "0.3333", "0.6"]);
    assertEquals(row(said, "step_leap_ratio").slice(0, 2), ["step_leap_ratio", "5"]);
    const { lines } = await json(folder);
    assertEquals(lines.map(({ path }) => path), Object.keys(files).map((name) => `${folder}/${name}`));
  });
});

Deno.test("deno task metrics has all other metrics of a piece whose bars are too short to be counted", async () => {
  const tune = [60, 62, 64, 67].flatMap((pitch) => [...on(0, pitch), ...off(96, pitch)]);
  for (const power of [20, 22, 30]) {
    const bytes = midiFile([[...meta(0, 0x58, [1, power, 24, 8]), ...tune, ...END]]);
    await withFiles({ "short.mid": bytes }, async (folder) => {
      const { code, lines: [{ metrics, reasons }] } = await json(`${folder}/short.mid`);
      assertEquals([code, metrics.n_pitches_used, metrics.Mean_Melodic_Interval], [0, 4, 7 / 3]);
      for (const name of ["empty_measure_rate", "groove_consistency", "key_fit", "cloud_diameter", "tensile_strain"]) {
        assertEquals(metrics[name], null);
        assertMatch(reasons[name], /^Cannot count (bars|beats): /);
      }
      const { said } = await run(`${folder}/short.mid`);
      assertMatch(
        said.join("\n"),
        /short\.mid has no empty_measure_rate, groove_consistency: Cannot count bars: there/,
      );
      assertEquals(row(said, "key_fit"), ["key_fit", "–"]);
    });
  }
});

Deno.test("deno task metrics has all but counterpoint of voices that are too long for a grid", async () => {
  // 100,000 quarter notes each.
  const track = (pitch: number) => [...on(0, pitch), 0x86, 0x8d, ...off(0x20, pitch), ...END];
  await withFiles({ "long.mid": midiFile([track(72), track(60)], { ticksPerQuarter: 1 }) }, async (folder) => {
    const { code, lines: [{ metrics, reasons }] } = await json(`${folder}/long.mid`);
    assertEquals([code, metrics.pitch_range, metrics.crossings], [0, 12, null]);
    assertMatch(reasons.crossings, /^Cannot lay voices on a grid: \d+ frames are more than 250000$/);
  });
});

Deno.test("deno task metrics goes on after a file that cannot be read, and fails in the end", async () => {
  await withFiles(
    { "broken.krn": BROKEN, "scale.krn": SCALE, "notes.txt": new TextEncoder().encode("text") },
    async (folder) => {
      const { code, lines } = await json(`${folder}/none.mid`, `${folder}/notes.txt`, folder);
      assertEquals(code, 1);
      const names = ["none.mid", "notes.txt", "notes.txt", "broken.krn", "scale.krn"].map((name) =>
        `${folder}/${name}`
      );
      assertEquals(lines.map(({ path }) => path), names);
      assertMatch(lines[0].error, /^there is no such file or folder/);
      assertMatch(lines[1].error, /neither the name nor the first bytes say what this is/);
      assertEquals(lines[2].error, `it is a .txt file, not ${READ}`);
      assertMatch(lines[3].error, /^Line 2, spine 1: /);
      assertEquals(lines[4].metrics.n_pitches_used, 6);

      const { said, complained, ...table } = await run(`${folder}/none.mid`, folder);
      assertEquals([table.code, complained.length], [1, 3]);
      assertMatch(complained[0], /none\.mid: there is no such file or folder/);
      assertStringIncludes(complained[1], `notes.txt: left out: it is a .txt file, not ${READ}`);
      assertStringIncludes(said[0], `${folder}/scale.krn · 6 notes · 3.00 s · C major`);
      const nothing = await run(`${folder}/none.mid`);
      assertEquals([nothing.code, nothing.said, nothing.complained.length], [1, [], 1]);
    },
  );
});

Deno.test("deno task metrics names each tune of a book, and measures one that is named", async () => {
  const book = new TextEncoder().encode("X:1\nK:C\nCDE|\n\nX:2\nK:C\nCD|\n");
  await withFiles({ "book.abc": book }, async (folder) => {
    const tunes = ["0001", "0002"].map((tune) => `${folder}/book.abc/${tune}.abc`);
    const { lines } = await json(`${folder}/book.abc`);
    assertEquals(lines.map(({ path }) => path), tunes);
    assertEquals((await json(tunes[1])).lines, [lines[1]]);
  });
});

Deno.test("deno task metrics says what it mended, and lets no name command the terminal", async () => {
  const lost = midiFile([[...meta(0, 0x03, "Ten bytes!"), ...on(0, 60), ...off(60, 60), ...END]])
    .map((byte) => byte === 0x0a ? 0x0d : byte);
  await withFiles({ "\x1b[31mlost.mid": lost }, async (folder) => {
    const { code, said } = await run(folder);
    assertEquals(code, 0);
    assertStringIncludes(said[0], `${folder}/[31mlost.mid · 1 notes · 0.06 s · `);
    assertMatch(said[1], /\[31mlost\.mid repaired: Line feeds had become carriage returns/);
  });
});

Deno.test("deno task metrics --against compares metric by metric, and by four histograms", async () => {
  const up = { "a.krn": SCALE, "b.krn": kern("4c 4d 4e 4g") };
  const down = { "c.krn": kern("4g 4f 4e 4d"), "d.krn": kern("4g 4e 4d 4c"), "e.krn": kern("4c") };
  await withFiles(up, (samples) =>
    withFiles(down, async (reference) => {
      const { code, lines } = await json(samples, "--against", reference);
      assertEquals([code, lines.length], [0, 3]);
      const { against, metrics, histograms } = lines[2];
      assertEquals([against, Object.keys(metrics)], [reference, METRICS.map(({ name }) => name)]);
      assertEquals(metrics.Direction_of_Melodic_Motion, { distance: 1, overlap: null, divergence: null });
      assertEquals(metrics.drum_pattern_consistency, { distance: null, overlap: null, divergence: null });
      const { distance, overlap } = metrics.pitch_range;
      assertAlmostEquals(distance, 8 - 4, 1e-12);
      assertEquals(overlap, null);
      assertEquals(Object.keys(histograms), ["pitch_class", "interval", "duration", "step"]);
      assertEquals([histograms.interval.jensenShannon, histograms.interval.cosine], [1, 0]);
      assertEquals([histograms.duration.jensenShannon, histograms.duration.earthMovers], [0, 0]);

      const table = await run(samples, "--against", reference);
      const from = table.said.indexOf(`Against ${reference} · 2 files, 3 there`);
      assert(from > 0);
      assertEquals(row(table.said.slice(from), "pitch_range"), [
        "pitch_range",
        "8",
        "1.414",
        "4",
        "3.606",
        "4",
        "–",
        "–",
        "semitones",
      ]);
      assertEquals(row(table.said.slice(from), "interval").slice(0, 2), ["interval", "1"]);
    }));
});

Deno.test("deno task metrics --against looks for the groove on one grid, unless told another", async () => {
  await withFiles({ "a.krn": kern("4c 4d 4e 4.f 8g") }, async (folder) => {
    const groove = async (...args: string[]) => (await json(folder, ...args)).lines[0].metrics.groove_consistency;
    const differences = 2 + 1;
    assertEquals(await groove("--resolution", "2"), 1 - differences / 8);
    assertEquals(await groove(), 1 - differences / (2 * 2 * 480));
    assertEquals(await groove("--against", folder), 1 - differences / (2 * 2 * 24));
    assertEquals(await groove("--against", folder, "--resolution", "2"), 1 - differences / 8);
  });
});

Deno.test("deno task metrics --against goes on without a reference, and fails in the end", async () => {
  await withFiles({ "a.krn": SCALE }, async (folder) => {
    const { code, lines } = await json(folder, "--against", `${folder}/none`);
    assertEquals([code, lines.length, lines[0].path], [1, 3, `${folder}/none`]);
    assertEquals(lines[2].metrics.pitch_range, { distance: null, overlap: null, divergence: null });
  });
});

Deno.test("deno task metrics has all other metrics of a damaged file with too many beats", async () => {
  // Two hours of whole notes, in beats of a sixty-fourth.
  const endless = new TextEncoder().encode(`**kern\n*M2/64\n${"1c\n".repeat(3600)}*-\n`);
  await withFiles({ "endless.krn": endless, "scale.krn": SCALE }, async (folder) => {
    const { code, lines } = await json(folder);
    assertEquals([code, lines.length, lines[1].path], [0, 2, `${folder}/scale.krn`]);
    assertEquals([lines[0].metrics.n_pitches_used, lines[0].metrics.key_fit], [1, null]);
    assertMatch(lines[0].reasons.key_fit, /^Cannot count beats: there are more than 100000 /);
  });
});

Deno.test("deno task metrics --against finds what each file quotes, and compares none with itself", async () => {
  const theme = "4c 4e 4d 4g 4f 4a";
  const reference = { "theme.krn": kern(theme), "copy.krn": kern(theme), "other.krn": kern("4B 4c 4e 4d 4F") };
  const up = "8f 8a 8g 8cc 8b- 8dd";
  await withFiles(
    reference,
    (there) =>
      withFiles({ "up.krn": kern(`4C ${up}`), "same.krn": kern(theme) }, async (here) => {
        const { lines: [same, moved] } = await json(here, "--against", there);
        // Theme and copy are the same file as this one.
        const place = (seconds: number, bar: number, beat: number) => ({ seconds, bar, beat });
        assertEquals(same.quotations.times, {
          longest: {
            notes: 3,
            at: place(0, 1, 1),
            from: `${there}/other.krn`,
            there: place(0.5, 1, 2),
            transposition: 0,
          },
          overlap: { 4: 0, 8: null, 12: null },
        });
        assertEquals(moved.quotations.intervals.longest, {
          notes: 6,
          at: place(0.5, 1, 2),
          from: `${there}/copy.krn`,
          there: place(0, 1, 1),
          transposition: 5,
        });
        // Of the passages of four notes, three within the theme and one before it.
        assertEquals(moved.quotations.intervals.overlap, { 4: 3 / 4, 8: null, 12: null });
        const { said } = await run(here, "--against", there);
        const [, quoted] = said.filter((line) => line.startsWith(`${here}/up.krn  `));
        const cells = ["intervals", "6", "bar 1, beat 2", `${there}/copy.krn`, "bar 1, beat 1", "5", "0.75", "–", "–"];
        assertEquals(quoted.split(/ {2,}/).slice(1), cells);
        const own = await json(there, "--against", there);
        assertEquals(own.lines[1].quotations.times.longest.notes, 3);
      }),
  );
});

Deno.test("deno task metrics knows the sample by name, and needs no more permissions than deno.json gives it", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  const command: string = tasks.metrics.command;
  assert(command.startsWith("deno run "));
  await withFiles({ "two.mid": writeMidi([{ pitch: 60, start: 0, end: 1, velocity: 64 }]) }, async (folder) => {
    // A shell reads it, as Deno's own does, for what the command asks Deno itself.
    const deno = `"${Deno.execPath()}"`;
    const asked = command.replace("deno run", `${deno} run --no-check --cached-only`).replaceAll(
      "$(deno ",
      `$(${deno} `,
    );
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", `${asked} --json two.mid sample`],
      cwd: new URL("../..", import.meta.url),
      env: { INIT_CWD: folder, NO_COLOR: "1" },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const paths = new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line).path);
    assertEquals([paths[0], paths.length], ["two.mid", 15]);
    assertEquals(paths.slice(1).every((path) => /^sample\/.*\.krn$/.test(path)), true);
  });
});
