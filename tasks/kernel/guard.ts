/**
 * A process that ends others once the one that started it has gone. That one names them on the standard input, `+ID`
 * when it has started one, `-ID` when one has ended; the input ends with it, whatever ends it.
 *
 *     deno run … tasks/kernel/guard.ts
 *
 * @module
 */

import { linesOf } from "../../lib/files/mod.ts";

if (import.meta.main) {
  // Ctrl-C reaches all processes of a terminal; the others decide for themselves when to end.
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of signals) Deno.addSignalListener(name, () => {});
  const left = new Set<number>();
  for await (const line of linesOf(Deno.stdin.readable)) {
    if (line.startsWith("+")) left.add(Number(line.slice(1)));
    else left.delete(Number(line.slice(1)));
  }
  for (const id of left) {
    try {
      Deno.kill(id, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  Deno.exit(0);
}
