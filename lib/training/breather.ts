/** Longest that work may keep the event loop waiting, in milliseconds: a click on Stop is seen after it. */
const LONGEST = 50;

/**
 * Makes a function to call between two pieces of work: it lets the event loop
 * take a turn when it has waited for 50 ms, and costs nothing otherwise.
 */
export function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < LONGEST) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}
