/** A part of a model as Keras 3 saves it: an initializer, a layer, an optimizer. */
export interface KerasObject {
  readonly module: string;
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>> | string;
  /** null for Keras's own. */
  readonly registered_name: string | null;
}

/** An object of Keras: `keras.initializers.Zeros`. */
export function kerasObject(
  module: string,
  className: string,
  config: Readonly<Record<string, unknown>> = {},
): KerasObject {
  return { module: `keras.${module}`, class_name: className, config, registered_name: null };
}

/** The Python module of the classes that Keras does not have; they are registered under its name too. */
export const OWN_MODULE = "lenet5_keras";

const PACKAGE = "lenet5";

/** An object of a class in the Python file beside an export. */
export function ownObject(className: string, config: Readonly<Record<string, unknown>> = {}): KerasObject {
  return { module: OWN_MODULE, class_name: className, config, registered_name: `${PACKAGE}>${className}` };
}

/** A function in the Python file beside an export. */
export function ownFunction(name: string): KerasObject {
  return { module: "builtins", class_name: "function", config: `${PACKAGE}>${name}`, registered_name: "function" };
}

/** Whether a config has a class or a function of the Python file. */
export function needsPython(config: string): boolean {
  return config.includes(`"${PACKAGE}>`);
}
