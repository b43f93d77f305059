import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { expandHome } from "../../lib/options/mod.ts";

const home = Deno.env.get(Deno.build.os === "windows" ? "USERPROFILE" : "HOME")!;

Deno.test("expandHome() puts the home folder in the place of ~", () => {
  assertEquals(expandHome("~"), join(home, "."));
  assertEquals(expandHome("~/music/bach"), join(home, "music", "bach"));
});

Deno.test("expandHome() leaves other paths alone", () => {
  for (const path of ["", "sample", "/a/~/b", "~bach/music", "../runs/notebook"]) assertEquals(expandHome(path), path);
});

Deno.test({
  name: "expandHome() leaves the path alone where the environment may not be read",
  permissions: { env: false },
  fn: () => assertEquals(expandHome("~/music"), "~/music"),
});
