/** The files of examples/queue: what they start are commands and options that lenet5 has. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { lenet5Program } from "../../src/cli/program.ts";
import { root } from "./pages.ts";

const worker = lenet5Program().commands.find((command) => command.name() === "worker")!;
const options = worker.options.map(({ long }) => long);

/** The lists of words that begin with a command of lenet5. */
function commandsIn(value: unknown): string[][] {
  if (Array.isArray(value) && value[0] === "worker") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(commandsIn) : [];
}

test.each(["compose.yaml", "kubernetes.yaml"])("%s", (name) => {
  const documents = parseAllDocuments(readFileSync(`${root}examples/queue/${name}`, "utf8"));
  if (!Array.isArray(documents)) throw new Error(`${name} is empty`);
  for (const { errors, warnings } of documents) expect([...errors, ...warnings]).toEqual([]);
  const commands = documents.flatMap((document) => commandsIn(document.toJS()));
  expect(commands).toHaveLength(1);
  const [words] = commands as [string[]];
  expect(options).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith("--"))));
  const parsed = worker.parseOptions(words.slice(1).map(String));
  expect(parsed).toEqual({ operands: [], unknown: [] });
});
