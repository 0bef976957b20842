/** Installs the peers in build/peers: a virtual environment for Python, a folder for npm. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
export const folder = join(root, "build", "peers");
export const python = join(folder, "venv", "bin", "python");
export const images = join(folder, "images.bin");
export const IMAGES = 40 * 128;

/** @param {string} command @param {string[]} parameters @param {string} [cwd] */
const run = (command, parameters, cwd = root) => execFileSync(command, parameters, { cwd, stdio: "inherit" });

/**
 * Does `work` unless it was done before with the same content of `list`. @param {string} list @param {() => void} work
 */
function once(list, work) {
  const wanted = readFileSync(join(here, list), "utf8");
  const done = join(folder, `${list}.done`);
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  work();
  writeFileSync(done, wanted);
}

/**
 * Noise with a bright band at a height that depends on the label: easy to learn. The time does not depend on the
 * images.
 */
function drawImages() {
  let state = 1;
  const bytes = Uint8Array.from({ length: IMAGES * 1024 }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [label, row] = [(i >> 10) % 10, (i >> 5) & 31];
    return row >> 1 === label + 3 ? 255 : state >>> 24;
  });
  writeFileSync(images, bytes);
}

export function setUp() {
  run(process.execPath, ["tools/build.js"]);
  mkdirSync(join(folder, "node"), { recursive: true });
  once("requirements.txt", () => {
    run(process.env.PYTHON ?? "python3", ["-m", "venv", join(folder, "venv")]);
    for (const line of readFileSync(join(here, "requirements.txt"), "utf8").split("\n")) {
      if (line === "" || line.startsWith("#")) continue;
      try {
        run(python, ["-m", "pip", "install", "--quiet", line]);
      } catch {
        console.error(`${line} cannot be installed: its rows will have the reason instead of numbers`);
      }
    }
  });
  once("npm.json", () => {
    writeFileSync(join(folder, "node", "package.json"), readFileSync(join(here, "npm.json")));
    // An install script would download files that only GPUs need.
    run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], join(folder, "node"));
  });
  const onnx = join(folder, "lenet5.onnx");
  if (!existsSync(onnx)) run(python, [join(here, "onnx-file.py"), onnx]);
  drawImages();
}
