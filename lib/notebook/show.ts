import { display } from "../plots/mod.ts";
import { kernel, turn } from "./kernel.ts";

/**
 * Shows a value in the middle of a cell, as its last line would be shown. Outside a notebook its text is printed.
 *
 * @param value A figure, a player, a table, or anything else.
 */
export async function show(value: unknown): Promise<void> {
  const jupyter = kernel();
  if (!jupyter) return print(value);
  await jupyter.display(value);
  await turn();
}

/**
 * A place in a cell's output whose content can change: the first call puts it there, later ones replace what it shows.
 * Outside a notebook each content is printed.
 *
 * @returns A function that shows a value in this place.
 */
export function live(): (value: unknown) => Promise<void> {
  const display_id = crypto.randomUUID();
  let update = false;
  return async (value) => {
    const jupyter = kernel();
    if (!jupyter) return print(value);
    const options = { display_id, update };
    update = true;
    await jupyter.display(value, options);
    await turn();
  };
}

function print(value: unknown): void {
  const bundle = (value as { [display]?: () => Record<string, unknown> } | null | undefined)?.[display]?.();
  console.log(bundle?.["text/plain"] ?? value);
}
