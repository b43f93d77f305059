import { zipSync } from "fflate";
import type { Piece } from "../../lib/corpus/mod.ts";
import { FORMATS } from "../../lib/formats/mod.ts";

const ENDINGS = FORMATS.flatMap(({ endings, whenNamed }) => whenNamed ? [] : endings);
/** What is read of a folder, as messages say it: `.mid, .midi, .kar or .krn` and whatever comes to that. */
export const READ = `${ENDINGS.slice(0, -1).join(", ")} or ${ENDINGS.at(-1)}`;

/** A format-0 MIDI file that plays these pitches one after another, an eighth note each. */
export function midiBytes(pitches: readonly number[]): Uint8Array {
  const events = pitches.flatMap((pitch) => [0, 0x90, pitch, 80, 60, 0x80, pitch, 0]);
  const track = [...events, 0, 0xff, 0x2f, 0];
  const size = [track.length >> 24, track.length >> 16, track.length >> 8, track.length].map((byte) => byte & 255);
  const text = (word: string) => Array.from(word, (letter) => letter.charCodeAt(0));
  return Uint8Array.from([...text("MThd"), 0, 0, 0, 6, 0, 0, 0, 1, 0, 120, ...text("MTrk"), ...size, ...track]);
}

/** A `**kern` text of quarter notes: `kernText("c d e")`. */
export function kernText(pitches: string): string {
  return `**kern\n*M4/4\n${pitches.split(" ").map((pitch) => `4${pitch}\n`).join("")}*-\n`;
}

/** A piece that plays these pitches one after another, in one part; its hash stands for its bytes. */
export function madeUpPiece(path: string, pitches: readonly number[], sha256 = `hash of ${path}`): Piece {
  const notes = pitches.map((pitch, i) => ({
    pitch,
    velocity: 80,
    startTick: i * 60,
    endTick: i * 60 + 60,
    start: i / 4,
    end: (i + 1) / 4,
  }));
  const part = { name: "", program: 0, drum: false, channel: 0, track: 0, notes };
  const score = {
    ticksPerQuarter: 120,
    parts: [part],
    tempos: [{ tick: 0, time: 0, microsecondsPerQuarter: 500_000 }],
    metres: [],
    keys: [],
    endTick: pitches.length * 60,
    end: pitches.length / 4,
    repairs: [],
  };
  return { path, format: "midi", score, sha256 };
}

/** A melody of `length` notes that wanders as `seed` says, unlike any other seed's. */
export function melody(seed: number, length = 40): number[] {
  let state = seed * 7919 + 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 48 + (state >>> 16) % 24;
  });
}

/** Zips texts or bytes under their paths. */
export function zipOf(files: Record<string, string | Uint8Array>): Uint8Array {
  const bytes = Object.entries(files).map(([path, content]) =>
    [path, typeof content === "string" ? new TextEncoder().encode(content) : content] as const
  );
  return zipSync(Object.fromEntries(bytes));
}

/** Runs `use` with a new empty folder, and removes it afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "notenbuch-" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Whether a file or folder is there. */
export async function exists(place: string | URL): Promise<boolean> {
  return await Deno.stat(place).then(() => true, () => false);
}

/** The reference material that some tests compare with; it is not part of the project. */
export const SHARED: URL = new URL("../../../shared/", import.meta.url);

/** Whether the reference material is there. */
export const hasShared: boolean = await exists(SHARED);
