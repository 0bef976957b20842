/* biome-ignore-all lint/suspicious/noConsole: the test reads it */
// @ts-expect-error: `lenet5 export --standalone` writes the file
import { classify } from "./digit.js";

const side = 280;
const data = new Uint8ClampedArray(4 * side * side);
for (let y = 60; y < 220; y++) for (let x = 130; x < 150; x++) data[4 * (side * y + x) + 3] = 255;
console.log(JSON.stringify(classify({ width: side, height: side, data })));
