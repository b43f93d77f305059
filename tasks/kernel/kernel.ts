/**
 * Deno's own Jupyter kernel, started and spoken to without Python: what
 * `deno task reproduce` and the notebook tests run the notebooks on
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 *
 * @module
 */

import { join } from "node:path";
import { CellOutputs, type Message, type Output } from "./outputs.ts";
import { type Frames, ZmtpSocket } from "./zmtp.ts";

type Listeners = Map<string, (message: Message) => void>;

/** Where connection files stand while a kernel starts: a folder that git does not see. */
const RUNS = join(import.meta.dirname!, "..", "..", "runs");
/** Of the sockets for requests, for what is published, and for control. */
const SOCKET_TYPES = ["DEALER", "SUB", "DEALER"] as const;
const START_SECONDS = 60;
const SHUTDOWN_SECONDS = 2;
const LAST_WORDS = 2000;
const DELIMITER = "<IDS|MSG>";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** How long after a cell's reply its outputs may still be on their way. */
const LOST_AFTER_SECONDS = 15;

/** A running kernel. Take `await using kernel = await Kernel.start(folder)`: it ends with the block. */
export class Kernel implements AsyncDisposable {
  #process: Deno.ChildProcess;
  #key: CryptoKey;
  #shell: ZmtpSocket;
  #iopub: ZmtpSocket;
  #control: ZmtpSocket;
  #session = crypto.randomUUID();
  #published: Listeners = new Map();
  #replies: Listeners = new Map();
  #displays = new Map<string, Output[]>();
  #lastWords = "";
  #allPublished: Promise<void>;
  #ended: Promise<Deno.CommandStatus>;

