import { assert, assertEquals, assertThrows } from "@std/assert";
import { Control } from "../../lib/kernels/engine/control.ts";
import { KernelError } from "../../lib/kernels/mod.ts";

const sharedMemory = () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });

Deno.test("Control.meet() gives up on a thread that never comes", () => {
  const control = new Control(sharedMemory(), 0, 2, 0.3);
  const begin = performance.now();
  control.start(65536);
  assertThrows(() => control.meet(), KernelError, "no sign of life for 0.3 seconds");
  assert(performance.now() - begin > 300);
});

Deno.test("Control.meet() waits for a thread as long as its heart beats", async () => {
  const memory = sharedMemory();
  // A stand-in for a thread that computes for longer than the other has patience, and then arrives. Between two beats a
  // busy machine may let it wait for some time, too.
  const code = `onmessage = ({ data }) => {
    const words = new Int32Array(data.buffer);
    postMessage("ready");
    for (let i = 0; i < 30; i++) {
      Atomics.wait(words, 100, 0, 50);
      Atomics.add(words, 32, 1);
    }
    Atomics.store(words, 1, 0);
    Atomics.add(words, 2, 1);
    Atomics.notify(words, 2);
  };`;
  const worker = new Worker("data:application/javascript," + encodeURIComponent(code), { type: "module" });
  await new Promise((resolve) => {
    worker.onmessage = resolve;
    worker.postMessage(memory);
  });
  const begin = performance.now();
  new Control(memory, 0, 2, 1).meet();
  assert(performance.now() - begin > 1000);
  worker.terminate();
});

Deno.test("Control.next() returns nothing when the engine has stopped", () => {
  const memory = sharedMemory();
  const [caller, other] = [new Control(memory, 0, 2, 1), new Control(memory, 1, 2, 1)];
  caller.start(65536);
  assertEquals(other.next(), 65536);
  caller.stop();
  assertEquals(other.next(), undefined);
});
