/**
 * The name of a data set without the path of its files: "MNIST from /home/me/mnist" -> "MNIST". Used in headers; the
 * settings contain the path too, see {@link shortPaths}.
 */
export function dataName(source: string): string {
  return source.replace(/ (?:from|in) \S*[\\/].*$/s, "") || source;
}

/** Shortens long paths to their last two parts: "MNIST from /home/me/data/mnist" -> "MNIST from …/data/mnist". */
export function shortPaths(source: string): string {
  return source.replace(/(^| )(?:[A-Za-z]:)?[\\/](?:[^\\/]+[\\/])+([^\\/]+[\\/][^\\/]+)[\\/]?$/s, "$1…/$2");
}
