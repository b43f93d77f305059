import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type ChoraleCorpus, CorpusError, openSampleChorales } from "../../lib/corpus/mod.ts";
import { readKern, readMelody, readMidi, writeKern, writeMidi, writeMusicXml } from "../../lib/formats/mod.ts";
import { type Chorale, choraleOfScore, scoreOfChorale } from "../../lib/score/mod.ts";
import { harmoniseTask } from "../../tasks/harmonise.ts";
import { withFolder, zipOf } from "../corpus/made_up.ts";
import { MADE_UP_RANGE, madeUpChorales } from "../systems/chorales.ts";
import { type Ran, ran } from "./made_up.ts";

const TINY = { overrides: { units: 6 }, epochs: 2 };
const TUNE = "key=G metre=3/4 g4 | g4:2 d5 | b4:1.5 a4:1/2 g4 | a4:2;";
const CHORALE = new URL("../../data/sample/bwv269-chorale.krn", import.meta.url);

/** Runs the task with a tiny network in a folder. */
function harmonising(folder: string, ...args: string[]): Promise<Ran> {
  const places = { cache: join(folder, "cache"), out: join(folder, "out"), ...TINY };
  return ran((how) => harmoniseTask([...args, "--chorales", "sample"], { ...how, ...places }));
}

for (const system of ["deepbach", "bachbot"]) {
  Deno.test(`deno task harmonise writes a typed melody's chorale in five forms, by ${system}`, async () => {
    await withFolder(async (folder) => {
      const { code, printed } = await harmonising(folder, TUNE, "--system", system);
      assertEquals(code, 0);
      assertMatch(printed, /Learning from 3 chorales \(sample\), once for each number of threads \(\d+ now\)/);
      assertStringIncludes(printed, "it knows only the 3 chorales of the sample");
      assertMatch(printed, /has found a chorale in G major, 3\/4, in [\d.]+ s/);
      const file = (ending: string) => join(folder, "out", "melody", `melody.${ending}`);
      const score = readKern(await Deno.readTextFile(file("krn")));
      const soprano = [[67, 0], [67, 480], [74, 1440], [71, 1920], [69, 2640], [67, 2880], [69, 3360]];
      assertEquals(score.parts[0].notes.map(({ pitch, startTick }) => [pitch, startTick]), soprano);
      assertEquals(score.parts.map(({ name }) => name), ["Soprano", "Alto", "Tenor", "Bass"]);
      const sounding = score.parts.filter(({ notes }) => notes.length > 0);
      assertEquals(readMidi(await Deno.readFile(file("mid"))).parts.length, sounding.length);
      for (const [ending, words] of [["musicxml", "<score-partwise"], ["svg", "engraved"], ["krn", "*M3/4"]]) {
        assertStringIncludes(await Deno.readTextFile(file(ending)), words);
      }
      assert((await Deno.stat(file("wav"))).size > 2 * 2 * 44_100);

      const again = await harmonising(folder, TUNE, "--system", system);
      assert(!again.printed.includes("Learning"), "what it has learned is kept");
      const second = await Deno.readTextFile(join(folder, "out", "melody-2", "melody.krn"));
      assertEquals(
        second,
        await Deno.readTextFile(file("krn")),
        "the same seed gives the same chorale, in a new folder",
      );
    });
  });
}

Deno.test("deno task harmonise takes a melody from Humdrum, MusicXML, plain and zipped, ABC and MIDI", async () => {
  await withFolder(async (folder) => {
    const score = readMelody(TUNE), xml = writeMusicXml(score);
    const files = {
      krn: writeKern(score),
      musicxml: xml,
      xml,
      mxl: zipOf({
        "META-INF/container.xml": '<container><rootfiles><rootfile full-path="tune.xml"/></rootfiles></container>',
        "tune.xml": xml,
      }),
      mid: writeMidi(score),
      abc: "X:1\nM:3/4\nL:1/4\nK:G\nG | G2 d | B>A G | HA2 |\n",
    };
    for (const [ending, content] of Object.entries(files)) {
      const tune = join(folder, `tune.${ending}`), out = join(folder, ending);
      await Deno.writeFile(tune, typeof content === "string" ? new TextEncoder().encode(content) : content);
      const { code, printed, complaints } = await harmonising(folder, tune, "--out", out);
      assertEquals(code, 0, complaints);
      assertStringIncludes(printed, "has found a chorale in G major, 3/4", ending);
      const { parts: [soprano] } = readKern(await Deno.readTextFile(join(out, "tune.krn")));
      assertEquals(
        soprano.notes.map(({ pitch, startTick, endTick }) => [pitch, startTick, endTick]),
        score.parts[0].notes.map(({ pitch, startTick, endTick }) => [pitch, startTick, endTick]),
        ending,
      );
    }
  });
});

