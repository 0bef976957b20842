/** The process of one contestant. It runs a round of a task on request and replies at the end; in between it sleeps. */
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { BATCHES, folder, imagesOf, onnxOf, python } from "./setup.js";

/** Seconds that a round takes, by task: as many calls as fit, at least one. */
const SECONDS = { train: 0.4, predict: 0.3, "predict-one": 0.1 };

/** A round is quiet if other processes keep fewer than QUIET cores busy; others are repeated, up to ATTEMPTS rounds. */
const QUIET = 0.1;
const ATTEMPTS = 4;
/** Slower rounds, in seconds, are not repeated. */
const REPEATED = 2;

/** Seconds that all cores together were busy since the machine started. */
const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0) / 1000;

/** @typedef {import("./contestants.js").Task} Task */
/** @typedef {{ rate: number, seconds: number, cores: number, others: number }} Round `rate`: images per second, or
 *   milliseconds for one image; `cores`: the number of cores that it kept busy; `others`: the number that other
 *   processes kept busy */

export class ContestantProcess {
  /**
   * @param {import("./contestants.js").Contestant} contestant @param {string} network its name
   * @param {string} configuration @param {number} threads
   */
  constructor(contestant, network, configuration, threads) {
    this.contestant = contestant;
    this.network = network;
    this.configuration = configuration;
    this.threads = threads;
    this.batches = contestant.slow ? 1 : BATCHES;
    /** Images in a call of inference. */
    this.many = contestant.slow ? 100 : 1000;
    /** Calls in the next round. @type {Record<Task, number>} */
    this.calls = { train: 1, predict: 1, "predict-one": 1 };
    /** @type {number[]} The mean loss of every pass of training. */
    this.losses = [];
    this.version = "";
  }

  /** @param {import("./networks.js").Network} network @returns {Promise<this>} when the process is ready */
  async start(network) {
    const { contestant, batches, many, threads } = this;
    const program = fileURLToPath(new URL(`contestants/${contestant.program}`, import.meta.url));
    const files = { folder, images: imagesOf(network), onnx: onnxOf(this.network) };
    const options = { ...files, network, batches, many, threads, ...contestant.variants[this.configuration] };
    const command = program.endsWith(".py") ? python : process.execPath;
    this.child = spawn(command, [program, JSON.stringify(options)], { stdio: ["pipe", "pipe", "pipe"] });
    let problem = "";
    this.child.stderr?.on("data", (/** @type {Buffer} */ text) => {
      problem = (problem + text).slice(-2000);
    });
    this.ended = new Promise((_, reject) => {
      this.child?.on("error", reject);
      this.child?.on("exit", () => reject(new Error(problem.trim().split("\n").at(-1) || "it ended")));
    });
    this.ended.catch(() => {});
    this.child.stdin?.on("error", () => {});
    this.lines = createInterface({ input: /** @type {import("node:stream").Readable} */ (this.child.stdout) });
    const { version, parameters } = await this.reply();
    this.version = version;
    if (parameters !== network.parameters)
      throw new Error(`expected a network of ${network.parameters} trainable parameters, got ${parameters}`);
    return this;
  }

  /** @returns {Promise<any>} */
  async reply() {
    const line = new Promise((resolve) => this.lines?.once("line", resolve));
    const reply = JSON.parse(/** @type {string} */ (await Promise.race([line, this.ended])));
    if (reply.error) throw new Error(reply.error);
    return reply;
  }

  /** @param {Task} task @returns {Promise<Round>} */
  async round(task) {
    const calls = this.calls[task];
    const before = busy();
    this.child?.stdin?.write(`${task} ${calls}\n`);
    const { seconds, cpu, losses } = await this.reply();
    this.losses.push(...losses);
    const call = seconds / calls;
    this.calls[task] = Math.max(1, Math.round(SECONDS[task] / call));
    const images = task === "train" ? this.batches * 128 : this.many;
    return {
      rate: task === "predict-one" ? 1000 * call : images / call,
      seconds,
      cores: cpu / seconds,
      others: Math.max(0, busy() - before - cpu) / seconds,
    };
  }

  /** The quietest of several rounds, since other processes slow a contestant down. @param {Task} task */
  async quietRound(task) {
    let quietest = await this.round(task);
    for (let i = 1; i < ATTEMPTS && quietest.others > QUIET && quietest.seconds < REPEATED; i++) {
      const again = await this.round(task);
      if (again.others < quietest.others) quietest = again;
    }
    return quietest;
  }

  stop() {
    this.child?.stdin?.end();
    this.child?.kill();
  }
}
