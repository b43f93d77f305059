// What a Worker of an engine runs: the same programs as the thread that calls, for its share of the batch.
import { parentPort, workerData } from "node:worker_threads";
import { type Binary, instantiate } from "./binary.ts";
import { Control } from "./control.ts";

/** What a thread needs to know. */
export interface ThreadStart {
  binary: Binary;
  memory: WebAssembly.Memory;
  thread: number;
  threads: number;
}

const { binary, memory, thread, threads }: ThreadStart = workerData;
const control = new Control(memory, thread, threads, Infinity);
try {
  const { run } = instantiate(binary, memory);
  parentPort!.postMessage("ready");
  for (let program = control.next(); program !== undefined; program = control.next()) {
    for (let at = run(program, thread, threads); at !== 0; at = run(at, thread, threads)) control.meet();
    control.meet();
  }
} catch (error) {
  control.fail();
  throw error;
}
