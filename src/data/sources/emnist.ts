const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const merged = `0123456789${upper}abdefghnqrt`;

/** EMNIST's splits (Cohen et al. 2017, table II); in "letters" the labels begin with 1, so that class 0 is empty. */
const splits: Readonly<Record<string, readonly string[]>> = {
  digits: [..."0123456789"],
  mnist: [..."0123456789"],
  letters: ["(none)", ...upper],
  balanced: [...merged],
  bymerge: [...merged],
  byclass: [...`0123456789${upper}${upper.toLowerCase()}`],
};

/** Whether a file has one of EMNIST's names; EMNIST stores its images transposed. */
export function isEmnist(path: string): boolean {
  return splitOf(path) !== undefined;
}

/** The class names of a file with one of EMNIST's names; undefined for other names and splits. */
export function emnistNames(path: string): readonly string[] | undefined {
  const split = splitOf(path);
  return split !== undefined && Object.hasOwn(splits, split) ? splits[split] : undefined;
}

function splitOf(path: string): string | undefined {
  return /(?:^|[/\\])emnist-([a-z]+)-[^/\\]*$/.exec(path)?.[1];
}
