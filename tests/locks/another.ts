/** Starts a program that takes a lock and then computes for ever; gives it once it has the lock. */
export async function lockedByAnother(path: string): Promise<Deno.ChildProcess> {
  const lock = new URL("../../lib/locks/mod.ts", import.meta.url);
  const program = `import { takeLock } from "${lock}";
    const lock = await takeLock(${JSON.stringify(path)}, { what: "it" });
    console.log("taken");
    for (;;);`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", program],
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return process;
}
