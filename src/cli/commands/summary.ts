import type { Command } from "commander";
import { InputError } from "../../core/errors.ts";
import { choice, networksHelp, withExamples, withJson } from "../options.ts";
import { printJson } from "../output.ts";
import { type Network, networks, recipe } from "../recipe.ts";

interface SummaryOptions {
  readonly network?: Network;
  readonly json?: boolean;
}

export function summaryCommand(program: Command): void {
  const command = program
    .command("summary")
    .summary("the network's layers in numbers")
    .description("A network's layers with output shapes, parameters, connections and multiply-adds.")
    .argument("[model]", "a model file or the folder of a run, instead of --network")
    .option("--network <network>", `${networksHelp} (default: ${recipe.network})`, choice("--network", networks));
  withExamples(
    withJson(command),
    "lenet5 summary",
    "lenet5 summary --network 1998",
    "lenet5 summary --network full --json",
    "lenet5 summary runs/2026-11-22-153012",
  ).action(async (path: string | undefined, { network, json }: SummaryOptions) => {
    if (path !== undefined && network !== undefined) {
      throw new InputError(`summary: expected a model or --network, got both: "${path}" and "${network}"`);
    }
    const { model, name } = path === undefined ? await builtIn(network ?? recipe.network) : await opened(path);
    if (!json) return void model.summary();
    const { params, connections, macs, layers } = model.summaryData();
    printJson({ network: name, params, connections, macs, layers });
  });
}

async function builtIn(network: Network) {
  const { networkNamed } = await import("../networks.ts");
  return { model: networkNamed(network), name: network };
}

async function opened(path: string) {
  const { openModel } = await import("../models.ts");
  const { model, config } = await openModel(path);
  return { model, name: config?.settings.network ?? model.name };
}
