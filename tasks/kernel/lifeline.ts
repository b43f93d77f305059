/**
 * What ends a program with the one that started it, whatever ended that:
 * nobody is told of the SIGKILL that another gets.
 *
 * Who starts a program names it to a {@linkcode guard}, which needs nothing of
 * that program: it may be busy, still be starting, or be written in Python. A
 * kernel watches for itself besides, in case its guard is killed too.
 *
 * On Windows a process cannot see that its parent has gone: there nothing of
 * this happens.
 *
 * @module
 */

import { join } from "node:path";

const POLL_MILLISECONDS = 200;

/** The process that ends others, while somebody needs it. */
let guarding:
  | { process: Deno.ChildProcess; writer: WritableStreamDefaultWriter<Uint8Array>; children: number }
  | undefined;

/**
 * Has a process killed once this program has gone, whatever ends this program.
 *
 * @returns What is to be called, and waited for, once the process has ended.
 */
export function guard(child: Deno.ChildProcess): () => Promise<void> {
  const release = keepGuard(), { writer } = guarding!;
  const tell = (what: string) => writer.write(new TextEncoder().encode(`${what}\n`)).catch(() => {});
  tell(`+${child.pid}`);
  return async () => {
    await tell(`-${child.pid}`);
    await release();
  };
}

/**
 * Keeps a guard, so that it is awake before there is anything to {@linkcode guard}, until what is returned is called.
 */
export function keepGuard(): () => Promise<void> {
  const mine = guarding ??= startGuard();
  mine.children++;
  return async () => {
    if (--mine.children > 0) return;
    if (guarding === mine) guarding = undefined;
    await mine.writer.close().catch(() => {});
    await mine.process.status;
  };
}

function startGuard() {
  const process = new Deno.Command(Deno.execPath(), {
    // All, because Deno asks for no less of who sends signals; it runs nothing.
    args: ["run", "--no-prompt", "--no-config", "--allow-run", join(import.meta.dirname!, "guard.ts")],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return { process, writer: process.stdin.getWriter(), children: 0 };
}

/**
 * Calls a function once the process that started this one has gone.
 *
 * @param parent Its id. @default the one that is there now
 */
export function whenOrphaned(then: () => void, parent: number = Deno.ppid): void {
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    then();
  }, POLL_MILLISECONDS);
  Deno.unrefTimer(timer);
}

/**
 * Ends this program with the `deno task` that has started it: who kills that means this. Started by hand, a program may
 * outlive its shell.
 */
export function endWithTask(): void {
  if (Deno.build.os === "windows") return;
  // Tasks that write say who they are: such a one may have gone before this program looks.
  const task = Number(variable("NOTENBUCH_TASK") ?? (variable("INIT_CWD") === undefined ? NaN : Deno.ppid));
  if (task > 0) whenOrphaned(() => Deno.exit(1), task);
}

/** An environment variable, where it may be read. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
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
