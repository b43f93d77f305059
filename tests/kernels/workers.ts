/** Who of this process computes beside the thread that calls. */

/** The Workers that are alive, by the names of their threads. */
export function liveWorkers(): string[] {
  // Deno lets nobody read in /proc who has not all permissions.
  const args = ["-c", `cat /proc/${Deno.pid}/task/*/comm`];
  const names = new TextDecoder().decode(new Deno.Command("sh", { args }).outputSync().stdout).split("\n");
  return names.filter((name) => /^worker-\d+$/.test(name)).sort();
}

/**
 * Waits for Workers to end: for half a minute, which only a machine that is busy with other things will need.
 *
 * @returns Those that have not.
 */
export async function afterWorkers(workers: readonly string[]): Promise<string[]> {
  const left = () => liveWorkers().filter((name) => workers.includes(name));
  for (let i = 0; i < 600 && left().length > 0; i++) await new Promise((resolve) => setTimeout(resolve, 50));
  return left();
}

/** Only Linux tells. */
export const ignore = Deno.build.os !== "linux";
