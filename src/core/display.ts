/** The name of the method by which an object is displayed in a Jupyter notebook; it returns content by media type. */
export const display: unique symbol = Symbol.for("Jupyter.display");
