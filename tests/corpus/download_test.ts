import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CorpusError, downloadCorpus, type DownloadOptions, type DownloadProgress } from "../../lib/corpus/mod.ts";
import { sha256 } from "../../lib/files/mod.ts";
import { exists, withFolder, zipOf } from "./made_up.ts";

const FILES: Record<string, string> = {
  "cellosui/one.mid": "first file ".repeat(30),
  "cellosui/two.mid": "second file ".repeat(50),
  "organ/three.mid": "third file ".repeat(70),
  "organcho/copy.mid": "third file ".repeat(70),
};
const under = (folder: string, files = FILES) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [folder + path, text]));
const ZIP = zipOf({ ...under("bach/"), "__MACOSX/bach/._one.mid": "x", "bach/index.htm": "<html>" });
const ZIP_HASH = await sha256(ZIP);
const CATALOGUE = await Promise.all(
  Object.entries(FILES).map(async ([path, text]) => {
    const bytes = new TextEncoder().encode(text);
    return { path, bytes: bytes.length, sha256: await sha256(bytes) };
  }),
);

interface Room {
  /** Address of the server. */
  url: string;
  /** Paths that were asked for. */
  asked: string[];
  /** The cache, which is not there yet. */
  cache: string;
  /** Downloads with the made-up catalogue. */
  download: (options: DownloadOptions) => ReturnType<typeof downloadCorpus>;
  /** Asserts that the cache is whole, and that nothing lies beside it. */
  assertWhole: () => Promise<void>;
  /** Asserts that nothing was written at all. */
  assertUntouched: () => Promise<void>;
}

/** Runs `use` with a server on this machine that answers as `answers` says, path by path. */
async function withServer(answers: Record<string, () => Response>, use: (room: Room) => Promise<void>) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    return answers[pathname]?.() ?? new Response("not here", { status: 404 });
  });
  try {
    await withFolder(async (folder) => {
      const cache = `${folder}/cache/bachcentral`;
      await use({
        url: `http://127.0.0.1:${server.addr.port}`,
        asked,
        cache,
        download: (options) => downloadCorpus({ cache, catalogue: CATALOGUE, ...options }),
        assertWhole: async () => {
          for (const [path, text] of Object.entries(FILES)) {
            assertEquals(await Deno.readTextFile(`${cache}/${path}`), text);
          }
          assertEquals([...Deno.readDirSync(`${folder}/cache`)].map(({ name }) => name), ["bachcentral"]);
        },
        assertUntouched: async () => {
          if (await exists(`${folder}/cache`)) assertEquals([...Deno.readDirSync(`${folder}/cache`)], []);
        },
      });
    });
  } finally {
    await server.shutdown();
  }
}

/**
 * Runs `use` while the clock of whoever sets a timer stands still, unless it is told to go on: so nobody waits, and no busy
 * machine is taken for a slow server.
 */
async function onClock(use: (wait: (milliseconds: number) => void) => Promise<void>): Promise<void> {
  const { setTimeout, clearTimeout } = globalThis;
  const timers = new Map<number, { at: number; run: () => void }>();
  let now = 0, last = 0;
  globalThis.setTimeout = ((run: () => void, milliseconds: number) => {
    timers.set(++last, { at: now + milliseconds, run });
    return last;
  }) as typeof setTimeout;
  globalThis.clearTimeout = (id) => void timers.delete(Number(id));
  try {
    await use((milliseconds) => {
      now += milliseconds;
      for (const [id, { at, run }] of timers) if (at <= now && timers.delete(id)) run();
    });
    assertEquals(timers.size, 0, "timers are left");
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
}

const bytes = (content: Uint8Array) => () => new Response(content as Uint8Array<ArrayBuffer>);

/** Sends some bytes and then nothing more, for ever. */
function stalling(): Response {
  return new Response(new ReadableStream({ start: (stream) => stream.enqueue(ZIP.slice(0, 100)) }));
}

/** Sends as long as anybody listens. */
function endless(): Response {
  return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65536)) }));
}

/** Sends a little, again and again, for ever. */
function dripping(): Response {
  let timer: ReturnType<typeof setInterval>;
  return new Response(
    new ReadableStream({
      start(stream) {
        timer = setInterval(() => stream.enqueue(new Uint8Array(1)), 10);
      },
      cancel: () => clearInterval(timer),
    }),
  );
}

