import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { jupyterEnvironment } from "../../tasks/jupyter/environment.ts";
import { CHANNELS, connection, freePorts, type Ports } from "../../tasks/kernel/process.ts";
import { type Received, Wire } from "../../tasks/kernel/wire.ts";
import { ZmtpSocket } from "../../tasks/kernel/zmtp.ts";
import { leftAlive } from "./made_up.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The command that Jupyter finds in the project's kernelspec, for a connection file. */
async function relayCommand(file: string): Promise<string[]> {
  const folder = (await jupyterEnvironment()).JUPYTER_PATH.split(Deno.build.os === "windows" ? ";" : ":")[0];
  const { argv } = JSON.parse(await Deno.readTextFile(join(folder, "kernels", "deno", "kernel.json")));
  return argv.map((argument: string) => argument === "{connection_file}" ? file : argument);
}

/** A Jupyter that has started the project's kernel. */
class Client implements AsyncDisposable {
  /** What the kernel has published, as it came. */
  readonly published: Received[] = [];
  #sockets: Record<string, ZmtpSocket> = {};

  private constructor(
    readonly process: Deno.ChildProcess,
    private readonly ports: Ports,
    private readonly wire: Wire,
  ) {}

  /** Starts it: `through` is put before the command. */
  static async start(through: (command: string[]) => string[] = (command) => command): Promise<Client> {
    const file = await Deno.makeTempFile({ suffix: ".json" });
    const ports = freePorts();
    await Deno.writeTextFile(file, JSON.stringify(connection(ports, "secret")));
    const [program, ...args] = through(await relayCommand(file));
    const process = new Deno.Command(program, { args, stdin: "null", stdout: "null" }).spawn();
    const client = new Client(process, ports, await Wire.of("secret"));
    await client.#connect("a client");
    await client.execute("0");
    await Deno.remove(file);
    return client;
  }

  /** A second client of the same kernel. */
  async another(): Promise<Client> {
    const client = new Client(this.process, this.ports, await Wire.of("secret"));
    await client.#connect("another client");
    return client;
  }

