import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { evaluationOf, examplesOf, history, namesOf, predictions, run } from "../../../test/figures/made-up.ts";
import { cellsOf } from "../statistics/confusion.ts";
import { comparisonHtml } from "./comparison.ts";
import { dataName, shortPaths } from "./data-name.ts";
import { type RunReport, reportHtml } from "./report.ts";

function page(report: RunReport) {
  const text = reportHtml(report);
  return { text, document: parseHTML(text).document };
}

/** Forbidden in a page: numbers that are none, scripts, and anything from elsewhere. */
const wrong = /NaN|undefined|>null|Infinity|<script|(?:src|href)="(?!#|data:)|url\(/;

describe("a report", () => {
  test.each([
    [2, 1],
    [10, 12],
    [47, 100],
  ])("of %i classes and %i epochs", (classes, epochs) => {
    const { text, document } = page(run(classes, epochs));
    const { accuracy, confusionMatrix } = run(classes, epochs).evaluation!;
    expect(document.querySelector("h1")?.textContent).toContain(`${Math.floor(10_000 * accuracy!) / 100}`.slice(0, 4));
    expect(document.querySelectorAll(".confusion tbody td")).toHaveLength(classes ** 2);
    expect(document.querySelectorAll(".chart svg").length).toBeGreaterThanOrEqual(16);
    expect([...document.querySelectorAll("h2")].map(({ textContent }) => textContent)).toEqual([
      "Training",
      "Confusion matrix",
      "Worst errors",
      "Confidence",
      "Kernels, feature maps, weights",
      "Network",
      "Settings",
    ]);
    // Each cell with examples opens them.
    const buttons = [...document.querySelectorAll(".confusion button")];
    for (const button of buttons) {
      const cell = document.getElementById(button.getAttribute("popovertarget")!);
      expect(cell?.querySelectorAll("use").length).toBeGreaterThan(0);
    }
    const filled = cellsOf(confusionMatrix).cells.length;
    const cells = run(classes, epochs).examples!.images.map(({ label, predicted }) => `${label} ${predicted}`);
    expect(buttons).toHaveLength(new Set(cells).size);
    expect(buttons.length).toBeLessThanOrEqual(filled);
    for (const use of document.querySelectorAll("use"))
      expect(document.getElementById(use.getAttribute("href")!.slice(1))).not.toBeNull();
    expect(text).not.toMatch(wrong);
    expect(text.length).toBeLessThan(2_000_000);
  });

  test("without steps, predictions, images and weights", () => {
    const { title, started, notices, command, data, network, history, evaluation, settings } = run(10, 3);
    const old = { title, started, notices, command, data, network, history, evaluation, settings };
    const { text, document } = page(old);
    expect(document.querySelectorAll("h2")).toHaveLength(4);
    expect(document.querySelectorAll(".confusion button, image")).toHaveLength(0);
    expect(text).not.toContain("Choose a cell");
    expect(text).not.toMatch(wrong);
  });

  test("without test images: the validation is at the top", () => {
    const { evaluation: _, predictions: __, examples: ___, command: ____, ...rest } = run(10, 3);
    const { text, document } = page({ ...rest, data: { source: "own data", training: 240 } });
    const { val_accuracy: accuracy } = rest.history.history;
    const value = `${Math.floor(10_000 * accuracy![rest.history.epochs.indexOf(rest.history.chosen ?? 3)]!) / 100}`;
    expect(document.querySelector("h1")?.textContent).toContain(value.slice(0, 4));
    expect(document.querySelector("h1")?.textContent).toContain("validation accuracy");
    expect(document.title).toMatch(/% validation accuracy on own data$/);
    expect(document.querySelector(".source")?.textContent).toBe("own data: 240 images for training");
    expect([...document.querySelectorAll("h2")].map(({ textContent }) => textContent)).toEqual([
      "Training",
      "Kernels, feature maps, weights",
      "Network",
      "Settings",
    ]);
    expect(text).not.toMatch(wrong);
    const { accuracy: _a, val_accuracy: _v, ...losses } = rest.history.history;
    const plain = page({ ...rest, history: { ...rest.history, history: losses } });
    expect(plain.document.querySelector("h1")?.textContent).toMatch(/^\d.*validation loss$/);
    const both = comparisonHtml([
      { name: "a", run: rest },
      { name: "b", run: run(10, 3), images: "x" },
    ]);
    expect(both).not.toMatch(wrong);
  });

  test("of a diverged run, and of one without an epoch", () => {
    const broken = { epochs: [1, 2], history: { loss: [2.5, null], val_loss: [null, null], accuracy: [0.1, 0.1] } };
    const evaluation = { ...run(3, 1).evaluation!, loss: null };
    const { text } = page(run(3, 2, { history: broken, evaluation }));
    expect(text).toContain("training: not a number in epoch 2");
    expect(text).not.toMatch(wrong);
    expect(page(run(3, 0, { history: { epochs: [], history: {} } })).text).not.toMatch(wrong);
    const untold = page({ ...run(3, 0), history: undefined }).text;
    expect(untold).not.toMatch(wrong);
    expect(untold).not.toMatch(/<h2>Training|Loss curves|for 0 epochs/);
  });

  test("of classes without images, never predicted, and without an error", () => {
    const predictionsJson = predictions(4, { missing: 2, neverPredicted: 1 });
    const { text } = page(
      run(4, 2, { evaluation: evaluationOf(predictionsJson, namesOf(4)), predictions: predictionsJson }),
    );
    expect(text).not.toMatch(wrong);
    const perfect = { labels: [0, 1], predicted: [0, 1], confidence: [1, 0.9] };
    const evaluation = evaluationOf(perfect, ["0", "1"]);
    const { text: best } = page(
      run(2, 1, { evaluation, predictions: perfect, examples: examplesOf(perfect, ["0", "1"]) }),
    );
    expect(best).toContain("No image was misclassified.");
    expect(best).not.toMatch(wrong);
  });

  test("escapes names, and shows the warnings", () => {
    const evil = `<script>alert("1")</script> & 'co'`;
    const predictionsJson = predictions(2);
    const names = [evil, evil];
    const { text, document } = page({
      ...run(2, 1),
      title: evil,
      notices: [evil],
      settings: { [evil]: evil },
      command: evil,
      data: { source: evil, training: 1, validation: 1, test: 1 },
      evaluation: evaluationOf(predictionsJson, names),
      examples: examplesOf(predictionsJson, names),
      network: { ...run(2, 1).network, name: evil },
    });
    expect(text).not.toContain("<script");
    expect(document.querySelector(".notice")?.textContent).toBe(evil);
    expect(document.querySelector(".settings dd")?.textContent).toBe(evil);
    expect(document.querySelector(".command")?.textContent.trim()).toBe(evil);
    expect(document.querySelector(".confusion td.right")?.getAttribute("title")).toContain(
      `${evil} predicted as ${evil}:`,
    );
  });
});

