import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { resultCache } from "../../lib/evaluation/experiment/result_cache.ts";
import { withFolder } from "../corpus/made_up.ts";

const of = { code: "a", settings: { units: 128, seed: 42 }, data: "b" };
const names = async (folder: string) => (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();

Deno.test("resultCache() gives back what was kept, for exactly that", () =>
  withFolder(async (folder) => {
    const cache = resultCache(join(folder, "new"));
    assertEquals(await cache.read(of), undefined);
    await cache.write(of, { nats: [1.5, null] });
    assertEquals(await cache.read(of), { nats: [1.5, null] });
    assertEquals(await resultCache(join(folder, "new")).read(of), { nats: [1.5, null] });
    for (const other of [{ ...of, code: "b" }, { ...of, settings: { units: 128, seed: 43 } }, { ...of, more: null }]) {
      assertEquals(await cache.read(other), undefined);
    }
    assertEquals((await names(join(folder, "new"))).length, 1);
  }));

Deno.test("resultCache() does not take another's result, nor half of one, under the same name", () =>
  withFolder(async (folder) => {
    const cache = resultCache(folder);
    await cache.write(of, "right");
    const [name] = await names(folder);
    const place = join(folder, name), text = await Deno.readTextFile(place);
    await Deno.writeTextFile(place, text.replace('"units":128', '"units":129'));
    assertEquals(await cache.read(of), undefined);
    await Deno.writeTextFile(place, text.slice(0, -3));
    assertEquals(await cache.read(of), undefined);
    await cache.write(of, "right again");
    assertEquals(await cache.read(of), "right again");
  }));

Deno.test("resultCache() has a folder for each thing that is not finished", () =>
  withFolder(async (folder) => {
    const cache = resultCache(folder);
    const [one, same, other] = [
      await cache.folder(of),
      await cache.folder(of),
      await cache.folder({ ...of, code: "b" }),
    ];
    assertEquals([one === same, one === other], [true, false]);
    assertEquals((await Deno.stat(one)).isDirectory, true);
  }));
