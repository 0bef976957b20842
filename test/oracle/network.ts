import type { LossPass } from "./losses.ts";
import type { OracleOptimizer, Update } from "./optimizers.ts";
import { type OracleOp, type Pass, type Tensor64, tensor } from "./tensor.ts";

/** One operation in a network. Each node comes after its inputs. */
export interface OracleNode {
  name: string;
  op: OracleOp;
  /** Names of nodes or network inputs. Default the node before, for the first node "input". */
  inputs?: readonly string[];
}

export interface Run {
  /** The last node's. */
  readonly output: Tensor64;
  /** Of every node and network input, by name. */
  readonly activations: Record<string, Tensor64>;
  /** All weights after the forward pass (changed by batch normalization in training), by node. */
  readonly weights: Record<string, Tensor64[]>;
  /** Gradients, given the gradient of the output: of every activation and of every trainable weight. */
  backward(dOutput: Tensor64): { activations: Record<string, Tensor64>; weights: Record<string, Tensor64[]> };
}

/** Runs the network forward. `weights` has an entry for every node that has any. */
export function run(
  nodes: readonly OracleNode[],
  inputs: Readonly<Record<string, Tensor64>>,
  weights: Readonly<Record<string, readonly Tensor64[]>>,
): Run {
  const activations: Record<string, Tensor64> = { ...inputs };
  const weightsAfter: Record<string, Tensor64[]> = {};
  const tape: { name: string; inputs: readonly string[]; pass: Pass }[] = [];
  for (const [position, node] of nodes.entries()) {
    const sources = node.inputs ?? [nodes[position - 1]?.name ?? "input"];
    const own = weights[node.name] ?? [];
    const pass = node.op.forward(
      sources.map((source) => activations[source]),
      own,
    );
    activations[node.name] = pass.output;
    weightsAfter[node.name] = pass.updatedWeights ?? [...own];
    tape.push({ name: node.name, inputs: sources, pass });
  }
  const last = nodes.at(-1)!.name;

  return {
    output: activations[last],
    activations,
    weights: weightsAfter,
    backward(dOutput) {
      const dActivations: Record<string, Tensor64> = {};
      for (const [name, { shape }] of Object.entries(activations)) dActivations[name] = tensor(shape);
      dActivations[last].data.set(dOutput.data);
      const dWeights: Record<string, Tensor64[]> = {};
      for (const { name, inputs: sources, pass } of tape.toReversed()) {
        const gradients = pass.backward(dActivations[name]);
        dWeights[name] = gradients.weights;
        // Several nodes may read this one: its gradient is the sum of theirs.
        for (const [i, source] of sources.entries()) {
          for (const [j, d] of gradients.inputs[i].data.entries()) dActivations[source].data[j] += d;
        }
      }
      return { activations: dActivations, weights: dWeights };
    },
  };
}

/** Operations of one input one after the other, as a single operation; `weighted` gets all the weights. */
export function followedBy(weighted: OracleOp, after: OracleOp): OracleOp {
  return {
    forward(inputs, weights) {
      const first = weighted.forward(inputs, weights);
      const second = after.forward([first.output], []);
      return {
        output: second.output,
        updatedWeights: first.updatedWeights,
        backward: (dOutput) => first.backward(second.backward(dOutput).inputs[0]),
      };
    },
  };
}

export interface Trainer {
  /** The current weights, by node. */
  weights: Record<string, Tensor64[]>;
  /** Forward, loss, backward, update. Returns the loss and gradients from before the update. */
  step(
    inputs: Readonly<Record<string, Tensor64>>,
    loss: (output: Tensor64) => LossPass,
  ): { loss: number; run: Run; gradients: Record<string, Tensor64[]> };
}

/** Trains a copy of the weights. */
export function trainer(
  nodes: readonly OracleNode[],
  initial: Readonly<Record<string, readonly Tensor64[]>>,
  optimizer: OracleOptimizer,
): Trainer {
  const updates: Record<string, Update[]> = {};
  const weights: Record<string, Tensor64[]> = {};
  for (const [name, own] of Object.entries(initial)) {
    weights[name] = own.map(({ shape, data }) => tensor(shape, data));
    updates[name] = own.map(({ data }) => optimizer(data.length));
  }
  return {
    weights,
    step(inputs, loss) {
      const forward = run(nodes, inputs, weights);
      const { value, backward } = loss(forward.output);
      const gradients = forward.backward(backward()).weights;
      for (const name of Object.keys(weights)) {
        weights[name] = forward.weights[name];
        for (const [i, gradient] of gradients[name].entries()) updates[name][i](weights[name][i].data, gradient.data);
      }
      return { loss: value, run: forward, gradients };
    },
  };
}
