import { assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";

/** A small model learns and plays; each line of output tells how. */
const TRAIN = `
  import { kernelEngine, startBackend } from "./lib/kernels/mod.ts";
  import { generate } from "./lib/sampling/mod.ts";
  import { fit } from "./lib/training/mod.ts";
  import { scaleWindows, tinyModel, tinyOptions } from "./tests/training/tiny.ts";
  import { seeded } from "./lib/random/mod.ts";
  await startBackend();
  console.log(kernelEngine() ? "kernel" : "no kernel");
  for (const supervision of ["last", "every"]) {
    const model = tinyModel();
    const { epochs } = await fit(model, scaleWindows(), tinyOptions({ supervision }));
    console.log(epochs[1].train.total);
    const seedNotes = [60, 62, 64, 65].map((pitch) => ({ pitch, step: 0.5, duration: 0.5 }));
    const notes = await generate(model, seedNotes, { count: 8, temperature: 1, prng: seeded(1) });
    console.log([...notes.getColumn("pitch").toArray()].join());
  }
`;

/** Runs it in a Deno that may not read some folders. */
async function train(hidden: string[]): Promise<{ said: string[]; warned: string[] }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-check", "--no-prompt", "--cached-only", "--ext=ts"],
      ...["--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"],
      ...hidden.map((folder) => `--deny-read=${folder}`),
      "-",
    ],
    cwd: new URL("../..", import.meta.url),
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    env: { NO_COLOR: "1" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(TRAIN));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const [said, warned] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim().split("\n"));
  assertEquals(code, 0, warned.join("\n"));
  return { said, warned };
}

Deno.test("startBackend() says in one line that there is no kernel, and everything computes the same without", async () => {
  const kernel = await train([]), none = await train(["lib/kernels/compiled", "data/cache/native"]);
  assertEquals([kernel.said[0], none.said[0]], ["kernel", "no kernel"]);
  for (const line of [1, 3]) assertAlmostEquals(Number(none.said[line]), Number(kernel.said[line]), 1e-4);
  for (const line of [2, 4]) assertEquals(none.said[line], kernel.said[line]);
  assertEquals([kernel.warned.length, none.warned.length], [1, 1]);
  assertMatch(
    kernel.warned[0],
    /^LSTM kernel: .+ threads?; (deno task native builds .*; )?all else: tfjs \S+ \(wasm\)$/,
  );
  assertMatch(none.warned[0], /^Slow: no LSTM kernel \(Cannot read the compiled .*\); all else: tfjs \S+ \(wasm\)$/);
});
