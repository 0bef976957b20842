import { afterEach, expect, test, vi } from "vitest";
import { commandLine } from "./machine.ts";

afterEach(() => vi.unstubAllGlobals());

test.each([
  ["linux", `node train.mjs --out 'my $HOME run' 'it'\\''s'`],
  ["win32", `node train.mjs --out "my $HOME run" "it's"`],
])("the command line of a run can be copied into a shell of %s", (platform, line) => {
  vi.stubGlobal("process", { platform, argv: ["/bin/node", "/a/train.mjs", "--out", "my $HOME run", "it's"] });
  expect(commandLine()).toBe(line);
});
