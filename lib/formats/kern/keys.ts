import type { KeySignature } from "../../score/mod.ts";
import type { Interpretations, Timed } from "./interpretations.ts";

/**
 * Makes one list of the key signatures (`*k[f#]`) and the keys (`*e:`).
 *
 * The signature decides `fifths`. The key gives the mode only where it has this very signature: Bach's G minor with one
 * flat stays without a mode, for one flat and "minor" would say D minor. Where no signature is written at all, the
 * key's own is taken.
 */
export function readKeys(
  { signatures, designations }: Pick<Interpretations, "signatures" | "designations">,
): Timed<Omit<KeySignature, "tick">>[] {
  const ticks = [...new Set([...signatures, ...designations].map(({ tick }) => tick))].sort((a, b) => a - b);
  const keys: Timed<Omit<KeySignature, "tick">>[] = [];
  let fifths: number | undefined;
  for (const tick of ticks) {
    const signature = signatures.findLast((other) => other.tick === tick);
    const key = designations.findLast((other) => other.tick === tick)?.value;
    fifths = signature?.value ?? fifths ?? (signatures.length === 0 ? key?.fifths : undefined);
    if (fifths === undefined) continue;
    const fits = key?.fifths === fifths;
    if (signature?.value !== undefined || fits) keys.push({ tick, value: { fifths, ...(fits && { mode: key.mode }) } });
  }
  return keys;
}
