/**
 * The systems that commands can be asked for. As a program of its own, it says
 * so in JSON to those that may load no native code:
 *
 *     deno run … tasks/systems.ts
 *
 * @module
 */

import { CHORALE_SYSTEMS, FILLING_SYSTEMS, isNetwork, NOTE_SYSTEMS, type System } from "../lib/systems/mod.ts";

/** What {@linkcode knownSystems} tells. */
export interface KnownSystems {
  /** All systems, and where they come from, for people. */
  list: string;
  /** Names of those of notes that are networks. */
  networks: string[];
}

/** All systems that there are. */
export function knownSystems(): KnownSystems {
  const chorales = CHORALE_SYSTEMS.map(({ system }) => system);
  const longest = Math.max(...[...NOTE_SYSTEMS, ...chorales, ...FILLING_SYSTEMS].map(({ name }) => name.length));
  const line = <Event>(system: System<Event>, of: string) => {
    const kind = `${"build" in system ? "network" : "members" in system ? "mixture" : "counts"} of ${of}`;
    const words = system.onRequest ? `${system.citation} (takes long)` : system.citation;
    return `  ${system.name.padEnd(longest)} ${kind.padEnd(19)} ${words}`;
  };
  const list = [
    "Systems of notes: --corpus sample, bachcentral or your own",
    ...NOTE_SYSTEMS.map((system) => line(system, "notes")),
    "",
    "Systems of chorales: --corpus jsb",
    ...chorales.map((system) => line(system, "chorales")),
    "",
    "Systems that fill in, each cell given all others: --corpus jsb or chorales",
    ...FILLING_SYSTEMS.map((system) => line(system, "chorales")),
  ].join("\n");
  return { list, networks: NOTE_SYSTEMS.filter((system) => isNetwork(system)).map(({ name }) => name) };
}

if (import.meta.main) console.log(JSON.stringify(knownSystems()));
