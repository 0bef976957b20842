import { InputError, shown } from "../core/errors.ts";

/** Endings of model files of other programs. */
const others = /\.(keras|hdf5|h5|pb|tflite|onnx|ckpt|pt|pth|pkl|npz|json)$/i;

/** The path of a model file to write. @throws InputError for an ending that belongs to another format */
export function modelPath(what: string, path: string): string {
  if (typeof path !== "string" || path === "") {
    throw new InputError(`${what}: expected the path of a file, such as "model.safetensors", got ${shown(path)}`);
  }
  if (!others.test(path)) return path;
  const own = path.replace(/(\.weights)?\.[^.]*$/, ".safetensors");
  throw new InputError(
    `${what}: expected a path that ends in ".safetensors", the format that is written, got ${shown(path)}: write ${shown(own)}`,
  );
}
