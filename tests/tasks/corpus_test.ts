import { assertEquals, assertStringIncludes } from "@std/assert";
import { corpusTask, type CorpusTaskOptions } from "../../tasks/corpus.ts";
import { hasShared, midiBytes, SHARED, withFolder, zipOf } from "../corpus/made_up.ts";

/** Runs the task; gives its exit code, and what it prints and complains. */
async function run(args: string[], options: CorpusTaskOptions = {}) {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await corpusTask(args, {
    ...options,
    print: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}

Deno.test("deno task corpus explains itself", async () => {
  const { code, said } = await run(["--help"]);
  assertEquals(code, 0);
  assertStringIncludes(said, "deno task corpus [--zip FILE]");
});

Deno.test("deno task corpus refuses unknown arguments", async () => {
  for (
    const args of [["--zpi", "x"], ["bach.zip"], ["--zip"], ["--catalogue"], ["--file", "x"], ["--jsb", "--zip", "x"], [
      "--quarters",
    ], ["--jsb", "--chorales"]]
  ) {
    const { code, complained } = await run(args);
    assertEquals(code, 2);
    assertStringIncludes(complained, "deno task corpus --help");
  }
});

Deno.test("deno task corpus fails with the reason, and leaves nothing", async () => {
  await withFolder(async (folder) => {
    const cache = `${folder}/cache/bachcentral`;
    const missing = await run(["--zip", `${folder}/nowhere.zip`], { cache });
    assertEquals([missing.code, missing.said], [1, ""]);
    assertStringIncludes(missing.complained, `Cannot read the zip ${folder}/nowhere.zip`);

    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response("?", { status: 503 }),
    );
    const url = `http://127.0.0.1:${server.addr.port}/bach.zip`;
    const refused = await run([], { cache, sources: [{ url }] });
    await server.shutdown();
    assertEquals([refused.code, refused.said], [1, ""]);
    assertStringIncludes(refused.complained, `${url}: the server answered 503 Service Unavailable`);
    assertStringIncludes(refused.complained, "deno task corpus --zip bach.zip");
    assertEquals([...Deno.readDirSync(`${folder}/cache`)], []);
  });
});

Deno.test("deno task corpus --catalogue writes a catalogue of a zip", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/own.zip`, zipOf({ "a.mid": midiBytes([60, 62]) }));
    const catalogueFile = `${folder}/catalogue.json`;
    const { code, said } = await run(["--catalogue", "--zip", `${folder}/own.zip`], { catalogueFile });
    assertEquals([code, said], [0, "Catalogued 1 files."]);
    const [{ path, notes }] = JSON.parse(await Deno.readTextFile(catalogueFile));
    assertEquals([path, notes], ["a.mid", 2]);
  });
});

Deno.test({
  name: `deno task corpus --zip takes a local copy, once${hasShared ? "" : " [needs ../shared, skipped without it]"}`,
  ignore: !hasShared,
  fn: async () => {
    await withFolder(async (folder) => {
      const cache = `${folder}/bachcentral`;
      const zip = new URL("corpus/bachcentral/bach.zip", SHARED).pathname;
      assertEquals(await run(["--zip", zip], { cache }), {
        code: 0,
        said: `228 files from ${zip}, all verified.`,
        complained: "",
      });
      assertEquals((await run([], { cache, sources: [] })).said, "All 228 files are there already.");
      const missing = await run(["--zip", `${folder}/nowhere.zip`], { cache });
      assertEquals([missing.code, missing.said], [1, ""]);
      assertStringIncludes(missing.complained, `Cannot read the zip ${folder}/nowhere.zip: `);
    });
  },
});

Deno.test("deno task corpus --jsb refuses a copy that is another file, and leaves nothing", async () => {
  await withFolder(async (folder) => {
    const [cache, file] = [`${folder}/cache/jsb`, `${folder}/other.json`];
    await Deno.writeTextFile(file, "{}");
    const { code, complained } = await run(["--jsb", "--file", file], { cache });
    assertEquals(code, 1);
    assertStringIncludes(complained, `Cannot take the chorales from ${file}: it is another file than expected`);
    assertEquals([...Deno.readDirSync(`${folder}/cache`)], []);
  });
});

Deno.test({
  name: `deno task corpus --jsb takes a local copy, once${hasShared ? "" : " [needs ../shared, skipped without it]"}`,
  ignore: !hasShared,
  fn: async () => {
    await withFolder(async (folder) => {
      const cache = `${folder}/jsb`;
      const file = new URL("corpus/jsb/Jsb16thSeparated.json", SHARED).pathname;
      const first = await run(["--jsb", "--file", file], { cache });
      assertEquals(first, { code: 0, said: `1 file from ${file}, all verified.`, complained: "" });
      assertEquals((await run(["--jsb"], { cache, sources: [] })).said, "The file is there already.");
    });
  },
});
