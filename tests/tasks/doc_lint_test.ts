import { assertEquals } from "@std/assert";
import { ownFindings } from "../../tasks/doc_lint.ts";

const FOREIGN = `error[private-type-ref]: public type 'f' references private type 'DataFrame'
   --> /home/me/lib/notes/f.ts:2:1
    | 
  2 | export function f(table: DataFrame): void {}
    | ^
    = hint: make the referenced type public or remove the reference
    | 
229 | export interface DataFrame<S extends Schema = any> {
    | - this is the referenced type
    | 

  info: to ensure documentation is complete all types that are exposed in the public API must be public


`;
const OURS = FOREIGN.replace(
  "229 | export interface DataFrame<S extends Schema = any> {",
  "  1 | interface DataFrame {",
);
const MISSING = `error[missing-jsdoc]: exported symbol is missing JSDoc documentation
 --> /home/me/lib/notes/f.ts:2:1
  | 
2 | export function f(table: DataFrame): void {}
  | ^


`;
const SOURCES = [["// another file"], ["interface DataFrame {", "export function f(table: DataFrame): void {}"]];

Deno.test("ownFindings() drops types of other packages, and nothing else", () => {
  const report = `${FOREIGN}${OURS}${MISSING}${FOREIGN}error: Found 4 documentation lint errors.\n`;
  assertEquals(ownFindings(report, SOURCES).map((finding) => finding.split("\n")[0]), [
    "error[private-type-ref]: public type 'f' references private type 'DataFrame'",
    "error[missing-jsdoc]: exported symbol is missing JSDoc documentation",
  ]);
  assertEquals(ownFindings(FOREIGN, SOURCES), []);
  assertEquals(ownFindings("", SOURCES), []);
});

Deno.test("ownFindings() keeps a finding that it does not understand", () => {
  const strange = "error[private-type-ref]: something new\n";
  assertEquals(ownFindings(strange, SOURCES), [strange]);
});
