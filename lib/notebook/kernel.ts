/** What Deno's kernel offers to the code of its cells, as far as we use it. */
export interface Jupyter {
  /** Sends a value to the notebook, or a new content to the place with this id. */
  display(value: unknown, options?: { display_id?: string; update?: boolean }): Promise<void>;
}

/** Deno's kernel, where this code runs in one; everywhere else the very look at `Deno.jupyter` throws. */
export function kernel(): Jupyter | undefined {
  try {
    return (Deno as unknown as { jupyter: Jupyter }).jupyter;
  } catch {
    return undefined;
  }
}

/** Lets the event loop take a turn: output leaves, and a click on Stop is seen. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
