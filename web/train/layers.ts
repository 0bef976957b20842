/** The layers of one's own network: what the editor shows and the address keeps. The library builds and checks them. */

/** A setting of a layer. */
export interface Field {
  readonly name: string;
  /** The label in the editor. */
  readonly label: string;
  readonly usual: string;
  /** The values to choose from; without them it is a number. */
  readonly choices?: readonly string[];
}

const activation: Field = {
  name: "activation",
  label: "activation",
  usual: "tanh",
  choices: ["tanh", "relu", "sigmoid", "elu", "gelu", "silu", "leaky_relu", "scaled_tanh", "linear"],
};
const poolSize: Field = { name: "poolSize", label: "window", usual: "2" };
const padding: Field = { name: "padding", label: "padding", usual: "valid", choices: ["valid", "same"] };

/** The kinds of layers that can be added, by the library's names. */
export const kinds = {
  conv2d: {
    title: "Convolution",
    fields: [
      { name: "filters", label: "maps", usual: "8" },
      { name: "kernelSize", label: "kernel", usual: "5" },
      activation,
      padding,
      { name: "strides", label: "step", usual: "1" },
    ],
  },
  averagePooling2d: { title: "Average pooling", fields: [poolSize] },
  maxPooling2d: { title: "Max pooling", fields: [poolSize] },
  globalAveragePooling2d: { title: "Mean of each map", fields: [] },
  batchNormalization: { title: "Batch normalization", fields: [] },
  activation: { title: "Activation", fields: [{ ...activation, usual: "relu" }] },
  dropout: { title: "Dropout", fields: [{ name: "rate", label: "share", usual: "0.25" }] },
  flatten: { title: "Flatten", fields: [] },
  dense: { title: "Dense", fields: [{ name: "units", label: "units", usual: "84" }, activation] },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly fields: readonly Field[] }>>;

export type Kind = keyof typeof kinds;

/** A layer as it stands in the editor: its values are what was typed. */
export interface Row {
  readonly kind: Kind;
  /** By the names of the kind's fields. */
  readonly values: Readonly<Record<string, string>>;
}

/** The article's network without C3's table, to begin with. The output layer is added by the page. */
export const start = "conv2d 6; averagePooling2d 2; conv2d 16; averagePooling2d 2; conv2d 120; flatten; dense 84";

const block = (maps: number) => `conv2d ${maps} 3 linear; batchNormalization; activation relu`;

/** The layers of `modern()`, with a bias in each convolution, which the normalization takes away again. */
export const startModern = [
  ...[block(16), block(16), "maxPooling2d 2", block(32), block(32), "maxPooling2d 2", block(48), block(64)],
  "globalAveragePooling2d",
].join("; ");

/** The most layers: the page draws them all. */
const MOST = 40;

/** A new row of a kind. */
export function usualRow(kind: Kind): Row {
  return { kind, values: Object.fromEntries(kinds[kind].fields.map(({ name, usual }) => [name, usual])) };
}

/** The rows as text: each layer by its kind and its values, without those at the end that are usual. */
export function rowsText(rows: readonly Row[]): string {
  return rows
    .map(({ kind, values }) => {
      const fields: readonly Field[] = kinds[kind].fields;
      const last = fields.findLastIndex(({ name, usual }, i) => i === 0 || values[name] !== usual);
      return [kind, ...fields.slice(0, last + 1).map(({ name, usual }) => (values[name] ?? usual).trim() || "?")].join(
        " ",
      );
    })
    .join("; ");
}

/** @throws Error for a text that names no layers */
export function textRows(text: string): Row[] {
  const entries = text.trim() === "" ? [] : text.split(";");
  if (entries.length > MOST) throw new Error(`expected at most ${MOST} layers, got ${entries.length}`);
  return entries.map((entry, i) => {
    const [name = "", ...given] = entry.trim().split(/[\s,]+/);
    if (!Object.hasOwn(kinds, name))
      throw new Error(`layer ${i + 1}: expected ${Object.keys(kinds).join(", ")}, got "${name}"`);
    const kind = name as Kind;
    const { fields, title }: { readonly fields: readonly Field[]; readonly title: string } = kinds[kind];
    if (given.length > fields.length)
      throw new Error(`layer ${i + 1}: expected at most ${fields.length} values for ${title}, got ${given.length}`);
    return { kind, values: Object.fromEntries(fields.map((field, at) => [field.name, given[at] ?? field.usual])) };
  });
}

/** The options of a row's layer as the library takes them. @throws Error for a text that is no number */
export function optionsOf({ kind, values }: Row): Record<string, string | number> {
  const fields: readonly Field[] = kinds[kind].fields;
  return Object.fromEntries(
    fields.map(({ name, label, choices }) => {
      const text = values[name] ?? "";
      if (choices) {
        if (!choices.includes(text)) throw new Error(`expected ${choices.join(", ")} for ${label}, got "${text}"`);
        return [name, text];
      }
      if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`expected a number for ${label}, got "${text}"`);
      return [name, Number(text)];
    }),
  );
}
