import { assertEquals, assertRejects } from "@std/assert";
import { type Frames, ZmtpSocket } from "../../tasks/kernel/zmtp.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (frames: Frames | null) => frames?.map((frame) => new TextDecoder().decode(frame));

/** The other end: speaks ZMTP by the book's bytes, and not by the code that is tested. */
class Peer {
  #unread = new Uint8Array(0);

  constructor(readonly connection: Deno.TcpConn) {}

  async read(count: number): Promise<Uint8Array> {
    while (this.#unread.length < count) {
      const chunk = new Uint8Array(4096);
      const n = await this.connection.read(chunk);
      if (n === null) throw new Error("The socket has closed");
      this.#unread = new Uint8Array([...this.#unread, ...chunk.subarray(0, n)]);
    }
    const taken = this.#unread.slice(0, count);
    this.#unread = this.#unread.slice(count);
    return taken;
  }

  async write(...parts: (number[] | Uint8Array)[]): Promise<void> {
    const all = Uint8Array.from(parts.flatMap((part) => [...part]));
    for (let sent = 0; sent < all.length;) sent += await this.connection.write(all.subarray(sent));
  }

  /** Greets, and gives what the socket said of itself in its READY. */
  async greet(): Promise<string> {
    const greeting = await this.read(64);
    assertEquals([...greeting.slice(0, 12)], [0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0]);
    assertEquals(new TextDecoder().decode(greeting.slice(12, 32)).replaceAll("\0", ""), "NULL");
    await this.write(greeting);
    const [flags, length] = await this.read(2);
    assertEquals(flags, 4);
    const ready = new TextDecoder().decode(await this.read(length));
    await this.write([4, 6, 5], bytes("READY"));
    return ready;
  }
}

/** Connects a socket to a peer of our own and closes both afterwards. */
async function withPeer(type: "DEALER" | "SUB", test: (socket: ZmtpSocket, peer: Peer) => Promise<void>) {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept().then(async (connection) => {
    const peer = new Peer(connection);
    return { peer, ready: await peer.greet() };
  });
  const socket = await ZmtpSocket.connect(type, listener.addr.port);
  const { peer, ready } = await accepted;
  try {
    assertEquals(ready, `\x05READY\x0bSocket-Type\0\0\0${String.fromCharCode(type.length)}${type}\x08Identity\0\0\0\0`);
    await test(socket, peer);
  } finally {
    socket.close();
    try {
      peer.connection.close();
    } catch { /* the test has closed it */ }
  }
}

Deno.test("ZmtpSocket.send() frames a message, its long frames with eight bytes of length", async () => {
  await withPeer("DEALER", async (socket, peer) => {
    const long = new Uint8Array(70_000).fill(7);
    const sent = socket.send([bytes("one"), new Uint8Array(0), long]);
    assertEquals([...await peer.read(5)], [1, 3, ...bytes("one")]);
    assertEquals([...await peer.read(2)], [1, 0]);
    assertEquals([...await peer.read(9)], [2, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
    assertEquals(await peer.read(70_000), long);
    await sent;
  });
});

Deno.test("ZmtpSocket.send() keeps messages whole that are sent at the same time", async () => {
  await withPeer("DEALER", async (socket, peer) => {
    const all = Promise.all([1, 2, 3].map((n) => socket.send([new Uint8Array(200_000).fill(n)])));
    for (const n of [1, 2, 3]) {
      await peer.read(9);
      assertEquals(await peer.read(200_000), new Uint8Array(200_000).fill(n));
    }
    await all;
  });
});

Deno.test("ZmtpSocket.receive() puts frames together from bytes that come one by one", async () => {
  await withPeer("DEALER", async (socket, peer) => {
    const received = socket.receive();
    for (const byte of [1, 2, ...bytes("ab"), 0, 1, ...bytes("c")]) await peer.write([byte]);
    assertEquals(texts(await received), ["ab", "c"]);
  });
});

Deno.test("ZmtpSocket.receive() takes messages apart that come at once, and passes over commands", async () => {
  await withPeer("DEALER", async (socket, peer) => {
    const long = new Uint8Array(100_000).fill(98);
    await peer.write([0, 1], bytes("a"), [4, 5, 4], bytes("PING"), [2, 0, 0, 0, 0, 0, 1, 0x86, 0xa0], long);
    assertEquals(texts(await socket.receive()), ["a"]);
    assertEquals(texts(await socket.receive()), ["b".repeat(100_000)]);
  });
});

Deno.test("ZmtpSocket.connect() subscribes a SUB socket to everything", async () => {
  await withPeer("SUB", async (_, peer) => assertEquals([...await peer.read(3)], [0, 1, 1]));
});

Deno.test("ZmtpSocket.receive() gives null when the peer ends, also in the middle of a message", async () => {
  await withPeer("DEALER", async (socket, peer) => {
    await peer.write([1, 5], bytes("ab"));
    peer.connection.close();
    assertEquals(await socket.receive(), null);
    assertEquals(await socket.receive(), null);
  });
});

Deno.test("ZmtpSocket.close() ends a waiting receive()", async () => {
  await withPeer("DEALER", async (socket) => {
    const received = socket.receive();
    socket.close();
    assertEquals(await received, null);
    socket.close();
  });
});

Deno.test("ZmtpSocket.connect() waits until somebody listens", async () => {
  const { port } = freeAddress();
  const connected = ZmtpSocket.connect("DEALER", port);
  await new Promise((resolve) => setTimeout(resolve, 60));
  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  const peer = new Peer(await listener.accept());
  await peer.greet();
  (await connected).close();
  peer.connection.close();
});

Deno.test("ZmtpSocket.connect() gives up when it is told to", async () => {
  const { port } = freeAddress();
  const reason = new Error("enough");
  await assertRejects(() => ZmtpSocket.connect("DEALER", port, { signal: AbortSignal.abort(reason) }), Error, "enough");
  const controller = new AbortController();
  const connected = ZmtpSocket.connect("DEALER", port, { signal: controller.signal });
  controller.abort(reason);
  await assertRejects(() => connected, Error, "enough");
});

Deno.test("ZmtpSocket.connect() gives up in the middle of a greeting", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const controller = new AbortController();
  const connected = ZmtpSocket.connect("DEALER", listener.addr.port, { signal: controller.signal });
  using _silent = await listener.accept();
  controller.abort(new Error("enough"));
  await assertRejects(() => connected, Error, "enough");
});

Deno.test("ZmtpSocket.connect() refuses a peer that does not speak ZMTP", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connected = ZmtpSocket.connect("DEALER", listener.addr.port);
  using peer = await listener.accept();
  await peer.write(bytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nServer: another one\r\n\r\n"));
  await assertRejects(() => connected, Error, "the peer does not speak ZMTP 3");
});

function freeAddress(): Deno.NetAddr {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr;
}
