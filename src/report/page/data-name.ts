/** Letters of a source that are shown. */
const MAX_TEXT = 2000;

/**
 * The name of a data set without the path of its files: "MNIST from /home/me/mnist" -> "MNIST". Used in headers; the
 * settings contain the path too, see {@link shortPaths}.
 */
export function dataName(source: string): string {
  return source.slice(0, MAX_TEXT).replace(/ (?:from|in) \S*[\\/].*$/s, "") || source.slice(0, MAX_TEXT);
}

/** Shortens long paths to their last two parts: "MNIST from /home/me/data/mnist" -> "MNIST from …/data/mnist". */
export function shortPaths(source: string): string {
  return source
    .slice(0, MAX_TEXT)
    .replace(/(^| )(?:[A-Za-z]:)?[\\/](?:[^\\/]+[\\/])+([^\\/]+[\\/][^\\/]+)[\\/]?$/s, "$1…/$2");
}
