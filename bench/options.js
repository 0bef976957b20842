/** The options of these commands, and their checks: what cannot be meant is refused in one line. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/**
 * The options of the script that runs. `--help` prints what it says about itself, its first comment.
 * @template {NonNullable<import("node:util").ParseArgsConfig["options"]>} Options @param {Options} options
 * @returns {ReturnType<typeof parseArgs<{ options: Options }>>["values"]}
 */
export function parsed(options) {
  if (process.argv.includes("--help")) {
    const [, comment = ""] = /^\/\*\*\n?(.*?)\*\//s.exec(readFileSync(process.argv[1] ?? "", "utf8")) ?? [];
    console.log(comment.replaceAll(/^ \* ?/gm, "").trim());
    process.exit();
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return refuse(`${/** @type {Error} */ (error).message.split(". ")[0]}; --help lists the options`);
  }
}

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
