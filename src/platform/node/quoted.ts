/** A path or a value as a part of a command to copy. */
export function quoted(word: string): string {
  if (/^[\w./\\:@=,-]+$/.test(word)) return word;
  return process.platform === "win32" ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`;
}
