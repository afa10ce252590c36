import { requireOption } from "../core/require-option.ts";
import { SavedFields } from "../core/saved-fields.ts";
import type { ModelFiles } from "./task.ts";

/**
 * What config.json says of a model.
 *
 * @throws file-format when the model is of another task; option when the files are none.
 */
export function savedArchitecture(files: ModelFiles, task: string, where: string): SavedFields {
  requireOption("fromFiles", files, "config" in Object(files), "what loadModelFiles gives");
  const { config } = files;
  const place = `${where}/config.json`;
  new SavedFields(config, place).choice("task", [task]);
  return new SavedFields(config.architecture, place);
}
