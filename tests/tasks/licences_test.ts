import { assert, assertEquals, assertRejects } from "@std/assert";
import { licencesOf, licencesTask, PERMITTED } from "../../tasks/licences.ts";

const LOCK = JSON.stringify({
  npm: {
    "@a/b@1.0.0_c@2.0.0": {},
    "c@2.0.0": { optionalDependencies: ["c-linux"] },
    "c-linux@2.0.0": { os: ["linux"], cpu: ["x64"] },
  },
  jsr: { "@e/f@1.2.0": { integrity: "" } },
  workspace: { links: { "jsr:@std/assert@1.0.16": {} } },
});

Deno.test("licencesOf() takes each package's own words, and of a build for one system those of its package", async () => {
  const metadata: Record<string, unknown> = {
    "@a/b 1.0.0": { license: "MIT" },
    "c 2.0.0": { licenses: [{ type: "ISC" }, "GPL-2.0"] },
  };
  assertEquals(
    await licencesOf(LOCK, (name, version) => Promise.resolve(JSON.stringify(metadata[`${name} ${version}`]))),
    [
      { name: "@a/b", version: "1.0.0", licence: "MIT" },
      { name: "c", version: "2.0.0", licence: "ISC OR GPL-2.0" },
      { name: "c-linux", version: "2.0.0", licence: "ISC OR GPL-2.0", of: "c" },
      { name: "jsr:@e/f", version: "1.2.0", licence: "none stated" },
      { name: "jsr:@std/assert", version: "1.0.16", licence: "the project's own" },
    ],
  );
  assertEquals((await licencesOf(LOCK, () => Promise.resolve("{}")))[0].licence, "none stated");
  await assertRejects(() => licencesOf(LOCK, () => Promise.reject(new Error("not there"))), Error, "not there");
  for (const licence of ["ISC OR GPL-2.0", "none stated", "GPL-3.0"]) assert(!Object.hasOwn(PERMITTED, licence));
});

Deno.test("licencesTask() names every package once, however many versions of it there are", async () => {
  const lines: string[] = [];
  assertEquals(await licencesTask([], { print: (line) => lines.push(line) }), 0);
  const { npm } = JSON.parse(await Deno.readTextFile(new URL("../../deno.lock", import.meta.url)));
  const names = new Set(Object.keys(npm).map((key) => key.slice(0, key.indexOf("@", 1))));
  assert(names.size < Object.keys(npm).length);
  for (const line of lines) {
    const listed = line.split(/ {2,}/).at(-1)!.split(", ");
    assertEquals(new Set(listed).size, listed.length, line);
  }
  assert(lines.some((line) => line.includes("jsr:@std/assert")), lines.join("\n"));
});

Deno.test("no package runs a script when it is installed, and every one is locked by its hash", async () => {
  const [config, lock] = await Promise.all(
    ["deno.json", "deno.lock"].map(async (name) =>
      JSON.parse(await Deno.readTextFile(new URL(`../../${name}`, import.meta.url)))
    ),
  );
  assertEquals(Object.keys(config.allowScripts), ["deny"]);
  const packages = Object.entries(lock.npm as Record<string, { integrity?: string; scripts?: boolean }>);
  for (const [name, { integrity, scripts }] of packages) {
    assert(/^sha512-/.test(integrity ?? ""), name);
    const denied = config.allowScripts.deny.some((each: string) => name.startsWith(`${each.replace("npm:", "")}@`));
    assert(!scripts || denied, `${name} has a script for its installation, which deno.json does not deny`);
  }
});
