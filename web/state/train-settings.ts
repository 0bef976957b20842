/** What is trained on the page, and how an address keeps it. */

/** The settings of a training. Those of {@link usual} train what `lenet5 train --data digits` does. */
export interface TrainSettings {
  /** "article", "full", "modern", "1998", or "own" for the network of the layer editor. */
  readonly network: string;
  /** The layers of "own", as the editor writes them: `conv2d 6 5 tanh; averagePooling2d 2; flatten`. */
  readonly layers: string;
  /** "digits", "mnist", or "yours" for pictures that the user brought. */
  readonly data: string;
  /** The first training images that are used; 0 for all. */
  readonly images: number;
  /** "" for the recipe's. */
  readonly optimizer: string;
  /** "" for the recipe's. */
  readonly learningRate: string;
  /** "" for the recipe's; with a learning rate, "" keeps it constant. */
  readonly schedule: string;
  /** 0 for the recipe's. */
  readonly batchSize: number;
  /** 0 for the recipe's. */
  readonly epochs: number;
  /** Epochs after the planned ones, as `4@0.01 2`: 4 at the learning rate 0.01, then 2 at the rate as it stands. */
  readonly more: string;
  /** The batch after which training was stopped; 0 for none. */
  readonly until: number;
  /** "" for the recipe's, which only modern has; "none" for none. */
  readonly augment: string;
  readonly seed: number;
  /** The share of the training images for validation; "" for the command line's, 1/12. */
  readonly validation: string;
  /** 0: as many as the machine has. */
  readonly threads: number;
}

export const usual: TrainSettings = {
  network: "article",
  layers: "",
  data: "digits",
  images: 0,
  optimizer: "",
  learningRate: "",
  schedule: "",
  batchSize: 0,
  epochs: 0,
  more: "",
  until: 0,
  augment: "",
  seed: 1,
  validation: "",
  threads: 0,
};

/** The settings that differ from the usual ones, as `epochs:3,seed:2`. */
export function trainText(settings: TrainSettings): string {
  return Object.entries(settings)
    .filter(([name, value]) => value !== usual[name as keyof TrainSettings])
    .map(([name, value]) => `${name}:${encodeURIComponent(value)}`)
    .join(",");
}

/** @throws Error for unknown settings and values that are none */
export function trainSettings(text: string): TrainSettings {
  const settings: Record<string, string | number> = { ...usual };
  for (const entry of text === "" ? [] : text.split(",")) {
    const [name = "", value = ""] = entry.split(":").map(decoded);
    if (!Object.hasOwn(usual, name)) throw new Error(`expected ${Object.keys(usual).join(", ")}`);
    const isNumber = typeof usual[name as keyof TrainSettings] === "number";
    if (isNumber && !/^\d{1,10}$/.test(value)) throw new Error(`expected a whole number for ${name}`);
    settings[name] = isNumber ? Number(value) : value;
  }
  return settings as unknown as TrainSettings;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error("expected settings such as epochs:3,seed:2");
  }
}
