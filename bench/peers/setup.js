/**
 * Installs the peers in build/peers, or in the folder that LENET5_PEERS names: a virtual environment, made by the Python
 * that PYTHON names, and a folder for npm.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { networks } from "./networks.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
export const folder = resolve(process.env.LENET5_PEERS ?? join(root, "build", "peers"));
export const python = join(folder, "venv", "bin", "python");
/** Batches of 128 images in a pass of training. */
export const BATCHES = 20;

/** The file of the images of a network's size. @param {import("./networks.js").Network} network */
export const imagesOf = ({ image }) => join(folder, `images-${image.join("x")}.bin`);
/** The ONNX file of a network. @param {string} name */
export const onnxOf = (name) => join(folder, `${name}.onnx`);

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
 * images. @param {import("./networks.js").Network} network
 */
function drawImages(network) {
  const [rows, columns, channels] = network.image;
  let state = 1;
  const bytes = Uint8Array.from({ length: BATCHES * 128 * rows * columns * channels }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const row = Math.floor(i / (columns * channels)) % rows;
    const label = Math.floor(i / (rows * columns * channels)) % 10;
    return row >> 1 === label + 3 ? 255 : state >>> 24;
  });
  writeFileSync(imagesOf(network), bytes);
}

/** Everything that the comparison of these networks needs. @param {string[]} names */
export function setUp(names) {
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
  for (const name of names) {
    drawImages(networks[name]);
    run(python, [join(here, "onnx-file.py"), JSON.stringify(networks[name]), onnxOf(name)]);
  }
}
