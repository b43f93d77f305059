/** How {@linkcode FewOfAKind} keeps its sentences. */
export interface FewOfAKindOptions {
  /** How many of one kind are kept. */
  most: number;
  /** Says how many more of a kind there were. */
  more: (kind: string, count: number) => string;
}

/** Sentences about a file, which may have the same fault thousands of times: of each kind the first, and how many more. */
export class FewOfAKind {
  readonly #options: FewOfAKindOptions;
  readonly #kept: string[] = [];
  readonly #counts = new Map<string, number>();

  /** Starts without any. */
  constructor(options: FewOfAKindOptions) {
    this.#options = options;
  }

  /**
   * Notes something.
   *
   * @param kind What is counted.
   * @param sentence Where, what was wrong, what was done.
   */
  add(kind: string, sentence: string): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    if (count <= this.#options.most) this.#kept.push(sentence);
  }

  /** The sentences, in the order of reading, and how many more there would be. */
  sentences(): string[] {
    const { most, more } = this.#options;
    const further = [...this.#counts].filter(([, count]) => count > most);
    return [...this.#kept, ...further.map(([kind, count]) => more(kind, count - most))];
  }
}
