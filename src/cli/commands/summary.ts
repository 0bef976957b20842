import type { Command } from "commander";
import { InputError } from "../../core/errors.ts";
import { defaultNetwork, type NetworkName, networkNames, networks, networksHelp } from "../networks/networks.ts";
import { choice, withExamples, withJson } from "../options.ts";
import { printJson } from "../output.ts";

interface SummaryOptions {
  readonly network?: NetworkName;
  readonly json?: boolean;
}

export function summaryCommand(program: Command): void {
  const command = program
    .command("summary")
    .summary("print the layers of a network")
    .description("Print the layers of a network with output shapes, parameters, connections and multiply-adds.")
    .argument("[model]", "a model file or the folder of a run, instead of --network")
    .option("--network <network>", `${networksHelp} (default: ${defaultNetwork})`, choice("--network", networkNames));
  withExamples(
    withJson(command),
    "lenet5 summary",
    "lenet5 summary --network 1998",
    "lenet5 summary --network full --json",
    "lenet5 summary runs/first",
  ).action(async (path: string | undefined, { network, json }: SummaryOptions) => {
    if (path !== undefined && network !== undefined) {
      throw new InputError(`summary: expected a model or --network, got both: "${path}" and "${network}"`);
    }
    const { model, name } = path === undefined ? await builtIn(network ?? defaultNetwork) : await opened(path);
    if (!json) return void model.summary();
    const { params, connections, macs, layers } = model.summaryData();
    printJson({ network: name, params, connections, macs, layers });
  });
}

async function builtIn(network: NetworkName) {
  return { model: await networks[network].make({}), name: network };
}

async function opened(path: string) {
  const { openModel } = await import("../models.ts");
  const { model, run } = await openModel(path);
  return { model, name: String(run?.config.notes.Network ?? model.name) };
}
