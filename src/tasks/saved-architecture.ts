import { SavedFields } from "../core/saved-fields.ts";
import type { ModelFiles } from "./task.ts";

/**
 * What config.json says of a model.
 *
 * @throws file-format when the model is of another task.
 */
export function savedArchitecture({ config }: ModelFiles, task: string, where: string): SavedFields {
  const place = `${where}/config.json`;
  new SavedFields(config, place).choice("task", [task]);
  return new SavedFields(config.architecture, place);
}
