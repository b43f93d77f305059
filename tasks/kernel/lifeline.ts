/**
 * What ends a program with the one that started it, whatever ended that:
 * nobody is told of the SIGKILL that another gets.
 *
 * On Windows a process cannot see that its parent has gone: there nothing of
 * this happens.
 *
 * @module
 */

const POLL_MILLISECONDS = 200;

/** Calls a function once the process that started this one has gone. */
export function whenOrphaned(then: () => void): void {
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    then();
  }, POLL_MILLISECONDS);
  Deno.unrefTimer(timer);
}

/**
 * The text of a cell that ends its kernel soon after this program has gone. It watches in a Worker, because the
 * kernel's own thread may be computing.
 */
export function lifelineCell(): string {
  const watch = `
    setInterval(() => {
      if (Deno.ppid !== ${Deno.pid}) Deno.kill(Deno.pid, "SIGKILL");
    }, ${POLL_MILLISECONDS});
    self.postMessage("watching");`;
  if (Deno.build.os === "windows") return "";
  return `await new Promise((watching, refused) => {
    const source = "data:text/javascript," + encodeURIComponent(${JSON.stringify(watch)});
    const worker = new Worker(source, { type: "module" });
    worker.onmessage = watching;
    worker.onerror = refused;
  });`;
}
