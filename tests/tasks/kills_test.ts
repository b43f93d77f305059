import { assertEquals, assertStringIncludes } from "@std/assert";
import { findNative, NATIVE_FOLDER } from "../../lib/kernels/native.ts";
import { killsTask } from "../../tasks/kills.ts";
import { withFolder } from "../corpus/made_up.ts";
import { ran } from "./made_up.ts";

for (const kernel of ["portable", "native"] as const) {
  Deno.test({
    name: `kills: five at random moments, ${kernel} kernel, each resumed to the bit`,
    ignore: kernel === "native" && !findNative(NATIVE_FOLDER).kernel,
    fn: () =>
      withFolder(async (out) => {
        const { code, printed, complaints } = await ran((how) =>
          killsTask(["--times", "5", "--kernel", kernel, "--seed", "7", "--json"], { out, ...how })
        );
        assertEquals([code, complaints], [0, ""]);
        const { kills } = JSON.parse(printed);
        assertEquals(kills.map((kill: { wrong?: string }) => kill.wrong), Array(5).fill(undefined));
        assertEquals(await Array.fromAsync(Deno.readDir(out)), []);
      }),
  });
}

Deno.test("kills says how it is used", async () => {
  assertStringIncludes((await ran((how) => killsTask(["--help"], how))).printed, "deno task kills");
  const { code, complaints } = await ran((how) => killsTask(["--kernel", "tuba"], how));
  assertEquals(code, 2);
  assertStringIncludes(complaints, '--kernel takes portable or native, got "tuba"');
});
