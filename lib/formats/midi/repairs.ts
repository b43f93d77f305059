/** How many repairs of one kind are named one by one. */
const MOST_NAMED = 20;

/** What was mended in a file, in words. A file with thousands of damages of one kind has the first of them named. */
export class Repairs {
  readonly #named: string[] = [];
  readonly #counts = new Map<string, number>();

  /**
   * Notes a repair.
   *
   * @param kind What many of it are called, as in "12 further such repairs".
   * @param sentence Where, what was wrong, what was done.
   */
  add(kind: string, sentence: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= MOST_NAMED) this.#named.push(sentence);
  }

  /** All of it, one sentence each. */
  sentences(): string[] {
    const further = [...this.#counts].filter(([, count]) => count > MOST_NAMED);
    return [...this.#named, ...further.map(([kind, count]) => `${kind}: ${count - MOST_NAMED} more.`)];
  }
}