Deno.test("downloadCorpus() downloads, verifies and unpacks, then finds all there", async () => {
  await withServer({ "/bach.zip": bytes(ZIP) }, async ({ url, asked, download, assertWhole }) => {
    const sources = [{ url: `${url}/bach.zip`, bytes: ZIP.length, sha256: ZIP_HASH }];
    const seen: DownloadProgress[] = [];
    const first = await download({ sources, onProgress: (progress) => seen.push(progress) });
    assertEquals(first, { from: `${url}/bach.zip`, files: 4, failures: [] });
    await assertWhole();
    const loaded = seen.filter(({ stage }) => stage === "download").at(-1);
    assertEquals(loaded, { stage: "download", from: `${url}/bach.zip`, done: ZIP.length, total: ZIP.length });
    assertEquals(seen.at(-1), { stage: "unpack", from: `${url}/bach.zip`, done: 4, total: 4 });

    assertEquals(await download({ sources }), { from: undefined, files: 4, failures: [] });
    assertEquals(asked, ["/bach.zip"]);
  });
});

Deno.test("downloadCorpus() goes on to the next place and says why it left one", async () => {
  const altered = zipOf(under("bach/", { ...FILES, "cellosui/one.mid": "another file" }));
  const answers = { "/half.zip": bytes(ZIP.slice(0, 500)), "/altered.zip": bytes(altered), "/good.zip": bytes(ZIP) };
  await withServer(answers, async ({ url, download, assertWhole }) => {
    const known = { bytes: ZIP.length, sha256: ZIP_HASH };
    const { from, failures } = await download({
      sources: [
        { url: `${url}/gone.zip`, ...known },
        { url: `${url}/half.zip`, ...known },
        { url: `${url}/altered.zip`, bytes: altered.length, sha256: ZIP_HASH },
        { url: `${url}/altered.zip` },
        { url: `${url}/good.zip`, ...known },
      ],
    });
    assertEquals(from, `${url}/good.zip`);
    const [gone, half, altered_, alteredFile] = failures.map(({ error }) => error);
    assertEquals(gone, "the server answered 404 Not Found");
    assertEquals(half, `the download broke off at 500 of ${ZIP.length} bytes`);
    assertStringIncludes(altered_, "it is another file than expected: its SHA-256 is ");
    assertStringIncludes(alteredFile, "of 4 files 1 are missing or altered (cellosui/one.mid)");
    await assertWhole();
  });
});

Deno.test("downloadCorpus() finds the files wherever they lie in an archive", async () => {
  const archive = zipOf({
    ...under("repository-18bb534/dataset/jsbach/"),
    "repository-18bb534/other/decoy.mid": "x".repeat(CATALOGUE[0].bytes),
    "repository-18bb534/big.pdf": "pdf".repeat(100_000),
  });
  await withServer({ "/archive": bytes(archive) }, async ({ url, download, assertWhole }) => {
    await download({ sources: [{ url: `${url}/archive` }] });
    await assertWhole();
  });
});

Deno.test("downloadCorpus() writes nothing when no place works, and says what to do", async () => {
  const cut = ZIP.slice();
  // The directory counts one entry more than it has.
  cut[cut.length - 12]++;
  const answers = {
    "/stall": stalling,
    "/endless": endless,
    "/cut": bytes(cut),
    "/html": () => new Response("<html>welcome</html>"),
    "/drip": dripping,
  };
  await withServer(answers, async ({ url, download, assertUntouched }) => {
    const closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    closed.close();
    const sources = [...Object.keys(answers).map((path) => ({ url: url + path, bytes: 100_000, most: 100_000 }))];
    sources.push({ url: `http://127.0.0.1:${closed.addr.port}/bach.zip`, bytes: 1, most: 1 });
    sources[2].bytes = cut.length;
    sources[3].bytes = 1;
    let message = "";
    await onClock(async (wait) => {
      const onProgress = ({ from, stage }: DownloadProgress) => {
        if (stage !== "download") return;
        if (from.endsWith("/stall")) wait(100);
        // A byte comes just in time, again and again.
        if (from.endsWith("/drip")) wait(95);
      };
      ({ message } = await assertRejects(() => download({ sources, timeout: 100, onProgress }), CorpusError));
    });
    const lines = message.split("\n");
    assertEquals(lines[0], "Cannot download the corpus: none of 6 places gave it, and nothing was changed");
    assertStringIncludes(lines[1], "/stall: the server sent nothing for 0.1 s");
    assertStringIncludes(lines[2], "/endless: the server sends more than the 100000 bytes expected");
    assertStringIncludes(lines[3], "its directory counts 7 entries, and has 6: it is damaged");
    assertStringIncludes(lines[4], "it is not a zip");
    assertStringIncludes(lines[5], "/drip: the server is too slow");
    assertStringIncludes(lines[6], `:${closed.addr.port}/bach.zip: `);
    assertStringIncludes(lines[7], "deno task corpus --zip bach.zip");
    await assertUntouched();
  });
});

