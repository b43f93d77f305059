import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { LockedError, lockOwner, type Owner, takeLock } from "../../lib/locks/mod.ts";
import { withFolder } from "../corpus/made_up.ts";
import { lockedByAnother } from "./another.ts";

const what = 'Cannot train in "x": this run';

Deno.test("takeLock() refuses what another process has, and says whose it is and since when", () =>
  withFolder(async (folder) => {
    const path = join(folder, "run", "lock"), process = await lockedByAnother(path);
    try {
      const { since, began, process: id } = await lockOwner(path) as Owner;
      assertEquals(id, process.pid);
      assert(Date.parse(began) <= Date.parse(since) && Date.now() - Date.parse(began) < 60_000);
      const error = await assertRejects(() => takeLock(path, { what, wait: 0 }), LockedError);
      const host = error.owner?.host === undefined ? "" : ` on ${error.owner.host}`;
      assertEquals(
        error.message,
        `${what} is being written by process ${process.pid} since ${since}${host}: ` +
          "wait until it has ended, stop it, or name another folder",
      );
    } finally {
      process.kill("SIGKILL");
      await process.status;
    }
  }));

Deno.test("takeLock() takes over what a killed process had, and says whose it was", () =>
  withFolder(async (folder) => {
    const path = join(folder, "lock"), process = await lockedByAnother(path);
    process.kill("SIGKILL");
    await process.status;
    assertEquals(await lockOwner(path), undefined);
    using lock = await takeLock(path, { what, wait: 0 });
    assertEquals([lock.abandoned?.process, lock.owner.process], [process.pid, Deno.pid]);
  }));

Deno.test("takeLock() does not take a process that got a dead owner's id for the owner", () =>
  withFolder(async (folder) => {
    const path = join(folder, "lock"), since = "2026-01-01T00:00:00.000Z";
    // This very process has the id.
    await Deno.writeTextFile(path, JSON.stringify({ process: Deno.pid, began: since, since }));
    using lock = await takeLock(path, { what, wait: 0 });
    assertEquals(lock.abandoned?.since, since);
  }));

Deno.test("takeLock() waits for an owner that gives the lock back, and leaves nothing behind", () =>
  withFolder(async (folder) => {
    const path = join(folder, "lock"), waited: unknown[] = [];
    const first = await takeLock(path, { what });
    const waits = Promise.withResolvers<void>();
    const onWait = (owner?: Owner) => {
      waited.push(owner?.process);
      waits.resolve();
    };
    const second = takeLock(path, { what, onWait });
    await waits.promise;
    // It looks again and again, and says so once.
    await new Promise((resolve) => setTimeout(resolve, 150));
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    const lock = await second;
    assertEquals([waited, lock.abandoned], [[Deno.pid], undefined]);
    await assertRejects(() => takeLock(path, { what, wait: 0 }), LockedError);
    lock[Symbol.dispose]();
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    assertEquals(await lockOwner(path), undefined);
  }));

Deno.test("takeLock() is one's alone however many want it at once", () =>
  withFolder(async (folder) => {
    let inside = 0, most = 0;
    await Promise.all([...Array(20).keys()].map(async () => {
      using _lock = await takeLock(join(folder, "lock"), { what, wait: 60 });
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside--;
    }));
    assertEquals(most, 1);
  }));

Deno.test("takeLock() stops waiting with its signal", () =>
  withFolder(async (folder) => {
    using _lock = await takeLock(join(folder, "lock"), { what });
    const signal = AbortSignal.timeout(100);
    await assertRejects(() => takeLock(join(folder, "lock"), { what, wait: Infinity, signal }), DOMException);
  }));

Deno.test("takeLock() takes over a lock that was cut short while it was written", () =>
  withFolder(async (folder) => {
    const path = join(folder, "lock");
    for (const text of ["", "{", '{"process":"me"}', "null"]) {
      await Deno.writeTextFile(path, text);
      using lock = await takeLock(path, { what, wait: 0 });
      assertEquals([lock.abandoned, lock.owner.process], [undefined, Deno.pid]);
    }
  }));
