/** Joins linked paths; each group is sorted, and stands under its first path. */
export function groups(
  paths: readonly string[],
  links: readonly (readonly string[])[],
): Map<string, string[]> {
  const parent = new Map(paths.map((path) => [path, path]));
  const root = (path: string): string => {
    for (let above = parent.get(path)!; above !== path; above = parent.get(path)!) {
      parent.set(path, parent.get(above)!);
      path = above;
    }
    return path;
  };
  for (const [first, ...rest] of links) {
    for (const path of rest) {
      const [low, high] = [root(first), root(path)].sort();
      parent.set(high, low);
    }
  }
  const groups = new Map<string, string[]>();
  for (const path of [...paths].sort()) groups.set(root(path), [...groups.get(root(path)) ?? [], path]);
  return groups;
}
