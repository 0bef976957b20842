/** MNIST for these commands. Where it is not there, they end with one line that says what to do. */
import { InputError, MnistUnavailable, mnist } from "../dist/index.js";

/** @param {import("../dist/index.js").MnistOptions} [options] */
export async function neededMnist(options) {
  try {
    return await mnist(options);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const missing =
      "MNIST is neither on this machine nor reachable: connect to the internet, or set LENET5_DATA to a folder with its four files";
    console.error(error instanceof MnistUnavailable ? missing : error.message);
    process.exit(1);
  }
}

/** @type {Promise<unknown> | undefined} */
let checked;

/** Ends the command where MNIST is not there, for processes that read it themselves. */
export async function checkMnist() {
  checked ??= neededMnist().then(() => undefined);
  await checked;
}
