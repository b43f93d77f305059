/** A graph that hears one event after another, and carries from each to the next what its layers remember. */
export interface GraphPlayer {
  /** Hears one event: the numbers of each input, a class as one number. Inputs that are left out come with `say`. */
  hear(inputs: Readonly<Record<string, ArrayLike<number>>>): void;
  /**
   * What an output says of the event after those heard.
   *
   * @param given What `hear` left out and this output needs.
   * @returns Its numbers: a copy.
   */
  say(output: string, given?: Readonly<Record<string, ArrayLike<number>>>): Float32Array;
  /** Another that has heard the same, and goes its own way. */
  fork(): GraphPlayer;
  /** Gives the memory back to the engine. */
  dispose(): void;
}
