import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const library = new URL("../../dist/index.js", import.meta.url);

/** Prints by how many megabytes the arrays of the process have grown after 40 calls with 20 MB each. */
const program = `
  import { averagePooling2d, dense, flatten, input, model } from ${JSON.stringify(library.href)};
  const [images, side] = [80, 512];
  const image = input({ shape: [side, side, 1] });
  const few = flatten()(averagePooling2d({ poolSize: side / 2 })(image));
  const net = model({ inputs: image, outputs: dense({ units: 2 })(few), threads: 2 });
  const before = process.memoryUsage().arrayBuffers;
  for (let call = 0; call < 40; call++) {
    const data = new Uint8Array(images * side * side).fill(call);
    await net.predict({ shape: [images, side, side, 1], data, scale: 1 / 255 });
  }
  console.log((process.memoryUsage().arrayBuffers - before) / 2 ** 20);`;

test("data of earlier calls do not stay in memory", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
  expect(Number(stdout)).toBeLessThan(450);
});
