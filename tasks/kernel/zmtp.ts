/**
 * The two ZeroMQ sockets that talk to a Jupyter kernel, over TCP on this
 * machine: ZMTP 3.0 with the NULL mechanism (https://rfc.zeromq.org/spec/23).
 *
 * npm:zeromq would do, at the price of a 41 MB native addon for everybody who
 * runs a notebook in batch; a kernel's client needs only these hundred lines.
 *
 * @module
 */

const GREETING_BYTES = 64;
const MORE = 1;
const LONG = 2;
const COMMAND = 4;
const RETRY_MILLISECONDS = 20;

/** A message: its frames, in order. */
export type Frames = Uint8Array<ArrayBuffer>[];

/** A connected socket. `DEALER` sends and receives; `SUB` receives everything that is published. */
export class ZmtpSocket {
  #connection: Deno.TcpConn;
  #unread: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #sending: Promise<void> = Promise.resolve();

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Connects to a port of 127.0.0.1, and tries again until somebody listens.
   *
   * @param signal Ends the trying.
   * @throws The signal's reason, if nobody listened before it was aborted.
   * @throws {Error} If the peer does not speak ZMTP 3.
   */
  static async connect(type: "DEALER" | "SUB", port: number, signal?: AbortSignal): Promise<ZmtpSocket> {
    const socket = new ZmtpSocket(await connectToListener(port, signal));
    const close = () => socket.close();
    signal?.addEventListener("abort", close);
    try {
      signal?.throwIfAborted();
      await socket.#handshake(type);
      return socket;
    } catch (error) {
      socket.close();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", close);
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

  /** Closes the connection; a waiting {@linkcode receive} gives `null`. */
  close(): void {
    try {
      this.#connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #handshake(type: string): Promise<void> {
    const greeting = new Uint8Array(GREETING_BYTES);
    greeting.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
    greeting.set(new TextEncoder().encode("NULL"), 12);
    await this.#write(greeting);
    const theirs = await this.#read(GREETING_BYTES);
    if (theirs[0] !== 0xff || theirs[10] < 3) throw new Error("Cannot talk to the kernel: it does not speak ZMTP 3");
    const body = concatenate([shortString("READY"), property("Socket-Type", type), property("Identity", "")]);
    await this.#write(concatenate([Uint8Array.of(COMMAND, body.length), body]));
    const reply = await this.#frame();
    if (!(reply.flags & COMMAND)) throw new Error("Cannot talk to the kernel: it did not say READY");
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

function property(name: string, value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatenate([shortString(name), length, bytes]);
}
