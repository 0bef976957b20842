/** What the names of files say: whether they are pictures. */

/** Whether a file's name ends as that of a picture. Whether it is one is seen when it is read. */
export function isPictureName(name: string): boolean {
  return /\.(png|apng|jpe?g|jpe|jfif|webp|gif|bmp|dib)$/i.test(name);
}

/** Whether people do not see a file of this name: `.DS_Store`, `__MACOSX`, `Thumbs.db`. */
export function isHidden(name: string): boolean {
  return name.startsWith(".") || name === "__MACOSX" || /^(thumbs\.db|desktop\.ini)$/i.test(name);
}

/** `.txt`; "" for a name without an ending. */
export function endingOf(name: string): string {
  return /\.[^.]+$/.exec(name)?.[0].toLowerCase() ?? "";
}

/** How many files have which ending, the most frequent first: `3 .txt, 1 .csv` */
export function endingsText(counts: ReadonlyMap<string, number>): string {
  const named = [...counts].map(([ending, count]) => [ending || "without an ending", count] as const);
  const sorted = named.sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
  const shown = sorted.slice(0, 3).map(([ending, count]) => `${count} ${ending}`);
  return [...shown, ...(sorted.length > 3 ? ["others"] : [])].join(", ");
}
