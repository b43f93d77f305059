import { assertEquals } from "@std/assert";
import { CellOutputs, type Message, type Output } from "../../tasks/kernel/outputs.ts";

const message = (type: string, content: Message["content"]): Message => ({ type, parent: "cell", content });
const stream = (text: string, name = "stdout") => message("stream", { name, text });
const display = (text: string, display_id?: string) =>
  message("display_data", { data: { "text/plain": text }, metadata: {}, transient: { display_id } });
const update = (text: string, display_id: string) => ({ ...display(text, display_id), type: "update_display_data" });

/** What a cell shows after these messages, as text. */
function shown(messages: Message[], displays = new Map<string, Output[]>()): unknown[] {
  const outputs = new CellOutputs(displays);
  for (const each of messages) assertEquals(outputs.take(each), true);
  return outputs.all.map((output) =>
    output.output_type === "stream" ? [output.name, output.text] : "data" in output ? output.data["text/plain"] : output
  );
}

Deno.test("CellOutputs.take() joins what follows on the same stream", () => {
  assertEquals(shown([stream("a"), stream("b"), stream("c", "stderr"), stream("d")]), [
    ["stdout", "ab"],
    ["stderr", "c"],
    ["stdout", "d"],
  ]);
});

Deno.test("CellOutputs.take() changes a display in place, in whichever cell it stands", () => {
  const displays = new Map<string, Output[]>();
  const first = new CellOutputs(displays);
  first.take(display("one", "x"));
  assertEquals(shown([display("other", "y"), display("two", "x"), update("three", "x")], displays), ["other", "three"]);
  assertEquals(first.all, [{ output_type: "display_data", data: { "text/plain": "three" }, metadata: {} }]);
});

Deno.test("CellOutputs.take() clears at once, or with the next output", () => {
  const clear = (wait: boolean) => message("clear_output", { wait });
  assertEquals(shown([stream("a"), clear(false)]), []);
  assertEquals(shown([stream("a"), clear(true)]), [["stdout", "a"]]);
  assertEquals(shown([stream("a"), clear(true), stream("b"), stream("c")]), [["stdout", "bc"]]);
});

Deno.test("CellOutputs.take() leaves alone what is not output", () => {
  const outputs = new CellOutputs(new Map());
  assertEquals(outputs.take(message("execute_input", { code: "1", execution_count: 1 })), false);
  assertEquals(outputs.all, []);
});
