/** What is trained on the page, and how an address keeps it. */

export interface TrainSettings {
  /** "article", "full", "1998", or "own" for the network of the layer editor. */
  readonly network: string;
  /** The layers of "own", as written in the editor; "" for none. */
  readonly layers: string;
  /** "digits", "mnist", or "yours" for pictures that the user brought. */
  readonly data: string;
  readonly optimizer: string;
  /** "" for the recipe's. */
  readonly learningRate: string;
  readonly schedule: string;
  readonly batchSize: number;
  readonly epochs: number;
  /** "" for none. */
  readonly augment: string;
  readonly seed: number;
  /** 0: as many as the machine has. */
  readonly threads: number;
}

const initial: TrainSettings = {
  network: "article",
  layers: "",
  data: "digits",
  optimizer: "",
  learningRate: "",
  schedule: "",
  batchSize: 64,
  epochs: 4,
  augment: "",
  seed: 1,
  threads: 0,
};

/** The settings that differ from the initial ones, as `epochs:3,seed:2`. */
export function trainText(settings: TrainSettings): string {
  return Object.entries(settings)
    .filter(([name, value]) => value !== initial[name as keyof TrainSettings])
    .map(([name, value]) => `${name}:${encodeURIComponent(value)}`)
    .join(",");
}

/** @throws Error for unknown settings and values that are none */
export function trainSettings(text: string): TrainSettings {
  const settings: Record<string, string | number> = { ...initial };
  for (const entry of text === "" ? [] : text.split(",")) {
    const [name = "", value = ""] = entry.split(":").map(decodeURIComponent);
    if (!Object.hasOwn(initial, name)) throw new Error(`expected ${Object.keys(initial).join(", ")}`);
    const isNumber = typeof initial[name as keyof TrainSettings] === "number";
    if (isNumber && !/^\d+$/.test(value)) throw new Error(`expected a whole number for ${name}`);
    settings[name] = isNumber ? Number(value) : value;
  }
  return settings as unknown as TrainSettings;
}
