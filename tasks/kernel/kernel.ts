/**
 * Deno's own Jupyter kernel, started and spoken to without Python: what
 * `deno task reproduce` and the notebook tests run the notebooks on
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 *
 * @module
 */

import { lifelineCell } from "./lifeline.ts";
import { CellOutputs, type Message, type Output } from "./outputs.ts";
import { type KernelOptions, KernelProcess } from "./process.ts";
import { Wire } from "./wire.ts";
import { ZmtpSocket } from "./zmtp.ts";

type Listeners = Map<string, (message: Message) => void>;

/** The sockets that we need, and their types. */
const SOCKETS = [["shell", "DEALER"], ["iopub", "SUB"], ["control", "DEALER"]] as const;
const START_SECONDS = 60;
const SHUTDOWN_SECONDS = 2;

/** How long after a cell's reply its outputs may still be on their way. */
const LOST_AFTER_SECONDS = 15;

/** What an `execute_request` holds besides its code. Deno's kernel does not answer one that lacks any of these. */
const REQUEST = {
  silent: false,
  store_history: true,
  user_expressions: {},
  allow_stdin: false,
  stop_on_error: true,
};

/** A running kernel. Take `await using kernel = await Kernel.start(folder)`: it ends with the block. */
export class Kernel implements AsyncDisposable {
  /** Its process. */
  readonly process: KernelProcess;
  #wire: Wire;
  #shell: ZmtpSocket;
  #iopub: ZmtpSocket;
  #control: ZmtpSocket;
  #published: Listeners = new Map();
  #replies: Listeners = new Map();
  #displays = new Map<string, Output[]>();
  #allPublished: Promise<void>;

  private constructor(process: KernelProcess, wire: Wire, sockets: ZmtpSocket[]) {
    this.process = process;
    this.#wire = wire;
    [this.#shell, this.#iopub, this.#control] = sockets;
    this.#allPublished = this.#listen(this.#iopub, this.#published);
    this.#listen(this.#shell, this.#replies);
  }

  /**
   * Starts a kernel whose working directory is `folder`. It ends with this program, whatever ends that.
   *
   * @throws {Deno.errors.NotFound} If there is no such folder.
   * @throws {Error} If it ends at once, or is not ready within 60 seconds.
   */
  static start(folder: string, options?: KernelOptions): Promise<Kernel> {
    return KernelProcess.start(folder, (process) => Kernel.#connect(process), options);
  }

  /** Waits until the kernel answers; ends it if it does not. */
  static async #connect(process: KernelProcess): Promise<Kernel> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const giveUp = (why: string) => waiting.abort(new Error(`Cannot start Deno's Jupyter kernel: ${why}`));
    const timer = setTimeout(() => giveUp(`it was not ready within ${START_SECONDS} seconds`), START_SECONDS * 1000);
    process.ended.then(({ code }) => giveUp(`it ended with code ${code}`));
    const sockets: ZmtpSocket[] = [];
    try {
      for (const [channel, type] of SOCKETS) {
        sockets.push(await ZmtpSocket.connect(type, process.ports[channel], { signal }));
      }
      const kernel = new Kernel(process, await Wire.of(process.key), sockets);
      signal.throwIfAborted();
      await new Promise<unknown>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        kernel.#ready().then(resolve, reject);
      });
      return kernel;
    } catch (error) {
      for (const socket of sockets) socket.close();
      process.kill("SIGKILL");
      await process.ended;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ready(): Promise<void> {
    await this.#request("kernel_info_request", {});
    await this.#request("execute_request", { ...REQUEST, code: lifelineCell(), silent: true, store_history: false });
  }

  /**
   * Runs a cell and gives what it showed. A cell that throws ends with an
   * output of type `error`; so does one under which the kernel dies.
   *
   * @param onChange Called with the outputs so far whenever they have changed. It must not throw.
   */
  async execute(code: string, onChange: (outputs: readonly Output[]) => void = () => {}): Promise<Output[]> {
    const id = crypto.randomUUID();
    const outputs = new CellOutputs(this.#displays);
    const idle = Promise.withResolvers<void>();
    this.#published.set(id, (message) => {
      if (message.type === "status" && message.content.execution_state === "idle") idle.resolve();
      else if (outputs.take(message)) onChange(outputs.all);
    });
    const finish = async () => {
      const { content } = await this.#request("execute_request", { ...REQUEST, code }, id);
      // The kernel drops a message that its reader is too slow for, several megabytes at a time.
      let patience: ReturnType<typeof setTimeout> | undefined;
      const lost = new Promise<true>((resolve) =>
        patience = setTimeout(() => resolve(true), LOST_AFTER_SECONDS * 1000)
      );
      if (await Promise.race([idle.promise, lost])) {
        const evalue = "the kernel has answered, but what the cell showed did not arrive: it is too large, show less";
        outputs.add({ output_type: "error", ename: "OutputLost", evalue, traceback: [] });
      }
      clearTimeout(patience);
      // Without this, an error that the kernel only replies, and does not publish, would pass for success.
      if (content.status === "error" && outputs.all.at(-1)?.output_type !== "error") {
        const { ename, evalue, traceback } = content;
        outputs.add({ output_type: "error", ename, evalue, traceback });
      }
    };
    // To a kernel that is about to end, the request may fail before its end is known.
    const ended = await Promise.race([finish().catch(() => this.process.ended), this.process.ended]);
    if (ended) {
      await this.#allPublished;
      const words = this.process.lastWords;
      const evalue = `the kernel ended with code ${ended.code}${words && `: ${words}`}`;
      outputs.add({ output_type: "error", ename: "KernelDied", evalue, traceback: [] });
    }
    this.#published.delete(id);
    return outputs.all;
  }

  /** Presses Stop: what the running cell does then is its own affair. */
  interrupt(): void {
    this.process.kill("SIGINT");
  }

  /** Ends the kernel at once; a running cell ends with an error. */
  kill(): void {
    this.process.kill("SIGKILL");
  }

  /** Shuts the kernel down and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.kill(), SHUTDOWN_SECONDS * 1000);
    const shutdown = await this.#wire.compose("shutdown_request", { restart: false });
    // A kernel that has gone already cannot be told to go.
    await this.#control.send(shutdown).catch(() => {});
    await this.process.ended;
    clearTimeout(timer);
    for (const socket of [this.#shell, this.#iopub, this.#control]) socket.close();
    await this.#allPublished;
  }

  async #request(type: string, content: unknown, id: string = crypto.randomUUID()): Promise<Message> {
    const reply = Promise.withResolvers<Message>();
    this.#replies.set(id, reply.resolve);
    await this.#shell.send(await this.#wire.compose(type, content, { id }));
    const message = await reply.promise;
    this.#replies.delete(id);
    return message;
  }

  /** Hands each message to whoever waits for its parent, until the connection ends. */
  async #listen(socket: ZmtpSocket, listeners: Listeners): Promise<void> {
    for await (const frames of socket) {
      if (listeners.size === 0) continue;
      const message = this.#wire.parse(frames);
      listeners.get(message.parent)?.(message);
    }
  }
}
