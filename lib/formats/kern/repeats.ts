import type { Timed } from "./interpretations.ts";
import { KernError, quote } from "./kern_error.ts";
import type { Page } from "./page.ts";

/** A stretch of the page, in ticks. */
export interface Section {
  /** Where it begins. */
  start: number;
  /** Where it ends. */
  end: number;
}

/** What may be played of a page: as much as is written, so many times over, or a short piece as often as anybody wants. */
const MOST_TIMES = 64, SHORT = 20_000;

/** Without labels: every stretch that a repeat sign ends is played twice, from the repeat sign before it on. */
function betweenSigns({ repeatSigns, endTick }: Page): Section[] {
  const sections: Section[] = [];
  let start = 0;
  for (const { tick, backward } of repeatSigns) {
    sections.push({ start, end: tick });
    if (backward) sections.push({ start, end: tick });
    start = tick;
  }
  return [...sections, { start, end: endTick }];
}

/**
 * The stretches of the page in the order in which they are played.
 *
 * @param list Name of the expansion list: empty for `*>[A,A,B]`, `norep` for `*>norep[A,B]`. What stands before the
 * first label is played once. A text without labels follows its repeat signs.
 * @throws {KernError} If the list does not fit the labels, if there are labels and no such list, or if more than half a
 * million noteheads and signs would be played, a text without repeats of that size excepted.
 */
export function playedSections(page: Page, list: string): Section[] {
  const { labels, lists, endTick } = page;
  const expansion = lists.get(list);
  if (!expansion) {
    if (list === "" && labels.length === 0) return betweenSigns(page).filter(({ start, end }) => end > start);
    const what = `Cannot expand the repeats: the text has no list *>${list}[…] of its sections`;
    throw new KernError(`${what}. Write one above them, such as *>${list}[A,A,B]`, {
      line: labels[0]?.line ?? 1,
      spine: 0,
    });
  }
  const sections = new Map<string, Section>();
  for (const [i, { tick, name, line }] of labels.entries()) {
    if (sections.has(name)) throw new KernError(`The section label *>${name} stands twice`, { line, spine: 0 });
    sections.set(name, { start: tick, end: labels[i + 1]?.tick ?? endTick });
  }
  const played = expansion.names.map((name): Section => {
    const section = sections.get(name);
    if (!section) {
      throw new KernError(`The list names the section ${quote(name)}, but no label *>${name} is in the text`, {
        line: expansion.line,
        spine: 0,
      });
    }
    return section;
  });
  const all = [{ start: 0, end: labels[0].tick }, ...played].filter(({ start, end }) => end > start);
  checkLength(page, all, expansion.line);
  return all;
}

function checkLength(page: Page, sections: readonly Section[], line: number): void {
  const { heads, repeatSigns, tempos, metres, signatures, designations, labels } = page;
  const kinds = [heads, repeatSigns, tempos, metres, signatures, designations, labels];
  const written = kinds.reduce((sum, events) => sum + events.length, 0);
  const played = kinds.reduce(
    (sum, events) => sections.reduce((sum, { start, end }) => sum + indexAt(events, end) - indexAt(events, start), sum),
    0,
  );
  const most = Math.max(SHORT, MOST_TIMES * written);
  if (played <= most) return;
  const what = `The list plays ${played} noteheads and signs, of ${written} that are written`;
  throw new KernError(`${what}: at most ${most} are played. Shorten it, or read without expandRepeats`, {
    line,
    spine: 0,
  });
}

/** How many events stand before a tick. */
function indexAt(events: readonly { tick: number }[], tick: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].tick < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Copies what stands in each section, by tick, to where it is played. */
export function layOut<T extends { tick: number }>(events: readonly T[], sections: readonly Section[]): T[] {
  const copies: T[] = [];
  let now = 0;
  for (const { start, end } of sections) {
    const shift = now - start;
    for (let i = indexAt(events, start); i < events.length && events[i].tick < end; i++) {
      copies.push({ ...events[i], tick: events[i].tick + shift });
    }
    now += end - start;
  }
  return copies;
}

/** As {@linkcode layOut}, for what holds on: a section begins with what holds there on the page. */
export function layOutStates<T>(states: readonly Timed<T>[], sections: readonly Section[]): Timed<T>[] {
  const onPage = states.filter(({ tick }, i) => states[i + 1]?.tick !== tick);
  const copies: Timed<T>[] = [];
  let now = 0;
  for (const { start, end } of sections) {
    const first = indexAt(onPage, start);
    const holding = onPage[first]?.tick === start ? undefined : onPage[first - 1];
    if (holding && JSON.stringify(holding.value) !== JSON.stringify(copies.at(-1)?.value)) {
      copies.push({ tick: now, value: holding.value });
    }
    for (let i = first; i < onPage.length && onPage[i].tick < end; i++) {
      copies.push({ tick: onPage[i].tick - start + now, value: onPage[i].value });
    }
    now += end - start;
  }
  return copies;
}
