/**
 * The name of a data set without the place where its files are: "MNIST from /home/me/mnist" is "MNIST". Headers have the
 * name; the settings have the place too, see {@link shortPaths}.
 */
export function dataName(source: string): string {
  return source.replace(/ (?:from|in) \S*[\\/].*$/s, "") || source;
}

/** Long paths without their first folders: "MNIST from /home/me/data/mnist" is "MNIST from …/data/mnist". */
export function shortPaths(source: string): string {
  return source.replace(/(^| )(?:[A-Za-z]:)?[\\/](?:[^\\/]+[\\/])+([^\\/]+[\\/][^\\/]+)[\\/]?$/s, "$1…/$2");
}
