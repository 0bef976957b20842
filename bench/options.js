/** Checks of the options of these commands: what cannot be meant is refused in one line. */

/** @param {string} message @returns {never} */
export function refuse(message) {
  console.error(message);
  process.exit(2);
}

/** A whole number of at least 1. @param {string} option @param {string} text */
export function whole(option, text) {
  const value = Number(text);
  return Number.isInteger(value) && value > 0
    ? value
    : refuse(`${option}: expected a whole number of at least 1, got "${text}"`);
}

/** One of several words. @template {string} Word @param {string} option @param {string} text @param {readonly Word[]} words */
export function oneOf(option, text, words) {
  return words.find((word) => word === text) ?? refuse(`${option}: expected ${words.join(" or ")}, got "${text}"`);
}
