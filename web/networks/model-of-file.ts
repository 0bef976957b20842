/** The network in a file of the user. */
import { InputError, loadModel, type Model } from "lenet5";

/** @throws InputError for bytes that are no model; its line names the file */
export async function modelOfFile(bytes: Uint8Array, name: string): Promise<Model> {
  try {
    return await loadModel(bytes, { threads: 1 });
  } catch (error) {
    // The library knows the bytes, and no name.
    if (!(error instanceof InputError) || !error.message.startsWith("model file: ")) throw error;
    throw new InputError(
      error.message.replace("model file", () => name),
      { cause: error },
    );
  }
}
