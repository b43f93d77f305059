import { type Kind, kinds } from "../../options/mod.ts";
import {
  type KeySignature,
  lastUpTo,
  type Metre,
  type Score,
  type TempoChange,
  tempoMap,
  tempoMapInOrder,
} from "../../score/mod.ts";

/** Which tracks say the tempo, the metre and the key of a MIDI file. */
export type TempoTracks = "first" | "all";

/** What an option of that type must be. */
export const TEMPO_TRACKS: Kind<TempoTracks> = kinds.oneOf("first", "all");

/** What tracks say of the whole piece. */
type Said = keyof typeof PLURALS;
const PLURALS = { tempo: "tempi", metre: "metres", key: "keys" };

/**
 * Tempo, metre and key of a piece, from its first track or from all.
 *
 * Of several at one tick the last holds, that of a later track before that of an earlier one.
 */
export class TempoMetreKey {
  readonly #tracks: TempoTracks;
  readonly #ticksPerQuarter: number;
  readonly #fixed: boolean;
  /** Ticks and microseconds in turn, since a file may hold nothing but tempi, and objects of them would take its tenfold. */
  readonly #changes: number[] = [];
  #inOrder = true;
  readonly #metres: Metre[] = [];
  readonly #keys: KeySignature[] = [];
  /** What the first track says, once it has been read and where it alone counts. */
  #first?: Pick<Score, "tempos" | "metres" | "keys">;
  #track = -1;
  readonly #unheeded = new Map<Said, { count: number; track: number; offset: number }>();

  /**
   * Begins before the first track.
   *
   * @param tracks Which tracks count.
   * @param ticksPerQuarter Ticks a quarter note.
   * @param fixedTempo The only tempo, in microseconds a quarter note, where time is not counted in beats.
   */
  constructor(tracks: TempoTracks, ticksPerQuarter: number, fixedTempo?: number) {
    [this.#tracks, this.#ticksPerQuarter, this.#fixed] = [tracks, ticksPerQuarter, fixedTempo !== undefined];
    if (fixedTempo) this.#changes.push(0, fixedTempo);
  }

  /** Whether the current track is the first. */
  get isFirst(): boolean {
    return this.#track === 0;
  }

  /** Whether what the current track says of them counts. */
  get counts(): boolean {
    return this.isFirst || this.#tracks === "all";
  }

  /** Begins the next track. */
  beginTrack(): void {
    this.#track++;
    if (!this.counts) this.#first ??= this.#found();
  }

  /** A tempo, said at a byte of the file. */
  tempo(tick: number, microsecondsPerQuarter: number, offset: number): void {
    if (this.#fixed) return;
    if (this.counts) {
      if (tick < this.#changes.at(-2)!) this.#inOrder = false;
      this.#changes.push(tick, microsecondsPerQuarter);
    } else if (lastUpTo(this.#first!.tempos, tick, beginOf)?.microsecondsPerQuarter !== microsecondsPerQuarter) {
      this.#leaveOut("tempo", offset);
    }
  }

  /** A time signature, said at a byte of the file. */
  metre(tick: number, numerator: number, denominator: number, offset: number): void {
    if (this.counts) return void this.#metres.push({ tick, numerator, denominator });
    const holding = lastUpTo(this.#first!.metres, tick, beginOf);
    if (holding?.numerator !== numerator || holding.denominator !== denominator) this.#leaveOut("metre", offset);
  }

  /** A key signature, said at a byte of the file. */
  key(tick: number, fifths: number, mode: "major" | "minor", offset: number): void {
    if (this.counts) return void this.#keys.push({ tick, fifths, mode });
    const holding = lastUpTo(this.#first!.keys, tick, beginOf);
    if (holding?.fifths !== fifths || holding.mode !== mode) this.#leaveOut("key", offset);
  }

  /** What holds in the piece, and in words what is said and does not hold. */
  result(): Pick<Score, "tempos" | "metres" | "keys"> & { warnings: string[] } {
    const warnings = Array.from(
      this.#unheeded,
      ([what, { count, track, offset }]) =>
        `${
          count === 1
            ? `A ${what} outside the first track was`
            : `${count} ${PLURALS[what]} outside the first track were`
        } ` +
        `not followed, in track ${track + 1} at byte ${offset}${
          count > 1 ? " and after" : ""
        }: as in pretty_midi, the ` +
        'first track alone counts, unless tempo "all" is asked for.',
    );
    return { ...this.#first ?? this.#found(), warnings };
  }

  #found(): Pick<Score, "tempos" | "metres" | "keys"> {
    return {
      tempos: this.#inOrder
        ? tempoMapInOrder(this.#tempi(), this.#ticksPerQuarter)
        : tempoMap([...this.#tempi()], this.#ticksPerQuarter),
      metres: lastOfEachTick(this.#metres),
      keys: lastOfEachTick(this.#keys),
    };
  }

  *#tempi(): Generator<TempoChange> {
    for (let i = 0; i < this.#changes.length; i += 2) {
      yield { tick: this.#changes[i], microsecondsPerQuarter: this.#changes[i + 1] };
    }
  }

  #leaveOut(what: Said, offset: number): void {
    const known = this.#unheeded.get(what);
    if (known) known.count++;
    else this.#unheeded.set(what, { count: 1, track: this.#track, offset });
  }
}

function lastOfEachTick<Entry extends { tick: number }>(entries: readonly Entry[]): Entry[] {
  const sorted = entries.toSorted((a, b) => a.tick - b.tick);
  return sorted.filter(({ tick }, i) => sorted[i + 1]?.tick !== tick);
}

const beginOf = ({ tick }: { tick: number }) => tick;