Deno.test("deno task harmonise rounds the rhythm of a file and says so, and takes what is typed as it stands", async () => {
  await withFolder(async (folder) => {
    const triplet = "key=G metre=4/4 g4 a4 b4:1/3 c5:1/3 b4:1/3 a4 | g4:4;", tune = join(folder, "tune.mid");
    await Deno.writeFile(tune, writeMidi(readMelody(triplet)));
    const { code, printed, complaints } = await harmonising(folder, tune, "--out", folder);
    assertEquals(code, 0, complaints);
    assertMatch(
      printed,
      /Note: 2 of 7 notes moved to the nearest sixteenth, by at most 0\.33 of one, the first at bar 1/,
    );
    const { parts: [soprano] } = readKern(await Deno.readTextFile(join(folder, "tune.krn")));
    assertEquals(soprano.notes.map(({ startTick }) => startTick / 120), [0, 4, 8, 9, 11, 12, 16]);
    const typed = await harmonising(folder, triplet);
    assertEquals(typed.code, 1);
    assertMatch(
      typed.complaints,
      /2 of its 7 notes do not begin on a sixteenth.*; write it in sixteenths and longer notes/,
    );
  });
});

Deno.test("deno task harmonise writes bars anew, and leaves the others", async () => {
  await withFolder(async (folder) => {
    const tune = join(folder, "tune.mid"), score = readKern(await Deno.readTextFile(CHORALE));
    await Deno.writeFile(tune, writeMidi(score));
    const out = join(folder, "mine");
    const { code, printed } = await harmonising(folder, tune, "--bars", "3", "--keep", "none", "--out", out);
    assertEquals(code, 0);
    assertStringIncludes(
      printed,
      "tune.krn --bars 1-2 --system bachbot --keep none --chorales sample --seed 43",
    );
    const [before, after] = [score, readKern(await Deno.readTextFile(join(out, "tune.krn")))]
      .map((each) => choraleOfScore(each, "tune").frames);
    const changed = after.flatMap((frame, t) => `${frame}` === `${before[t]}` ? [] : [t]);
    assert(changed.length > 0);
    // MIDI tells no upbeat: its third bar is the third stretch of three quarter notes.
    assert(changed.every((t) => t >= 24 && t < 36), `${changed}`);
  });
});

Deno.test("deno task harmonise advises bars that the chorale has", async () => {
  await withFolder(async (folder) => {
    const advised = async (tune: string) => {
      const { code, printed } = await harmonising(folder, tune, "--rules", "ignore");
      assertEquals(code, 0);
      const [, krn, bars] = /deno task harmonise (\S+) --bars (\S+) .*--rules ignore --chorales sample/.exec(printed)!;
      const again = await harmonising(folder, krn, "--bars", bars);
      assertEquals(again.code, 0, again.complaints);
      return bars;
    };
    assertEquals([await advised("c5;"), await advised("c5:4;"), await advised("c5:4 | d5:4;")], ["0", "1", "1-2"]);
  });
});

Deno.test("deno task harmonise says which chorales it does without, and what those that it has lack", async () => {
  await withFolder(async (folder) => {
    const sample = await openSampleChorales();
    const plain = (chorales: readonly Chorale[]) => chorales.map(({ notation: _, ...chorale }) => chorale);
    const { train, valid, test } = sample;
    const jsb = { ...sample, name: "jsb", train: plain(train), valid: plain(valid), test: plain(test) };
    const missing = (name: string) => () =>
      Promise.reject(new CorpusError(`Cannot open the corpus ${name}: none here`));
    const notes = async (lessons: Record<"chorales" | "jsb" | "sample", () => Promise<ChoraleCorpus>>, tune = TUNE) => {
      const places = { cache: join(folder, "cache"), out: join(folder, "out"), ...TINY };
      const { code, printed } = await ran((how) => harmoniseTask([tune], { ...how, ...places, lessons }));
      assertEquals(code, 0);
      return printed.split("\n").filter((line) => line.startsWith("Note: "));
    };
    const chorales = missing("chorales");
    assertEquals(await notes({ chorales, jsb: () => Promise.resolve(jsb), sample: missing("sample") }), [
      "Note: Cannot open the corpus chorales: none here.",
      "Note: the chorales that it has learned from (jsb) have no fermatas, keys or metres: it does not hear those of the " +
      "melody, and keeps to no rule about cadences.",
    ]);
    const [first, second, third, ...others] = await notes({
      chorales,
      jsb: missing("jsb"),
      sample: openSampleChorales,
    });
    assertEquals([first, second, others], [
      "Note: Cannot open the corpus chorales: none here.",
      "Note: Cannot open the corpus jsb: none here.",
      [],
    ]);
    assertStringIncludes(third, "it knows only the 3 chorales of the sample");
    const open = await notes({ chorales, jsb: missing("jsb"), sample: openSampleChorales }, TUNE.replaceAll(";", ""));
    assertEquals(
      open.at(-1),
      "Note: the melody has no fermata (; after a note that is typed): nothing says where its phrases end, and no cadence " +
        "is asked for.",
    );
  });
});