Deno.test("downloadCorpus() takes the files from a zip in which others are wrong, and names those that are theirs", async () => {
  const evil = zipOf({ ...under("bach/"), "../../evil.mid": "x", "/cellosui/one.mid": "x" });
  // As many bytes as one that is wanted: it has to be unpacked to be told from it.
  const decoy = (path: string) => ({ [path]: "x".repeat(CATALOGUE[0].bytes) });
  const broken = zipOf({ ...decoy("a.mid"), ...under("bach/"), "bach/cellosui/two.mid": "gone" });
  // The first file's checksum.
  broken[broken.findIndex((_, i) => [0x50, 0x4b, 1, 2].every((byte, j) => broken[i + j] === byte)) + 16] ^= 1;
  await withServer(
    { "/evil": bytes(evil), "/broken": bytes(broken) },
    async ({ url, download, cache, assertWhole }) => {
      await download({ sources: [{ url: `${url}/evil` }] });
      await assertWhole();
      await Deno.remove(cache, { recursive: true });
      const { message } = await assertRejects(() => download({ sources: [{ url: `${url}/broken` }] }), CorpusError);
      assertStringIncludes(
        message,
        "of 4 files 1 are missing or altered (cellosui/two.mid): a.mid in it is damaged: its checksum is wrong",
      );
    },
  );
});

Deno.test("downloadCorpus() does not unpack a bomb", async () => {
  const size = CATALOGUE[0].bytes;
  const decoys = Array.from({ length: 4000 }, (_, i) => [`${i}.mid`, String(i).padEnd(size)]);
  await withServer(
    { "/bomb": bytes(zipOf(Object.fromEntries(decoys))) },
    async ({ url, download, assertUntouched }) => {
      const { message } = await assertRejects(() => download({ sources: [{ url: `${url}/bomb` }] }), CorpusError);
      assertStringIncludes(message, "it unpacks to far more than the corpus");
      await assertUntouched();
    },
  );
});

Deno.test("downloadCorpus() takes a local zip, whatever folder the files are in", async () => {
  await withServer({}, async ({ asked, download, cache, assertWhole }) => {
    await Deno.mkdir(cache, { recursive: true });
    const zip = `${cache}/../../local.zip`;
    await Deno.writeFile(zip, zipOf(under("deep/in/here/")));
    assertEquals((await download({ zip })).from, zip);
    await assertWhole();
    assertEquals(asked, []);
  });
});

Deno.test("downloadCorpus() leaves what was there when a local zip is broken, missing or of something else", async () => {
  await withServer({}, async ({ download, cache }) => {
    await Deno.mkdir(`${cache}/cellosui`, { recursive: true });
    await Deno.writeTextFile(`${cache}/cellosui/one.mid`, FILES["cellosui/one.mid"]);
    const zip = `${cache}/../../local.zip`;
    const cases: [Uint8Array | undefined, string][] = [
      [undefined, "Cannot read the zip"],
      [ZIP.slice(0, ZIP.length - 30), "breaks off"],
      [zipOf({ "other.mid": "other" }), "of 4 files 4 are missing or altered (cellosui/one.mid, "],
    ];
    for (const [content, expected] of cases) {
      if (content) await Deno.writeFile(zip, content);
      const { message } = await assertRejects(() => download({ zip }), CorpusError);
      assertStringIncludes(message, expected);
      assertEquals(await Deno.readTextFile(`${cache}/cellosui/one.mid`), FILES["cellosui/one.mid"]);
      assertEquals([...Deno.readDirSync(`${cache}/..`)].length, 1);
    }
  });
});

