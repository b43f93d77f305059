/** The compiled kernel cannot start, or one of its threads is gone. */
export class KernelError extends Error {
  /** Its class, for people. */
  override name = "KernelError";
}
