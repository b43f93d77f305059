import { assertEquals, fail } from "@std/assert";
import type { Figure } from "../../lib/plots/mod.ts";

const folder = new URL("./snapshots/", import.meta.url);

/**
 * Compares a figure with the SVG that is kept of it, `snapshots/NAME.svg`. Open that file to see what a figure should
 * look like; after a wanted change, write the files anew and look at them again:
 *
 *     deno test --allow-all tests/plots -- --update
 */
export function assertSnapshot(figure: Figure, name: string): void {
  assertWellFormed(figure.svg);
  const file = new URL(`${name}.svg`, folder);
  if (Deno.args.includes("--update")) {
    Deno.writeTextFileSync(file, figure.svg);
    return;
  }
  let kept: string;
  try {
    kept = Deno.readTextFileSync(file);
  } catch {
    fail(`There is no snapshot ${name}.svg yet: run deno test --allow-all tests/plots -- --update, and look at it`);
  }
  assertEquals(lines(figure.svg), lines(kept), `The figure is not the one in snapshots/${name}.svg any more`);
}

/** One element a line, so that a difference is shown where it is. */
function lines(svg: string): string[] {
  return svg.replaceAll("><", ">\n<").split("\n");
}

/** Fails where an XML parser would: a browser shows nothing of an `<img>` whose SVG is not well-formed. */
export function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.trim().replace(
    /<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (_tag, closing, name, _, empty) => {
      if (closing) assertEquals(open.pop(), name, "Tags do not nest");
      else if (!empty) open.push(name);
      return "";
    },
  );
  assertEquals(open, [], "Tags are left open");
  assertEquals(rest.match(/[<>]/g), null, "Markup is left over");
  assertEquals(rest.match(/&(?!(?:amp|lt|gt|quot|#\d+);)/g), null, "An entity is unknown to XML");
  // deno-lint-ignore no-control-regex
  assertEquals(svg.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g), null, "A character is forbidden");
}
