/**
 * What is trained.
 * @typedef {{ name: string, options: string[], seeds: number, views?: boolean, mnistOnly?: boolean, notMnist?: boolean, testOn?: string }} Trained
 * `options` are those of `lenet5 train`; with `views`, views and a committee are measured as well; `notMnist` is
 * for pictures of things, which may be mirrored; `testOn` are other data to test on than those that it is trained on
 */

const seeds = 5;
/** As many as a committee has members. */
const committee = 10;

/** @param {string} network @param {string[]} options @param {number} epochs @returns {Trained} */
const short = (network, options, epochs) => ({
  ...{ name: `${network}, ${epochs} ${epochs === 1 ? "epoch" : "epochs"}`, seeds },
  options: [...options, "--epochs", String(epochs)],
});

/** @type {Trained[]} */
export const rows = [
  { name: "article", options: [], seeds },
  ...[1, 3].map((epochs) => short("article", [], epochs)),
  {
    ...{ name: "article, 5 epochs, all training images", seeds, mnistOnly: true },
    options: ["--epochs", "5", "--validation-split", "0"],
  },
  { name: "article, best", options: ["--recipe", "best"], seeds: committee, views: true },
  { name: "modern", options: ["--network", "modern"], seeds: committee, views: true },
  {
    ...{ name: "modern, all training images", seeds, views: true, mnistOnly: true },
    options: ["--network", "modern", "--validation-split", "0"],
  },
  {
    ...{ name: "modern, mirrored", seeds, views: true, notMnist: true },
    options: ["--network", "modern", "--augment", "none", "--flip", "horizontal"],
  },
  ...[1, 2, 4, 8].map((epochs) => short("modern", ["--network", "modern"], epochs)),
  { name: "built-in digits", options: ["--data", "digits"], seeds, mnistOnly: true, testOn: "mnist" },
];

/**
 * The row of that name, or all that have the text in their names. @param {string} data @param {string} [text]
 */
export function rowsFor(data, text) {
  const all = rows.filter(({ mnistOnly, notMnist }) => !(data === "mnist" ? notMnist : mnistOnly));
  if (text === undefined) return all;
  const named = all.filter(({ name }) => name === text);
  return named.length > 0 ? named : all.filter(({ name }) => name.includes(text));
}
