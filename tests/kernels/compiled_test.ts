import { assert, assertEquals } from "@std/assert";
import { compile, COMPILED, VARIANTS } from "../../tasks/kernels.ts";

for (const [file, features] of Object.entries(VARIANTS)) {
  Deno.test(`${file} is what deno task kernels makes of the source`, async () => {
    const committed = await Deno.readFile(new URL(`../../${COMPILED}${file}`, import.meta.url));
    const built = await compile(features);
    assert(
      committed.length === built.length && committed.every((byte, i) => byte === built[i]),
      `${COMPILED}${file} is not what its source compiles to: run deno task kernels`,
    );
  });
}

Deno.test("only relaxed.wasm needs relaxed SIMD", async () => {
  // 0xfd 0x85 0x02: f32x4.relaxed_madd.
  const needs = await Promise.all(
    Object.keys(VARIANTS).map(async (file) => {
      const bytes = await Deno.readFile(new URL(`../../${COMPILED}${file}`, import.meta.url));
      return bytes.some((byte, i) => byte === 0xfd && bytes[i + 1] === 0x85 && bytes[i + 2] === 0x02);
    }),
  );
  assertEquals(needs, Object.keys(VARIANTS).map((file) => file === "relaxed.wasm"));
});
