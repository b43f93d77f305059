import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CorpusError, openCorpus, PUBLISHED_FILES, readPiece, splitByPiece } from "../../lib/corpus/mod.ts";
import { musicFiles } from "../../lib/corpus/music_files.ts";
import { kernText, melody, midiBytes, READ, withFolder, zipOf } from "./made_up.ts";

/** Writes texts or bytes under their paths. */
async function write(folder: string, files: Record<string, string | Uint8Array>) {
  for (const [path, content] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeFile(
      `${folder}/${path}`,
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  }
}

async function refusal(source: string, options?: Parameters<typeof openCorpus>[1]): Promise<string> {
  return (await assertRejects(() => openCorpus(source, options), CorpusError)).message;
}

const TUNE = midiBytes([60, 62, 64, 65]);

Deno.test("openCorpus() reads MIDI and kern from a folder, by path", async () => {
  await withFolder(async (folder) => {
    await write(folder, {
      "b.mid": TUNE,
      "Z.MID": midiBytes([60]),
      "a/deep/c.KRN": kernText("c d e"),
      "a/k.kar": midiBytes([61]),
      "a/m.midi": midiBytes([62]),
      "notes.txt": "no music",
      ".hidden.mid": TUNE,
      ".git/x.mid": TUNE,
    });
    const seen: [number, number, string][] = [];
    const corpus = await openCorpus(folder, { onProgress: (...progress) => seen.push(progress) });
    assertEquals(corpus.name, folder.split("/").at(-1));
    assertEquals(corpus.leftOut.map(({ path }) => path), ["notes.txt"]);
    const paths = ["Z.MID", "a/deep/c.KRN", "a/k.kar", "a/m.midi", "b.mid"];
    assertEquals(corpus.pieces.map(({ path }) => path), paths);
    assertEquals(corpus.pieces.map(({ format }) => format), ["midi", "kern", "midi", "midi", "midi"]);
    assertEquals(seen, paths.map((path, i) => [i + 1, 5, path]));
    const pitches = corpus.pieces.map(({ score }) => score.parts[0].notes.map(({ pitch }) => pitch));
    assertEquals(pitches, [[60], [60, 62, 64], [61], [62], [60, 62, 64, 65]]);
    assertEquals(corpus.pieces[1].kern, kernText("c d e"));
    assertEquals(corpus.pieces[4].kern, undefined);
  });
});

Deno.test("openCorpus() reads a zip, and leaves off a folder that holds everything", async () => {
  await withFolder(async (folder) => {
    await write(folder, {
      "one.zip": zipOf({
        "bach/x/a.mid": TUNE,
        "bach/b.krn": kernText("c"),
        "bach/i.htm": "",
        "__MACOSX/bach/._b.krn": "?",
      }),
      "two.ZIP": zipOf({ "bach/a.mid": TUNE, "c.mid": midiBytes([65]) }),
    });
    const one = await openCorpus(`${folder}/one.zip`);
    assertEquals([one.name, ...one.pieces.map(({ path }) => path)], ["one", "b.krn", "x/a.mid"]);
    const two = await openCorpus(`${folder}/two.ZIP`);
    assertEquals([two.name, ...two.pieces.map(({ path }) => path)], ["two", "bach/a.mid", "c.mid"]);
  });
});

Deno.test("openCorpus() finds the home folder where a path begins with ~", async () => {
  await withFolder(async (folder) => {
    await write(folder, { "music/tune.mid": TUNE });
    // In a process of its own, which alone may change its home.
    const module = new URL("../../lib/corpus/mod.ts", import.meta.url).href;
    const code = `Deno.env.set("HOME", ${JSON.stringify(folder)});
      const { openCorpus } = await import(${JSON.stringify(module)});
      const { name, pieces } = await openCorpus("~/music");
      console.log(name, pieces[0].path);`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
    assertEquals(new TextDecoder().decode(stdout), "music tune.mid\n", new TextDecoder().decode(stderr));
  });
});

Deno.test("openCorpus() reads a single file", async () => {
  await withFolder(async (folder) => {
    await write(folder, { "my tune.Mid": TUNE });
    const { name, pieces } = await openCorpus(`${folder}/my tune.Mid`);
    assertEquals([name, pieces.length, pieces[0].path], ["my tune", 1, "my tune.Mid"]);
  });
});

Deno.test("openCorpus() marks files that are the same byte for byte", async () => {
  await withFolder(async (folder) => {
    await write(folder, { "a.mid": TUNE, "b.mid": midiBytes([60]), "c/a.mid": TUNE, "d.mid": TUNE });
    const { pieces } = await openCorpus(folder);
    assertEquals(pieces.map(({ duplicateOf }) => duplicateOf), [undefined, undefined, "a.mid", "a.mid"]);
    const [, , , d] = pieces;
    assertEquals(d.sha256, pieces[0].sha256);
    const turned = await openCorpus(folder, { only: ["d.mid", "a.mid"] });
    assertEquals(turned.pieces.map(({ duplicateOf }) => duplicateOf), ["a.mid", undefined]);
  });
});

Deno.test("openCorpus() keeps the order of `only`, and names the nearest to an unknown path", async () => {
  await withFolder(async (folder) => {
    await write(folder, { "cello/gigue.mid": TUNE, "cello/prelude.mid": TUNE, "organ/fugue.mid": "not read" });
    const { pieces } = await openCorpus(folder, { only: ["cello/prelude.mid", "cello/gigue.mid"] });
    assertEquals(pieces.map(({ path }) => path), ["cello/prelude.mid", "cello/gigue.mid"]);
    assertStringIncludes(
      await refusal(folder, { only: ["cello/gige.mid"] }),
      "Cannot open cello/gige.mid of the corpus " + folder + ": there is no such piece; the nearest is cello/gigue.mid",
    );
    assertStringIncludes(await refusal(folder, { only: ["CELLO/Prelude.mid"] }), "the nearest is cello/prelude.mid");
    assertStringIncludes(await refusal(folder, { only: ["cello/gigue.mid", "cello/gigue.mid"] }), "is asked for twice");
    assertStringIncludes(await refusal(folder, { only: [] }), "no file was asked for");
  });
});

Deno.test("openCorpus() lists what cannot be read, and throws when nothing can", async () => {
  await withFolder(async (folder) => {
    await write(folder, {
      "good.mid": TUNE,
      "bad.mid": "not a MIDI file",
      "bad.krn": "**kern\n4zz\n*-\n",
      "empty.mid": "",
      "notes.txt": "c d e f",
      "folder/tune.mei": "<mei/>",
      "grid.json": "[]",
      "LICENSE": "none",
      ".hidden": "",
    });
    const { pieces, leftOut } = await openCorpus(folder);
    assertEquals(pieces.map(({ path }) => path), ["good.mid"]);
    const others = ["LICENSE", "folder/tune.mei", "grid.json", "notes.txt"];
    assertEquals(leftOut.map(({ path }) => path), ["bad.krn", "bad.mid", "empty.mid", ...others]);
    for (const { reason } of leftOut.slice(0, 3)) assert(reason.startsWith("it cannot be read: "), reason);
    assertEquals(leftOut.slice(3).map(({ reason }) => reason), [
      `it is a file without an ending, not ${READ}`,
      `it is a .mei file, not ${READ}`,
      `it is a .json file, not ${READ}; it is read when it is opened by its own path`,
      `it is a .txt file, not ${READ}`,
    ]);
    assertEquals((await openCorpus(folder, { only: ["good.mid"] })).leftOut, []);

    await Deno.remove(`${folder}/good.mid`);
    assertStringIncludes(await refusal(folder), "none of 3 files can be read; the first, bad.krn: ");
  });
});

Deno.test("openCorpus() reads a JSON file of many chorales, each as a piece", async () => {
  await withFolder(async (folder) => {
    const chorale = (pitch: number) => [[pitch, 60, 55, 48], [pitch, 60, 55, 47]];
    await write(folder, {
      "fakes.json": JSON.stringify([chorale(67), chorale(72), [[1, 2]]]),
      "one.json": JSON.stringify(chorale(65)),
      "none.json": "{",
    });
    const { name, pieces, leftOut } = await openCorpus(`${folder}/fakes.json`);
    assertEquals([name, pieces.map(({ path }) => path)], ["fakes", ["000.json", "001.json"]]);
    assertEquals(pieces.map(({ score }) => score.parts[0].notes[0].pitch), [67, 72]);
    assertEquals(leftOut.map(({ path }) => path), ["002.json"]);
    assertEquals((await openCorpus(`${folder}/one.json`)).pieces.map(({ path }) => path), ["one.json"]);
    assertStringIncludes(await refusal(`${folder}/none.json`), "none of 1 files can be read; the first, none.json: ");
  });
});

Deno.test("openCorpus() reads a book of tunes in ABC, each as a piece, in folders, in zips and alone", async () => {
  const book = "%abc-2.1\nM:3/4\nL:1/4\n\nX:1\nT:One\nK:C\nCDE|\n\nX:7\nT:Two\nK:G\nFGA|\n\nX:8\nT:None\nK:C\n";
  const files = { "a/book.abc": book, "a/single.abc": "X:1\nK:C\nC|\n", "b.abc": "X:1\nK:C\nD|\n\nX:2\nK:C\nD|\n" };
  await withFolder(async (folder) => {
    await write(folder, files);
    const expected = [["a/book.abc/0001.abc", [60, 62, 64]], ["a/book.abc/0002.abc", [66, 67, 69]], ["a/single.abc", [
      60,
    ]]];
    const short = (corpus: Awaited<ReturnType<typeof openCorpus>>) =>
      corpus.pieces.map(({ path, score }) => [path, score.parts[0].notes.map(({ pitch }) => pitch)]);
    await Deno.writeFile(`${folder}.zip`, zipOf(files));
    for (const place of [folder, `${folder}.zip`]) {
      const corpus = await openCorpus(place);
      assertEquals(short(corpus), [...expected, ["b.abc/0001.abc", [62]], ["b.abc/0002.abc", [62]]]);
      assertEquals(corpus.pieces.map(({ score }) => score.warnings), Array(5).fill(undefined));
      assertEquals([corpus.pieces[0].score.title, corpus.pieces[1].score.metres[0].numerator], ["One", 3]);
      const [{ path, reason }] = corpus.leftOut;
      assertEquals(path, "a/book.abc/0003.abc");
      assertStringIncludes(reason, "there is no note in the tune");
    }
    await Deno.remove(`${folder}.zip`);
    assertEquals(short(await openCorpus(`${folder}/a/book.abc`)).map(([path]) => path), [
      "book.abc/0001.abc",
      "book.abc/0002.abc",
    ]);
    const [second] = (await openCorpus(`${folder}/a/book.abc/0002.abc`)).pieces;
    assertEquals([second.path, second.score.title], ["0002.abc", "Two"]);
    assertStringIncludes(await refusal(`${folder}/a/book.abc/0009.abc`), "the book does not have a tune 9");
    assertStringIncludes(await refusal(`${folder}/a/book.abc/two`), "there is no such file or folder");
    // A file alone may be called anything.
    for (const name of ["book.txt", "book.mid"]) {
      await write(`${folder}-alone`, { [name]: book });
      const { pieces } = await openCorpus(`${folder}-alone/${name}`);
      assertEquals(pieces.map(({ path }) => path), [`${name}/0001.abc`, `${name}/0002.abc`]);
    }
    await Deno.remove(`${folder}-alone`, { recursive: true });
    await assertRejects(() => musicFiles(folder, { files: 5, bytes: 1e6, zip: 1e6 }), CorpusError, "more than 5 files");
    // A file of a folder with such a name is what it is; and a book may be written to after it was listed.
    await write(folder, { "c.abc/0001.abc": "X:1\nK:C\nE|\n" });
    const { files: listed } = await musicFiles(folder);
    const read = (path: string) => readPiece(listed.find((file) => file.path === path)!);
    assertEquals((await read("c.abc/0001.abc")).score.parts[0].notes[0].pitch, 64);
    await write(folder, { "b.abc": "X:1\nK:C\nF|\n" });
    await assertRejects(() => read("b.abc/0002.abc"), CorpusError, "the book does not have a tune 2");
  });
});

Deno.test("openCorpus() refuses by name a file of a zip that has the path of a tune", async () => {
  await withFolder(async (folder) => {
    const files = { "a.abc/0001.abc": "X:1\nK:C\nE|\n", "a.abc": "X:1\nK:C\nC|\n\nX:2\nK:C\nD|\n" };
    await write(folder, { "all.zip": zipOf(files) });
    const path = "a.abc/0001.abc", { pieces, leftOut } = await openCorpus(`${folder}/all.zip`);
    assertEquals(pieces.map(({ path }) => path), [path, "a.abc/0002.abc"]);
    assertEquals(pieces[0].score.parts[0].notes[0].pitch, 60);
    assertEquals(leftOut, [{ path, reason: "a tune of a book and a file have this path: rename one of them" }]);
    assertEquals((await openCorpus(`${folder}/all.zip`, { only: [path] })).pieces.length, 1);
  });
});

Deno.test("openCorpus() refuses a book of millions of tunes by name, and reads what lies beside it", async () => {
  await withFolder(async (folder) => {
    const files = { "good.abc": "X:1\nK:C\nC|\n\nX:2\nK:C\nD|\n", "huge.abc": "X:\n".repeat(2 ** 20) };
    const numbered = Array.from({ length: 20_001 }, (_, i) => `X:${i}\n`).join("");
    await write(folder, { ...files, "all.zip": zipOf({ ...files, "huge.abc": numbered }) });
    for (const place of [folder, `${folder}/all.zip`]) {
      const { pieces, leftOut: [{ path, reason }] } = await openCorpus(place);
      assertEquals(pieces.map(({ path }) => path), ["good.abc/0001.abc", "good.abc/0002.abc"]);
      assertEquals(path, "huge.abc");
      assertStringIncludes(reason, "it has more than 20000 tunes; divide it into smaller books");
    }
    assertStringIncludes(await refusal(`${folder}/huge.abc`), "more than 20000 tunes");
  });
});

Deno.test("openCorpus() tells files by their bytes, in folders, in zips and alone", async () => {
  await withFolder(async (folder) => {
    const files = { "page.mid": "<!DOCTYPE html><p>404", "tune.krn": TUNE, "text.mid": kernText("c d") };
    await write(folder, { ...files, "alone.txt": kernText("c d"), "all.zip": zipOf(files) });
    for (const place of [folder, `${folder}/all.zip`]) {
      const { pieces, leftOut } = await openCorpus(place);
      assertEquals(pieces.map(({ path, format }) => [path, format]), [["text.mid", "kern"], ["tune.krn", "midi"]]);
      assertEquals(pieces.map(({ score }) => score.warnings), [
        ["The name says MIDI, but this is **kern: it was read as that."],
        ["The name says **kern, but this is MIDI: it was read as that."],
      ]);
      assertStringIncludes(leftOut[0].reason, "this is HTML, not MIDI: a page of the web");
    }
    const [{ format, score }] = (await openCorpus(`${folder}/alone.txt`)).pieces;
    assertEquals([format, score.warnings], ["kern", undefined]);
  });
});

Deno.test("openCorpus() says what is wrong with a place", async () => {
  await withFolder(async (folder) => {
    await write(folder, {
      "readme.txt": "no music",
      "broken.zip": "no zip",
      "empty.zip": zipOf({ "readme.txt": "x" }),
    });
    assertStringIncludes(await refusal(`${folder}/nowhere`), "nowhere: there is no such file or folder");
    for (const place of [folder, `${folder}/empty.zip`]) {
      assertStringIncludes(await refusal(place), `${place}: no ${READ} file is there`);
    }
    assertStringIncludes(
      await refusal(`${folder}/readme.txt`),
      "neither the name nor the first bytes say what this is",
    );
    assertStringIncludes(await refusal(`${folder}/empty.zip`), "file is there; there is readme.txt");
    assertStringIncludes(await refusal(`${folder}/broken.zip`), "it is not a zip");
    await write(folder, { "tune.zip": midiBytes([60]), "more.zip": zipOf({ "a.mid": TUNE, "b.zip": zipOf({}) }) });
    assertStringIncludes(await refusal(`${folder}/tune.zip`), "this is MIDI, not a ZIP: name it by what it is");
    assertEquals((await openCorpus(`${folder}/more.zip`)).leftOut, [
      { path: "b.zip", reason: "it is a zip: unpack it, or open it by its own path" },
    ]);
    await write(folder, { "page.zip": "<!DOCTYPE html><p>404" });
    assertStringIncludes(await refusal(`${folder}/page.zip`), "page.zip: this is HTML, not a ZIP: a page of the web");
    await write(folder, { "slip.zip": zipOf({ "../b.mid": TUNE }) });
    assertStringIncludes(
      await refusal(`${folder}/slip.zip`),
      "none of 1 files can be read; the first, ../b.mid: its path leads outside the zip",
    );
  });
});

Deno.test("openCorpus() says how to get bachcentral, and does not trust an altered download", async () => {
  await withFolder(async (folder) => {
    const message = await refusal("bachcentral", { cache: `${folder}/nothing` });
    assertStringIncludes(message, "Run: deno task corpus (without Deno installed: npx -y deno@2.8.1 task corpus)");
    const [path] = PUBLISHED_FILES;
    await write(folder, { [path]: TUNE });
    assertStringIncludes(
      await refusal("bachcentral", { cache: folder, only: [path] }),
      `the first, ${path}: it cannot be read: it is not the file of the catalogue, its SHA-256 differs: run deno task corpus again`,
    );
    assertStringIncludes(await refusal("bachcentral", { cache: folder, only: [PUBLISHED_FILES[1]] }), "it is missing");
  });
});

Deno.test("openCorpus() reads all of a zip, however it spells a path", async () => {
  await withFolder(async (folder) => {
    await write(folder, {
      "z.zip": zipOf({ "./a.mid": TUNE, "a.mid": midiBytes([65]), "b//.\\c.mid": midiBytes([67]) }),
    });
    const { pieces, leftOut } = await openCorpus(`${folder}/z.zip`);
    assertEquals(pieces.map(({ path }) => path), ["./a.mid", "a.mid", "b/c.mid"]);
    assertEquals(leftOut, []);
  });
});

/** Alters the two bytes that stand so far into what a zip's directory says of a file. */
function alterListed(zip: Uint8Array, path: string, offset: number, value: number): void {
  const name = new TextEncoder().encode(path), listed = [0x50, 0x4b, 1, 2];
  const begins = (at: number, bytes: ArrayLike<number>) => Array.from(bytes).every((byte, i) => zip[at + i] === byte);
  const at = zip.findIndex((_, i) => begins(i, listed) && begins(i + 46, name));
  new DataView(zip.buffer).setUint16(at + offset, value, true);
}

/** A zip in which files with a 2 in their names have the names of those with a 1. */
function withTwice(files: Record<string, Uint8Array>): Uint8Array {
  const text = Array.from(zipOf(files), (byte) => String.fromCharCode(byte)).join("");
  return Uint8Array.from(text.replaceAll("2.mid", "1.mid"), (letter) => letter.charCodeAt(0));
}

Deno.test("openCorpus() loses of a zip only what is wrong with one file, and names it", async () => {
  await withFolder(async (folder) => {
    const wrong = ["encrypted.mid", "method.mid", "checksum.mid", "../out.mid", "/root.mid", "C:\\drive.mid"];
    const right = ["./a.mid", "b/c.mid", "\u00e4.mid", "same1.mid", "same2.mid"];
    const zip = withTwice({
      ...Object.fromEntries([...wrong, ...right, "../readme.txt", "../.hidden.mid"].map((path) => [path, TUNE])),
      "twice1.mid": TUNE,
      "twice2.mid": midiBytes([60, 62, 64, 67]),
    });
    alterListed(zip, "encrypted.mid", 8, 1);
    alterListed(zip, "method.mid", 10, 14);
    alterListed(zip, "checksum.mid", 16, 0);
    await write(folder, { "all.zip": zip });
    const { pieces, leftOut } = await openCorpus(`${folder}/all.zip`);
    assertEquals(pieces.map(({ path }) => path), ["a.mid", "b/c.mid", "same1.mid", "\u00e4.mid"]);
    assertEquals(leftOut.map(({ path, reason }) => `${path}: ${reason}`), [
      "../out.mid: its path leads outside the zip",
      "/root.mid: its path leads outside the zip",
      "C:/drive.mid: its path leads outside the zip",
      "checksum.mid: it cannot be read: checksum.mid in it is damaged: its checksum is wrong",
      "encrypted.mid: it cannot be read: encrypted.mid in it is encrypted",
      "method.mid: it cannot be read: method.mid in it is compressed with method 14, which is not supported",
      "twice1.mid: it cannot be read: it stands in the zip 2 times, and not all are the same",
      `../readme.txt: it is a .txt file, not ${READ}`,
    ]);
    const chosen = await openCorpus(`${folder}/all.zip`, { only: ["twice1.mid", "same1.mid"] });
    assertEquals(chosen.pieces.map(({ path }) => path), ["same1.mid"]);
    assertEquals(chosen.leftOut.map(({ path }) => path), ["twice1.mid"]);
    const outside = await openCorpus(`${folder}/all.zip`, { only: ["../out.mid", "same1.mid"] });
    assertEquals(outside.leftOut, [{ path: "../out.mid", reason: "its path leads outside the zip" }]);
    const limits = { files: 9, bytes: 1000, zip: 100_000 };
    await assertRejects(() => musicFiles(`${folder}/all.zip`, limits), CorpusError, "more than 9 files of music");
  });
});

Deno.test("openCorpus() enters each linked folder once, and reports broken links", async () => {
  await withFolder(async (folder) => {
    await write(folder, { "z/a.mid": TUNE, "z/y/b.mid": midiBytes([60]) });
    await Deno.symlink("..", `${folder}/z/loop`);
    await Deno.symlink("z/y", `${folder}/again`);
    await Deno.symlink("nowhere", `${folder}/broken.mid`);
    await Deno.symlink("self.mid", `${folder}/self.mid`);
    await Deno.symlink("z/a.mid", `${folder}/linked.mid`);
    const { pieces, leftOut } = await openCorpus(folder);
    assertEquals(pieces.map(({ path }) => path), ["linked.mid", "z/a.mid", "z/y/b.mid"]);
    assertEquals(leftOut.map(({ path }) => path), ["broken.mid", "self.mid"]);

    await withFolder(async (elsewhere) => {
      await write(elsewhere, { "c.mid": midiBytes(melody(1)) });
      await Deno.symlink(elsewhere, `${folder}/elsewhere`);
      assertEquals((await openCorpus(folder)).pieces.map(({ path }) => path).at(0), "elsewhere/c.mid");
    });
  });
});

Deno.test("openCorpus() does not read a file that is too large", async () => {
  await withFolder(async (folder) => {
    await write(folder, { "good.mid": TUNE, "large.mid": TUNE });
    await Deno.truncate(`${folder}/large.mid`, 33 * 2 ** 20);
    const { pieces, leftOut } = await openCorpus(folder);
    assertEquals(pieces.length, 1);
    const reason = "it cannot be read: it has 34603008 bytes, more than the 33554432 that are read of one file";
    assertEquals(leftOut, [{ path: "large.mid", reason }]);
  });
});

Deno.test("musicFiles() refuses too many files, and a zip that is too large", async () => {
  await withFolder(async (folder) => {
    const files = { "a.mid": TUNE, "b.mid": TUNE, "c.mid": TUNE };
    await write(folder, { ...files, "abc.zip": zipOf(files) });
    const limits = { files: 2, bytes: 1000, zip: 100_000 };
    for (const place of [folder, `${folder}/abc.zip`]) {
      const { message } = await assertRejects(() => musicFiles(place, limits), CorpusError);
      assertStringIncludes(message, "it has more than 2 files of music");
    }
    const total = 3 * TUNE.length;
    const { message } = await assertRejects(
      () => musicFiles(`${folder}/abc.zip`, { ...limits, files: 3, zip: 10 }),
      CorpusError,
    );
    assertStringIncludes(message, "the zip has ");
    const size = (await Deno.stat(`${folder}/abc.zip`)).size;
    const large = zipOf({ "a.mid": midiBytes(Array(2000).fill(60)) });
    await write(folder, { "large.zip": large });
    assert(large.length < size + total + 1000);
    const packed = await assertRejects(
      () => musicFiles(`${folder}/large.zip`, { ...limits, zip: large.length }),
      CorpusError,
    );
    assertStringIncludes(packed.message, "the music in it has 16026 bytes");
  });
});

Deno.test("openCorpus() reads Latin-1 in old kern files", async () => {
  await withFolder(async (folder) => {
    const latin = Uint8Array.from("!!!COM: Händel\n" + kernText("c d"), (letter) => letter.charCodeAt(0));
    await write(folder, { "a.krn": latin });
    const { pieces } = await openCorpus(folder);
    assertStringIncludes(pieces[0].kern!, "Händel");
  });
});

Deno.test("openCorpus() opens the sample: at least 8 movements and 3,000 notes, with pieces on each side", async () => {
  const { name, pieces, leftOut } = await openCorpus("sample");
  assertEquals([name, leftOut], ["sample", []]);
  assert(pieces.length >= 8, `${pieces.length} movements`);
  const notes = pieces.flatMap(({ score }) => score.parts.flatMap(({ notes }) => notes));
  assert(notes.length >= 3000, `${notes.length} notes`);
  const { train, valid, test } = splitByPiece(pieces);
  for (const side of [train, valid, test]) assert(side.length > 0);
});
