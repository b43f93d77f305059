import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Kernel } from "../../tasks/kernel/kernel.ts";

type Outputs = readonly Awaited<ReturnType<Kernel["execute"]>>[number][];

const root = new URL("../..", import.meta.url).pathname;

/** Runs cells in Deno's own kernel, the first of which imports the room. */
async function withKernel(body: (kernel: Kernel) => Promise<void>): Promise<void> {
  await using kernel = await Kernel.start(root);
  assertEquals(await kernel.execute(`import * as notebook from "./lib/notebook/mod.ts"; let kept = 41;`), []);
  await body(kernel);
  assertEquals(shown(await kernel.execute("kept + 1")), "42", "The kernel has lost its variables");
}

/** The text of the last output. */
function shown(outputs: Outputs): unknown {
  const last = outputs[outputs.length - 1];
  return last && "data" in last ? last.data["text/plain"] : JSON.stringify(last);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

Deno.test("the kernel outlives Stop while nothing runs", () =>
  withKernel(async (kernel) => {
    kernel.interrupt();
    await wait(200);
  }));

Deno.test("pause() ends a loop when Stop is pressed, and only that loop", () =>
  withKernel(async (kernel) => {
    const loop = `
      let rounds = 0;
      for (;;) {
        for (const end = performance.now() + 20; performance.now() < end;);
        if (++rounds === 3) console.log("three");
        await notebook.pause();
      }`;
    for (const name of ["first", "second"]) {
      const outputs = await kernel.execute(
        loop.replaceAll("rounds", name),
        ({ length }) => length === 1 && kernel.interrupt(),
      );
      assertEquals(outputs.map((output) => output.output_type), ["stream", "error"]);
      assertStringIncludes(JSON.stringify(outputs), "Stopped by the Stop button");
      assertEquals(shown(await kernel.execute(`${name} > 2`)), "true");
    }
    assertEquals(shown(await kernel.execute(`await notebook.pause(); "went on"`)), `"went on"`);
  }));

Deno.test("interrupted() is aborted by Stop, and a fresh one takes its place", () =>
  withKernel(async (kernel) => {
    const cell = `
      const stop = notebook.interrupted();
      console.log("listening");
      while (!stop.aborted) await new Promise((resolve) => setTimeout(resolve, 10));
      [stop.reason.name, notebook.interrupted().aborted].join();`;
    const outputs = await kernel.execute(cell, ({ length }) => length === 1 && kernel.interrupt());
    assertEquals(shown(outputs), `"AbortError,false"`);
  }));

Deno.test("the kernel outlives errors in callbacks and promises, and tells them", () =>
  withKernel(async (kernel) => {
    const outputs = await kernel.execute(`
      setTimeout(() => { throw new Error("in a timer"); }, 5);
      Promise.reject(new Error("in a promise"));
      await new Promise((resolve) => setTimeout(resolve, 100));
      "finished";`);
    const text = JSON.stringify(outputs);
    assertStringIncludes(text, "Uncaught in a callback: Error: in a timer");
    assertStringIncludes(text, "Uncaught in a promise: Error: in a promise");
    assertEquals(shown(outputs), `"finished"`);
  }));

Deno.test("show() and live() put values into the notebook, live() in one place", () =>
  withKernel(async (kernel) => {
    const outputs = await kernel.execute(`
      const place = notebook.live();
      await notebook.show("before");
      for (let i = 0; i < 5; i++) await place(\`state \${i}\`);
      await notebook.show("after");`);
    assertEquals(outputs.map((output) => "data" in output && output.data["text/plain"]), [
      `"before"`,
      `"state 4"`,
      `"after"`,
    ]);
  }));

Deno.test("progress() is one display with a bar, which leaves a line, or nothing where it was quick", () =>
  withKernel(async (kernel) => {
    const states: string[] = [], htmls: string[] = [];
    const html = (outputs: Outputs) => outputs.map((output) => "data" in output ? output.data["text/html"] : "").join();
    const begun = performance.now();
    const outputs = await kernel.execute(
      `
      const bar = notebook.progress("Reading <all>", 50);
      for (let i = 1; i <= 50; i++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await bar.update(i, "file " + i);
      }
      await bar.done();`,
      (now) => {
        states.push(String(shown(now)));
        htmls.push(html(now));
      },
    );
    assertEquals(outputs.length, 1);
    assert(htmls[0].includes(`<progress value="1" max="50"`), htmls[0]);
    const seconds = (performance.now() - begun) / 1000;
    assert(states.length > 3 && states.length < 4 * seconds + 4, `drawn ${states.length} times in ${seconds} s`);
    assert(states.some((state) => state.includes("left")), states.join("\n"));
    assertStringIncludes(htmls[0], "Reading &lt;all&gt;");
    assertEquals(html(outputs), "");
    const quick = (before: string) =>
      kernel.execute(`{ const bar = notebook.progress("Quick", 1); ${before} await bar.done(); }`);
    assertEquals(html(await quick("await bar.update(1);")), "");
    assertEquals(html(await quick("await bar.update(0.5);")), "<div>Quick 50 % · in 0:00</div>");
  }));

Deno.test("liveTraining() shows a bar and the curves, and Stop ends the run", () =>
  withKernel(async (kernel) => {
    let stopped = false;
    const outputs = await kernel.execute(
      `
      const { signal, onStep, onEpoch } = notebook.liveTraining({ title: "A run" });
      const losses = { total: 1, pitch: 4, step: 0.5, duration: 0.3 };
      const epochs = [];
      run: for (let epoch = 1; epoch <= 100; epoch++) {
        for (let step = 1; step <= 10; step++) {
          if (signal.aborted) break run;
          await new Promise((resolve) => setTimeout(resolve, 5));
          await onStep({ epoch, epochs: 100, step, steps: 10, losses, secondsLeft: 1 });
        }
        epochs.push({ epoch, train: losses, heldOut: losses, seconds: 1 });
        await onEpoch(epochs.at(-1), { epochs, stopped: "running", secondsPerStep: 1, best: 1 });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      signal.aborted;`,
      (now) => {
        const curves = now[1];
        const epoch = curves && "data" in curves && String(curves.data["text/plain"]).match(/epoch (\d+)/)?.[1];
        if (stopped || !(Number(epoch) >= 3)) return;
        stopped = true;
        kernel.interrupt();
      },
    );
    assertEquals(shown(outputs), "true");
    const [bar, curves] = outputs.map((output) => "data" in output ? output.data : {});
    assertEquals(outputs.length, 3);
    assertStringIncludes(String(bar["text/plain"]), "A run ");
    assertStringIncludes(String(bar["text/plain"]), "stopped");
    assertStringIncludes(String(curves["text/html"]), "A run");
  }));

Deno.test("figures, tables, data frames and players show themselves as the last value of a cell", () =>
  withKernel(async (kernel) => {
    const types = async (code: string) => {
      const [output] = await kernel.execute(code);
      return "data" in output ? Object.keys(output.data).sort() : output;
    };
    await kernel.execute(`import pl from "nodejs-polars"; import { keyHistogram } from "./lib/plots/mod.ts";`);
    assertEquals(await types(`keyHistogram(Array(12).fill(1))`), ["text/html", "text/plain"]);
    assertEquals(await types(`notebook.table(pl.DataFrame({ pitch: [60] }))`), ["text/html", "text/plain"]);
    for (
      const frame of [
        "pl.DataFrame({ pitch: [60] })",
        `pl.DataFrame({ a: [1] }).groupBy("a").agg(pl.col("a").max().alias("b"))`,
      ]
    ) {
      assertEquals(await types(frame), ["text/html", "text/plain"]);
    }
    const [frame] = await kernel.execute("pl.DataFrame({ pitch: [60], start: [0.27777799999999986] })");
    assertEquals("data" in frame && frame.data["text/plain"], "pitch   start\n60 C4  0.2778\n1 row × 2 columns");
    assertEquals(await types(`notebook.player([{ pitch: 60, start: 0, end: 1, velocity: 80 }])`), [
      "text/html",
      "text/plain",
    ]);
  }));
