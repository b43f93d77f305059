import { type ColumnNotes, type ColumnPart, DRUM_CHANNEL } from "../../score/mod.ts";

/** The fewest bytes that a note takes in a file: a delta time, and two data bytes of a running status. */
const LEAST_BYTES = 3;
const [CHANNELS, PITCHES] = [16, 128];

/** Notes in columns that the tempo map has not been laid on yet. */
export type UntimedNotes = Omit<ColumnNotes, "start" | "end">;

/**
 * Pairs note-ons with note-offs, as pretty_midi 0.2.10 does, and keeps the notes in columns.
 *
 * One note-off closes every open note of its pitch, channel and track that began on an earlier tick. One that began on
 * this very tick stays open if an earlier one was closed, and is forgotten otherwise.
 *
 * With as many rows as the file can hold notes, no column ever grows: 23 bytes per row.
 */
export class NoteCollector {
  /** Their rows are known once all notes are. */
  readonly #parts: ColumnPart[] = [];
  readonly #part: Uint32Array<ArrayBuffer>;
  readonly #pitch: Uint8Array<ArrayBuffer>;
  readonly #velocity: Uint8Array<ArrayBuffer>;
  readonly #startTick: Uint32Array<ArrayBuffer>;
  readonly #endTick: Uint32Array<ArrayBuffer>;
  #size = 0;

  /** Open notes, linked by channel and pitch from the oldest to the newest; rows of closed ones are not used again. */
  readonly #openTick: Uint32Array<ArrayBuffer>;
  readonly #openVelocity: Uint8Array<ArrayBuffer>;
  readonly #openNext: Uint32Array<ArrayBuffer>;
  #opened = 1;
  /** How many are open now. */
  #open = 0;
  readonly #oldest = new Uint32Array(CHANNELS * PITCHES);
  readonly #newest = new Uint32Array(CHANNELS * PITCHES);

  #track = -1;
  readonly #partsOfTrack = new Map<number, number>();
  readonly #programs = new Uint8Array(CHANNELS);
  /** The part that a channel plays with its program; -1 where no note of it has closed yet. */
  readonly #playing = new Int32Array(CHANNELS);
  /**
   * Ticks of control changes that wait for a part. pretty_midi gives each to the part that plays on its channel. Those
   * before that part's first release go to the next part that appears on the channel; if none does, they count for
   * nothing.
   */
  readonly #waiting = new Float64Array(CHANNELS);
  readonly #claimed = new Uint8Array(CHANNELS);

  /** Note-ons that no note-off of a later tick answers, which are forgotten: how many, and the first. */
  readonly forgotten: { count: number; pitch: number; track: number; tick: number } = {
    ...{ count: 0, pitch: 0, track: 0, tick: 0 },
  };

  /** Name of the current track. */
  name = "";
  /** The last tick that counts for the end of the piece. */
  endTick = 0;

