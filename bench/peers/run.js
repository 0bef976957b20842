/**
 * Compares the speed of lenet5 with that of other libraries on the networks of networks.json: training with Adam and
 * batches of 128, inference of 1,000 images and of one.
 *
 *     npm run bench:peers [-- --network lenet5,convnet --rounds 7 --only PyTorch --quick]
 *
 * `--quick` takes the first configuration of everything and two rounds. Results of all contestants in all
 * configurations are kept in bench/results.json, docs/peers.md and docs/peers.svg, for the networks that were compared.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parsed, refuse, whole } from "../options.js";
import { compare } from "./compare.js";
import { contestants } from "./contestants.js";
import { machineName } from "./machine.js";
import { networks } from "./networks.js";
import { chart, inDocs, tables } from "./report.js";
import { python, setUp } from "./setup.js";

const values = parsed({
  network: { type: "string", default: Object.keys(networks).join(",") },
  rounds: { type: "string" },
  only: { type: "string" },
  quick: { type: "boolean", default: false },
});
const { only, quick } = values;
const rounds = values.rounds === undefined ? (quick ? 2 : 5) : whole("--rounds", values.rounds);
const names = values.network.split(",");
const unknown = names.find((name) => !(name in networks));
if (unknown !== undefined) refuse(`--network: expected some of ${Object.keys(networks).join(", ")}, got "${unknown}"`);

setUp(names);
const path = new URL("../results.json", import.meta.url);
/** @type {import("./report.js").Results} */
const results = JSON.parse(readFileSync(path, "utf8"));
const machine = machineName();
const chosen = contestants.filter((contestant) => only === undefined || contestant.name.includes(only));
if (chosen.length === 0) {
  console.error(
    `--only: expected a part of one of ${contestants.map((contestant) => contestant.name).join("; ")}, got "${only}"`,
  );
  process.exit(2);
}
for (const name of names) {
  console.error(`\n${networks[name].title}`);
  const compared = {
    machine,
    cores: cpus().length,
    node: process.version,
    python: execFileSync(python, ["--version"], { encoding: "utf8" }).trim().replace("Python ", ""),
    date: new Date().toISOString().slice(0, 10),
    rounds,
    rows: await compare(name, chosen, { rounds, quick }),
  };
  console.log(tables(name, compared));
  if (only !== undefined || quick) continue;
  const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value;
  // The page is made from the numbers that are kept.
  const before = results[machine];
  delete results[machine];
  results[machine] = { ...before, [name]: JSON.parse(JSON.stringify(compared, rounded)) };
  writeFileSync(path, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(new URL("../../docs/peers.svg", import.meta.url), chart(results).svg);
  inDocs(results);
}
