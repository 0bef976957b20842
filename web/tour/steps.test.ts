/** Runs every step on several kinds of networks: its text must be true, and its task possible. */
import {
  averagePooling2d,
  conv2d,
  dense,
  digits,
  dropout,
  flatten,
  input,
  judged,
  type Layer,
  type Model,
  maxPooling2d,
  modern,
  preparationOfModel,
  pretrained,
  sequential,
} from "lenet5";
import { beforeAll, describe, expect, it } from "vitest";
import type { Forward, NetworkFacts } from "../state/network.ts";
import { untrained } from "../state/training.ts";
import { layoutOf, unitIndex } from "../state/units.ts";
import { initialView, type Unit } from "../state/view.ts";
import { imageOf, layerOf, outputOf } from "./network.ts";
import type { Answers, Page, TourState } from "./step.ts";
import { fieldFacts } from "./steps/field.ts";
import { productsOf } from "./steps/kernel.ts";
import { changes, movedImage } from "./steps/shrink.ts";
import { windowFacts } from "./steps/size.ts";
import { tableFacts } from "./steps/table.ts";
import { steps } from "./steps.ts";
import { type Piece, plain, type Text } from "./text.ts";

const { test: pictures } = digits({ train: 0, test: 20 });
const picture = (i: number): Forward["input"] => {
  const [, ...shape] = pictures.images.shape;
  const size = shape.reduce((product, n) => product * n, 1);
  return { ...pictures.images, shape, data: pictures.images.data.slice(i * size, (i + 1) * size) } as Forward["input"];
};

const chain = (...layers: Layer[]) => sequential([input({ shape: [32, 32, 1] }), ...layers], { seed: 3, threads: 1 });

const models: Record<string, () => Model | Promise<Model>> = {
  article: () => pretrained({ network: "article", threads: 1 }),
  // Unpadded pairs of 3x3 convolutions, each with batch normalization and ReLU; the mean of each map.
  modern: () => modern({ seed: 3, threads: 1 }),
  "1998": () => pretrained({ network: "1998", threads: 1 }),
  // Other names, sizes and numbers of classes than LeNet-5's; padding, ReLU, the largest of a square, no table.
  own: () =>
    chain(
      conv2d({ filters: 7, kernelSize: 3, padding: "same", activation: "relu", name: "first" }),
      maxPooling2d({ poolSize: 4, name: "smaller" }),
      conv2d({ filters: 9, kernelSize: 3, strides: 2, activation: "relu", name: "second" }),
      flatten({ name: "line" }),
      dropout({ rate: 0.2 }),
      dense({ units: 21, activation: "relu", name: "votes" }),
      dense({ units: 4, activation: "softmax", name: "answer" }),
    ),
  "one convolution": () =>
    chain(
      conv2d({ filters: 3, kernelSize: 5, activation: "sigmoid", name: "only" }),
      averagePooling2d({ poolSize: 2, name: "half" }),
      flatten(),
      dense({ units: 10, activation: "softmax", name: "ten" }),
    ),
  "no convolution": () => chain(flatten(), dense({ units: 12, activation: "tanh" }), dense({ units: 10 })),
};

async function passOf(model: Model, id: string, image: Forward["input"]): Promise<Forward> {
  const { layers } = await model.layerOutputs(image);
  const scores = [...layers.at(-1)!.values];
  const best = model.outputsDistances ? Math.min(...scores) : Math.max(...scores);
  const judgement = model.outputKind && judged(scores, model.outputKind);
  return { network: id, input: image, layers, scores, predicted: scores.indexOf(best), judgement };
}

function factsOf(model: Model, id: string): NetworkFacts {
  const classNames = Array.from({ length: model.outputs.shape.at(-1)! }, (_, i) =>
    id === "own" ? ["ant", "bee", "cat", "dog"][i]! : `${i}`,
  );
  const { weights, outputsDistances } = model;
  const { preparation } = preparationOfModel(model);
  return { id, title: id, summary: model.summaryData(), weights, outputsDistances, classNames, preparation };
}

interface Subject {
  readonly page: Page;
  readonly pass: (image: Forward["input"]) => Promise<Forward>;
}

