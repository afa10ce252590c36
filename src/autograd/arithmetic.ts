/** The element-wise operations that several layers and networks are made with. */
import { add, mul, tanh } from "../expression/expression.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { elementwise } from "./elementwise.ts";

export const plus: (a: Tensor, b: Tensor) => Tensor = elementwise((a, b) => add(a, b));
export const times: (a: Tensor, b: Tensor) => Tensor = elementwise((a, b) => mul(a, b));
export const squash: (x: Tensor) => Tensor = elementwise((x) => tanh(x));
