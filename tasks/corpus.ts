/**
 * `deno task corpus`: brings the 228 MIDI files of the paper, or chorales of Bach, to `data/cache/`.
 *
 * @module
 */

import { parseArgs } from "node:util";
import {
  type Download,
  downloadChorales,
  downloadCorpus,
  downloadJsb,
  type DownloadOptions,
  type DownloadProgress,
  makeCatalogue,
} from "../lib/corpus/mod.ts";
// Not the whole room: it loads Polars, and with it native code, which this task has no permission for.
import { type Progress, terminalProgress } from "../lib/notebook/terminal_progress.ts";
import { userPath } from "./user_path.ts";
import { misuse } from "./command.ts";
import { visible, visibleLines } from "./terminal_text.ts";

const USAGE = `deno task corpus [--zip FILE] [--catalogue]
deno task corpus --jsb [--quarters] [--file FILE]
deno task corpus --chorales [--file FOLDER]

Brings the 228 MIDI files of bachcentral.com to data/cache/, each verified by
its SHA-256. Does nothing when they are all there.

  --zip FILE    take them from a local copy of bach.zip
  --catalogue   instead, write data/catalogue.json anew from --zip FILE
  --jsb         instead, bring the JSB chorales: 382 chorales in four voices,
                split into three sides, on which models are compared
  --quarters    of those, what sounds on each quarter note, on which the older
                literature compares models: the corpus jsb-quarters
  --chorales    instead, bring 370 chorales as kern, with holds, fermatas, keys
                and metres (CC BY-NC-SA 4.0)
  --file FILE   take those from a local copy: Jsb16thSeparated.json,
                jsb-chorales-quarter.json, or a folder or zip of the repository craigsapp/bach-370-chorales
  --help        show this text`;

const CATALOGUE = new URL("../data/catalogue.json", import.meta.url);

/** Where the task prints and what it may be told beside its arguments. */
export interface CorpusTaskOptions extends Pick<DownloadOptions, "cache" | "sources" | "timeout"> {
  /** Takes a line for the user. @default console.log */
  print?: (line: string) => void;
  /** Takes a line that says what is wrong. @default console.error */
  complain?: (line: string) => void;
  /** Where `--catalogue` writes. @default data/catalogue.json */
  catalogueFile?: string | URL;
}

/**
 * Runs the task.
 *
 * @returns The exit code: 0, or 1 if it failed, or 2 if the arguments are wrong.
 */
export async function corpusTask(args: readonly string[], options: CorpusTaskOptions = {}): Promise<number> {
  const { print = console.log, complain = console.error, catalogueFile = CATALOGUE, ...download } = options;
  let given;
  try {
    given = parseArgs({
      args: [...args],
      options: {
        zip: { type: "string" },
        catalogue: { type: "boolean" },
        jsb: { type: "boolean" },
        quarters: { type: "boolean" },
        chorales: { type: "boolean" },
        file: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
    if (given.catalogue && !given.zip) throw new TypeError("--catalogue needs --zip FILE");
    const { zip, catalogue, jsb, quarters, chorales, file } = given;
    if (quarters && !jsb) throw new TypeError("--quarters needs --jsb");
    if (file && !jsb && !chorales) throw new TypeError("--file needs --jsb or --chorales");
    if (jsb && chorales) throw new TypeError("--jsb and --chorales are two corpora: bring them one after the other");
    if ((jsb || chorales) && (zip || catalogue)) {
      throw new TypeError(`--${jsb ? "jsb" : "chorales"} takes neither --zip nor --catalogue`);
    }
  } catch (error) {
    complain(misuse(error as Error, USAGE));
    return 2;
  }
  if (given.help) {
    print(USAGE);
    return 0;
  }
  try {
    const [zip, file] = [given.zip, given.file].map((path) => path === undefined ? undefined : userPath(path));
    if (given.catalogue) {
      await writeCatalogue(zip!, catalogueFile, print);
    } else {
      const bars = progressBars();
      const choice = { ...download, onProgress: bars.update };
      const bringing = given.chorales
        ? downloadChorales({ ...choice, copy: file })
        : given.jsb
        ? downloadJsb({ ...choice, file, form: given.quarters ? "quarters" : "sixteenths" })
        : downloadCorpus({ ...choice, zip });
      report(await bringing.finally(bars.done), print, complain);
    }
    return 0;
  } catch (error) {
    complain(visibleLines((error as Error).message));
    return 1;
  }
}

function report(download: Download, print: (line: string) => void, complain: (line: string) => void) {
  const { from, files, failures } = download;
  for (const { url, error } of failures) complain(visible(`${url} did not work: ${error}`));
  const [count, there] = files === 1 ? ["1 file", "The file is"] : [`${files} files`, `All ${files} files are`];
  print(from === undefined ? `${there} there already.` : visible(`${count} from ${from}, all verified.`));
}

async function writeCatalogue(zip: string, file: string | URL, print: (line: string) => void) {
  const entries = await makeCatalogue(zip);
  const temporary = file instanceof URL ? new URL(file + ".new") : file + ".new";
  await Deno.writeTextFile(temporary, JSON.stringify(entries, null, 2) + "\n");
  await Deno.rename(temporary, file);
  print(`Catalogued ${entries.length} files.`);
}

/** A bar for each place that is tried, and one for the unpacking. */
function progressBars(): { update: (progress: DownloadProgress) => void; done: () => Promise<void> } {
  let [label, bar]: [string, Progress | undefined] = ["", undefined];
  // One after the other: a bar on a terminal goes back a line, which must be its own.
  let drawn = Promise.resolve();
  return {
    update({ stage, from, done, total }) {
      drawn = drawn.then(async () => {
        const next = stage === "download" ? `download from ${new URL(from).host}` : stage;
        if (next !== label) {
          await bar?.done();
          [label, bar] = [next, terminalProgress(next, total)];
        }
        const amount = (count: number) => stage === "download" ? (count / 1e6).toFixed(1) : `${count}`;
        const counted = total === undefined ? amount(done) : `${amount(done)} of ${amount(total)}`;
        await bar!.update(done, `${counted} ${stage === "download" ? "MB" : "files"}`);
      });
    },
    done: () => drawn = drawn.then(() => bar?.done()),
  };
}

if (import.meta.main) Deno.exit(await corpusTask(Deno.args));
