/**
 * How data frames show themselves in a notebook, as the last value of a cell.
 */

import "nodejs-polars";
import polars from "nodejs-polars/bin/dataframe.js";
import { display } from "../plots/mod.ts";
import { kernel } from "./kernel.ts";
import { table } from "./table.ts";

/**
 * Lets every data frame show itself as {@linkcode table} shows it. Polars' own way is fifty rows with all their digits,
 * and nothing in plain text: VS Code then shows nothing at all. Polars gives each frame a method of its own for this,
 * so it is where frames are made that another can be given to them.
 */
function showFramesAsTables(): void {
  const { _DataFrame: make } = polars;
  const _DataFrame = (inner: unknown) => {
    const frame = make(inner);
    return Object.defineProperty(frame, display, { value: () => table(frame)[display](), configurable: true });
  };
  Object.assign(polars, { _DataFrame });
}

if (kernel()) showFramesAsTables();
