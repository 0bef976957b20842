/**
 * The networks that are compared. networks.json describes each once, as Keras's layers in order with Keras's options and
 * defaults (a batch normalization has momentum 0.99 and epsilon 1e-3); every contestant builds its own from that. The
 * last layer gives logits, to which a contestant adds the softmax. `parameters` are the trainable ones: a contestant
 * that has another number is stopped.
 *
 * @typedef {{ layer: string, filters?: number, kernelSize?: number, padding?: "same", activation?: string,
 *   poolSize?: number, rate?: number, units?: number }} LayerOf
 * @typedef {{ title: string, image: [rows: number, columns: number, channels: number], parameters: number,
 *   layers: LayerOf[] }} Network
 */
import { readFileSync } from "node:fs";

/** By the names of the option `--network`. @type {Record<string, Network>} */
export const networks = JSON.parse(readFileSync(new URL("networks.json", import.meta.url), "utf8"));
