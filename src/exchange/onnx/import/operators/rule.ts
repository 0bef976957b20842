import type { Node } from "../node.ts";
import type { Value } from "../value.ts";

/** What the node of an operator computes: one value for each output that is used. */
export type Rule = (node: Node) => Value | readonly Value[];
