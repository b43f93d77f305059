import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { type Chorale, CorpusError, downloadChorales, gridChorales, openChorales } from "../../lib/corpus/mod.ts";
import { readJsb } from "../../lib/formats/mod.ts";
import { readShared, sharedTest } from "../shared.ts";
import { withFolder, zipOf } from "./made_up.ts";

const COPY = new URL("../../../shared/corpus/chorales370", import.meta.url);
const JSB = new URL("../../../shared/corpus/jsb/", import.meta.url);

Deno.test("openChorales() says how to get the chorales", () =>
  withFolder(async (folder) => {
    const { message } = await assertRejects(() => openChorales({ cache: `${folder}/nothing` }), CorpusError);
    assert(message.includes("of 370 files 370 are not there, or altered. Run: deno task corpus --chorales"), message);
  }));

Deno.test("downloadChorales() takes no other files for them, from a zip or a folder, and changes nothing then", () =>
  withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/copy/kern`, { recursive: true });
    await Deno.writeTextFile(`${folder}/copy/kern/chor001.krn`, "**kern\n4c\n*-\n");
    await Deno.writeFile(`${folder}/copy.zip`, zipOf({ "bach-370/kern/chor001.krn": "**kern\n4c\n*-\n" }));
    const cache = `${folder}/cache`;
    for (const copy of [`${folder}/copy`, `${folder}/copy.zip`]) {
      const { message } = await assertRejects(() => downloadChorales({ copy, cache }), CorpusError);
      assert(
        message.includes("of 370 files 370 are missing or altered (chor001.krn, chor002.krn, chor003.krn"),
        message,
      );
    }
    await assertRejects(() => downloadChorales({ copy: `${folder}/none`, cache }), CorpusError, "Cannot read the copy");
    await assertRejects(() => Deno.stat(cache), Deno.errors.NotFound);
  }));

sharedTest(
  "downloadChorales() takes the archive of a place, wherever the files lie in it, and a folder",
  () =>
    withFolder(async (folder) => {
      const names = [...Deno.readDirSync(COPY)].map(({ name }) => name);
      const zip = zipOf(Object.fromEntries(
        names.map((
          name,
        ) => [`bach-370-chorales-0fd9e00/kern/${name}`, Deno.readFileSync(new URL(`chorales370/${name}`, COPY))]),
      ));
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response(zip as BodyInit));
      const url = `http://127.0.0.1:${server.addr.port}/zip`, cache = `${folder}/chorales`;
      const brought = await downloadChorales({ cache, sources: [{ url }] }).finally(() => server.shutdown());
      assertEquals(brought, { from: url, files: 370, failures: [] });
      assertEquals((await downloadChorales({ cache, sources: [] })).from, undefined);
      const copied = await downloadChorales({ cache: `${folder}/again`, copy: COPY });
      assertEquals([copied.from, copied.files], [String(COPY), 370]);
    }),
);

/** Four quarter notes in a row of all four voices, in semitones above the soprano of the first, from every sixteenth or beat. */
function passages({ frames }: Chorale, every: number): Set<string> {
  const found = new Set<string>();
  for (let t = 0; t + 12 < frames.length; t += every) {
    found.add(
      [0, 4, 8, 12].map((ahead) => frames[t + ahead].map((pitch) => pitch < 0 ? "r" : pitch - frames[t][0])).join(";"),
    );
  }
  return found;
}

sharedTest(
  "openChorales() splits as the JSB chorales are split: none of their test side is learned from in another form",
  () =>
    withFolder(async (folder) => {
      const cache = `${folder}/chorales`;
      await downloadChorales({ cache, copy: COPY });
      const chorales = await openChorales({ cache, jsb: fileURLToPath(JSB) });
      const { train, valid, test, lowest, highest } = chorales;
      assertEquals([train, valid, test].map(({ length }) => length), [195, 75, 100]);
      assertEquals([lowest, highest], [36, 81]);
      assert([...train, ...valid, ...test].every(({ notation }) => notation !== undefined));
      const jsb = gridChorales(readJsb(new TextDecoder().decode(readShared("corpus/jsb/Jsb16thSeparated.json"))));
      // In another way than the split is made: exact intervals on the beats of all four voices.
      const learned = train.map((chorale) => passages(chorale, 1));
      const mostShared = (tested: readonly Chorale[], known: readonly Set<string>[]) =>
        tested.map((chorale) => {
          const own = [...passages(chorale, 4)];
          return Math.max(
            ...known.map((passages) => own.filter((passage) => passages.has(passage)).length / own.length),
          );
        });
      for (const side of [jsb.test, jsb.valid, test, valid]) {
        const most = Math.max(...mostShared(side, learned));
        assert(most < 0.2, `${most}`);
      }
      // The measure finds what is the same music: nearly all of the test side of one is in that of the other.
      const same = mostShared(jsb.test, test.map((chorale) => passages(chorale, 1))).filter((share) => share > 0.5);
      assert(same.length > 60, `${same.length}`);
    }),
);
