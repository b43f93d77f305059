import type { Progress } from "./terminal_progress.ts";

/** A stage of long work, and how far it has come. */
export interface Stage {
  /** What is being done; another label begins another stage. */
  label: string;
  /** How much is done. */
  done: number;
  /** How much there is to do. */
  total: number;
  /** A few words more. */
  note?: string;
}

/** Seconds after which a stage is shown: what is faster would only fill the page. */
const PATIENCE = 1;

/**
 * Shows work of many stages, one progress for each that takes longer than a
 * moment. A stage with a total of 1 is shown at once: it may say nothing before it is over.
 *
 * @param open Makes a progress, such as `progress` or `terminalProgress`.
 * @returns To be called, and awaited, whenever something is done.
 */
export function stages(open: (label: string, total: number) => Progress): (stage: Stage) => Promise<void> {
  let current: { label: string; begun: number; bar?: Progress } | undefined;
  return async ({ label, done, total, note }) => {
    if (current?.label !== label) {
      await current?.bar?.done();
      current = { label, begun: performance.now() };
    }
    const shows = total === 1 || performance.now() - current.begun > 1000 * PATIENCE;
    if (shows && done < total) current.bar ??= open(label, total);
    await current.bar?.update(done, note);
    if (done >= total) {
      await current.bar?.done(note);
      current = undefined;
    }
  };
}
