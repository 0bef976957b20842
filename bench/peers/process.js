/** The process of one contestant. It runs a round of a task on request and replies at the end; in between it sleeps. */
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { folder, images, python } from "./setup.js";

/** The work of a round, by task. */
const work = { batches: 40, calls: 20, singles: 1000 };
const littleWork = { batches: 1, calls: 1, singles: 10 };

/** A round is quiet if other processes keep fewer than QUIET cores busy; others are repeated, up to ATTEMPTS rounds. */
const QUIET = 0.1;
const ATTEMPTS = 4;

/** Seconds that all cores together were busy since the machine started. */
const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0) / 1000;

/** @typedef {{ rate: number, cores: number, others: number }} Round `rate`: images per second, or milliseconds for one
 *   image; `cores`: the number of cores that it kept busy; `others`: the number that other processes kept busy */

export class ContestantProcess {
  /** @param {import("./contestants.js").Contestant} contestant @param {import("./contestants.js").Variant} variant */
  constructor(contestant, variant) {
    this.contestant = contestant;
    this.variant = variant;
    this.work = contestant.slow ? littleWork : work;
    /** @type {number[]} The loss of every round of training. */
    this.losses = [];
    this.version = "";
  }

  /** @returns {Promise<this>} when the process is ready */
  async start() {
    const program = fileURLToPath(new URL(`contestants/${this.contestant.program}`, import.meta.url));
    const options = JSON.stringify({ folder, images, ...this.work, ...this.variant.options });
    const command = program.endsWith(".py") ? python : process.execPath;
    this.child = spawn(command, [program, options], { stdio: ["pipe", "pipe", "pipe"] });
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
    if (parameters !== 61_706) throw new Error(`expected a network of 61,706 parameters, got ${parameters}`);
    this.version = version;
    return this;
  }

  /** @returns {Promise<any>} */
  async reply() {
    const line = new Promise((resolve) => this.lines?.once("line", resolve));
    const reply = JSON.parse(/** @type {string} */ (await Promise.race([line, this.ended])));
    if (reply.error) throw new Error(reply.error);
    return reply;
  }

  /** @param {import("./contestants.js").Task} task @returns {Promise<Round>} */
  async round(task) {
    const before = busy();
    this.child?.stdin?.write(`${task}\n`);
    const { seconds, cpu, loss } = await this.reply();
    if (task === "train") this.losses.push(loss);
    const { batches, calls, singles } = this.work;
    const images = task === "train" ? batches * 128 : calls * 1000;
    return {
      rate: task === "predict-one" ? (seconds / singles) * 1000 : images / seconds,
      cores: cpu / seconds,
      others: Math.max(0, busy() - before - cpu) / seconds,
    };
  }

  /**
   * The quietest of several rounds, since other processes slow a contestant down. @param
   * {import("./contestants.js").Task} task
   */
  async quietRound(task) {
    let quietest = await this.round(task);
    for (let i = 1; i < ATTEMPTS && quietest.others > QUIET; i++) {
      const again = await this.round(task);
      if (again.others < quietest.others) quietest = again;
    }
    return quietest;
  }

  /** @throws Error if the loss did not fall, so that it did not really train */
  checkLearning() {
    const [first, last] = [this.losses[0], this.losses.at(-1)];
    if (!(Number(last) < first)) throw new Error(`its loss went from ${first} to ${last}`);
  }

  stop() {
    this.child?.stdin?.end();
    this.child?.kill();
  }
}
