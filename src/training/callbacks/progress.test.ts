import { beforeEach, describe, expect, it, vi } from "vitest";
import { Screen } from "../../../test/screen.ts";
import type { TrainingContext } from "./callback.ts";
import { type ProgressOptions, progress } from "./progress.ts";

let screen: Screen;
let isTerminal: boolean;
let colours: boolean;
let texts: string[];

vi.mock("#platform", () => ({
  writeOut(text: string) {
    texts.push(text);
    screen.write(text);
  },
  writeError() {},
  terminalColumns: () => (isTerminal ? screen.columns : undefined),
  terminalRows: () => (isTerminal ? screen.rows : undefined),
  terminalColours: () => isTerminal && colours,
  terminalWritten: () => screen.written,
}));

beforeEach(() => {
  screen = new Screen(80, 30);
  isTerminal = true;
  colours = false;
  texts = [];
});

/** What the screen shows; seconds differ from run to run. */
const shown = () => screen.lines.join("\n").trimEnd();

const context = { epochs: 3, stepsPerEpoch: 10 } as TrainingContext;
const logsOf = (epoch: number) => ({ loss: 0.8 / epoch, accuracy: 1 - 0.2 / epoch });

/** Trains as `fit` calls back. */
function train(
  options: ProgressOptions,
  { from = 1, to = 3, meanwhile = (_: number, __: ReturnType<typeof progress>) => {} } = {},
) {
  const made = progress(options);
  made.onTrainBegin?.(context);
  for (let epoch = from; epoch <= to; epoch++) {
    made.onEpochBegin?.(epoch, context);
    for (const batches of [4, 10]) {
      made.onProgress?.(batches, logsOf(epoch), context);
      meanwhile(epoch, made);
    }
    made.onEpochEnd?.(epoch, { ...logsOf(epoch), seconds: 2, images_per_second: 1000 }, context);
  }
  made.onTrainEnd?.(context);
  return made;
}

const epochLines = `Epoch 1/3
2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000
Epoch 2/3
2.0s 1,000 images/s  loss 0.4000  accuracy 0.9000
Epoch 3/3
2.0s 1,000 images/s  loss 0.2667  accuracy 0.9333`;

