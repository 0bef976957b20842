import type { Command } from "commander";
import { writeOut } from "#platform";
import { InputError } from "../../core/errors.ts";
import { defaultNetwork, networksHelp } from "../networks/networks.ts";
import { withExamples, withJson } from "../options.ts";
import { checksumLine, printJson } from "../output.ts";

interface SummaryOptions {
  readonly model?: string;
  readonly network?: string;
  readonly json?: boolean;
}

export function summaryCommand(program: Command): void {
  const command = program
    .command("summary")
    .summary("print the layers of a network")
    .description("Print the layers of a network with output shapes, parameters, connections and multiply-adds.")
    .argument("[model]", "a model file, also of another program, or the folder of a run, instead of --network")
    .option("--model <model>", "the same as the argument")
    .option("--network <network>", `${networksHelp} (default: ${defaultNetwork})`);
  withExamples(
    withJson(command),
    "lenet5 summary",
    "lenet5 summary --network 1998",
    "lenet5 summary --network full --json",
    "lenet5 summary --network ./network.ts",
    "lenet5 summary runs/first",
  ).action(async (argument: string | undefined, { model: option, network, json }: SummaryOptions) => {
    const { modelArgument } = await import("../models.ts");
    const path = modelArgument(argument, option);
    if (path !== undefined && network !== undefined) {
      throw new InputError(`summary: expected a model or --network, got both: "${path}" and "${network}"`);
    }
    const { model, name } = path === undefined ? await builtIn(network ?? defaultNetwork) : await opened(path);
    // The weights of an untrained network are of no interest.
    const checksum = path === undefined ? undefined : await model.checksum();
    if (!json) {
      model.summary();
      if (checksum !== undefined) writeOut(`${checksumLine(checksum)}\n`);
      return;
    }
    const { params, connections, macs, layers } = model.summaryData();
    printJson({ network: name, params, connections, macs, layers, ...(checksum !== undefined && { checksum }) });
  });
}

async function builtIn(network: string) {
  const { chosenNetwork } = await import("../networks/chosen.ts");
  return { model: await (await chosenNetwork(network)).make({}), name: network };
}

async function opened(path: string) {
  const { openModel } = await import("../models.ts");
  const { model, run } = await openModel(path);
  return { model, name: String(run?.config.notes.Network ?? model.name) };
}
