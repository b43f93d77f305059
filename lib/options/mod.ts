/**
 * What a caller gives, checked at the door: every option of every public
 * function, its type included, in one way and with one kind of sentence.
 *
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkOptions, kinds, optional } from "./mod.ts";
 *
 * interface CountOptions {
 *   bars: number;
 *   beats?: number;
 * }
 *
 * function count(options: CountOptions): number {
 *   const { bars, beats = 4 } = checkOptions("count", options, {
 *     bars: kinds.positiveInteger,
 *     beats: optional(kinds.positiveInteger),
 *   });
 *   return bars * beats;
 * }
 *
 * assertThrows(
 *   () => count({ bars: "8" as unknown as number }),
 *   TypeError,
 *   'Cannot count: bars must be a positive integer, current value is "8"',
 * );
 * ```
 *
 * @module
 */
export { checkArgument, checkOptions, shown } from "./check_options.ts";
export { expandHome } from "./expand_home.ts";
/** What options can be: `kinds.positiveInteger`, `kinds.oneOf("bar", "beat")` and the like. */
export * as kinds from "./kinds.ts";
export { type Kind, type Kinds, optional, type Range } from "./kinds.ts";
export { nearest } from "./nearest.ts";
