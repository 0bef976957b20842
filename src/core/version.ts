/** The version of the package, as in `package.json`: a run keeps it in its config. */
export const version = "0.1.0";