  /**
   * Makes room.
   *
   * @param bytes How many bytes the tracks have.
   */
  constructor(bytes: number) {
    const rows = Math.floor(bytes / LEAST_BYTES) + 1;
    [this.#part, this.#startTick, this.#endTick] = [
      new Uint32Array(rows),
      new Uint32Array(rows),
      new Uint32Array(rows),
    ];
    [this.#pitch, this.#velocity] = [new Uint8Array(rows), new Uint8Array(rows)];
    // Row 0 stands for none.
    [this.#openTick, this.#openNext] = [new Uint32Array(rows + 1), new Uint32Array(rows + 1)];
    this.#openVelocity = new Uint8Array(rows + 1);
  }

  /** Begins the next track: what is still open is forgotten. */
  beginTrack(): void {
    this.#forgetOpen();
    this.#track++;
    this.name = "";
    this.#partsOfTrack.clear();
    this.#programs.fill(0);
    this.#playing.fill(-1);
    this.#waiting.fill(-1);
    this.#claimed.fill(0);
  }

  /** A channel changes its program: 0 to 127. */
  setProgram(channel: number, program: number): void {
    this.#programs[channel] = program;
    this.#playing[channel] = this.#partsOfTrack.get(program * CHANNELS + channel) ?? -1;
  }

  /** A note begins. */
  open(channel: number, pitch: number, velocity: number, tick: number): void {
    const key = channel * PITCHES + pitch;
    const row = this.#opened++;
    this.#open++;
    this.#openTick[row] = tick;
    this.#openVelocity[row] = velocity;
    this.#openNext[row] = 0;
    if (this.#oldest[key] === 0) this.#oldest[key] = row;
    else this.#openNext[this.#newest[key]] = row;
    this.#newest[key] = row;
  }

  /** The notes of a pitch end. */
  close(channel: number, pitch: number, tick: number): void {
    const key = channel * PITCHES + pitch;
    const oldest = this.#oldest[key];
    let row = oldest;
    while (row !== 0 && this.#openTick[row] !== tick) {
      this.#add(channel, pitch, row, tick);
      this.#open--;
      row = this.#openNext[row];
    }
    if (row === oldest) this.#forget(key);
    else this.#oldest[key] = row;
  }

  #forget(key: number): void {
    for (let row = this.#oldest[key]; row !== 0; row = this.#openNext[row]) {
      this.#open--;
      if (this.forgotten.count++ > 0) continue;
      Object.assign(this.forgotten, { pitch: key % PITCHES, track: this.#track, tick: this.#openTick[row] });
    }
    this.#oldest[key] = 0;
  }

  #forgetOpen(): void {
    for (let key = 0; this.#open > 0; key++) this.#forget(key);
    this.#opened = 1;
  }

  /** A control change or pitch bend, which counts for the end of the piece where a part plays on its channel. */
  control(channel: number, tick: number): void {
    if (this.#playing[channel] >= 0 || this.#claimed[channel]) this.reach(tick);
    else this.#waiting[channel] = tick;
  }

  /** Something that counts for the end of the piece. */
  reach(tick: number): void {
    if (tick > this.endTick) this.endTick = tick;
  }

  #add(channel: number, pitch: number, open: number, tick: number): void {
    if (this.#playing[channel] < 0) this.#beginPart(channel);
    const row = this.#size++;
    this.#part[row] = this.#playing[channel];
    this.#pitch[row] = pitch;
    this.#velocity[row] = this.#openVelocity[open];
    this.#startTick[row] = this.#openTick[open];
    this.#endTick[row] = tick;
    this.reach(tick);
  }

  #beginPart(channel: number): void {
    const [program, index] = [this.#programs[channel], this.#parts.length];
    const [name, drum] = [this.name, channel === DRUM_CHANNEL];
    this.#parts.push({ name, program, drum, channel, track: this.#track, from: 0, to: 0 });
    this.#partsOfTrack.set(program * CHANNELS + channel, index);
    this.#playing[channel] = index;
    if (this.#waiting[channel] < 0) return;
    this.#claimed[channel] = 1;
    this.reach(this.#waiting[channel]);
  }

  /**
   * The parts, in the order in which their first notes closed, and their notes, part by part. Nothing is left here
   * afterwards: memory is given back at once, column by column, and not when somebody collects it.
   */
  collected(): { parts: ColumnPart[]; notes: UntimedNotes } {
    this.#forgetOpen();
    const size = this.#size;
    const next = new Uint32Array(this.#parts.length + 1);
    for (let row = 0; row < size; row++) next[this.#part[row] + 1]++;
    for (let part = 1; part < next.length; part++) next[part] += next[part - 1];
    for (const [i, part] of this.#parts.entries()) [part.from, part.to] = [next[i], next[i + 1]];
    for (const column of [this.#openTick, this.#openVelocity, this.#openNext]) column.buffer.transfer(0);
    // From a note's part to its row.
    const rowOf = this.#part;
    for (let row = 0; row < size; row++) rowOf[row] = next[rowOf[row]]++;
    const partByPart = <Column extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(column: Column): Column => {
      const sorted = new (column.constructor as new (size: number) => Column)(size);
      for (let row = 0; row < size; row++) sorted[rowOf[row]] = column[row];
      column.buffer.transfer(0);
      return sorted;
    };
    const notes = {
      pitch: partByPart(this.#pitch),
      velocity: partByPart(this.#velocity),
      startTick: partByPart(this.#startTick),
      endTick: partByPart(this.#endTick),
    };
    rowOf.buffer.transfer(0);
    return { parts: this.#parts, notes };
  }
}
