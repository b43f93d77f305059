/**
 * What JupyterLab takes for the kernel: a thin relay in front of Deno's own.
 * Deno's kernel runs on with what is queued after a cell has failed; this one
 * answers it as `aborted`, as Python's kernel does. Everything else passes
 * through as it is. It ends with whoever started it, and its kernel with it.
 *
 *     deno run … tasks/kernel/relay.ts CONNECTION_FILE
 *
 * @module
 */

import { Kernel } from "./kernel.ts";
import { whenOrphaned } from "./lifeline.ts";
import { CHANNELS, type Ports } from "./process.ts";
import { type Header, type Received, Wire } from "./wire.ts";
import { type Frames, ZmtpSocket } from "./zmtp.ts";

/** For so long after a failed cell, a request that was made before it failed may still arrive, on a busy machine too. */
const LATE_MILLISECONDS = 2000;
/** How often it is looked whether the cells of a page that was left have ended. */
const LOOK_MILLISECONDS = 250;
/** What the last messages of a kernel that has ended get to leave. */
const FLUSH_MILLISECONDS = 500;

/** A cell that somebody wants to run. */
interface Request {
  frames: Frames;
  header: Header;
  /** Whether what is queued behind it goes when it fails. */
  stopsOthers: boolean;
  /** Whether Stop was pressed while it ran. */
  interrupted?: boolean;
  /** Whether it goes unrun, since one before it has failed. */
  aborted?: boolean;
  /** Who wants it. */
  client: ZmtpSocket;
  /** The client's connection to the kernel. */
  kernel: ZmtpSocket;
}

/** Stands between the clients of a kernel and the kernel. */
class Relay {
  #kernel: Kernel;
  #wire: Wire;
  #watchers = new Set<ZmtpSocket>();
  #queue: Request[] = [];
  #running: Request | undefined;
  #failedAt = -Infinity;

  private constructor(kernel: Kernel, wire: Wire) {
    this.#kernel = kernel;
    this.#wire = wire;
  }

  /** Takes its place in front of a kernel. */
  static async before(kernel: Kernel): Promise<Relay> {
    const relay = new Relay(kernel, await Wire.of(kernel.process.key));
    relay.#publish(await ZmtpSocket.connect("SUB", kernel.process.ports.iopub));
    return relay;
  }

