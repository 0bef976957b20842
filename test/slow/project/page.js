import * as lenet5 from "lenet5";
import { trained } from "./training.js";

Object.assign(globalThis, { results: trained(lenet5) });