  private constructor(process: Deno.ChildProcess, key: CryptoKey, sockets: ZmtpSocket[]) {
    this.#process = process;
    this.#key = key;
    [this.#shell, this.#iopub, this.#control] = sockets;
    this.#allPublished = listen(this.#iopub, this.#published);
    listen(this.#shell, this.#replies);
    const heard = this.#hear();
    this.#ended = process.status.then(async (status) => (await heard, status));
  }

  /**
   * Starts a kernel whose working directory is `folder`.
   *
   * @throws {Error} If it ends at once, or is not ready within 60 seconds.
   */
  static async start(folder: string): Promise<Kernel> {
    const secret = crypto.randomUUID();
    const key = await crypto.subtle.importKey(
      "raw",
      encoder.encode(secret),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    const [shell_port, iopub_port, control_port, stdin_port, hb_port] = freePorts(5);
    const connection = {
      shell_port,
      iopub_port,
      control_port,
      stdin_port,
      hb_port,
      ip: "127.0.0.1",
      transport: "tcp",
      signature_scheme: "hmac-sha256",
      key: secret,
      kernel_name: "deno",
    };
    await Deno.mkdir(RUNS, { recursive: true });
    const file = join(RUNS, `.kernel-${crypto.randomUUID()}.json`);
    try {
      await Deno.writeTextFile(file, JSON.stringify(connection), { mode: 0o600 });
      const process = new Deno.Command(Deno.execPath(), {
        args: ["jupyter", "--quiet", "--kernel", "--conn", file],
        cwd: folder,
        env: { NO_COLOR: "1" },
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      return await Kernel.#connect(process, key, [shell_port, iopub_port, control_port]);
    } finally {
      await Deno.remove(file);
    }
  }

  /** Waits until the kernel answers; ends it if it does not. */
  static async #connect(process: Deno.ChildProcess, key: CryptoKey, ports: number[]): Promise<Kernel> {
    const waiting = new AbortController();
    const { signal } = waiting;
    const giveUp = (why: string) => waiting.abort(new Error(`Cannot start Deno's Jupyter kernel: ${why}`));
    const timer = setTimeout(() => giveUp(`it was not ready within ${START_SECONDS} seconds`), START_SECONDS * 1000);
    process.status.then(({ code }) => giveUp(`it ended with code ${code}`));
    const sockets: ZmtpSocket[] = [];
    try {
      for (const [i, port] of ports.entries()) {
        sockets.push(await ZmtpSocket.connect(SOCKET_TYPES[i], port, signal));
      }
      const kernel = new Kernel(process, key, sockets);
      signal.throwIfAborted();
      await new Promise<unknown>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        kernel.#request("kernel_info_request", {}).then(resolve, reject);
      });
      return kernel;
    } catch (error) {
      for (const socket of sockets) socket.close();
      kill(process, "SIGKILL");
      await process.status;
      if (!process.stderr.locked) await process.stderr.cancel();
      throw error;
    } finally {
      clearTimeout(timer);
    }
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
      // Deno's kernel does not answer a request that lacks one of these.
      const request = {
        code,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: false,
        stop_on_error: true,
      };
      const { content } = await this.#request("execute_request", request, id);
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
    const ended = await Promise.race([finish().catch(() => this.#ended), this.#ended]);
    if (ended) {
      await this.#allPublished;
      const words = this.#lastWords.trim().split("\n").slice(-5).join("\n");
      const evalue = `the kernel ended with code ${ended.code}${words && `: ${words}`}`;
      outputs.add({ output_type: "error", ename: "KernelDied", evalue, traceback: [] });
    }
    this.#published.delete(id);
    return outputs.all;
  }

  /** Presses Stop: what the running cell does then is its own affair. */
  interrupt(): void {
    kill(this.#process, "SIGINT");
  }

  /** Ends the kernel at once; a running cell ends with an error. */
  kill(): void {
    kill(this.#process, "SIGKILL");
  }

  /** Shuts the kernel down and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.kill(), SHUTDOWN_SECONDS * 1000);
    // A kernel that has gone already cannot be told to go.
    await this.#send(this.#control, "shutdown_request", { restart: false }, crypto.randomUUID()).catch(() => {});
    await this.#ended;
    clearTimeout(timer);
    for (const socket of [this.#shell, this.#iopub, this.#control]) socket.close();
    await this.#allPublished;
  }

  /** Keeps the end of what the kernel writes to standard error, to be shown should it die. */
  async #hear(): Promise<void> {
    for await (const text of this.#process.stderr.pipeThrough(new TextDecoderStream())) {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    }
  }

  async #request(type: string, content: unknown, id: string = crypto.randomUUID()): Promise<Message> {
    const reply = Promise.withResolvers<Message>();
    this.#replies.set(id, reply.resolve);
    await this.#send(this.#shell, type, content, id);
    const message = await reply.promise;
    this.#replies.delete(id);
    return message;
  }

  async #send(socket: ZmtpSocket, type: string, content: unknown, id: string): Promise<void> {
    const header = {
      msg_id: id,
      session: this.#session,
      username: "notenbuch",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, {}, {}, content].map((part) => encoder.encode(JSON.stringify(part)));
    const signature = await crypto.subtle.sign("HMAC", this.#key, await new Blob(parts).arrayBuffer());
    await socket.send([encoder.encode(DELIMITER), encoder.encode(new Uint8Array(signature).toHex()), ...parts]);
  }
}

/** Hands each message to whoever waits for its parent, until the connection ends. */
async function listen(socket: ZmtpSocket, listeners: Listeners): Promise<void> {
  for (let frames = await socket.receive(); frames; frames = await socket.receive()) {
    const message = parse(frames);
    listeners.get(message.parent)?.(message);
  }
}

function parse(frames: Frames): Message {
  const texts = frames.map((frame) => decoder.decode(frame));
  const [header, parent, , content] = texts.slice(texts.indexOf(DELIMITER) + 2).map((text) => JSON.parse(text));
  return { type: header.msg_type, parent: parent.msg_id, content };
}

/** Sends a process a signal, unless it has ended by itself. */
function kill(process: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    process.kill(signal);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

/** Ports that were free a moment ago: all are held until all are known, so that they differ. */
function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = listeners.map((listener) => listener.addr.port);
  for (const listener of listeners) listener.close();
  return ports;
}
