import { testCell } from "../../test/conformance/cell-conformance.ts";
import { each, sigma } from "../../test/support/plain-equations.ts";
import { minGru } from "./min-gru.ts";

testCell("minGru", minGru(), {
  equations: (x, { a }, { affine }) => {
    const gammaU = each(sigma, affine("u", { x }));
    return { a: each((u, c, value) => u * c + (1 - u) * value, gammaU, affine("c", { x }), a!) };
  },
});
