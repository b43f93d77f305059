/**
 * Says in a line what computes. A notebook shows it as plain output, not in the red of standard error; elsewhere it
 * goes to standard error, because standard output is the program's own.
 */
export function say(line: string): void {
  if (inNotebook()) console.log(line);
  else console.warn(line);
}

function inNotebook(): boolean {
  try {
    return (Deno as unknown as { jupyter: unknown }).jupyter !== undefined;
  } catch {
    // Outside Deno's kernel the very look at it throws.
    return false;
  }
}