Deno.test("deno task harmonise says where rules that forbid left nothing", async () => {
  await withFolder(async (folder) => {
    const [unseen, held, ...train] = madeUpChorales(14), tune = join(folder, "tune.krn");
    // What stands between a soprano and a higher bass has to cross one of them.
    const frames = unseen.frames.map((frame, t) => t === 4 || t === 5 ? [60, 60, 60, 62] : frame);
    await Deno.writeTextFile(tune, writeKern(scoreOfChorale({ ...unseen, frames })));
    const chorales = () => Promise.resolve({ name: "made up", train, valid: [held], test: [unseen], ...MADE_UP_RANGE });
    const { code, printed } = await ran((how) =>
      harmoniseTask([tune, "--keep", "soprano,bass", "--rules", "forbid", "--system", "deepbach"], {
        ...how,
        ...{
          cache: join(folder, "cache"),
          out: join(folder, "out"),
          lessons: { chorales, jsb: chorales, sample: chorales },
        },
        ...{ overrides: { units: 16, length: 32, shift: 32, batchSize: 4, learningRate: 0.02 }, epochs: 25 },
      })
    );
    assertEquals(code, 0);
    assertMatch(printed, /Rules broken in what was written: .*crossing/);
    assertMatch(printed, /Note: the rules left nothing for the (alto|tenor) at sixteenth [56]/);
  });
});

Deno.test("deno task harmonise tells rules that the kept bars break from those that the new ones do", async () => {
  await withFolder(async (folder) => {
    const [chorale] = madeUpChorales(1), tune = join(folder, "tune.krn");
    const frames = chorale.frames.map((_, t) => t < 2 ? [60, 60, 60, 62] : [67, 64, 60, 48]);
    await Deno.writeTextFile(tune, writeKern(scoreOfChorale({ ...chorale, frames })));
    const { code, printed } = await harmonising(folder, tune, "--bars", "2", "--keep", "none", "--rules", "forbid");
    assertEquals(code, 0);
    // Wherever the tiny network cannot help breaking another rule, that is not a crossing: forbidden, it rests before it crosses.
    const [, written] = /Rules broken in what was written: ([^;]*); in what was kept: crossing 2[,.]/.exec(printed)!;
    assert(!written.includes("crossing"), written);
  });
});

Deno.test("deno task harmonise says what is wrong", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "tune.pdf"), "");
    await Deno.writeTextFile(join(folder, "tune.krn"), "**kern\n4zz\n*-\n");
    const said = async (code: number, words: string, ...args: string[]) => {
      const found = await harmonising(folder, ...args);
      assertEquals(found.code, code, found.complaints);
      assertStringIncludes(found.complaints, words);
    };
    await said(2, "Which melody?");
    await said(2, "notes need quotation marks", "g4", "a4");
    await said(2, "--system takes bachbot or deepbach", "g4", "--system", "coconet");
    await said(2, "--keep takes soprano, alto, tenor or bass", "g4", "--keep", "viola");
    await said(2, "--bars takes a bar or a range", "g4", "--bars", "x");
    await said(1, "this is an empty file", join(folder, "tune.pdf"));
    await said(1, "there is no such file", join(folder, "none.krn"));
    await said(1, "there is no such file", "/no/such");
    await said(2, "--keep none takes --bars", "g4", "--keep", "none");
    await said(2, "nothing would be left to write", "g4", "--keep", "soprano,bass,tenor,alto");
    await said(1, "Line 2, spine 1", join(folder, "tune.krn"));
    await said(1, 'line 1, word 2: "h4" is no note', "g4 h4");
    await said(1, "that takes a piece in four parts", "g4 a4", "--bars", "1");
    const help = await harmonising(folder, "--help");
    assertEquals(help.code, 0);
    assertStringIncludes(help.printed, "deno task harmonise MELODY");
  });
});
