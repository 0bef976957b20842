import type { Command } from "commander";
import { withExamples, withJson } from "../options.ts";
import { printer, printJson } from "../output.ts";

export function trustCommand(program: Command): void {
  const command = program
    .command("trust")
    .summary("allow the code of a run from elsewhere")
    .description(
      "Allow the code in a run's folder that its network needs, as it is now. The code may do anything that you may, so read it " +
        "first, with what it imports. Runs that were trained here are allowed already.",
    )
    .argument("<run>", "folder of a run");
  withJson(command);
  withExamples(command, "lenet5 trust runs/from-a-friend").action(
    async (path: string, { json }: { json?: boolean }) => {
      const { trustRun } = await import("../networks/module-of-run.ts");
      const module = await trustRun(path);
      if (json) printJson({ module });
      else printer(json)(`Allowed: ${module}`);
    },
  );
}
