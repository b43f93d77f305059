import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  type Columns,
  encodeWhole,
  type EventPiece,
  featureEncoding,
  type NoteEvent,
  noteFeatures,
  voicePieces,
  type VoicePiecesOptions,
} from "../../lib/encodings/mod.ts";
import { seeded } from "../../lib/random/mod.ts";

/** Notes as written: part, pitch, onset and length in seconds. */
type Written = [part: number, pitch: number, start: number, length: number];

function piece(notes: Written[], name = "piece"): EventPiece<NoteEvent> {
  const sorted = notes.toSorted((a, b) => a[2] - b[2] || a[1] - b[1]);
  const events = sorted.map(([part, pitch, start, duration], i) => ({
    part,
    pitch,
    step: i === 0 ? 0 : start - sorted[i - 1][2],
    duration,
  }));
  return { piece: name, events };
}

/** An upper voice of quarters over a bass of halves, in the order of the file the bass first. */
const TWO = piece([[0, 48, 0, 2], [0, 50, 2, 2], [1, 72, 0, 1], [1, 74, 1, 1], [1, 76, 2, 1], [1, 77, 3, 1]]);

const voices = (options: Partial<VoicePiecesOptions> = {}, pieces = [TWO]) =>
  voicePieces(pieces, { voice: "each", others: "none", ...options });

Deno.test("voicePieces() takes parts that are lines as voices, the highest first", () => {
  const [upper, lower] = voices();
  assertEquals([upper.piece, lower.piece], ["piece", "piece"]);
  assertEquals(upper.events.map(({ pitch, step, part }) => [pitch, step, part]), [
    [72, 0, 0],
    [74, 1, 0],
    [76, 1, 0],
    [77, 1, 0],
  ]);
  assertEquals(lower.events, [
    { pitch: 48, step: 0, duration: 2, part: 1 },
    { pitch: 50, step: 2, duration: 2, part: 1 },
  ]);
  assertEquals(voices({ voice: "top" }), [upper]);
  assertEquals(voices({ voice: "bass" }), [lower]);
  assertEquals(voices({}, [{ piece: "silence", events: [] }]), []);
  // A bass of one note.
  const [only, ...others] = voices({ others: "given" }, [piece([[0, 48, 0, 2], [1, 72, 0, 1], [1, 74, 1, 1]])]);
  assertEquals([only.events.length, only.events[0].meanwhile!.length, others], [2, 1, []]);
});

Deno.test("voicePieces() finds the voices of a part that is not a line, or of notes that say no part", () => {
  const one = TWO.events.map((note) => ({ ...note, part: 0 }));
  const none = TWO.events.map(({ part: _, ...note }) => note);
  for (const events of [one, none]) assertEquals(voices({}, [{ piece: "piece", events }]), voices());
});

Deno.test("voicePieces() tells what the other voices do meanwhile, as far as it may be known", () => {
  const waits = (options: Partial<VoicePiecesOptions>) =>
    voices(options).map(({ events }) =>
      events.map(({ meanwhile }) => meanwhile?.map(({ wait, pitch }) => [wait, pitch]))
    );
  assertEquals(waits({ others: "none" }), [[undefined, undefined, undefined, undefined], [undefined, undefined]]);
  assertEquals(waits({ others: "past" }), [
    // The bass is lower, and comes first.
    [[[0, 48]], [[1, 50]], [], []],
    // What begins with the bass is heard with it, not before.
    [[[0, 72], [1, 74]], [[0, 76], [1, 77]]],
  ]);
  assertEquals(waits({ others: "given" }), [
    [[[0, 48]], [[1, 50]], [], []],
    [[[0, 72], [1, 74], [2, 76]], [[1, 77]]],
  ]);
  assertEquals(voices({ others: "given" })[1].events[0].meanwhile![1], { pitch: 74, wait: 1, duration: 1, voice: 0 });
  const late = voices({ others: "past" }, [piece([[0, 48, 0, 1], [1, 72, 3, 1], [1, 74, 4, 1]])]);
  assertEquals(late[0].events[0].meanwhile, [{ pitch: 48, wait: -3, duration: 1, voice: 1 }]);
});

Deno.test("voicePieces() refuses other options", () => {
  assertThrows(() => voices({ voice: "alto" as never }), TypeError, 'current value is "alto"');
  assertThrows(() => voicePieces([], { voice: "each" } as never), TypeError, "others");
});

/** Three lines that meet now and then, drawn; the voices keep their places. */
function lines(seed: number): Written[] {
  const prng = seeded(seed);
  return [76, 62, 45].flatMap((around, part) => {
    let start = 0;
    return Array.from({ length: 14 }, (): Written => {
      const length = [0.25, 0.5, 1][Math.floor(3 * prng())], note: Written = [part, around, start, length];
      note[1] += Math.floor(6 * prng());
      start += length;
      return note;
    });
  });
}

const encoding = featureEncoding(noteFeatures(["recent", "anchors", "voice", "others"], ["step", "pitch", "duration"]));

/** What is heard of the events before one, and known of it, of the voices of some notes. */
function toldOf(written: Written[], options: Partial<VoicePiecesOptions>) {
  const each = voices(options, [piece(written)]).map(({ events }) => encodeWhole(encoding, [events]));
  const rows = (columns: Columns, size: number, row: number) =>
    Object.entries(columns).map(([name, values]) => {
      const width = values.length / size;
      return [name, ...values.slice(row * width, (row + 1) * width)].join(" ");
    });
  return {
    step: (voice: number, event: number) => rows(each[voice].heard, each[voice].size, event - 1),
    rest: (voice: number, event: number) => rows(each[voice].known, each[voice].size, event),
  };
}

/** The same notes, those that are chosen by their part and onset moved and made shorter. */
function changed(written: Written[], isChosen: (part: number, start: number) => boolean): Written[] {
  return written.map(([part, pitch, start, length]) =>
    isChosen(part, start) ? [part, pitch + 1, start, length / 2] : [part, pitch, start, length]
  );
}

for (const others of ["none", "past", "given"] as const) {
  Deno.test(`others "${others}": what is later is never known, and what is, makes a difference`, () => {
    const written = lines(3), told = toldOf(written, { others });
    let met = 0;
    for (const voice of [0, 1, 2]) {
      const own = written.filter(([part]) => part === voice);
      for (const [event, [, , start]] of own.entries()) {
        if (event === 0) continue;
        const before = own[event - 1][2];
        // The step: what begins after the voice's last note.
        const laterThanBefore = toldOf(changed(written, (_, at) => at > before), { others });
        assertEquals(laterThanBefore.step(voice, event), told.step(voice, event));
        // Pitch and duration: what begins after this one, or with it and is not known before it.
        const mayKnow = (part: number, at: number) =>
          at < start || at === start && (part === voice || others === "given" || others === "past" && part > voice);
        const later = toldOf(changed(written, (part, at) => !mayKnow(part, at)), { others });
        assertEquals(later.rest(voice, event), told.rest(voice, event), `voice ${voice}, note ${event}`);
        // What begins with it makes a difference where it may be known.
        const together = written.filter(([part, , at]) => at === start && part !== voice && mayKnow(part, at));
        if (together.length === 0) continue;
        met++;
        const other = toldOf(changed(written, (part, at) => at === start && part !== voice), { others });
        assertNotEquals(other.rest(voice, event), told.rest(voice, event));
      }
    }
    assert(others === "none" ? met === 0 : met > 5, `${met} notes with others`);
  });
}
