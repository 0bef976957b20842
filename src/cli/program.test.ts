import { describe, expect, test } from "vitest";
import { lenet5Program } from "./program.ts";

/** The help of a command (of the whole program without a name) as it is printed at a width. */
function helpOf(name: string | undefined, columns: number): string {
  const program = lenet5Program(columns);
  let text = "";
  const command = name === undefined ? program : program.commands.find((one) => one.name() === name)!;
  command.configureOutput({
    ...program.configureOutput(),
    writeOut(part) {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

const names = [undefined, ...lenet5Program().commands.map((command) => command.name())];

describe.each([60, 80, 120])("help at %i columns", (columns) => {
  test.each(names)("%s fits, and is wrapped once", (name) => {
    const lines = helpOf(name, columns).split("\n");
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
    // A line that continues the one above: its first word did not fit there.
    lines.forEach((line, i) => {
      const above = lines[i - 1] ?? "";
      const [indent] = /^ */.exec(line)!;
      const isDescription = indent === "" && above !== "" && !/^ |:$/.test(above) && !above.startsWith("Usage");
      const isItem = indent.length > 4 && above.length > indent.length;
      if (line === "" || !(isDescription || isItem)) return;
      const [word] = line.trim().split(" ");
      expect(`${above} ${word}`.length, `${above}\n${line}`).toBeGreaterThan(columns);
    });
  });
});

test("descriptions begin in one column", () => {
  const options = helpOf("train", 80).split("Options:\n")[1].split("\n\n")[0].split("\n");
  const columns = options.map((line) => /^ {2}-.*?\S {2,}(?=\S)/.exec(line)?.[0].length ?? /^ */.exec(line)![0].length);
  expect(new Set(columns).size).toBe(1);
});

test("every command has a summary, a description that is a sentence, and examples", () => {
  for (const command of lenet5Program().commands) {
    expect(command.summary()).toMatch(/^[a-z].*[^.]$/);
    expect(command.description()).toMatch(/^[A-Z][^\n]*\.$/);
    expect(helpOf(command.name(), 80)).toMatch(/\nExamples:\n {2}\$ lenet5 /);
  }
});
