import { kernel, turn } from "./kernel.ts";

let controller = new AbortController();

/**
 * The signal that the notebook's Stop button aborts, to be taken at the beginning of whatever should be stoppable: each
 * press aborts the signals taken so far and puts a fresh one in their place. Outside a notebook it never aborts.
 */
export function interrupted(): AbortSignal {
  return controller.signal;
}

/**
 * To be awaited in every round of a long loop: lets the event loop take a turn, so that output leaves and the Stop
 * button is heard.
 *
 * @param signal Ends the loop. @default {interrupted()}
 * @throws The signal's reason, `Stopped by the Stop button`, once it is aborted.
 */
export async function pause(signal: AbortSignal = interrupted()): Promise<void> {
  await turn();
  signal.throwIfAborted();
}

/**
 * Keeps the kernel alive: without these listeners, Deno's kernel (2.8.1) dies of the Stop button, of an error in a
 * timer's callback and of a promise that nobody awaited, and all variables of the notebook with it.
 */
function keepAlive(): void {
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    console.error("Uncaught in a callback:", event.error?.stack ?? event.message);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error("Uncaught in a promise:", event.reason?.stack ?? event.reason);
  });
  Deno.addSignalListener("SIGINT", () => {
    const stopped = controller;
    controller = new AbortController();
    stopped.abort(new DOMException("Stopped by the Stop button", "AbortError"));
  });
}

if (kernel()) keepAlive();