  async #connect(name: string): Promise<void> {
    for (const channel of CHANNELS) {
      const type = channel === "iopub" ? "SUB" : "DEALER";
      this.#sockets[channel] = await ZmtpSocket.connect(type, this.ports[channel], { identity: bytes(name) });
    }
    this.#listen();
  }

  /** Closes the connections. */
  leave(): void {
    for (const socket of Object.values(this.#sockets)) socket.close();
  }

  async #listen(): Promise<void> {
    const { iopub } = this.#sockets;
    for await (const frames of iopub) this.published.push(this.wire.parse(frames));
  }

  /** Sends requests to run cells, all at once; gives their ids. */
  async send(cells: string[], content: Record<string, unknown> = {}): Promise<string[]> {
    const ids = cells.map(() => crypto.randomUUID());
    const defaults = { silent: false, store_history: true, user_expressions: {}, allow_stdin: true };
    // All made before the first leaves: one that is made after another has failed is not queued behind it.
    const requests = await Promise.all(cells.map((code, i) => {
      const request = { code, ...defaults, stop_on_error: true, ...content };
      return this.wire.compose("execute_request", request, { id: ids[i] });
    }));
    for (const request of requests) await this.#sockets.shell.send(request);
    return ids;
  }

  /** The next replies on a channel. */
  async replies(count: number, channel = "shell"): Promise<Received[]> {
    const replies: Received[] = [];
    for (let i = 0; i < count; i++) replies.push(this.wire.parse((await this.#sockets[channel].receive())!));
    return replies;
  }

  /** Runs cells that are queued at once; gives the status of each, and whether each was busy and then idle. */
  async execute(...cells: string[]): Promise<string[]> {
    const ids = await this.send(cells);
    return await this.#statuses(ids, await this.replies(cells.length));
  }

  async #statuses(ids: string[], replies: Received[]): Promise<string[]> {
    assertEquals(replies.map(({ parent }) => parent), ids, "the replies are in their order");
    await this.#idle(ids);
    return replies.map(({ content }) => content.status);
  }

  async #idle(ids: string[]): Promise<void> {
    const states = (id: string) =>
      this.published.filter(({ type, parent }) => type === "status" && parent === id)
        .map(({ content }) => content.execution_state);
    for (let tries = 0; tries < 3000 && !ids.every((id) => states(id).includes("idle")); tries++) await pause(20);
    for (const id of ids) assertEquals(states(id), ["busy", "idle"]);
  }

  /** What a cell has shown as its value. */
  async value(code: string): Promise<string> {
    const [id] = await this.send([code]);
    await this.#statuses([id], await this.replies(1));
    const result = this.published.find(({ type, parent }) => type === "execute_result" && parent === id);
    // deno-lint-ignore no-control-regex
    return result?.content.data["text/plain"].replace(/\x1b\[\d+m/g, "");
  }

  /** Asks something on a channel other than the shell. */
  async ask(channel: string, type: string, content: unknown): Promise<Received> {
    await this.#sockets[channel].send(await this.wire.compose(type, content));
    return (await this.replies(1, channel))[0];
  }

  /** Answers an `input_request`. */
  async answer(value: string, { header }: Received): Promise<void> {
    await this.#sockets.stdin.send(await this.wire.compose("input_reply", { status: "ok", value }, { parent: header }));
  }

  /** Sends these bytes to the heartbeat and gives what comes back. */
  async beat(text: string): Promise<string> {
    await this.#sockets.hb.send([new Uint8Array(0), bytes(text)]);
    return new TextDecoder().decode((await this.#sockets.hb.receive())!.at(-1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.process.kill("SIGKILL");
    } catch { /* the test has ended it */ }
    await this.process.status;
    this.leave();
  }
}

Deno.test("the relay answers what is queued after a cell that throws as aborted, and the next cell at once", async () => {
  await using client = await Client.start();
  assertEquals(await client.execute("let ran = 1;", "throw new Error('no')", "ran = 2;", "ran = 3;"), [
    "ok",
    "error",
    "aborted",
    "aborted",
  ]);
  assertEquals(await client.value("ran"), "1");
  assertEquals(await client.execute("let = (", "ran = 4;"), ["error", "aborted"]);
  assertEquals(await client.execute("ran = 5;"), ["ok"]);
  assertEquals(await client.value("ran"), "5");
});

Deno.test("the relay runs what is asked for because of a failure, however soon", async () => {
  await using client = await Client.start();
  for (let i = 0; i < 50; i++) {
    assertEquals(await client.execute("throw 0", "1", "2"), ["error", "aborted", "aborted"]);
    assertEquals(await client.execute("3"), ["ok"]);
  }
});

Deno.test("the relay runs on after an error where the request says so", async () => {
  await using client = await Client.start();
  await client.send(["throw new Error('no')"], { stop_on_error: false });
  await client.send(["let ran = 1;"]);
  assertEquals((await client.replies(2)).map(({ content }) => content.status), ["error", "ok"]);
  assertEquals(await client.value("ran"), "1");
});

Deno.test("the relay passes Stop on, and what is queued does not run", async () => {
  await using client = await Client.start();
  const listens = `const stopped = Promise.withResolvers<void>();
    Deno.addSignalListener("SIGINT", () => stopped.resolve());
    let ran = 1;
    console.log("listening");
    await stopped.promise;`;
  await client.send([listens, "ran = 2;"]);
  while (!client.published.some(({ content }) => content.text?.includes("listening"))) await pause(20);
  assertEquals((await client.ask("control", "interrupt_request", {})).content, { status: "ok" });
  assertEquals((await client.replies(2)).map(({ content }) => content.status), ["ok", "aborted"]);
  assertEquals(await client.value("ran"), "1");
});

Deno.test("the relay passes on the other channels: input, heartbeat, completion, shutdown", async () => {
  await using client = await Client.start();
  const asked = client.send(['const name = prompt("Who?"); name', "name"]);
  const [question] = await client.replies(1, "stdin");
  assertEquals([question.type, question.parent], ["input_request", (await asked)[0]]);
  await client.answer("Anna Magdalena", question);
  await client.replies(2);
  assertEquals(await client.value("name"), '"Anna Magdalena"');
  const [slow] = await client.send(["await new Promise((resolve) => setTimeout(resolve, 200));"]);
  assertEquals(await client.beat("ping"), "pong");
  assertEquals((await client.replies(1))[0].parent, slow);
  const completion = await client.ask("shell", "complete_request", { code: "Deno.pi", cursor_pos: 7 });
  assert(completion.content.matches.some((match: string) => match.endsWith("pid")), JSON.stringify(completion.content));
  const { type, content } = await client.ask("control", "shutdown_request", { restart: false });
  assertEquals([type, content.restart], ["shutdown_reply", false]);
  assertEquals((await client.process.status).code, 0);
});

Deno.test("the relay goes on when a client leaves while its cells run", async () => {
  await using client = await Client.start();
  const other = await client.another();
  await other.send(["let ran = 1; await new Promise((resolve) => setTimeout(resolve, 300));", "ran = 2;"]);
  await pause(100);
  other.leave();
  assertEquals(await client.execute("ran = ran * 10;"), ["ok"]);
  assertEquals(await client.value("ran"), "20");
});

for (const killed of ["the relay", "the one that started it"]) {
  Deno.test({
    name: `the kernel ends soon after ${killed} gets SIGKILL, a busy one too`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const shell = (command: string[]) => ["sh", "-c", `${command.map((word) => `'${word}'`).join(" ")}; exit`];
      await using client = await Client.start(killed === "the relay" ? undefined : shell);
      const kernel = Number(await client.value("Deno.pid"));
      const relay = Number(await client.value("Deno.ppid"));
      assertEquals(relay === client.process.pid, killed === "the relay");
      await client.send(["for (;;);"]);
      await pause(200);
      client.process.kill("SIGKILL");
      await client.process.status;
      assertEquals(await leftAlive(kernel, relay), [], `of the kernel, ${kernel}, and the relay, ${relay}`);
    },
  });
}
