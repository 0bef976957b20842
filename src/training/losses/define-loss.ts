import { checkOptions, InputError, shown } from "../../core/errors.ts";
import {
  type ConfigOf,
  checkDeclared,
  checkedOptions,
  choice,
  type OptionSpec,
  type OptionsOf,
} from "../../core/options.ts";
import type { OpsTensor } from "../../ops/operand.ts";
import { type AnyLossMaker, type CustomLoss, rememberLoss, rememberMaker } from "./custom.ts";
import { formulaLoss } from "./formula.ts";
import { lossAliases, losses } from "./table.ts";

/** What {@link defineLoss} makes a loss of. */
export interface CustomLossDefinition<Spec extends OptionSpec> {
  /** The options of the loss, declared with {@link option}. Default: none. */
  readonly options?: Spec;
  /**
   * "classes": labels are class numbers, which `call` gets as rows of 0 with a 1. "rows" (default): labels are rows of
   * numbers, one for each output.
   */
  readonly labels?: "classes" | "rows";
  /**
   * "probabilities": a model that does not end in a softmax or a sigmoid is refused, unless an option `fromLogits` of the
   * loss is true. "any" (default): every output is accepted.
   */
  readonly outputs?: "probabilities" | "any";
  /**
   * The loss of one image, written with {@link ops}: a single number, or numbers whose mean is the loss. `labels` and
   * `outputs` are `[outputs]`.
   */
  call(labels: OpsTensor, outputs: OpsTensor, options: ConfigOf<Spec>): OpsTensor;
}

/** Makes a custom loss from its options. */
export type CustomLossMaker<Spec extends OptionSpec> = (Record<string, never> extends OptionsOf<Spec>
  ? (options?: OptionsOf<Spec>) => CustomLoss & ConfigOf<Spec>
  : (options: OptionsOf<Spec>) => CustomLoss & ConfigOf<Spec>) & {
  /** The name that was given. */
  readonly type: string;
};

/**
 * Defines a custom loss. Returns a function that checks the options and makes the loss, for `compile`:
 *
 *     const distance = defineLoss("distance", { call: (labels, outputs) => ops.abs(ops.subtract(outputs, labels)) });
 *     model.compile({ loss: distance() });
 *
 * The gradient follows from the operations. A saved model is loaded with `loadModel(file, { customObjects: [distance] })`.
 * @throws InputError for the name of a loss of the library, for a definition without `call`, and for one with
 * unknown properties
 */
export function defineLoss<const Spec extends OptionSpec = Record<never, never>>(
  type: string,
  definition: CustomLossDefinition<Spec>,
): CustomLossMaker<Spec> {
  if (typeof type !== "string" || type === "")
    throw new InputError(`defineLoss: expected a name such as "my_loss", got ${shown(type)}`);
  if (Object.hasOwn(losses, type) || Object.hasOwn(lossAliases, type))
    throw new InputError(`defineLoss: expected a name that the library does not have, got "${type}"`);
  const what = `defineLoss "${type}"`;
  checkOptions(what, definition, ["options", "labels", "outputs", "call"]);
  const { options = {} as Spec, call } = definition;
  if (typeof call !== "function")
    throw new InputError(`${what} call: expected a function of labels and outputs, got ${shown(call)}`);
  checkDeclared(`${what} options`, options);
  const labels = choice(["classes", "rows"])(`${what} labels`, definition.labels ?? "rows");
  const outputs = choice(["probabilities", "any"])(`${what} outputs`, definition.outputs ?? "any");
  if (Object.hasOwn(options, "type")) throw new InputError(`${what} options: expected no option "type", got one`);
  const made = formulaLoss<CustomLoss>(
    { create: make as never, targets: labels, outputs },
    (_ops, target, output, loss) => {
      const { type: _, ...config } = loss;
      return call(target, output, config as ConfigOf<Spec>);
    },
  );
  function make(given: OptionsOf<Spec> = {} as OptionsOf<Spec>): CustomLoss & ConfigOf<Spec> {
    const loss = { type, ...checkedOptions(type, options, given) };
    rememberLoss(loss, made);
    return loss;
  }
  const maker = Object.assign(make, { type }) as unknown as CustomLossMaker<Spec>;
  rememberMaker(maker as unknown as AnyLossMaker);
  return maker;
}
