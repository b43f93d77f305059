/** A chunk, and its events where it is a track. */
export interface Chunk {
  /** Its name. */
  type: Uint8Array;
  events: Uint8Array[];
  /** Bytes that it says it has more than it has. */
  lie: number;
}

/** Bytes, of which texts stand for one a character. */
export const bytes = (...values: (number | string)[]) =>
  Uint8Array.from(
    values.flatMap((value) => typeof value === "string" ? [...value].map((c) => c.charCodeAt(0)) : value),
  );

/** A chunk of some events. */
export function chunk(type: string, ...events: Uint8Array[]): Chunk {
  return { type: bytes(type), events, lie: 0 };
}

/** The file of some chunks. */
export function join(chunks: readonly Chunk[]): Uint8Array {
  const sizes = chunks.map(({ events }) => events.reduce((sum, event) => sum + event.length, 0));
  const file = new Uint8Array(sizes.reduce((sum, size) => sum + size + 8, 0));
  const view = new DataView(file.buffer);
  let at = 0;
  for (const [i, { type, events, lie }] of chunks.entries()) {
    file.set(type, at);
    view.setUint32(at + 4, Math.max(0, sizes[i] + lie));
    at += 8;
    for (const event of events) {
      file.set(event, at);
      at += event.length;
    }
  }
  return file;
}

const taken = new WeakMap<Uint8Array, readonly Chunk[]>();

/** The chunks of a file and their events, as far as it can be told; what cannot be told is one event. */
export function takenApart(file: Uint8Array): readonly Chunk[] {
  const known = taken.get(file);
  if (known) return known;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength), chunks: Chunk[] = [];
  for (let at = 0; at + 8 <= file.length;) {
    const from = at + 8, to = Math.min(file.length, from + view.getUint32(at + 4));
    const isTrack = file[at] === 0x4d && file[at + 2] === 0x72;
    chunks.push({
      type: file.slice(at, at + 4),
      events: isTrack ? eventsOf(file, from, to) : [file.slice(from, to)],
      lie: 0,
    });
    at = to;
  }
  taken.set(file, chunks);
  return chunks;
}

function eventsOf(file: Uint8Array, from: number, to: number): Uint8Array[] {
  const events: Uint8Array[] = [];
  let running = 0;
  for (let at = from; at < to;) {
    let next = at;
    while (next < to && file[next] >= 0x80) next++;
    next++;
    const status = file[next] >= 0x80 ? file[next++] : running;
    if (status === 0xff) next += 2 + (file[next + 1] & 0x7f);
    else if (status === 0xf0 || status === 0xf7) next += 1 + (file[next] & 0x7f);
    else next += status >= 0xc0 && status < 0xe0 ? 1 : 2;
    running = status;
    next = Math.max(at + 1, Math.min(to, next));
    events.push(file.slice(at, next));
    at = next;
  }
  return events;
}
