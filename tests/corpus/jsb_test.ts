import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  CorpusError,
  downloadJsb,
  JSB_SOURCES,
  openCorpus,
  openJsb,
  openJsbQuarters,
  splitByPiece,
} from "../../lib/corpus/mod.ts";
import { REST } from "../../lib/score/mod.ts";
import { readShared, sharedTest } from "../shared.ts";
import { withFolder } from "./made_up.ts";

const COPY = new URL("../../../shared/corpus/jsb/Jsb16thSeparated.json", import.meta.url);

Deno.test("openJsb() says how to get the chorales, and does not trust an altered download", async () => {
  await withFolder(async (folder) => {
    for (const open of [openJsb, (options: { cache: string }) => openCorpus("jsb", options)]) {
      const missing = await assertRejects(() => open({ cache: `${folder}/nothing` }), CorpusError);
      assert(missing.message.includes("Run: deno task corpus --jsb"), missing.message);
    }
    await Deno.writeTextFile(`${folder}/Jsb16thSeparated.json`, "{}");
    const altered = await assertRejects(() => openJsb({ cache: folder }), CorpusError);
    assert(altered.message.includes("it is another file than expected"), altered.message);
  });
});

Deno.test("downloadJsb() says what each place answered, and how to do it by hand", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("other music"));
  const url = `http://127.0.0.1:${server.addr.port}/chorales.json`;
  await withFolder(async (folder) => {
    const [{ sha256, bytes }] = JSB_SOURCES;
    const sources = [{ url, sha256 }, { url, bytes }];
    const cache = `${folder}/cache/jsb`;
    const { message } = await assertRejects(() => downloadJsb({ cache, sources }), CorpusError);
    assert(message.includes(`${url}: it is another file than expected`), message);
    assert(message.includes(`${url}: the download broke off at 11 of 1666444 bytes`), message);
    assert(message.includes("deno task corpus --jsb --file Jsb16thSeparated.json"), message);
  }).finally(() => server.shutdown());
});

sharedTest("downloadJsb() takes the file of a place, openJsb() and openCorpus() open it", async () => {
  const bytes = readShared("corpus/jsb/Jsb16thSeparated.json");
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response(bytes as BodyInit));
  await withFolder(async (folder) => {
    const cache = `${folder}/jsb`;
    const url = `http://127.0.0.1:${server.addr.port}/chorales.json`;
    const { from, files } = await downloadJsb({ cache, sources: [{ ...JSB_SOURCES[0], url }] });
    assertEquals([from, files], [url, 1]);
    assertEquals((await downloadJsb({ cache, file: COPY })).from, undefined);

    const chorales = await openJsb({ cache });
    assertEquals([chorales.train.length, chorales.valid.length, chorales.test.length], [229, 76, 77]);
    assertEquals([chorales.lowest, chorales.highest], [36, 81]);

    const { name, pieces, leftOut } = await openCorpus("jsb", { cache });
    assertEquals([name, pieces.length, leftOut], ["jsb", 382, []]);
    assertEquals([pieces[0].path, pieces[0].format, pieces.at(-1)!.path], ["test/000.json", "jsb", "valid/075.json"]);
    const { train, valid, test, leftOut: doubles } = splitByPiece(pieces, { doubles: "leave out" });
    assertEquals([train, valid, test, doubles].map(({ length }) => length), [229, 76, 77, 0]);
    // As many notes as changes of pitch, in every voice.
    const starts = chorales.test.flatMap((frames) =>
      frames.flatMap((frame, t) => frame.filter((pitch, voice) => pitch !== REST && frames[t - 1]?.[voice] !== pitch))
    );
    const notes = test.flatMap(({ score }) => score.parts.flatMap((part) => part.notes));
    assertEquals(notes.length, starts.length);
  }).finally(() => server.shutdown());
});

sharedTest(
  "downloadJsb() takes the file of quarter notes, which has the same chorales on the same sides",
  () =>
    withFolder(async (folder) => {
      const cache = `${folder}/quarters`;
      const { message } = await assertRejects(() => openJsbQuarters({ cache }), CorpusError);
      assert(message.includes("Run: deno task corpus --jsb --quarters"), message);
      await downloadJsb({ form: "quarters", cache, file: new URL("jsb-chorales-quarter.json", COPY) });
      const { train, valid, test } = await openJsbQuarters({ cache });
      assertEquals([train, valid, test].map(({ length }) => length), [229, 76, 77]);
      assertEquals([train, valid, test].map((side) => side.flat().length), [13_807, 4602, 4725]);
    }),
);
