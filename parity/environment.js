/** The Python with Keras, PyTorch and onnxruntime: a virtual environment in build/parity. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
export const root = fileURLToPath(new URL("..", import.meta.url));
export const folder = join(root, "build", "parity");

/** TensorFlow says what it does at every start, and looks for GPUs. */
const quiet = { TF_CPP_MIN_LOG_LEVEL: "3", TF_ENABLE_ONEDNN_OPTS: "0", CUDA_VISIBLE_DEVICES: "-1" };

/** @param {string} command @param {string[]} parameters */
export const run = (command, parameters) =>
  execFileSync(command, parameters, { cwd: root, stdio: "inherit", env: { ...process.env, ...quiet } });

/**
 * The environment, made anew where the requirements have changed since. `PYTHON` names the Python that makes it: 3.11 to
 * 3.13.
 */
export function environment() {
  const requirements = join(here, "requirements.txt");
  const wanted = readFileSync(requirements, "utf8");
  const done = join(folder, "requirements.done");
  const python = join(folder, "venv", "bin", "python");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return python;
  mkdirSync(folder, { recursive: true });
  run(process.env.PYTHON ?? "python3", ["-m", "venv", "--clear", join(folder, "venv")]);
  run(python, ["-m", "pip", "install", "--quiet", "-r", requirements]);
  writeFileSync(done, wanted);
  return python;
}
