/** The lines of a stream, as they come; one that it does not end is left out. */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  // A line may have megabytes, and come in hundreds of pieces.
  let begun: string[] = [];
  for await (const text of stream.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)) {
    const [rest, ...others] = text.split("\n");
    begun.push(rest);
    for (const next of others) {
      yield begun.join("");
      begun = [next];
    }
  }
}
