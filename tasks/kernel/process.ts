/**
 * The process of Deno's own Jupyter kernel.
 *
 * @module
 */

import { join } from "node:path";
import { guard } from "./lifeline.ts";

/** Where connection files stand while a kernel starts: a folder that git does not see. */
const RUNS = join(import.meta.dirname!, "..", "..", "runs");
const LAST_WORDS = 2000;

/** The kernel's five sockets. */
export const CHANNELS = ["shell", "iopub", "control", "stdin", "hb"] as const;

/** The port of each of them, on 127.0.0.1. */
export type Ports = Record<typeof CHANNELS[number], number>;

/** How a kernel starts. */
export interface KernelOptions {
  /** What messages are signed with. @default a new one */
  key?: string;
  /** Whether values are shown in colour. @default {false} */
  color?: boolean;
}

/** A kernel as the system sees it: a process that listens on five ports. */
export class KernelProcess {
  /** Where it listens, as soon as it is ready. */
  readonly ports: Ports;
  /** What its messages are signed with. */
  readonly key: string;
  /** Fulfilled when it has ended and all that it wrote to standard error has been read. */
  readonly ended: Promise<Deno.CommandStatus>;
  #process: Deno.ChildProcess;
  #lastWords = "";

  private constructor(process: Deno.ChildProcess, ports: Ports, key: string) {
    this.#process = process;
    this.ports = ports;
    this.key = key;
    const heard = this.#hear(), release = guard(process);
    this.ended = process.status.then(async (status) => {
      await Promise.all([heard, release()]);
      return status;
    });
  }

  /**
   * Starts a kernel.
   *
   * @param folder Its working directory.
   * @param ready Called with the kernel before its connection file, which it reads as it starts, is removed again.
   * @throws {Deno.errors.NotFound} If there is no such folder.
   * @throws What `ready` throws.
   */
  static async start<T>(
    folder: string,
    ready: (kernel: KernelProcess) => Promise<T>,
    options: KernelOptions = {},
  ): Promise<T> {
    const { key = crypto.randomUUID(), color = false } = options;
    const ports = freePorts();
    await Deno.mkdir(RUNS, { recursive: true });
    const file = join(RUNS, `.kernel-${crypto.randomUUID()}.json`);
    try {
      await Deno.writeTextFile(file, JSON.stringify(connection(ports, key)), { mode: 0o600 });
      const process = new Deno.Command(Deno.execPath(), {
        args: ["jupyter", "--quiet", "--kernel", "--conn", file],
        cwd: folder,
        env: color ? {} : { NO_COLOR: "1" },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      return await ready(new KernelProcess(process, ports, key));
    } finally {
      await Deno.remove(file);
    }
  }

  /** The end of what the kernel has written to standard error. */
  get lastWords(): string {
    return this.#lastWords.trim().split("\n").slice(-5).join("\n");
  }

  /** Sends a signal, unless the kernel has ended by itself. */
  kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async #hear(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    }
  }
}

/** What stands in a connection file. */
export function connection(ports: Ports, key: string): Record<string, unknown> {
  const numbers = Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, ports[channel]]));
  return { ...numbers, ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256", key, kernel_name: "deno" };
}

/** Ports that were free a moment ago: all are held until all are known, so that they differ. */
export function freePorts(): Ports {
  const listeners = CHANNELS.map(() => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = Object.fromEntries(CHANNELS.map((channel, i) => [channel, listeners[i].addr.port]));
  for (const listener of listeners) listener.close();
  return ports as Ports;
}
