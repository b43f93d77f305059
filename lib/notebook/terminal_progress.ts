/**
 * Progress in lines of text. It imports nothing, so that a task which may load no native code can use it.
 *
 * @module
 */

/** How far a long piece of work has come. */
export interface Progress {
  /**
   * Says how much is done. Cheap: what comes within a quarter of a second of the last drawing is not drawn.
   *
   * @param done From 0 to the total, if there is one.
   * @param note A few words more, such as the loss.
   */
  update(done: number, note?: string): Promise<void>;
  /** Draws the last state, in any case, and the time it all took. */
  done(note?: string): Promise<void>;
}

/** Where a progress stands. */
export interface ProgressState {
  /** What is being done. */
  label: string;
  /** How much is done. */
  done: number;
  /** How much there is to do; `undefined` where nobody knows. */
  total: number | undefined;
  /** A few words more. */
  note: string;
  /** Since the beginning. */
  seconds: number;
  /** Estimate of what is left; `undefined` before there is one. */
  secondsLeft?: number;
  /** Whether the work is over. */
  finished: boolean;
}

/** Draws a state, somewhere. */
export type ProgressDrawer = (state: ProgressState) => Promise<void>;

/** Seconds between two drawings. */
const INTERVAL = 0.25;

/** The seconds that a progress counts, unless a test has its own. */
const clock = () => performance.now() / 1000;

/**
 * A progress on the standard error: one line that changes on a terminal; in a file or a pipe a line at the beginning,
 * at every tenth and at the end.
 *
 * @param label What is being done.
 * @param total How much there is to do, in any unit; left out where nobody knows.
 * @throws {RangeError} If the total is not a number of 0 or more.
 */
export function terminalProgress(label: string, total?: number): Progress {
  return makeProgress(label, total, Deno.stderr.isTerminal() ? onTerminal() : inLines());
}

/**
 * A progress that any drawer shows.
 *
 * @throws {RangeError} If the total is not a number of 0 or more.
 */
export function makeProgress(
  label: string,
  total: number | undefined,
  draw: ProgressDrawer,
  now: () => number = clock,
): Progress {
  if (total !== undefined && !(total >= 0 && total < Infinity)) {
    throw new RangeError(`Cannot show progress: the total must be a number of 0 or more, current value is ${total}`);
  }
  const begun = now();
  // Speed is measured from the first report on: what a resumed run did before, it did not do now.
  let first: { done: number; time: number } | undefined;
  let drawn = -Infinity;
  let state: ProgressState = { label, done: 0, total, note: "", seconds: 0, finished: false };
  // Drawings leave in order, also when the caller cannot wait for them.
  let queue: Promise<void> = Promise.resolve();
  const redraw = () => {
    drawn = now();
    const current = state;
    return queue = queue.then(() => draw(current));
  };
  return {
    update(done, note = state.note) {
      const time = now();
      first ??= { done, time };
      const speed = (done - first.done) / (time - first.time);
      const secondsLeft = total !== undefined && speed > 0 ? (total - done) / speed : undefined;
      state = {
        ...state,
        done: Math.max(0, Math.min(total ?? Infinity, done)),
        note,
        seconds: time - begun,
        secondsLeft,
      };
      return time - drawn >= INTERVAL ? redraw() : Promise.resolve();
    },
    done(note = state.note) {
      state = { ...state, note, seconds: now() - begun, secondsLeft: undefined, finished: true };
      return redraw();
    },
  };
}

/** Seconds as a clock has them: `0:05`, `12:30`, `1:02:03`. */
export function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A state in a line of text, whatever its label and note have of line breaks and of what a terminal obeys; where no total is known, without a bar. */
export function progressLine(given: ProgressState): string {
  const plain = (text: string) => text.replace(/\s+/g, " ").replace(/[\p{Cc}\p{Cf}]/gu, "");
  const state = { ...given, label: plain(given.label), note: plain(given.note) };
  const share = shareOf(state);
  if (share === undefined) return [state.label, ...progressWords(state)].join("  ");
  const full = Math.floor(share * 20);
  const bar = "█".repeat(full) + "░".repeat(20 - full);
  return [`${state.label} ${bar}`, ...progressWords(state)].join("  ");
}

/** Share, time and note of a state. */
export function progressWords(state: ProgressState): string[] {
  const { note, seconds, secondsLeft, finished } = state;
  const share = shareOf(state);
  const time = finished
    ? `in ${clockTime(seconds)}`
    : secondsLeft === undefined
    ? ""
    : `${clockTime(secondsLeft)} left`;
  return [share === undefined ? "" : `${Math.floor(100 * share)} %`, time, note].filter((text) => text !== "");
}

/** From 0 to 1. */
function shareOf({ done, total }: ProgressState): number | undefined {
  return total === undefined ? undefined : total > 0 ? done / total : 1;
}

/** The line always ends, and is gone back to: whatever is printed next begins a line of its own. */
function onTerminal(): ProgressDrawer {
  let back = "";
  return async (state) => {
    const line = [...progressLine(state)].slice(0, (Deno.consoleSize().columns || 80) - 1).join("");
    await write(`${back}${line}\n`);
    back = "\x1b[1A\r\x1b[K";
  };
}

function inLines(): ProgressDrawer {
  let tenth = -1;
  return async (state) => {
    const now = Math.floor(10 * (shareOf(state) ?? 0));
    if (now === tenth && !state.finished) return;
    tenth = now;
    await write(`${progressLine(state)}\n`);
  };
}

async function write(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) written += await Deno.stderr.write(bytes.subarray(written));
}