  /** Passes on what the kernel publishes to everybody who listens. */
  async #publish(kernel: ZmtpSocket): Promise<void> {
    for await (const frames of kernel) this.#toWatchers(frames);
  }

  /** Adds a listener. What it subscribes to is not looked at: Jupyter's clients take everything. */
  async watch(connection: Deno.TcpConn): Promise<void> {
    const watcher = await ZmtpSocket.accept("PUB", connection);
    this.#watchers.add(watcher);
    while (await watcher.receive());
    this.#watchers.delete(watcher);
    watcher.close();
  }

  /** Carries a client's messages to a channel of the kernel, and the answers back, until one of them has gone. */
  async carry(channel: Exclude<keyof Ports, "iopub">, connection: Deno.TcpConn): Promise<void> {
    const client = await ZmtpSocket.accept("ROUTER", connection);
    const { identity } = client;
    const kernel = await ZmtpSocket.connect("DEALER", this.#kernel.process.ports[channel], { identity });
    const back = this.#answers(kernel, client, channel === "shell");
    for await (const frames of client) {
      const type = channel === "shell" || channel === "control" ? this.#wire.typeOf(frames) : "";
      if (type === "execute_request") await this.#enqueue(frames, client, kernel);
      else if (type === "interrupt_request") await this.#interrupt(frames, client);
      else await kernel.send(frames);
    }
    client.close();
    // A page may be left while its cells run: their end has to be seen.
    while (this.#waitsOn(kernel)) await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    kernel.close();
    await back;
  }

  #waitsOn(kernel: ZmtpSocket): boolean {
    return this.#running?.kernel === kernel || this.#queue.some((request) => request.kernel === kernel);
  }

  async #answers(kernel: ZmtpSocket, client: ZmtpSocket, mayEndCells: boolean): Promise<void> {
    for await (const frames of kernel) {
      const reply = mayEndCells && this.#running ? this.#wire.parse(frames) : undefined;
      const ends = reply !== undefined && reply.parent === this.#running?.header.msg_id;
      if (ends && this.#stopsQueue(reply)) await this.#fail();
      await send(client, frames);
      if (!ends) continue;
      this.#running = undefined;
      await this.#next();
    }
  }

  async #enqueue(frames: Frames, client: ZmtpSocket, kernel: ZmtpSocket): Promise<void> {
    const { header, content } = this.#wire.parse(frames);
    const stopsOthers = content.stop_on_error !== false && !content.silent;
    this.#queue.push({ frames, header, client, kernel, stopsOthers });
    await this.#next();
  }

  /** Runs what is queued, or answers it, in its order. */
  async #next(): Promise<void> {
    while (!this.#running) {
      const request = this.#running = this.#queue.shift();
      if (!request) return;
      if (!request.aborted && !this.#isLate(request)) return await request.kernel.send(request.frames);
      await this.#abort(request);
      this.#running = undefined;
    }
  }

  /** Whether a request was made before a cell failed, and arrived just after. */
  #isLate({ header }: Request): boolean {
    return Date.now() - this.#failedAt < LATE_MILLISECONDS && Date.parse(header.date) <= this.#failedAt;
  }

  /** Whether what is queued behind the running cell goes with this reply to it. */
  #stopsQueue({ content }: Received): boolean {
    return this.#running!.interrupted || (content.status === "error" && this.#running!.stopsOthers);
  }

  /**
   * Gives up what is queued behind a cell that has failed. Dates have
   * milliseconds, so nobody is told before the next one: what is made because of
   * the failure is then younger than it.
   */
  async #fail(): Promise<void> {
    this.#failedAt = Date.now();
    for (const request of this.#queue) request.aborted = true;
    while (Date.now() <= this.#failedAt) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** Answers as Python's kernel does for a cell that it does not run. */
  #abort({ header, client }: Request): Promise<void> {
    return this.#reply("execute_reply", { status: "aborted" }, header, client);
  }

  /** The Stop button: Deno's kernel knows it as a signal only. */
  async #interrupt(frames: Frames, client: ZmtpSocket): Promise<void> {
    const { header } = this.#wire.parse(frames);
    if (this.#running) this.#running.interrupted = true;
    this.#kernel.interrupt();
    await this.#reply("interrupt_reply", { status: "ok" }, header, client);
  }

  /** Answers a request in the kernel's place, which is busy with it for a moment. */
  async #reply(type: string, content: unknown, parent: Header, client: ZmtpSocket): Promise<void> {
    await this.#state("busy", parent);
    await send(client, await this.#wire.compose(type, content, { parent }));
    await this.#state("idle", parent);
  }

  async #state(execution_state: "busy" | "idle", parent: Header): Promise<void> {
    const topic = new TextEncoder().encode("status");
    this.#toWatchers([topic, ...await this.#wire.compose("status", { execution_state }, { parent })]);
  }

  /** Nobody waits for a slow reader: what is meant for it queues up here. */
  #toWatchers(frames: Frames): void {
    for (const watcher of this.#watchers) send(watcher, frames);
  }
}

/** Sends, unless the client has gone meanwhile. */
async function send(client: ZmtpSocket, frames: Frames): Promise<void> {
  await client.send(frames).catch(() => {});
}

/** What Jupyter writes into a connection file, as far as we need it. */
async function readConnection(path: string): Promise<{ key: string; ports: Ports }> {
  const file = JSON.parse(await Deno.readTextFile(path));
  if (file.transport !== "tcp" || file.ip !== "127.0.0.1") {
    throw new Error(`Cannot serve a kernel on ${file.transport}://${file.ip}: only on tcp://127.0.0.1`);
  }
  const ports = Object.fromEntries(CHANNELS.map((channel) => [channel, file[`${channel}_port`]])) as Ports;
  return { key: file.key, ports };
}

async function main(path: string): Promise<number> {
  const { key, ports } = await readConnection(path);
  const listeners = CHANNELS.map((channel) => Deno.listen({ hostname: "127.0.0.1", port: ports[channel] }));
  // Meant for the kernel, which may get it as well, being of the same group.
  Deno.addSignalListener("SIGINT", () => {});
  const kernel = await Kernel.start(Deno.cwd(), { key, color: true });
  whenOrphaned(() => {
    kernel.kill();
    Deno.exit(1);
  });
  const relay = await Relay.before(kernel);
  for (const [i, channel] of CHANNELS.entries()) {
    const take = (connection: Deno.TcpConn) =>
      channel === "iopub" ? relay.watch(connection) : relay.carry(channel, connection);
    (async () => {
      // A client that leaves in the middle of something is no business of the others.
      for await (const connection of listeners[i]) take(connection).catch(() => {});
    })();
  }
  const { code } = await kernel.process.ended;
  const words = kernel.process.lastWords;
  if (words) console.error(words);
  await new Promise((resolve) => setTimeout(resolve, FLUSH_MILLISECONDS));
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args[0]));
