import { CorpusError, reason } from "./error.ts";

/** How to fetch. */
interface FetchOptions {
  /** Most bytes to take; a longer answer is refused. */
  most: number;
  /** Milliseconds without a byte after which the server counts as stalled. */
  timeout: number;
  /** Gives up from outside. */
  signal?: AbortSignal;
  /** Called with the bytes so far, and all there will be where the server says so. */
  onProgress?: (done: number, total: number | undefined) => void;
}

/** However often it sends a byte, a server that takes this many timeouts for the whole is too slow. */
const TIMEOUTS_IN_ALL = 20;

/**
 * Fetches an address into memory. Needs `--allow-net` for its host.
 *
 * @throws {CorpusError} If there is no network, the server refuses, stalls or
 * breaks off, or the answer is longer than allowed.
 */
export async function fetchBytes(url: string, options: FetchOptions): Promise<Uint8Array> {
  const { most, timeout, signal, onProgress } = options;
  const stalled = new AbortController();
  const giveUp = (why: string) => stalled.abort(new CorpusError(why));
  const seconds = timeout / 1000;
  const overall = setTimeout(() => giveUp(`the server is too slow`), timeout * TIMEOUTS_IN_ALL);
  let patience: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(patience);
    patience = setTimeout(() => giveUp(`the server sent nothing for ${seconds} s`), timeout);
  };
  wait();
  try {
    const response = await fetch(url, { signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new CorpusError(`the server answered ${response.status} ${response.statusText}`.trim());
    }
    const length = Number(response.headers.get("content-length") ?? NaN);
    const total = Number.isFinite(length) ? length : undefined;
    const chunks: Uint8Array[] = [];
    let done = 0;
    for await (const chunk of response.body) {
      wait();
      done += chunk.length;
      if (done > most) throw new CorpusError(`the server sends more than the ${most} bytes expected`);
      chunks.push(chunk);
      onProgress?.(done, total);
    }
    const bytes = new Uint8Array(done);
    let at = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (stalled.signal.aborted) throw stalled.signal.reason;
    if (error instanceof CorpusError) throw error;
    // Deno's own message names the address, which whoever called knows.
    throw new CorpusError(reason(error).replace(`error sending request for url (${url}): `, ""), { cause: error });
  } finally {
    clearTimeout(patience);
    clearTimeout(overall);
  }
}
