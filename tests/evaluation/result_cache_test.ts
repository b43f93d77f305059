import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { resultCache } from "../../lib/evaluation/experiment/result_cache.ts";
import { type Damage, damagesOf, edit, heard } from "../training/damages.ts";
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

Deno.test("resultCache() takes no damaged result, says so, and keeps the one that is computed anew", () =>
  withFolder(async (folder) => {
    const cache = resultCache(folder), result = { nats: [1.5, 2.25], name: "lstm" };
    await cache.write(of, result);
    const [name] = await names(folder), place = join(folder, name), whole = await Deno.readTextFile(place);
    const damages: Damage[] = [
      ...damagesOf(name).filter(([what]) => !/ (gone|a folder)$/.test(what)),
      ["another number", () => edit(place, /2\.25/, "2.75")],
      ["an earlier program's", () => Deno.writeTextFile(place, JSON.stringify({ of, result }))],
      ["a version of the future", () => edit(place, /"version":1/, '"version":2')],
      ["another's result", async () => {
        await cache.write({ ...of, code: "b" }, "wrong");
        const other = (await names(folder)).find((file) => file !== name)!;
        await Deno.rename(join(folder, other), place);
      }],
    ];
    for (const [what, damage] of damages) {
      await Deno.writeTextFile(place, whole);
      await damage(folder);
      let made = 0, read: unknown;
      const said = await heard(async () =>
        read = await cache.readOr(of, () => {
          made++;
          return Promise.resolve(result);
        })
      );
      assertEquals([read, made], [result, 1], what);
      // What belongs to something else is not damaged.
      if (what !== "another's result") assertStringIncludes(said, `Computing a result anew: Cannot read "${place}"`);
      assertEquals(await Deno.readTextFile(place), whole, what);
    }
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

Deno.test("resultCache() makes a result once, however many want it at once, and makes it anew where that failed", () =>
  withFolder(async (folder) => {
    let made = 0;
    const make = async () => {
      made++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { made };
    };
    // Each with a lock of its own, as two processes have.
    const results = await Promise.all([1, 2, 3].map(() => resultCache(folder).readOr(of, make)));
    assertEquals(results, [{ made: 1 }, { made: 1 }, { made: 1 }]);
    const other = { ...of, code: "b" }, fails = () => Promise.reject(new Error("no"));
    await assertRejects(() => resultCache(folder).readOr(other, fails), Error, "no");
    assertEquals(await resultCache(folder).readOr(other, make), { made: 2 });
    assertEquals((await names(folder)).every((name) => name.endsWith(".json")), true);
  }));
