import { basename, join } from "node:path";
import type { Exported, StandaloneAccuracy } from "../exchange.ts";
import type { Dataset, Model } from "../index.ts";
import type { OneOrMore } from "../model/model-options.ts";
import type { ExportCommandOptions } from "./commands/export.ts";

/** Options of `lenet5 export` that are about a format. */
export type FormatOption = "layout" | "input" | "withPreparation" | "weights" | "data";

/** What an export needs. */
export interface ExportNeeds {
  readonly options: ExportCommandOptions;
  /** The path to write. */
  readonly out: string;
  /** Labelled images that the network has not learned from. */
  images(): Promise<Pick<Dataset, "images" | "labels"> | undefined>;
}

/** A model in a format. */
export interface Written extends Exported {
  /** How well the file reads labelled images, where that was measured. */
  readonly accuracy?: StandaloneAccuracy;
}

/** A format that models are written in. */
export interface ExportFormat {
  /** For people. */
  readonly title: string;
  /** How the names of its files end. */
  readonly endings: readonly string[];
  /** The file to write, for a format whose files stand in a folder. Default: the path as it was given. */
  file?(path: string): string;
  /** The options that it has use for. */
  readonly takes: readonly FormatOption[];
  write(model: Model<OneOrMore, OneOrMore>, needs: ExportNeeds): Promise<Written>;
}

/** Every format of `lenet5 export`, by the value of `--format`. */
export const exportFormats = {
  onnx: {
    title: "ONNX",
    endings: [".onnx"],
    takes: ["input", "withPreparation"],
    async write(model, { options: { input, withPreparation } }) {
      const { exportOnnx } = await import("../exchange.ts");
      return exportOnnx(model, { ...(input && { layout: input }), ...(withPreparation && { withPreparation }) });
    },
  },
  keras: {
    title: "Keras",
    endings: [".keras"],
    takes: ["withPreparation"],
    async write(model, { options: { withPreparation } }) {
      const { exportKeras } = await import("../exchange.ts");
      return exportKeras(model, { ...(withPreparation && { withPreparation }) });
    },
  },
  tfjs: {
    title: "TensorFlow.js",
    endings: [".tfjs", ".json"],
    takes: [],
    file: (path) => (path.toLowerCase().endsWith(".json") ? path : join(path, "model.json")),
    async write(model) {
      const { exportTfjs } = await import("../exchange.ts");
      return exportTfjs(model);
    },
  },
  code: {
    title: "TypeScript",
    endings: [".ts", ".mts"],
    takes: [],
    async write(model) {
      const { modelCode } = await import("../index.ts");
      const notes = [
        "The code makes the network with new weights: net.loadWeights takes those of the model file.",
        "How pictures are prepared, the names of the classes and the state of training stay in the model file.",
      ];
      return { bytes: new TextEncoder().encode(modelCode(model)), beside: {}, notes };
    },
  },
  safetensors: {
    title: "safetensors",
    endings: [".safetensors"],
    takes: ["layout"],
    async write(model, { options: { layout } }) {
      const { exportSafetensors } = await import("../exchange.ts");
      return exportSafetensors(model, { ...(layout && { layout }) });
    },
  },
  standalone: {
    title: "standalone JavaScript",
    endings: [".js", ".mjs"],
    takes: ["weights", "data"],
    async write(model, { options, out, images }) {
      const { exportStandalone } = await import("../exchange.ts");
      const data = await images();
      return exportStandalone(model, {
        file: basename(out),
        ...(options.weights && { weights: options.weights }),
        ...(data && { data }),
      });
    },
  },
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type ExportFormatName = keyof typeof exportFormats;
export const exportFormatNames = Object.keys(exportFormats) as ExportFormatName[];

/** `onnx (.onnx), keras (.keras), ...`, for help and errors. */
export function formatsText(): string {
  return exportFormatNames.map((name) => `${name} (${exportFormats[name].endings.join(", ")})`).join(", ");
}

/** The format that a path ends as; undefined where the ending says nothing. */
export function formatOfPath(path: string): ExportFormatName | undefined {
  const ends = (endings: readonly string[]) => endings.some((ending) => path.toLowerCase().endsWith(ending));
  return exportFormatNames.find((name) => ends(exportFormats[name].endings));
}
