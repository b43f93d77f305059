import type { Subject } from "./subject.ts";

/** All readers that mutants are tried on, each with what it takes to read. A new one is a file beside these, and a line here. */
const SUBJECTS: Record<string, () => Promise<Subject>> = {
  midi: async () => (await import("./midi.ts")).MIDI,
  kern: async () => (await import("./kern.ts")).KERN,
  musicxml: async () => (await import("./musicxml.ts")).MUSICXML,
  abc: async () => (await import("./abc.ts")).ABC,
  zip: async () => (await import("./zip.ts")).ZIP,
  checkpoint: async () => (await import("./checkpoint.ts")).CHECKPOINT,
};

/** Their names. */
export const KINDS: readonly string[] = Object.keys(SUBJECTS);

/** @throws {RangeError} If there is none of that name. */
export function subjectOf(name: string): Promise<Subject> {
  const load = Object.hasOwn(SUBJECTS, name) ? SUBJECTS[name] : undefined;
  if (load) return load();
  throw new RangeError(`--what takes ${KINDS.join(", ")}, got "${name}"`);
}
