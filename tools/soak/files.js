/** Hostile files for all readers, by tools/fuzz.js in processes of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const fuzz = fileURLToPath(new URL("../fuzz.js", import.meta.url));

/**
 * @param {import("../soak.js").Case} given
 * @returns {Promise<import("../soak.js").Outcome>}
 */
export async function files({ seed }) {
  const { code, lines } = await output(["--cases", "100", "--workers", "1", "--seed", `${seed}`, "--json"]);
  /** @type {{ cases: number, results: number, refused: number, findings: number }[]} */
  const rows = JSON.parse(lines.at(-1) ?? "");
  /** @param {"cases" | "results" | "refused" | "findings"} column */
  const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
  const lost = lines.filter((line) => line.startsWith("FOUND"));
  if (code !== 0 && lost.length === 0) lost.push(`tools/fuzz.js ended with ${code}: ${lines.join("\n")}`);
  return { tried: sum("cases"), refused: sum("refused"), survived: sum("cases") - sum("findings"), lost };
}

/**
 * @param {string[]} words
 * @returns {Promise<{ code: number | null, lines: string[] }>}
 */
function output(words) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [fuzz, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
    });
    child.on("close", (code) => resolve({ code, lines: text.trim().split("\n") }));
  });
}