async function subjectOf(id: string): Promise<Subject> {
  const model = await models[id]!();
  const network = factsOf(model, id);
  const pass = (image: Forward["input"]) => passOf(model, id, image);
  const confusion = network.classNames.map((_, row) =>
    network.classNames.map((_, column) => (row === column ? 50 : (row + column) % 3)),
  );
  return {
    page: {
      view: initialView,
      network,
      forward: await pass(picture(3)),
      training: untrained,
      evaluation: {
        network: id,
        data: "digits",
        labels: new Uint8Array(),
        predicted: new Uint16Array(),
        confidence: new Float32Array(),
        confusion,
        accuracy: 0.9,
        misread: [],
      },
    },
    pass,
  };
}

/** What a reader does for each task: the page afterwards, and the answers. */
const doings: Record<
  string,
  (subject: Subject, others: Subject) => Promise<{ readonly now: Page; readonly answers?: Answers }>
> = {
  async fool({ page }) {
    const forward = page.forward!;
    return { now: { ...page, forward: { ...forward, predicted: (forward.predicted + 1) % forward.scores.length } } };
  },
  async size({ page }) {
    const facts = windowFacts(page);
    return facts.first
      ? { now: page, answers: { place: facts.to } }
      : { now: pinned(page, unitOf(outputOf(page.network).name)) };
  },
  async kernel({ page }, article) {
    const at = productsOf(page) ? page : article.page;
    return { now: at, answers: { guess: { isPositive: true, unit: productsOf(at)!.unit } } };
  },
  async sharing({ page }, article) {
    return { now: page.network.id === "no convolution" ? article.page : page, answers: { shares: false } };
  },
  async shrink({ page, pass }) {
    const of = page.forward!;
    return {
      now: page,
      answers: { moved: { rows: 0, columns: 1, of, forward: await pass(movedImage(of.input, 0, 1)) } },
    };
  },
  async table({ page }, article) {
    const at = tableFacts(page).joining ? page : article.page;
    const { seen, most } = tableFacts(at);
    return { now: at, answers: { map: seen.findIndex((maps) => maps.length === most) } };
  },
  async field({ page }) {
    return { now: pinned(page, fieldFacts(page).fields.at(-1)!.unit) };
  },
  async flat({ page }) {
    const { pin } = steps.find(({ name }) => name === "flat")!.told(page).view;
    return { now: pinned(page, { ...pin!, column: pin!.column === 0 ? 1 : 0 }) };
  },
  async decide({ page }, { page: article }) {
    return { now: { ...page, network: { ...article.network, outputsDistances: !page.network.outputsDistances } } };
  },
  async learn({ page }) {
    const history = { epochs: [1], history: { loss: [0.5], val_loss: [0.4], val_accuracy: [0.9] } };
    return { now: { ...page, training: { ...untrained, batches: 10, history } } };
  },
  async errors({ page }) {
    return { now: page, answers: { cell: { actual: 0, predicted: 1 } } };
  },
  async today({ page }, { page: other }) {
    const forward = page.forward!;
    const predicted = (forward.predicted + 1) % forward.scores.length;
    return {
      now: { ...page, other: other.network, otherForward: { ...other.forward!, input: forward.input, predicted } },
    };
  },
};

function pinned(page: Page, pin: Unit): Page {
  return { ...page, view: { ...page.view, pin } };
}

function unitOf(layer: string): Unit {
  return { layer, map: 0, row: 0, column: 0 };
}

/** Digits that are no numbers of a network: years, the name LeNet-5, and the 1 of the formula of sizes. */
const years = /\b(19|20)\d\d(s\b|\b)|LeNet-5| \+ 1 = /g;

function pieces(texts: readonly Text[]): readonly Piece[] {
  return texts.flat();
}

const subjectNames = Object.keys(models);
const subjects = new Map<string, Subject>();

beforeAll(async () => {
  for (const id of subjectNames) subjects.set(id, await subjectOf(id));
});

