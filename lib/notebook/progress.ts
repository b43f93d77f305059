import { display, escapeMarkup } from "../plots/mod.ts";
import { kernel } from "./kernel.ts";
import { live } from "./show.ts";
import {
  makeProgress,
  type Progress,
  type ProgressDrawer,
  progressLine,
  progressWords,
  terminalProgress,
} from "./terminal_progress.ts";

/** Whoever has waited for fewer seconds need not be told how many. */
const MOMENT = 10;

/**
 * A bar with the remaining time. In a notebook it is one display that changes in place, and leaves a line that says how
 * long it took, or nothing after less than ten seconds; on a terminal it is one line of the standard error; where that is a
 * file or a pipe, a line at the beginning, at every tenth and at the end.
 *
 * @param label What is being done.
 * @param total How much there is to do, in any unit; left out where nobody knows.
 * @throws {RangeError} If the total is not a number of 0 or more.
 */
export function progress(label: string, total?: number): Progress {
  return kernel() ? makeProgress(label, total, inNotebook()) : terminalProgress(label, total);
}

function inNotebook(): ProgressDrawer {
  const place = live();
  let shown = false;
  return async (state) => {
    const whole = state.total === undefined || state.done >= state.total;
    const leavesNothing = state.finished && whole && state.seconds < MOMENT;
    if (leavesNothing && !shown) return;
    shown = true;
    // Without a value, browsers show a bar that only moves.
    const value = state.total === undefined ? "" : ` value="${state.done}" max="${state.total || 1}"`;
    const bar = state.finished ? "" : `<progress${value} style="width: 16em"></progress> `;
    const text = progressWords(state).map((each) => escapeMarkup(each)).join(" · ");
    const html = `<div>${escapeMarkup(state.label)} ${bar}${text}</div>`;
    await place({
      [display]: () =>
        leavesNothing
          ? { "text/html": "", "text/plain": "" }
          : { "text/html": html, "text/plain": progressLine(state) },
    });
  };
}
