/**
 * The ZeroMQ sockets of a Jupyter kernel and of its clients, over TCP on this
 * machine: ZMTP 3.0 with the NULL mechanism (https://rfc.zeromq.org/spec/23).
 *
 * npm:zeromq would do, at the price of a 41 MB native addon for everybody who
 * runs a notebook in batch; a kernel needs only these hundred lines.
 *
 * @module
 */

const GREETING_BYTES = 64;
const MORE = 1;
const LONG = 2;
const COMMAND = 4;
const RETRY_MILLISECONDS = 20;
/** The identity of a socket that has none. */
const NOBODY = new Uint8Array(0);

/** A message: its frames, in order. */
export type Frames = Uint8Array<ArrayBuffer>[];

/** What {@linkcode ZmtpSocket.connect} takes. */
export interface ConnectOptions {
  /** Ends the trying. */
  signal?: AbortSignal;
  /** The name by which the peer may know this socket on several of its ports. @default none */
  identity?: Uint8Array<ArrayBuffer>;
}

/**
 * One connection of a socket. The client's end is a `DEALER`, which sends and
 * receives, or a `SUB`, which receives everything that is published; the
 * server's end is a `ROUTER` or a `PUB`.
 */
export class ZmtpSocket {
  /** What the peer calls itself; empty where it does not. */
  identity: Uint8Array<ArrayBuffer> = NOBODY;
  #connection: Deno.TcpConn;
  #unread: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #sending: Promise<void> = Promise.resolve();

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Connects to a port of 127.0.0.1, and tries again until somebody listens.
   *
   * @throws The signal's reason, if nobody listened before it was aborted.
   * @throws {Error} If the peer does not speak ZMTP 3.
   */
  static async connect(type: "DEALER" | "SUB", port: number, options: ConnectOptions = {}): Promise<ZmtpSocket> {
    const { signal, identity = NOBODY } = options;
    const socket = new ZmtpSocket(await connectToListener(port, signal));
    const close = () => socket.close();
    signal?.addEventListener("abort", close);
    try {
      signal?.throwIfAborted();
      await socket.#handshake(type, identity);
      return socket;
    } catch (error) {
      socket.close();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", close);
    }
  }

  /**
   * Greets a client that has connected to a port of ours.
   *
   * @throws {Error} If it does not speak ZMTP 3, or leaves at once.
   */
  static async accept(type: "ROUTER" | "PUB", connection: Deno.TcpConn): Promise<ZmtpSocket> {
    connection.setNoDelay(true);
    const socket = new ZmtpSocket(connection);
    try {
      await socket.#handshake(type, NOBODY);
      return socket;
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  /** Sends one message. Calls may overlap: messages leave whole and in order. */
  send(frames: Frames): Promise<void> {
    const bytes = concatenate(frames.flatMap((frame, i) => {
      const flags = i < frames.length - 1 ? MORE : 0;
      return frame.length < 256
        ? [Uint8Array.of(flags, frame.length), frame]
        : [Uint8Array.of(flags | LONG), bigEndian64(frame.length), frame];
    }));
    this.#sending = this.#sending.then(() => this.#write(bytes));
    return this.#sending;
  }

  /** Waits for the next message; `null` when the connection has ended. */
  async receive(): Promise<Frames | null> {
    const frames: Frames = [];
    try {
      for (;;) {
        const { flags, body } = await this.#frame();
        if (flags & COMMAND) continue;
        frames.push(body);
        if (!(flags & MORE)) return frames;
      }
    } catch (error) {
      if (ENDINGS.some((ending) => error instanceof ending)) return null;
      throw error;
    }
  }

  /** The messages that come, until the connection has ended. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Frames> {
    for (let frames = await this.receive(); frames; frames = await this.receive()) yield frames;
  }

  /** Closes the connection; a waiting {@linkcode receive} gives `null`. */
  close(): void {
    try {
      this.#connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #handshake(type: string, identity: Uint8Array): Promise<void> {
    const greeting = new Uint8Array(GREETING_BYTES);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
    greeting.set(new TextEncoder().encode("NULL"), 12);
    await this.#write(greeting);
    const theirs = await this.#read(GREETING_BYTES);
    if (theirs[0] !== 0xff || theirs[10] < 3) throw new Error(`Cannot talk as ${type}: the peer does not speak ZMTP 3`);
    const socketType = property("Socket-Type", new TextEncoder().encode(type));
    const body = concatenate([shortString("READY"), socketType, property("Identity", identity)]);
    await this.#write(concatenate([Uint8Array.of(COMMAND, body.length), body]));
    const ready = await this.#frame();
    if (!(ready.flags & COMMAND)) throw new Error(`Cannot talk as ${type}: the peer did not say READY`);
    this.identity = identityIn(ready.body);
    // A subscription to the empty prefix, which every message has.
    if (type === "SUB") await this.send([Uint8Array.of(1)]);
  }

  async #frame(): Promise<{ flags: number; body: Uint8Array<ArrayBuffer> }> {
    const flags = (await this.#read(1))[0];
    if (!(flags & LONG)) return { flags, body: await this.#read((await this.#read(1))[0]) };
    const { buffer, byteOffset } = await this.#read(8);
    return { flags, body: await this.#read(Number(new DataView(buffer, byteOffset).getBigUint64(0))) };
  }

  async #read(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const chunks = [this.#unread];
    for (let have = this.#unread.length; have < count;) {
      const chunk = new Uint8Array(65536);
      const n = await this.#connection.read(chunk);
      if (n === null) throw new ConnectionEnded("The connection has ended");
      chunks.push(chunk.subarray(0, n));
      have += n;
    }
    const bytes = chunks.length === 1 ? chunks[0] : concatenate(chunks);
    this.#unread = bytes.subarray(count);
    return bytes.subarray(0, count);
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) sent += await this.#connection.write(bytes.subarray(sent));
  }
}

class ConnectionEnded extends Error {}

/** What a read ends with when the peer has gone, or {@linkcode ZmtpSocket.close} was called meanwhile. */
const ENDINGS = [
  ConnectionEnded,
  Deno.errors.BadResource,
  Deno.errors.Interrupted,
  Deno.errors.ConnectionReset,
];

async function connectToListener(port: number, signal?: AbortSignal): Promise<Deno.TcpConn> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port });
      connection.setNoDelay(true);
      return connection;
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    }
  }
}

function concatenate(chunks: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function bigEndian64(n: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n));
  return bytes;
}

function shortString(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return concatenate([Uint8Array.of(bytes.length), bytes]);
}

/** The value of the property `Identity` in what a READY holds after its name. */
function identityIn(ready: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(ready.buffer, ready.byteOffset);
  for (let at = 1 + ready[0]; at < ready.length;) {
    const value = at + 1 + ready[at] + 4;
    const name = new TextDecoder().decode(ready.subarray(at + 1, value - 4));
    at = value + view.getUint32(value - 4);
    if (name.toLowerCase() === "identity") return ready.slice(value, at);
  }
  return NOBODY;
}

function property(name: string, value: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, value.length);
  return concatenate([shortString(name), length, value]);
}
