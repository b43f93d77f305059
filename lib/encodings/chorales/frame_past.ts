import { CHORALE_VOICES, type Frame, REST } from "../../score/mod.ts";
import { START } from "../grid_cells.ts";
import { KeyFound } from "../notes/key_heard.ts";
import type { FrameEvent } from "./frame_events.ts";

/** A note of a voice, or a rest. */
export interface LineNote {
  /** MIDI number, or `REST`. */
  readonly pitch: number;
  /** The frame in which it begins. */
  readonly start: number;
}

/** The frames of a chorale so far, and what each voice has done in them. */
export class FramePast {
  /** The frames, without the start. */
  readonly frames: Frame[] = [];
  /** The notes and rests of each voice, one after the other; a note that is struck anew goes on. */
  readonly lines: readonly LineNote[][] = CHORALE_VOICES.map(() => []);
  /** The note that each voice has, or had before it rested; `REST` before its first. */
  readonly notes: number[] = CHORALE_VOICES.map(() => REST);
  /** The key of the frames so far. */
  readonly key: KeyFound;

  /** A past of nothing; `key` is what has been found of the key so far. */
  constructor(key: KeyFound = new KeyFound()) {
    this.key = key;
  }

  /** How many frames there are. */
  get length(): number {
    return this.frames.length;
  }

  /** Hears a frame. The start, which begins a piece, changes nothing. */
  hear({ pitches }: FrameEvent): void {
    if (pitches[0] === START) return;
    pitches.forEach((pitch, voice) => {
      if (pitch !== this.lines[voice].at(-1)?.pitch) this.lines[voice].push({ pitch, start: this.length });
      if (pitch !== REST) this.notes[voice] = pitch;
    });
    this.key.hear(...pitches.filter((pitch) => pitch !== REST));
    this.frames.push(pitches);
  }

  /** For how many frames a voice has had what it has, the latest not counted: 0 where that has just come. */
  run(voice: number): number {
    return this.length === 0 ? 0 : this.length - 1 - this.lines[voice].at(-1)!.start;
  }

  /**
   * By how many semitones a voice moved when it last changed, or `back` changes before that.
   *
   * @returns Nothing before its second note, and from or to a rest.
   */
  leap(voice: number, back = 0): number | undefined {
    const [from, to] = [-2 - back, -1 - back].map((i) => this.lines[voice].at(i)?.pitch);
    return from === undefined || to === undefined || from === REST || to === REST ? undefined : to - from;
  }

  /** The same past once more, to go on another way. */
  fork(): FramePast {
    const copy = new FramePast(this.key.fork());
    copy.frames.push(...this.frames);
    copy.lines.forEach((line, voice) => line.push(...this.lines[voice]));
    copy.notes.splice(0, copy.notes.length, ...this.notes);
    return copy;
  }
}
