import { basename } from "node:path";
import { type EngineOptions, lenet5, type Model } from "../../index.ts";
import { objectiveOf } from "../../lenet5/objective.ts";
import { definitionOf, type Loss } from "../../training/losses/table.ts";
import { checkParts, openModel } from "../models.ts";
import { chosenNetwork } from "../networks/chosen.ts";

/** The networks that are measured. */
export interface Subject {
  /** The names of the networks whose training is measured. */
  readonly names: readonly string[];
  /** That whose wasm kernels and inference are measured. */
  readonly main: string;
  make(name: string, engine?: EngineOptions): Promise<Model>;
}

/** Without the network of 1998: it trains with a batch size of 1, so that its speed cannot be compared. */
export const builtIn: Subject = {
  names: ["article", "full"],
  main: "full",
  make: async (name, engine) => lenet5({ c3: name === "article" ? "table1" : "full", ...engine }),
};

/** The network of a name, a module, a model file or a run. @throws InputError for one that is not there, or unfit */
export async function subjectOf(path: string | undefined, network: string | undefined): Promise<Subject> {
  const given = path ?? network;
  if (given === undefined) return builtIn;
  const name = basename(given);
  const chosen = path === undefined ? await chosenNetwork(given) : undefined;
  const make: Subject["make"] = async (_, engine = {}) => {
    const model = chosen ? await chosen.make(engine) : (await openModel(given, engine)).model;
    checkParts({ model, name: given });
    return model;
  };
  await make(name); // an error must come before anything is measured
  return { names: [name], main: name, make };
}

/** The loss that a network is trained with: its own if it comes compiled. */
export async function lossOf(model: Model): Promise<Loss> {
  const own = model.training?.objectives[0]?.loss;
  if (own) return own;
  model.compile({ loss: objectiveOf(model).loss });
  return model.training!.objectives[0]!.loss!;
}

/** Arbitrary images with labels, as the network takes them: their content does not change the time. */
export function someImages({ inputs, outputs }: Model, loss: Loss, count: number) {
  const size = inputs.shape.reduce((product, side) => product * side, 1);
  const units = outputs.shape[0]!;
  const data = Uint8Array.from({ length: count * size }, (_, i) => (i * 7919) >> 3);
  const images = { shape: [count, ...inputs.shape], data, scale: 1 / 255 };
  const classes = Math.max(2, units);
  const labels =
    definitionOf(loss).targets === "classes"
      ? Uint8Array.from({ length: count }, (_, i) => i % classes)
      : Float32Array.from({ length: count * units }, (_, i) =>
          Math.floor(i / units) % classes === (units === 1 ? 1 : i % units) ? 1 : 0,
        );
  return { images, labels };
}