Deno.test("downloadCorpus() refuses a local zip that is not there, or no file, even if nothing is missing", async () => {
  await withServer({}, async ({ cache, download, assertWhole }) => {
    await withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/bach.zip`, ZIP);
      await download({ zip: `${folder}/bach.zip` });
      await assertRejects(
        () => download({ zip: `${folder}/none.zip` }),
        CorpusError,
        `Cannot read the zip ${folder}/none.zip`,
      );
      await assertRejects(() => download({ zip: cache }), CorpusError, "it is not a file");
      await assertWhole();
    });
  });
});

Deno.test("downloadCorpus() removes what killed unpackings have left, but none that may go on", async () => {
  await withServer({ "/bach.zip": bytes(ZIP) }, async ({ url, cache, download, assertWhole }) => {
    const options = { sources: [{ url: `${url}/bach.zip` }] };
    const left = (name: string) => `${cache}/../.unpacking-${name}`;
    const leave = async (name: string, minutes: number) => {
      await Deno.mkdir(`${left(name)}/next`, { recursive: true });
      await Deno.writeTextFile(`${left(name)}/next/half.mid`, "half");
      const then = new Date(Date.now() - minutes * 60_000);
      await Deno.utime(left(name), then, then);
    };
    await leave("old", 61);
    await download(options);
    await assertWhole();
    await leave("old", 61);
    await leave("young", 59);
    assertEquals((await download(options)).from, undefined);
    assertEquals([await exists(left("old")), await exists(left("young"))], [false, true]);
  });
});

Deno.test("downloadCorpus() mends a cache with a missing and an altered file", async () => {
  await withServer({ "/bach.zip": bytes(ZIP) }, async ({ url, asked, download, cache, assertWhole }) => {
    const sources = [{ url: `${url}/bach.zip`, bytes: ZIP.length, sha256: ZIP_HASH }];
    await download({ sources });
    await Deno.remove(`${cache}/cellosui/one.mid`);
    await Deno.writeTextFile(`${cache}/organ/three.mid`, "altered");
    await download({ sources });
    await assertWhole();
    assertEquals(asked.length, 2);
  });
});

Deno.test("downloadCorpus() stops at a signal and writes nothing", async () => {
  await withServer({ "/stall": stalling }, async ({ url, download, assertUntouched }) => {
    const stop = new AbortController();
    const sources = [{ url: `${url}/stall`, bytes: ZIP.length }, { url: `${url}/never` }];
    const running = download({ sources, signal: stop.signal, onProgress: () => stop.abort() });
    const error = await assertRejects(() => running);
    assert(error instanceof DOMException && error.name === "AbortError");
    await assertUntouched();
  });
});

Deno.test("downloadCorpus() notices a connection that breaks, and does not take the half", async () => {
  await withServer({}, async ({ download, assertUntouched }) => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const serving = (async () => {
      const connection = await listener.accept();
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode(`HTTP/1.1 200 OK\r\nContent-Length: ${ZIP.length}\r\n\r\n`));
      await connection.write(ZIP.slice(0, 300));
      connection.close();
    })();
    const url = `http://127.0.0.1:${listener.addr.port}/bach.zip`;
    const { message } = await assertRejects(() => download({ sources: [{ url, bytes: ZIP.length }] }), CorpusError);
    await serving;
    listener.close();
    assertStringIncludes(message, `${url}: `);
    await assertUntouched();
  });
});

Deno.test("downloadCorpus() fetches once where two want it at once", async () => {
  await withServer({ "/bach.zip": bytes(ZIP) }, async ({ url, asked, download, assertWhole }) => {
    const sources = [{ url: `${url}/bach.zip` }];
    const [first, second] = await Promise.all([download({ sources }), download({ sources })]);
    assertEquals([first.from, second.from].filter((from) => from !== undefined), [`${url}/bach.zip`]);
    assertEquals(asked, ["/bach.zip"]);
    await assertWhole();
  });
});
