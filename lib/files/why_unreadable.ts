/** Why something cannot be read from disk, in our words; `undefined` where the reason is not the disk's, or a rare one. */
export function whyUnreadable(error: unknown): string | undefined {
  switch ((error as { code?: string } | undefined)?.code) {
    case "ENOENT":
    case "ENOTDIR":
      return "there is no such file or folder";
    case "EACCES":
    case "EPERM":
      return "it may not be read";
    case "EISDIR":
      return "it is a folder";
    case "EIO":
      return "the disk that it is on reports an error";
  }
}
