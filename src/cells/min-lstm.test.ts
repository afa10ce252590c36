import { testCell } from "../../test/conformance/cell-conformance.ts";
import { each, sigma } from "../../test/support/plain-equations.ts";
import { minLstm } from "./min-lstm.ts";

testCell("minLstm", minLstm(), {
  equations: (x, { a }, { affine }) => {
    const [gammaF, gammaU] = [each(sigma, affine("f", { x })), each(sigma, affine("u", { x }))];
    const next = (f: number, u: number, c: number, value: number): number => (f * value + u * c) / (f + u);
    return { a: each(next, gammaF, gammaU, affine("c", { x }), a!) };
  },
});
