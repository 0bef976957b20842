import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { terminalText } from "../core/visible.ts";
import { coloured, textCurves } from "./text-chart.ts";

type Numbers = (number | null)[];

/** A run as they are: both fall and rise fast at first, validation less smoothly. */
function run(epochs: number, { validation = true } = {}) {
  const numbers = Array.from({ length: epochs }, (_, i) => i + 1);
  const of = (f: (epoch: number) => number): Numbers => numbers.map((epoch) => Number(f(epoch).toFixed(4)));
  return {
    epochs: numbers,
    history: {
      loss: of((epoch) => 0.35 * epoch ** -1.1 + 0.004),
      accuracy: of((epoch) => 1 - 0.1 * epoch ** -1.1),
      ...(validation && {
        val_loss: of((epoch) => 0.12 * epoch ** -0.7 + 0.012 + (epoch % 3) * 0.003),
        val_accuracy: of((epoch) => 1 - 0.035 * epoch ** -0.5 - (epoch % 3) * 0.001),
      }),
    } as Record<string, Numbers>,
  };
}

const text = (...of: Parameters<typeof textCurves>) => `\n${textCurves(...of).join("\n")}\n`;

describe("twelve epochs", () => {
  it("80 columns: side by side", () => {
    expect(text(run(12), { columns: 80 })).toMatchInlineSnapshot(`
      "
             loss (log)                               accuracy
       0.354 ⠑⡄                                99.35%         o ⣀*⣀⠤*⠤*⠤⠔*⠒⠒*⠒⠉*⠉*⠉⠉*
              ⠈⢢                                         o *⡠⠔⠊⠉
             o  ⠑⠤⡀                                   o  ⢀⠔⠁
                o ⠈⠒⢄⡀                                  ⢠⠃
                  o  *⠑⠢*⣀⡀                            ⢀⠇
                          ⠈*⠒*⠤⣀*⣀ o  o o              ⡎
      0.0267                      ⠉⠉⠑⠒⠒⠢⠤⠤⣀*      90% ⡜
             epoch 1                      12          epoch 1                      12
             ⠒⠒ training  o validation  * both
      "
    `);
  });

  it("50 columns: one above the other", () => {
    expect(text(run(12), { columns: 50 })).toMatchInlineSnapshot(`
      "
             loss (log)
       0.354 ⠑⢄
               ⠑⢄
             o   ⠑⠢⢄⡀
                 o  ⠈⠒⠤⣀
                    o   *⠑⠒⠢*⣀⣀
                               ⠉*⠒⠒*⠤⢄⣀*⣀⡀ o   o  o
      0.0267                             ⠈⠉⠉⠉⠒⠒⠒⠒⠤⠤⠤⢄⣀*
             epoch 1                                 12
             accuracy
      99.35%            o ⢀⣀*⣀⡠⠤*⠤⠤*⠤⠤⠒*⠒⠒⠒*⠒⠊⠉*⠉⠉*⠉⠉⠉*
                 o  *⡠⠤⠒⠉⠉⠁
             o   ⢀⡠⠊⠁
                ⡰⠁
               ⡰⠁
              ⡰⠁
         90% ⡰⠁
             epoch 1                                 12
             ⠒⠒ training  o validation  * both
      "
    `);
  });

  it("26 columns: only the loss", () => {
    expect(text(run(12), { columns: 26 })).toMatchInlineSnapshot(`
      "
             loss (log)
       0.354 ⢣
              ⢇
             o⠈⢢
                ⠑⢄
               o o⠑*⣀
                     ⠑*⢄* o o
      0.0267             ⠉⠑⠒⠢⠤*
             epoch 1         12
      ⠒⠒ training  o validation
      * both
      "
    `);
  });

  it("during training, the axis ends with the last planned epoch", () => {
    expect(text(run(4), { columns: 80, totalEpochs: 12 })).toMatchInlineSnapshot(`
      "
             loss                                     accuracy
       0.354 ⢣                                 98.15%    o o⢀⡠*
             ⠈⡆                                       o   ⡠⠊⠁
              ⠘⡄                                        ⢀⠎
               ⢱                                        ⡜
                ⠣⡀                                     ⢰⠁
             o   ⠘⢄⡀                                  ⢀⠇
      0.0605    o o⠈⠉*                            90% ⡜
             epoch 1                      12          epoch 1                      12
             ⠒⠒ training  o validation  * both
      "
    `);
  });

  it("without validation", () => {
    expect(text(run(12, { validation: false }), { columns: 80 })).toMatchInlineSnapshot(`
      "
             loss (log)                               accuracy
       0.354 ⠑⡄                                99.35%           ⣀⣀⣀⠤⠤⠤⠤⠤⠔⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉
              ⠈⢢                                           ⢀⡠⠔⠊⠉
                ⠑⠤⡀                                      ⢀⠔⠁
                  ⠈⠒⢄⡀                                  ⢠⠃
                     ⠈⠑⠢⠤⣀⡀                            ⢀⠇
                          ⠈⠉⠒⠤⠤⣀⣀⣀                     ⡎
      0.0267                      ⠉⠉⠑⠒⠒⠢⠤⠤⣀⣀      90% ⡜
             epoch 1                      12          epoch 1                      12
             ⠒⠒ training
      "
    `);
  });
});

