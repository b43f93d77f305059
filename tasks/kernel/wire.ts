/**
 * Jupyter's messages as they travel: JSON in frames, signed
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 *
 * @module
 */

import type { Message } from "./outputs.ts";
import type { Frames } from "./zmtp.ts";

const DELIMITER = "<IDS|MSG>";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What every message says of itself. */
export interface Header {
  /** What an answer refers to. */
  msg_id: string;
  /** Name of the message, as `execute_request`. */
  msg_type: string;
  /** When it was made, in ISO 8601. */
  date: string;
  /** What else there is. */
  [key: string]: unknown;
}

/** A message that has come. */
export interface Received extends Message {
  /** What it says of itself. */
  header: Header;
}

/** What {@linkcode Wire.compose} takes. */
export interface ComposeOptions {
  /** Header of the message that this one answers. @default none */
  parent?: Header;
  /** Name of this message. @default a new one */
  id?: string;
}

/** Writes the messages of one session, signed with a connection's key, and reads those of others. */
export class Wire {
  #key: CryptoKey;
  #session = crypto.randomUUID();

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  /** Takes the key that a connection file names; messages are signed by HMAC with SHA-256. */
  static async of(key: string): Promise<Wire> {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    return new Wire(await crypto.subtle.importKey("raw", encoder.encode(key), algorithm, false, ["sign"]));
  }

  /** Writes a message. */
  async compose(type: string, content: unknown, options: ComposeOptions = {}): Promise<Frames> {
    const { parent = {}, id = crypto.randomUUID() } = options;
    const header: Header = {
      msg_id: id,
      session: this.#session,
      username: "notenbuch",
      date: new Date().toISOString(),
      msg_type: type,
      version: "5.3",
    };
    const parts = [header, parent, {}, content].map((part) => encoder.encode(JSON.stringify(part)));
    const signature = await crypto.subtle.sign("HMAC", this.#key, await new Blob(parts).arrayBuffer());
    return [encoder.encode(DELIMITER), encoder.encode(new Uint8Array(signature).toHex()), ...parts];
  }

  /** Reads a message. */
  parse(frames: Frames): Received {
    const parts = frames.slice(delimiterIn(frames) + 2);
    const [header, parent, , content] = parts.map((frame, i) => i === 2 ? {} : JSON.parse(decoder.decode(frame)));
    return { header, type: header.msg_type, parent: parent.msg_id, content };
  }

  /** Reads only what a message is called. */
  typeOf(frames: Frames): string {
    return JSON.parse(decoder.decode(frames[delimiterIn(frames) + 2])).msg_type;
  }
}

/** Before the delimiter stand the names of sockets, or a topic. */
function delimiterIn(frames: Frames): number {
  return frames.findIndex((frame) => frame.length === DELIMITER.length && decoder.decode(frame) === DELIMITER);
}