test("the path of the data is in the settings only, shortened", () => {
  const data = { source: "MNIST from /home/somebody/data/mnist", training: 1, validation: 1, test: 400 };
  const { text, document } = page(run(10, 2, { data }));
  expect(document.querySelector(".source")?.textContent).toMatch(/^MNIST: 1 images for training/);
  expect(document.querySelector("title")?.textContent).toMatch(/ on MNIST$/);
  expect(document.querySelector(".settings dd")?.textContent).toBe("MNIST from …/data/mnist");
  const compared = comparisonHtml([
    { name: "a", run: run(10, 2, { data }) },
    { name: "b", run: run(10, 3) },
  ]);
  for (const html of [text, compared]) expect(html).not.toContain("somebody");
  expect(parseHTML(compared).document.querySelector(".source")?.textContent).toBe("MNIST; built-in digits");
});

test.each([
  ["MNIST from /data/mnist", "MNIST", "MNIST from /data/mnist"],
  ["MNIST from /a b/data/mnist/", "MNIST", "MNIST from …/data/mnist"],
  ["MNIST-format files in C:\\Users\\me\\digits", "MNIST-format files", "MNIST-format files in …/me\\digits"],
  ["MNIST-format files in digits", "MNIST-format files in digits", "MNIST-format files in digits"],
  ["MNIST-format files in ./digits", "MNIST-format files", "MNIST-format files in ./digits"],
  ["built-in digits", "built-in digits", "built-in digits"],
])("data of %s", (source, name, short) => {
  expect(dataName(source)).toBe(name);
  expect(shortPaths(source)).toBe(short);
});