it("one epoch", () => {
  expect(text(run(1), { columns: 80 })).toMatchInlineSnapshot(`
    "
           loss                                     accuracy
     0.354                ⠛                   96.4%                o





     0.135                o                     90%                ⣤
           epoch 1                                  epoch 1
           ⠒⠒ training  o validation  * both
    "
  `);
});

it("500 epochs", () => {
  expect(text(run(500), { columns: 80 })).toMatchInlineSnapshot(`
    "
           loss (log)                               accuracy
     0.354                                   99.99% ⢠⠒*⠉*⠉*⠉*⠉*⠉*⠉*⠉*⠉*⠉*⠉*⠉*⠉*⠉*⠉*
           ⡆                                        *
           ⢣                                        ⡇
           *                                        ⠁
            ⢇o o o o o o o o o o o o o o o
            ⠈⠢⣀
    0.0044     ⠉⠑⠒⠒⠢⠤⠤⠤⠤⠤⠤⠤⢄⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀      90%
           epoch 1                     500          epoch 1                     500
           ⠒⠒ training  o validation  * both
    "
  `);
});

it("epochs without a value are gaps, and counted", () => {
  const gaps = run(12);
  gaps.history.loss!.splice(5, 2, null, Number.NaN);
  gaps.history.val_accuracy!.splice(0, 3, null, null, Number.POSITIVE_INFINITY);
  gaps.history.accuracy!.splice(10, 1, null);
  expect(text(gaps, { columns: 80 })).toMatchInlineSnapshot(`
    "
           loss (log), 2 missing                    accuracy, 4 missing
     0.354 ⠑⡄                                99.35%         o ⣀*⣀⠤*⠤*⠤⠔*⠒⠒*⠒⠉* o  *
            ⠈⢢                                           ⢀⡠⠔⠊⠉
           o  ⠑⠤⡀                                      ⢀⠔⠁
              o ⠈⠒⢄⡀                                  ⢠⠃
                o  *⠑⠢*                              ⢀⠇
                         o o  *⣀ o  o o              ⡎
    0.0267                      ⠉⠉⠑⠒⠒⠢⠤⠤⣀*      90% ⡜
           epoch 1                      12          epoch 1                      12
           ⠒⠒ training  o validation  * both
    "
  `);
});

it("values that do not change", () => {
  const constant = { epochs: [1, 2, 3], history: { loss: [0, 0, 0], accuracy: [0.5, 0.5, 0.5] } };
  expect(text(constant, { columns: 80 })).toMatchInlineSnapshot(`
    "
           loss                                     accuracy



         0 ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤      50% ⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤



           epoch 1                       3          epoch 1                       3
           ⠒⠒ training
    "
  `);
});

it("a missing metric has no chart", () => {
  const { epochs, history } = run(12);
  expect(textCurves({ epochs, history: { loss: history.loss! } }, { columns: 80 }).join()).not.toContain("accuracy");
  const lossless = { ...history, loss: epochs.map(() => null), val_loss: [] };
  expect(textCurves({ epochs, history: lossless }, { columns: 30 })[0]).toMatch(/^ +accuracy$/);
  expect(textCurves({ epochs, history: { seconds: history.loss! } }, { columns: 80 })).toEqual([]);
  expect(textCurves({ epochs: [], history: {} }, { columns: 80, totalEpochs: 3 })).toEqual([]);
  expect(textCurves(run(12), { columns: 23 })).toEqual([]);
});

it("is narrower than the terminal, with and without colour", () => {
  const wild = { epochs: [99_998, 99_999], history: { loss: [1e-100, 1.23e100], val_accuracy: [0.1234, 0.9999] } };
  const gaps = run(12);
  for (const values of Object.values(gaps.history)) values.splice(2, 2, null, null);
  for (const history of [run(12), run(500), gaps, wild]) {
    for (let columns = 24; columns < 130; columns++) {
      const plain = textCurves(history, { columns });
      for (const line of plain) expect(line.length).toBeLessThan(columns);
      const text = plain.map((line) => terminalText(coloured(line)));
      expect(text.map((line) => stripVTControlCharacters(line))).toEqual(plain);
    }
  }
});

it("colours lines and marks, and no letters", () => {
  const line = coloured("  loss 0.1 ⠒⠒ oo*o o validation");
  expect(line.map((piece) => (typeof piece === "string" ? piece : piece.text.slice(2)))).toEqual([
    ...["  loss 0.1 ", "38;5;33m", "⠒⠒", "39m", " ", "38;5;208m", "oo", "39m", "*", "38;5;208m", "o", "39m"],
    ...[" ", "38;5;208m", "o", "39m", " validation"],
  ]);
});
