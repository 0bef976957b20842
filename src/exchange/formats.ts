import { checkedOptions } from "../core/options.ts";
import { Model } from "../model/model.ts";
import { type ModelFile, opened } from "./given-file.ts";
import { type ImportOptions, importOptions } from "./import-options.ts";
import type { Imported } from "./imported.ts";
import { hasKey, type Look, protobufFields, safetensorsHeader, startsWith } from "./look.ts";

/** A format of model files. Its code is loaded when it is called. */
export interface Format {
  /** For people. */
  readonly name: string;
  /** How its files' names end. */
  readonly endings: readonly string[];
  /** Whether a file looks so. Formats are asked in the order of the table. */
  isOf(look: Look): boolean;
  /** Whether it is this library's own: its models say how they take images. */
  readonly isOwn?: boolean;
  /** Whether its files have weights alone, and the option `network` is needed. */
  readonly needsNetwork?: boolean;
  /** The options that it has use for, beside those of the engine. */
  readonly takes: readonly (keyof ImportOptions)[];
  import(file: ModelFile, options: ImportOptions): Promise<Imported>;
}

/** Every format that {@link importModel} knows, in the order in which they are looked for. */
export const formats = {
  lenet5: {
    name: "lenet5",
    endings: [".safetensors"],
    isOf: isOwn,
    isOwn: true,
    takes: ["customObjects"],
    async import(file, options) {
      const { bytes, name } = await opened("importModel", file);
      const { customObjects, ...engine } = checkedOptions("importModel", importOptions, options);
      return { model: await Model.fromBytes(bytes, name, engine, customObjects), source: "lenet5", notes: [] };
    },
  },
  keras: {
    name: "Keras",
    endings: [".keras", ".h5", ".hdf5"],
    isOf: isKeras,
    takes: ["weights", "architecture", "network", "backend", "output", "inputShape"],
    import: async (file, options) => (await import("./keras/import/import-keras.ts")).importKeras(file, options),
  },
  onnx: {
    name: "ONNX",
    endings: [".onnx"],
    isOf: isOnnx,
    takes: ["output", "inputShape"],
    import: async (file, options) => (await import("./onnx/import/import-onnx.ts")).importOnnx(file, options),
  },
  safetensors: {
    name: "safetensors",
    endings: [".safetensors"],
    isOf: (look) => safetensorsHeader(look) !== undefined,
    needsNetwork: true,
    takes: ["network", "layout", "map"],
    async import(file, options) {
      const { importSafetensors } = await import("./safetensors/import-safetensors.ts");
      return importSafetensors(file, options);
    },
  },
  pytorch: {
    name: "PyTorch",
    endings: [".pt", ".pth", ".pkl"],
    isOf: isPytorch,
    needsNetwork: true,
    takes: ["network", "layout", "map"],
    async import(file, options) {
      const { importPytorch } = await import("./pytorch/import-pytorch.ts");
      return importPytorch(file, options);
    },
  },
  tfjs: {
    name: "TensorFlow.js",
    endings: ["model.json"],
    isOf: ({ json }) => hasKey(json, "modelTopology") && hasKey(json, "weightsManifest"),
    takes: ["output", "inputShape"],
    import: async (file, { threads, numerics, output, inputShape }) =>
      (await import("./tfjs/import-tfjs.ts")).importTfjs(file, { threads, numerics, output, inputShape }),
  },
} as const satisfies Readonly<Record<string, Format>>;

/** A zip file of a config and weights, HDF5, or a description of layers. */
function isKeras({ bytes, zipped, json }: Look): boolean {
  if (zipped) return zipped.includes("config.json") && zipped.includes("model.weights.h5");
  if (startsWith(bytes, "\x89HDF\r\n")) return true;
  return hasKey(json, "class_name") || (hasKey(json, "layers") && hasKey(json, "name"));
}

/** A protobuf message with ONNX's ir_version or opset_import, and a graph. */
function isOnnx(look: Look): boolean {
  const fields = protobufFields(look);
  return fields ? fields.has(7) && (fields.has(1) || fields.has(8)) : false;
}

/** A zip file with a pickle or a TorchScript module in it, or a pickle of protocol 2 to 5. */
function isPytorch({ zipped, bytes }: Look): boolean {
  if (zipped) {
    const hasScript = zipped.some((name) => /^[^/\\]+[/\\]model\.json$/.test(name));
    return (
      zipped.some((name) => /(^|[/\\])data\.pkl$/.test(name)) ||
      (hasScript && zipped.some((name) => /[/\\]tensors[/\\]/.test(name)))
    );
  }
  const isPickle = bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5;
  return isPickle || startsWith(bytes.subarray(257), "ustar");
}

/** The sign of `Model.save` in the metadata. */
function isOwn(look: Look): boolean {
  const { __metadata__: metadata } = (safetensorsHeader(look) ?? {}) as { __metadata__?: { format?: unknown } };
  return metadata?.format === "lenet5-model";
}