describe("on a terminal", () => {
  it("without a chart, a bar in place of which comes the epoch's line", () => {
    train({});
    expect(shown()).toBe(epochLines);
  });

  it("a chart below the bar, which stays at the end", () => {
    const seen: string[] = [];
    train({ chart: true }, { meanwhile: () => seen.push(shown()) });
    expect(seen[1]).toMatch(/^Epoch 1\/3\n10\/10 ━{24} 0s left {2}loss 0\.8000 {2}accuracy 0\.8000$/);
    expect(seen[5]).toMatchInlineSnapshot(`
      "Epoch 1/3
      2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000
      Epoch 2/3
      2.0s 1,000 images/s  loss 0.4000  accuracy 0.9000
      Epoch 3/3
      10/10 ━━━━━━━━━━━━━━━━━━━━━━━━ 0s left  loss 0.2667  accuracy 0.9333

             loss                                     accuracy
         0.8 ⠑⢄⡀                                  90%              ⢀⡠⠊
               ⠈⠢⡀                                               ⢀⠔⠁
                 ⠈⠢⢄                                           ⡠⠔⠁
                    ⠑⢄                                       ⡠⠊
                      ⠑⠢⡀                                 ⢀⠔⠊
                        ⠈⠢⡀                             ⢀⠔⠁
         0.4              ⠈⠑⢄                     80% ⡠⠊⠁
             epoch 1                       3          epoch 1                       3
             ⠒⠒ training"
    `);
    expect(shown()).toMatchInlineSnapshot(`
      "Epoch 1/3
      2.0s 1,000 images/s  loss 0.8000  accuracy 0.8000
      Epoch 2/3
      2.0s 1,000 images/s  loss 0.4000  accuracy 0.9000
      Epoch 3/3
      2.0s 1,000 images/s  loss 0.2667  accuracy 0.9333

             loss                                     accuracy
         0.8 ⠑⠢⣀                               93.33%                        ⢀⣀⡠⠤⠔⠒⠊⠉
                ⠑⠢⢄                                                  ⢀⣀⠤⠤⠒⠒⠉⠉⠁
                   ⠉⠢⢄                                            ⢀⠤⠊⠁
                      ⠉⠢⢄⡀                                     ⣀⠔⠊⠁
                         ⠈⠒⢄⡀                               ⣀⠔⠊
                            ⠈⠉⠒⠒⠤⠤⣀⣀                     ⡠⠔⠊
       0.267                        ⠉⠉⠑⠒⠢⠤⢄⣀      80% ⡠⠔⠉
             epoch 1                       3          epoch 1                       3
             ⠒⠒ training"
    `);
    screen.write("$");
    expect(screen.lines.at(-1)).toBe("$");
  });

  it("a window that changes its size on the way", () => {
    screen = new Screen(80, 60); // lines that have scrolled out of the window could not be taken back
    const sizes = [50, 80, 30, 120, 23, 80];
    let i = 0;
    train({ chart: true }, { meanwhile: () => screen.resize(sizes[i++]!) });
    const resized = shown();
    screen = new Screen(80, 60);
    train({ chart: true });
    expect(resized).toBe(shown());
  });

  it("a line that is said meanwhile stands above, one that is written past it is kept", () => {
    train({ chart: true }, { meanwhile: (epoch, { print }) => epoch === 2 && print("Finishing epoch 2") });
    expect(shown().match(/Finishing epoch 2\n/g)).toHaveLength(2);
    expect(shown().match(/accuracy$/gm)).toHaveLength(1);
    screen = new Screen(80, 30);
    train({ chart: true }, { meanwhile: (epoch) => epoch === 2 && screen.write("from elsewhere\n") });
    expect(shown().match(/^from elsewhere$/gm)).toHaveLength(2);
  });

  it("in a window without room for it, the chart comes at the end", () => {
    screen = new Screen(80, 12);
    const seen: string[] = [];
    train({ chart: true }, { meanwhile: () => seen.push(shown()) });
    expect(seen.join()).not.toContain("⠒");
    expect(shown().split("\n").slice(6, 9)).toEqual([
      "",
      expect.stringContaining("accuracy"),
      expect.stringContaining("⢀"),
    ]);
  });

  it("a training that goes on shows its earlier epochs, those that failed too", () => {
    const history = { epochs: [1, 2], history: { loss: [0.8, null], accuracy: [0.8, 0.9] } };
    const seen: string[] = [];
    train({ chart: true, history }, { from: 3, meanwhile: () => seen.push(shown()) });
    expect(seen[0]).toMatch(/loss, 1 missing/);
    expect(shown()).toMatch(/epoch 1 +3/);
    expect(history.epochs).toEqual([1, 2]);
  });

  it("an epoch that is broken off keeps its bar, and what follows has its own line", () => {
    const made = progress();
    made.onTrainBegin?.(context);
    made.onEpochBegin?.(1, context);
    made.onProgress?.(4, logsOf(1), context);
    made.onTrainEnd?.(context);
    made.print("Stopped");
    expect(shown()).toMatch(/^Epoch 1\/3\n 4\/10 ━.*accuracy 0\.8000\nStopped$/);
  });

  it("colours only where they are wanted", () => {
    train({ chart: true });
    expect(texts.join()).not.toContain("\u001b[38");
    colours = true;
    train({ chart: true });
    expect(texts.join()).toContain("\u001b[38;5;33m⠒⠒\u001b[39m training");
  });
});

describe("elsewhere", () => {
  beforeEach(() => {
    isTerminal = false;
    colours = true;
  });

  it("a line an epoch, and the chart once, in one piece and without escapes", () => {
    train({ chart: true }).print("Said");
    expect(texts.slice(0, 3).join("")).toMatch(/^(Epoch \d\/3 {2}2\.0s.*\n){3}$/);
    expect(texts[3]).toMatch(/^\n +loss +accuracy\n[\s\S]*⠒⠒ training\n$/);
    expect(texts.slice(4)).toEqual(["Said\n"]);
    expect(texts.join()).not.toContain("\u001b");
  });

  it("nothing when silent", () => {
    train({ chart: true, verbose: 0 });
    expect(texts).toEqual([]);
  });
});
