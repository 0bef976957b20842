/** Under this name an object tells a Jupyter notebook what to show, by media type (Deno's and other kernels ask for it). */
export const display: unique symbol = Symbol.for("Jupyter.display");
