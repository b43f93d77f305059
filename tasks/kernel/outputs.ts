/**
 * What a cell shows, gathered from what the kernel publishes while it runs
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html).
 *
 * @module
 */

/** A value in the forms that a notebook can show, by media type. */
export type MimeBundle = Record<string, unknown>;

/** What a cell shows, as nbformat 4 stores it. */
export type Output =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | { output_type: "display_data"; data: MimeBundle; metadata: Record<string, unknown> }
  | { output_type: "execute_result"; data: MimeBundle; metadata: Record<string, unknown>; execution_count: number }
  | ErrorOutput;

/** What a cell that failed shows last. */
export interface ErrorOutput {
  /** What makes it an error. */
  output_type: "error";
  /** Name of the error; `KernelDied` where the kernel ended under the cell. */
  ename: string;
  /** Message of the error. */
  evalue: string;
  /** Lines of the stack trace. */
  traceback: string[];
}

/** What the kernel says about a cell. */
export interface Message {
  /** Name of the message, as `display_data`. */
  type: string;
  /** What it answers. */
  parent: string;
  /** What the protocol says that a message of this type holds. */
  // deno-lint-ignore no-explicit-any
  content: Record<string, any>;
}

/** The outputs of a cell, as they come. */
export class CellOutputs {
  /** What the cell shows now. */
  readonly all: Output[] = [];
  #displays: Map<string, Output[]>;
  #clearBeforeNext = false;

  /**
   * Begins with nothing.
   *
   * @param displays The outputs that the kernel's cells may still change, by their display id.
   */
  constructor(displays: Map<string, Output[]>) {
    this.#displays = displays;
  }

  /** Puts an output under the others. */
  add(output: Output): void {
    if (this.#clearBeforeNext) this.all.length = 0;
    this.#clearBeforeNext = false;
    this.all.push(output);
  }

  /** Does what a message says; gives whether it was about outputs. */
  take({ type, content }: Message): boolean {
    if (type === "clear_output") {
      if (content.wait) this.#clearBeforeNext = true;
      else this.all.length = 0;
      return true;
    }
    const displayId = content.transient?.display_id;
    if (type === "update_display_data") {
      const { data, metadata } = content;
      for (const shown of this.#displays.get(displayId) ?? []) Object.assign(shown, { data, metadata });
      return true;
    }
    const output = outputOf(type, content);
    if (!output) return false;
    const last = this.#clearBeforeNext ? undefined : this.all.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
    } else {
      this.add(output);
      if (displayId) this.#displays.set(displayId, [...this.#displays.get(displayId) ?? [], output]);
    }
    return true;
  }
}

function outputOf(type: string, content: Message["content"]): Output | undefined {
  const { name, text, data, metadata, execution_count, ename, evalue, traceback } = content;
  switch (type) {
    case "stream":
      return { output_type: type, name, text };
    case "execute_result":
      return { output_type: type, data, metadata, execution_count };
    case "display_data":
      return { output_type: type, data, metadata };
    case "error":
      return { output_type: type, ename, evalue, traceback };
  }
}
