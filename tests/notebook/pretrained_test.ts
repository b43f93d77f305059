import { assertEquals } from "@std/assert";
import { PRETRAINED, runOrPretrained } from "../../lib/notebook/mod.ts";

Deno.test("runOrPretrained() takes a finished run, and otherwise the one that comes with the project", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await runOrPretrained(folder), PRETRAINED);
  assertEquals(await runOrPretrained(`${folder}/none`), PRETRAINED);
  await Deno.writeTextFile(`${folder}/run.json`, "{}");
  assertEquals(await runOrPretrained(folder), folder);
  await Deno.remove(folder, { recursive: true });
});
