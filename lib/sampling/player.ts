import type { Values } from "../encodings/mod.ts";

/** A network that listens to one piece, in numbers: what it hears are values of columns, what it says outputs. */
export interface Player {
  /**
   * Hears an event.
   *
   * @param heard The heard columns' values.
   * @param came What was known and said of that event before it was heard, by `next.` and the columns' names.
   */
  hear(heard: Values, came: Values): void;
  /**
   * What an output says of the event to come.
   *
   * @param next What is known and drawn of it, by `next.` and the columns' names.
   */
  say(output: string, next: Values): ArrayLike<number>;
  /** The same once more. */
  fork(): Player;
  /** Frees what it holds. */
  dispose(): void;
}
