/** Do all contestants train the same? Their losses must fall, and about as fast. */

/** Passes over the batches that are compared, from new weights. */
const PASSES = 3;
/** Initial weights and dropped units are random, and lenet5 shuffles: LeNet-5's means differ by up to an eighth. */
const FACTOR = 1.5;

const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Why a contestant does not train as the others do; undefined if it does. A single loss must only be a number.
 * @param {number[]} losses of its passes @param {number} [usual] the median of the others' means
 */
function problem(losses, usual) {
  const own = mean(losses.slice(0, PASSES));
  if (usual !== undefined && losses.length >= PASSES && !(own < FACTOR * usual && own > usual / FACTOR))
    return `its mean loss in ${PASSES} passes is ${own.toFixed(3)}, of others ${usual.toFixed(3)}`;
  const [first, last] = [losses[0], losses[losses.length - 1]];
  const learns = losses.length === 1 ? Number.isFinite(first) : last < first;
  return learns ? undefined : `its loss went from ${first} to ${last}`;
}

/**
 * Gives the rows that do not train as the others do a reason in place of numbers. Slow contestants repeat one batch:
 * their loss must only fall.
 * @param {{ process: { losses: number[], contestant: { slow?: boolean } }, row: import("./report.js").Row }[]} entries
 *   of training
 */
export function checkLearning(entries) {
  const able = entries.filter(({ row }) => row.reason === undefined);
  const means = able
    .filter(({ process }) => !process.contestant.slow)
    .map(({ process }) => mean(process.losses.slice(0, PASSES)))
    .sort((a, b) => a - b);
  const usual = means[Math.floor(means.length / 2)];
  for (const { process, row } of able) {
    const { losses, contestant } = process;
    const reason = problem(losses, contestant.slow ? undefined : usual);
    if (reason !== undefined) row.reason = reason;
  }
}
