import { requireInteger, requireOption, requireSize } from "./require-option.ts";
import { requireNames } from "./require-options.ts";

/**
 * Checks what a layer is made with.
 *
 * @param sizes the names of the options that are sizes.
 * @param others the names of its other options but `engine` and `name`; with "seed", the seed is checked too.
 * @throws option when a name is unknown, or the engine, the layer's name, a size or the seed is none.
 */
export function requireLayer(
  options: { readonly engine: unknown; readonly name: string },
  sizes: readonly string[],
  others: readonly string[] = [],
): void {
  const { name = "layer" } = Object(options) as Partial<typeof options>;
  requireNames(name, options, ["engine", "name", ...sizes, ...others]);
  requireOption("layer, name", options.name, typeof options.name === "string", "a text");
  requireOption(
    `${name}, engine`,
    options.engine,
    "arena" in Object(options.engine),
    "an engine, as of defaultEngine()",
  );
  const values = options as Readonly<Record<string, unknown>>;
  for (const size of sizes) requireSize(`${name}, ${size}`, values[size] as number);
  const { seed } = values;
  if (others.includes("seed") && seed !== "none") requireInteger(`${name}, seed`, seed as number, 0);
}
