import type { Command } from "commander";
import { whole, withExamples, withJson } from "../options.ts";

export interface PlayOptions {
  readonly data?: string;
  readonly host?: string;
  readonly port?: number;
  readonly json?: boolean;
}

export function playCommand(program: Command): void {
  const command = program
    .command("play")
    .summary("open the page: draw, look inside, train in the browser")
    .description(
      "Serve the page on which a network reads what you draw, shows what is inside it and is trained in the browser. " +
        "It has the networks that ship with lenet5, those of the given runs and model files, and MNIST where it is on " +
        "this machine. Nothing is downloaded, and nothing leaves the page.",
    )
    .argument("[model...]", "folders of runs, or model files, also of other programs")
    .option("--data <folder>", "the folder of MNIST's four files (default: LENET5_DATA, or the cache)")
    .option("--host <host>", "the address to listen on; 0.0.0.0 lets other machines open the page", "127.0.0.1")
    .option(
      "--port <N>",
      "the port to listen on; 0 for any (default: 1998, or the next free one)",
      whole("--port", 0, 65_535),
    );
  withExamples(
    withJson(command),
    "lenet5 play",
    "lenet5 play runs/first runs/second",
    "lenet5 play model.safetensors --port 8080",
  ).action(async (models: string[], options: PlayOptions) => {
    const { play } = await import("../play/play.ts");
    await play(models, options);
  });
}
