import { hash } from "node:crypto";

/** The first 128 bits of a SHA-256, in hexadecimal: enough to tell contents apart. */
export function shortHash(content: string | Uint8Array): string {
  return hash("sha256", content, "hex").slice(0, 32);
}
