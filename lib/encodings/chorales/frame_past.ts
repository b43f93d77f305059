import { CHORALE_VOICES, type Frame, REST } from "../../score/mod.ts";
import { START } from "../grid_cells.ts";
import type { FrameEvent } from "./frame_events.ts";

const VOICES = CHORALE_VOICES.length;

/** The frames of a chorale so far, and what each voice has done in them. */
export class FramePast {
  /** The frames, without the start. */
  readonly frames: Frame[] = [];
  /** The note that each voice has, or had before it rested; `REST` before its first. */
  readonly notes: number[] = Array(VOICES).fill(REST);
  /** For how many frames each voice has had what it has, the latest not counted: 0 where that has just come. */
  readonly runs: number[] = Array(VOICES).fill(0);
  /** By how many semitones each voice moved when it last went from note to note; undefined before, and after a rest. */
  readonly leaps: (number | undefined)[] = Array(VOICES).fill(undefined);

  /** How many frames there are. */
  get length(): number {
    return this.frames.length;
  }

  /** Hears a frame. The start, which begins a piece, changes nothing. */
  hear({ pitches }: FrameEvent): void {
    if (pitches[0] === START) return;
    const before = this.frames.at(-1);
    pitches.forEach((pitch, voice) => {
      if (pitch === before?.[voice]) this.runs[voice]++;
      else {
        this.runs[voice] = 0;
        const isMotion = pitch !== REST && before !== undefined && before[voice] !== REST;
        this.leaps[voice] = isMotion ? pitch - before[voice] : undefined;
      }
      if (pitch !== REST) this.notes[voice] = pitch;
    });
    this.frames.push(pitches);
  }

  /** The same past once more, to go on another way. */
  fork(): FramePast {
    const copy = new FramePast();
    copy.frames.push(...this.frames);
    for (const name of ["notes", "runs", "leaps"] as const) copy[name].splice(0, VOICES, ...this[name] as number[]);
    return copy;
  }
}