describe.each(subjectNames)("the tour of the network %s", (id) => {
  it.each(steps.map((step, i) => [i + 1, step.name, step] as const))("step %i, %s", async (_number, _name, step) => {
    const subject = subjects.get(id)!;
    const article = subjects.get("article")!;
    const { now, answers = {} } = await doings[step.name]!(subject, article);
    const start: TourState = { now: subject.page, entered: subject.page, answers: {} };
    const end: TourState = { now, entered: subject.page, answers };
    expect(step.done(start)).toBe(false);
    expect(step.done(end)).toBe(true);

    const empty = { ...subject.page, forward: undefined, evaluation: undefined };
    for (const page of [subject.page, empty, now]) {
      const told = step.told(page);
      const results = [start, end].flatMap((state) => step.result({ ...state, now: page }) ?? []);
      const texts = [...told.text, told.prompt, ...told.why, ...(results.length > 0 ? [results] : [])];
      for (const text of texts) {
        const words = plain(text);
        expect(words).not.toMatch(/undefined|NaN|∞|Infinity|\[object| {2}|\.\.| [,.;:?]/);
        expect(words).toMatch(typeof text[0] === "string" ? /^[A-Z“].*[.?:!]$/s : /[.?:!]$/);
      }
      for (const piece of pieces(texts)) {
        if (typeof piece === "string") expect(piece.replace(years, "")).not.toMatch(/\d/);
        else if (piece.type === "part") expectToExist(page.network, piece.light);
      }
      if (told.view.pin) expectUnit(page.network, told.view.pin);
    }
  });
});

function expectToExist(network: NetworkFacts, light: Extract<Piece, { readonly type: "part" }>["light"]): void {
  if (light.type === "unit") expectUnit(network, light.unit);
  for (const { layer, maps, rows, columns } of light.type === "layers" ? light.layers : []) {
    const found = layerOf(network, layer);
    expect(found, layer).toBeDefined();
    const layout = layoutOf(found!.outputShape);
    if (maps !== "all") for (const map of maps) expect(map).toBeLessThan(layout.maps);
    expect(rows[1]).toBeLessThan(layout.rows);
    expect(columns[1]).toBeLessThan(layout.columns);
  }
}

function expectUnit(network: NetworkFacts, unit: Unit): void {
  expect(unitIndex(layerOf(network, unit.layer)!.outputShape, unit)).toBeGreaterThanOrEqual(0);
}

it("the texts hold no typed numbers but years", () => {
  const sources = import.meta.glob<string>("./steps/*.ts", { query: "?raw", import: "default", eager: true });
  expect(Object.keys(sources)).toHaveLength(steps.length);
  for (const [file, text] of Object.entries(sources)) {
    let source = text.replaceAll(/\/\*.*?\*\/|^import .*?;$/gms, "");
    expect(source, file).not.toMatch(/\$\{\s*-?\d/);
    // Texts within texts come first: what is left of a text are its own words.
    for (let before = ""; before !== source; ) {
      before = source;
      for (const [inner] of source.matchAll(/\$\{[^{}]*\}/g)) expectNoDigits(inner, file);
      source = source.replaceAll(/\$\{[^{}]*\}/g, "");
    }
    expectNoDigits(source, file);
  }
});

/** In templates and in strings of several words. */
function expectNoDigits(source: string, file: string): void {
  for (const [words] of source.matchAll(/`[^`]*`|"[^"\n]*"/g))
    if (/^`| /.test(words)) expect(words.replace(years, ""), file).not.toMatch(/\d/);
}

it("the sums shown are the network's own", () => {
  const { page } = subjects.get("article")!;
  const { sum, bias, value } = productsOf(page)!;
  expect(Math.tanh(sum + bias)).toBeCloseTo(value, 5);
  expect(sum).not.toBe(0);
});

it("another network, other numbers", () => {
  const text = (id: string, name: string) =>
    steps
      .find((step) => step.name === name)!
      .told(subjects.get(id)!.page)
      .text.map(plain)
      .join(" ")
      .replaceAll("\u00a0", " ");
  expect(text("article", "sharing")).toContain("4,704");
  expect(text("own", "sharing")).toContain("7,168");
  expect(text("article", "table")).toContain("only 60");
  expect(text("own", "table")).toContain("9 × 7 = 63");
  expect(steps[1]!.question(subjects.get("article")!.page)).toBe("Why 28 × 28?");
  expect(steps[1]!.question(subjects.get("own")!.page)).toBe("Why still 32 × 32?");
});

it("a movement changes every layer, and none by nothing", async () => {
  const { page, pass } = subjects.get("article")!;
  const still = changes(page, await pass(movedImage(page.forward!.input, 0, 0)));
  expect(still.every(({ share }) => share === 0)).toBe(true);
  const moved = changes(page, await pass(movedImage(page.forward!.input, 1, 0)));
  expect(moved.map(({ layer }) => layer.name)).toContain(imageOf(page.network).name);
  expect(moved.every(({ share }) => share > 0)).toBe(true);
});