test("the loss starts on the logarithmic axis, in the report and in the comparison", () => {
  const one = run(10, 3);
  for (const text of [reportHtml(one), comparisonHtml([{ name: "a", run: one }])]) {
    const { document } = parseHTML(text);
    for (const chosen of document.querySelectorAll(".chosen")) {
      expect(chosen.querySelector("input[checked]")?.parentElement?.textContent.trim()).toBe("logarithmic");
      expect(chosen.querySelector(".option-0 .about")?.textContent).toMatch(/^logarithmic/);
      expect(chosen.querySelector(".option-1 .about")?.textContent ?? "").not.toContain("logarithmic");
    }
    expect(document.querySelectorAll(".chosen").length).toBeGreaterThan(0);
  }
});

test("each class has its error as a bar and as a number", () => {
  const { document } = page(run(3, 2));
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );
  const { recall } = run(3, 2).evaluation!.perClass[1];
  const error = `${((1 - recall!) * 100).toFixed(2)}%`;
  expect(rows.find(([name, images]) => name === "1" && images === "40")?.[2]).toBe(error);
  const chart = [...document.querySelectorAll(".chart")].find(
    (one) => one.querySelector("h3")?.textContent === "Per-class error",
  );
  expect(chart?.querySelector("svg")?.getAttribute("aria-label")).toContain(`1: ${error}`);
});

describe("several runs", () => {
  const first = run(10, 12);
  const worse = predictions(10);
  worse.labels.forEach((label, i) => {
    if (i % 4 === 0) (worse.predicted as number[])[i] = (label + 1) % 10;
  });
  const second = run(10, 3, {
    evaluation: evaluationOf(worse, namesOf(10)),
    predictions: worse,
    settings: { Network: "full", Seed: 1 },
    history: history(3),
  });
  const both = [
    { name: "runs/a", run: first, images: "1" },
    { name: "runs/<b>", run: second, images: "1" },
  ];

  test("curves, differing settings, the best values and their significance", () => {
    const text = comparisonHtml(both);
    const { document } = parseHTML(text);
    expect(document.querySelectorAll(".chart svg")).toHaveLength(6);
    expect(text).toContain("runs/&lt;b&gt;");
    const differing = [...document.querySelectorAll(".wrapped tbody th")].map((cell) => cell.textContent);
    expect(differing).toContain("Network");
    expect(differing).not.toContain("Seed");
    expect(document.querySelector("tbody tr .best")).not.toBeNull();
    expect(text).toContain("<b>significant</b>");
    expect(text).not.toMatch(wrong);
  });

  test("several data sets: the best values of each, and tests between runs with the same test images", () => {
    const elsewhere = run(10, 2, { data: { source: "MNIST", training: 1, validation: 1, test: 400 } });
    const perfect = { ...elsewhere.predictions!, predicted: elsewhere.predictions!.labels };
    const best = { ...elsewhere, predictions: perfect, evaluation: evaluationOf(perfect, namesOf(10)) };
    const text = comparisonHtml([...both, { name: "c", run: best, images: "2" }]);
    expect(text).toContain("<b>significant</b>");
    expect(text).toContain("One run has test images that no other run has");
    const { document } = parseHTML(text);
    const [first, , third] = [...document.querySelectorAll("tbody tr")];
    expect(first.querySelectorAll(".best").length).toBeGreaterThan(0);
    expect(third.querySelectorAll(".best")).toHaveLength(0);
  });

  test("runs with different test images, and runs with equal settings", () => {
    const other = comparisonHtml([both[0], { ...both[1], images: "2" }]);
    expect(other).toContain("No two runs have predictions for the same test images");
    const alike = comparisonHtml([both[0], { ...both[0], name: "runs/c" }]);
    expect(alike).toContain("All runs have the same settings");
    expect(alike).toContain("not significant");
    const old = comparisonHtml([{ name: "a", run: { ...first, predictions: undefined } }, both[1]]);
    expect(old).not.toMatch(wrong);
  });
});
