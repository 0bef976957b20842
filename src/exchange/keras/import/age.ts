import { InputError } from "../../../core/errors.ts";
import { isObject, type Json } from "./json.ts";
import type { Age } from "./place.ts";
import type { Topology } from "./topology.ts";

/** The library under Keras whose convolutions a file's kernels are made for. */
export type Backend = "tensorflow" | "theano";

/** What a file says of the program that wrote it. */
export interface Written {
  /** "2.3.1"; undefined where the file does not say it. */
  readonly version: string | undefined;
  /** "tensorflow", "theano", "jax", "tensorflow.js", ... */
  readonly backend: string | undefined;
}

/** How the layers of a file are to be read. @throws InputError for images in both layouts */
export function ageOf(
  file: string,
  topology: Topology,
  { version, backend }: Written,
  given: Backend | undefined,
  notes: Set<string>,
): Age {
  const layouts = new Set(layoutsIn(topology));
  if (layouts.size > 1)
    throw new InputError(
      `${file}: some of its layers have channels first, others last: a model with both is not supported`,
    );
  const channelsFirst = layouts.has("first");
  const keras = majorOf(version) ?? guessed(topology);
  const hasKernels = layersIn(topology).some(({ className }) => className.includes("Conv"));
  const theano = hasKernels && isTheano({ keras, channelsFirst, backend, given }, notes);
  return { keras, channelsFirst, theano, tfjs: backend === "tensorflow.js" };
}

/** Whether kernels are those of Theano, whose convolutions are flipped in both axes. */
export function isTheano(
  known: {
    readonly keras: number;
    readonly channelsFirst: boolean;
    readonly backend: string | undefined;
    readonly given: Backend | undefined;
  },
  notes: Set<string>,
): boolean {
  const { keras, channelsFirst, backend, given } = known;
  if (given !== undefined) return given === "theano";
  if (backend !== undefined) return backend === "theano";
  if (keras > 1) return false;
  const theano = keras === 0 || channelsFirst;
  notes.add(
    `The file does not say for which backend its kernels are: ${theano ? "Theano, with flipped kernels," : "TensorFlow"} was assumed; the option backend says otherwise.`,
  );
  return theano;
}

/** The first number of a version. */
export function majorOf(version: string | undefined): number | undefined {
  const major = /^(\d+)\./.exec(version ?? "")?.[1];
  return major === undefined ? undefined : Math.min(Number(major), 3);
}

/** The age of a file that does not say it, by the names of its options. */
function guessed(topology: Topology): number {
  const options = new Set(configsIn(topology).flatMap((config) => Object.keys(config)));
  if (options.has("cache_enabled") && !options.has("batch_input_shape") && options.has("custom_name")) return 0;
  if (["nb_filter", "nb_row", "output_dim", "border_mode", "dim_ordering", "p"].some((name) => options.has(name)))
    return 1;
  return 2;
}

/** "first" and "last" as convolutions and pooling layers say it. */
function layoutsIn(topology: Topology): string[] {
  return layersIn(topology).flatMap(({ className, config }) => {
    if (!/Conv|Pool|UpSampling|ZeroPadding|Cropping/.test(className)) return [];
    const layout = config.data_format ?? config.dim_ordering;
    if (layout === "channels_first" || layout === "th") return ["first"];
    return layout === "channels_last" || layout === "tf" ? ["last"] : [];
  });
}

function configsIn(topology: Topology): Json[] {
  return layersIn(topology).map(({ config }) => config);
}

function layersIn(topology: Topology): { className: string; config: Json }[] {
  return topology.layers.flatMap(({ inside, className, config }) =>
    inside ? layersIn(inside) : [{ className, config: isObject(config) ? config : {} }],
  );
}
