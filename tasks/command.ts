/**
 * What the commands that train have in common.
 *
 * @module
 */

import { parseArgs } from "node:util";
import type { TempoTracks } from "../lib/formats/mod.ts";
import type { Reading } from "../lib/settings/mod.ts";
import { visible } from "./terminal_text.ts";

/** What stops a command, besides the end of its work: Ctrl-C, `kill`, and the end of its terminal. */
export const STOP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * What `--reading` names; `undefined` where it is not given.
 *
 * @throws {RangeError} If there is no such reading.
 */
export function readingOf(text: string | undefined): Reading | undefined {
  if (text === undefined || text === "published" || text === "corrected") return text;
  throw new RangeError(`--reading takes published or corrected, got "${text}"`);
}

/**
 * What `--tempo` names; `undefined` where it is not given.
 *
 * @throws {RangeError} If it is neither the first track of a MIDI file nor all.
 */
export function tempoOf(text: string | undefined): TempoTracks | undefined {
  if (text === undefined || text === "first" || text === "all") return text;
  throw new RangeError(`--tempo takes first or all, got "${text}"`);
}

/**
 * What `--NAME` counts; `undefined` where it is not given.
 *
 * @throws {RangeError} If it is not a positive integer.
 */
export function countOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RangeError(`--${name} takes a positive integer, got "${text}"`);
}

/**
 * What is wrong with how a task is called, and which command says how it is used: that text itself would push what is wrong
 * off the screen.
 *
 * @param usage How it is used; it begins with `deno task` and the name.
 */
export function misuse({ message }: Error, usage: string): string {
  return `${visible(message)}\n${usage.match(/^deno task \S+/)} --help shows how it is used`;
}

/** Where a command prints, and what stops it. */
export interface CommandOptions {
  /** Takes text for the user. @default {console.log} */
  print?: (text: string) => void;
  /** Takes a line that says what is wrong, or how it goes. @default {console.error} */
  complain?: (line: string) => void;
  /** Stops it, besides Ctrl-C. */
  signal?: AbortSignal;
}

/** A command that can be stopped, and goes on. */
export interface Command<Asked> {
  /** How it is used. */
  usage: string;
  /** What its arguments stand for; `undefined` where they ask for help. Throws where they are wrong. */
  asked: () => Asked | undefined | Promise<Asked | undefined>;
  /** Whether what is wrong with the arguments is said well enough without a word on how to learn more. @default never */
  speaksForItself?: (message: string) => boolean;
  /** What is said where it is stopped. @default {"Stopped. The same command goes on from here"} */
  stopped?: (asked: Asked) => string;
  /** Does what is asked for, and returns the exit code. */
  run: (asked: Asked, how: Required<CommandOptions>) => Promise<number>;
}

/**
 * What a command is asked to do.
 *
 * @returns The exit code instead where there is nothing to do: 0 after help, 2 if the arguments are wrong.
 */
async function askedOf<Asked extends object | string>(
  { usage, asked, speaksForItself }: Pick<Command<Asked>, "usage" | "asked" | "speaksForItself">,
  { print = console.log, complain = console.error }: CommandOptions,
): Promise<Asked | number> {
  try {
    const found = await asked();
    if (found !== undefined) return found;
  } catch (error) {
    const { message } = error as Error;
    complain(speaksForItself?.(message) ? visible(message) : misuse(error as Error, usage));
    return 2;
  }
  print(usage);
  return 0;
}

/**
 * Which flags a task is given that takes nothing else.
 *
 * @param names The flags that there are, besides `--help`.
 * @returns The exit code instead where there is nothing to do: 0 after help, 2 if the arguments are wrong.
 */
export async function flagsOf<Name extends string>(
  args: readonly string[],
  usage: string,
  names: readonly Name[],
  options: CommandOptions,
): Promise<Set<Name> | number> {
  const flags = Object.fromEntries([...names, "help"].map((name) => [name, { type: "boolean" } as const]));
  const asked = () => {
    const given = parseArgs({ args: [...args], options: flags }).values;
    return given.help ? undefined : new Set(Object.keys(given) as Name[]);
  };
  return await askedOf({ usage, asked }, options);
}

/**
 * Runs a command.
 *
 * @returns The exit code: its own, 1 if it failed, 2 if the arguments are wrong, 130 if it was stopped.
 */
export async function runCommand<Asked extends object | string>(
  command: Command<Asked>,
  options: CommandOptions,
): Promise<number> {
  const { print = console.log, complain = console.error, signal: given } = options;
  const { stopped = () => "Stopped. The same command goes on from here" } = command;
  const asked = await askedOf(command, options);
  if (typeof asked === "number") return asked;
  const controller = new AbortController(), words = stopped(asked);
  const signal = given ? AbortSignal.any([given, controller.signal]) : controller.signal;
  const stop = () => controller.abort(new Error(words));
  for (const name of STOP_SIGNALS) Deno.addSignalListener(name, stop);
  try {
    return await command.run(asked, { print, complain, signal });
  } catch (error) {
    complain(visible(reasonOf(error as Error)));
    return signal.aborted ? 130 : 1;
  } finally {
    for (const name of STOP_SIGNALS) Deno.removeSignalListener(name, stop);
  }
}

/** What went wrong, in words; a permission is none that whoever runs a task could give. */
function reasonOf(error: Error): string {
  if (!(error instanceof Deno.errors.NotCapable)) return error.message;
  return `${error.message.replace(/, run again with .*/s, "")}, which this task does not have: name another folder`;
}
