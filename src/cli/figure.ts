import { readBytes, writeBeside, writeDocument } from "#platform";
import { oneOf } from "../core/errors.ts";
import * as figures from "../figures.ts";
import { InputError, prepared, type Run, type RunFiles, readPicture } from "../index.ts";
import { preparationOfModel } from "../reading/model-preparation.ts";
import { inputOf } from "../reading/model-reader.ts";
import { exampleOutputs, visibleConvolutions } from "../runs/layer-outputs.ts";
import type { FigureName, FigureOptions } from "./commands/figure.ts";
import { openModel } from "./models.ts";
import { openRunAt } from "./runs-within.ts";

type Drawing = (run: Run, options: FigureOptions) => Promise<figures.Figure>;

/** Figures of a run's training and results. */
const ofRuns = {
  loss: async (run, { log }) => figures.lossCurves(await run.history(), { scale: log ? "log" : "linear" }),
  accuracy: async (run) => figures.accuracyCurves(await run.history()),
  time: async (run) => figures.epochTimes(await run.history()),
  "loss-steps": async (run) => figures.stepLosses(await need(run, "steps.json")),
  "learning-rate": async (run) => figures.learningRates(await need(run, "steps.json")),
  "gradient-norm": async (run) => figures.gradientNorms(await need(run, "steps.json")),
  confusion: async (run, { percent }) =>
    figures.confusionMatrix(await need(run, "evaluation.json"), { show: percent ? "percent" : "count" }),
  "class-errors": async (run) => figures.classErrors(await need(run, "evaluation.json")),
  pairs: async (run, { max }) => figures.confusedPairs(await need(run, "evaluation.json"), { max }),
  errors: async (run, { max }) => figures.worstErrors(await need(run, "examples.json"), { max }),
  confidence: async (run) => figures.confidence(await need(run, "predictions.json")),
  calibration: async (run) => figures.calibration(await need(run, "predictions.json")),
  rejection: async (run) => figures.rejection(await need(run, "predictions.json")),
  weights: async (run) => figures.weightHistograms(await need(run, "weights.json")),
} satisfies Partial<Record<FigureName, Drawing>>;

/** Figures of a network, with a run or without. */
const ofModels: Record<
  Exclude<FigureName, keyof typeof ofRuns>,
  (run: string | undefined, options: FigureOptions) => Promise<figures.Figure>
> = {
  async network(path) {
    return figures.networkDiagram((await openModel(path)).model.summaryData());
  },
  async kernels(path, { layer }) {
    const { model } = await openModel(path);
    const names = model.layers.filter(({ type }) => type === "conv2d").map((one) => one.name);
    const name = layer === undefined ? (visibleConvolutions(model)[0] ?? names[0]) : oneOf("--layer", layer, names);
    if (name === undefined)
      throw new InputError("figure kernels: expected a model with a convolution, got one without");
    return figures.kernels(model.kernels(name));
  },
  async features(path, { image }) {
    const { model, run } = await openModel(path);
    const classNames = run?.config.data.classNames ?? model.reading?.classNames;
    if (image !== undefined) {
      const picture = await readPicture(await readBytes(image), image);
      const input = inputOf(model, prepared(picture, preparationOfModel(model).preparation, image));
      return figures.featureMaps(await model.layerOutputs(input), { classNames });
    }
    const examples = await run?.read("examples.json");
    const shown = examples && (await exampleOutputs(model, examples));
    if (!shown) throw new InputError("figure features: expected --image with a picture, or the folder of a run");
    return figures.featureMaps(shown, { classNames });
  },
};

/** Draws a figure and writes it; returns the path. */
export async function writeFigure(name: FigureName, run: string | undefined, options: FigureOptions): Promise<string> {
  const { out = `${name}.svg`, theme = "light", scale = 2 } = options;
  const kind = out === "-" ? ".svg" : out.slice(out.lastIndexOf(".")).toLowerCase();
  if (kind !== ".svg" && kind !== ".png") {
    throw new InputError(`--out: expected a file that ends in .svg or .png, or - for standard output, got "${out}"`);
  }
  refuseUnused(name, kind, options);
  const figure = await drawn(name, run, options);
  const svg = figure.themed(theme);
  if (out === "-") writeDocument(svg);
  else if (kind === ".svg") await writeBeside(out, svg);
  else await writeBeside(out, await (await import("./png.ts")).pngOf(svg, scale));
  return out;
}

/** The figures that use each option. */
const uses: Readonly<Partial<Record<keyof FigureOptions, readonly FigureName[]>>> = {
  log: ["loss"],
  percent: ["confusion"],
  layer: ["kernels"],
  image: ["features"],
  max: ["errors", "pairs"],
};

/** Refuses an option that the figure does not have, which would otherwise be ignored. */
function refuseUnused(name: FigureName, kind: string, options: FigureOptions): void {
  for (const [option, names] of Object.entries(uses)) {
    if (option in options && !names.includes(name))
      throw new InputError(`--${option}: expected with figure ${names.join(" or ")}, got figure ${name}: leave it out`);
  }
  if (options.scale !== undefined && kind === ".svg")
    throw new InputError("--scale: expected with a PNG, got an SVG, which has no pixels: leave it out");
}

async function drawn(name: FigureName, run: string | undefined, options: FigureOptions): Promise<figures.Figure> {
  if (!isOfRun(name)) return ofModels[name](run, options);
  if (run === undefined)
    throw new InputError(`figure ${name}: expected the folder of a run, got none: lenet5 figure ${name} RUN`);
  const draw: Drawing = ofRuns[name];
  return draw(await openRunAt(run), options);
}

function isOfRun(name: FigureName): name is keyof typeof ofRuns {
  return name in ofRuns;
}

async function need<File extends keyof RunFiles>(run: Run, file: File): Promise<RunFiles[File]> {
  const content = await run.read(file);
  if (content) return content;
  const how =
    file === "steps.json" || file === "weights.json" ? "it was removed" : `lenet5 report ${run.folder} makes it`;
  throw new InputError(`figure: expected ${run.file(file)}, which is not there: ${how}`);
}
