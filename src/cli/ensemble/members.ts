import { basename } from "node:path";
import { absolutePath } from "#platform";
import { type EngineOptions, ensemble, InputError, type Model } from "../../index.ts";
import { isLayerType } from "../../layers/registry.ts";
import { objectiveOf } from "../../lenet5/objective.ts";
import { different } from "../../model/graph.ts";
import { type OpenedModel, openModel } from "../models.ts";
import type { Print } from "../output.ts";

/** A member of a committee, with the path that it was opened by. */
export interface Member extends OpenedModel {
  readonly path: string;
  /** The last part of the path, numbered where several have the same. */
  readonly short: string;
}

/**
 * Opens the models of a committee. Outputs of a network that was never compiled, and that are no probabilities, are taken
 * as logits, as other commands take them; a line says so.
 * @throws InputError for a path twice, and as {@link openModel}
 */
export async function openMembers(paths: readonly string[], engine: EngineOptions, print: Print): Promise<Member[]> {
  const twice = paths.find((path, i) => paths.findIndex((other) => absolutePath(other) === absolutePath(path)) !== i);
  if (twice !== undefined) throw new InputError(`ensemble: expected different models, got "${twice}" twice`);
  if (paths.length < 2) throw new InputError(`ensemble: expected at least two models, got ${paths.length}`);
  const models: OpenedModel[] = [];
  for (const path of paths) {
    const opened = await openModel(path, engine);
    if (!opened.model.training) {
      const { loss, metrics, notes } = objectiveOf(opened.model);
      opened.model.compile({ loss, metrics });
      for (const note of notes) print(`Note: ${path}: ${note}`);
    }
    models.push(opened);
  }
  const names = different(models.map(({ run }, i) => nameOf(absolutePath(paths[i]!), run !== undefined)));
  return models.map((opened, i) => ({ ...opened, path: paths[i]!, short: names[i]! }));
}

/** The last part of a path, of a file without its ending: a dot in the name of a run is no ending. */
function nameOf(path: string, isRun: boolean): string {
  const last = basename(path);
  return (isRun ? last : last.replace(/\.\w+$/, "")) || "member";
}

/** The committee of opened models. */
export function committeeOf(members: readonly Member[], engine: EngineOptions): Model {
  const names = members.map(({ short }) => short);
  return ensemble(
    members.map(({ model }) => model),
    { name: "committee", names, ...engine },
  );
}

/** A line about custom layers, which the file of a committee cannot hold; undefined for a model without. */
export function noteOnCustomLayers({ layers }: Model, out: string): string | undefined {
  const custom = layers.find(({ type }) => !isLayerType(type));
  return (
    custom &&
    `Note: ${out} has the custom layer "${custom.type}", which a file does not hold: open it with loadModel and customObjects`
  );
}
