/** A file that cannot be read as music; the message says what is wrong, where, and what to do. */
export class FormatError extends Error {
  /** Where in the file the damage shows, in bytes from its beginning; `undefined` where the message alone says it. */
  readonly offset?: number;

  /**
   * Makes an error with a message in words.
   *
   * @param message What is wrong, where, and what to do.
   */
  constructor(message: string) {
    super(message);
    this.name = "FormatError";
  }
}
