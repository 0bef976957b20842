/** The runs of the network of 1998, from the table of docs/paper.md, which `npm run paper` writes. */
import { readFileSync } from "node:fs";

/** @param {string} text the page @returns {import("./report.js").Row[]} */
export function rowsOf1998(text = readFileSync(new URL("../../docs/paper.md", import.meta.url), "utf8")) {
  const setting = (/** @type {string} */ name) => new RegExp(`^\\| ${name} \\| (.*) \\|$`, "m").exec(text)?.[1] ?? "";
  const machine = `${setting("Processor")}, ${setting("Processor cores")} cores`;
  const lines = [
    ...text.matchAll(/^\| 60,000(, distorted)? \| (\d+) \| ([\d.]+)% \| [\d.]+% \| (?:(\d+) min )?([\d.]+) s \|$/gm),
  ];
  return ["", ", distorted"].map((kind) => ({
    name: `1998${kind}`,
    command: "lenet5 paper",
    ...{
      machine,
      node: setting("Node.js"),
      lenet5: setting("lenet5"),
      date: "",
      parameters: 60_000,
      epochs: Number(setting("Passes")),
    },
    runs: lines
      .filter(([, distorted = ""]) => distorted === kind)
      .map(([, , seed, error, minutes = "0", seconds]) => ({
        ...{ seed: Number(seed), seconds: 60 * Number(minutes) + Number(seconds) },
        test: Number((Number(error) / 100).toFixed(6)),
      })),
  }));
}
