/**
 * From a model to notes: it names the next note, that note is fed back, and so
 * on.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { startBackend } from "../kernels/mod.ts";
 * import { vanillaLstm } from "../systems/mod.ts";
 * import { seeded } from "../random/mod.ts";
 * import { generate } from "./mod.ts";
 *
 * await startBackend();
 * const prng = seeded(42);
 * const model = vanillaLstm({ length: 4, units: 8, prng });
 * const seedNotes = [60, 62, 64, 65].map((pitch) => ({ pitch, step: 0.5, duration: 0.5 }));
 * const table = await generate(model, seedNotes, { count: 12, temperature: 1, prng });
 *
 * assertEquals(table.height, 12);
 * ```
 *
 * @module
 */
export { generate, type GenerateOptions } from "./generate.ts";
export { carriesState, networkModel, type NetworkModelOptions } from "./network_model.ts";
export { sampleEvents, type SampleEventsOptions } from "./sample_events.ts";
