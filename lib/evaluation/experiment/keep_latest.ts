/** Gives the value that is kept under all that it depends on, or makes it and keeps it in place of the last one. */
export type Keep<Value> = (of: readonly unknown[], make: () => Value) => Value;

/** Keeps the latest value, under all that it depends on as JSON: what is made one after the other differs in little. */
export function keepLatest<Value>(): Keep<Value> {
  let latest: { key: string; value: Value } | undefined;
  return (of, make) => {
    const key = JSON.stringify(of);
    if (latest?.key !== key) {
      // Before the next is made, which may need the room.
      latest = undefined;
      latest = { key, value: make() };
    }
    return latest.value;
  };
}
