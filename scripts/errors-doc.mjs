/**
 * Writes docs/errors.md: a heading for every code of core/errors.ts, with messages made by the built class itself.
 * `node scripts/errors-doc.mjs` writes the page; the check compares it.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { sourceFiles, walk } from "./source-files.mjs";

const PAGE = "docs/errors.md";

/** What the page says of each code: who is at fault, what to look at, the exit status, and a message as an example. */
const CODES = {
  shape: {
    meaning: "An array or tensor has other sizes than the place it was given to.",
    remedy: "Compare the axis named in the message with the option named beside it. Public layouts are batch first.",
    status: 1,
    example: {
      where: "Recurrent.run(x)",
      expected: "[B, Tx, 128]",
      got: "[32, 50, 64]",
      hint: "Axis 2 is 64 but inputSize is 128: did the encoder change?",
    },
  },
  option: {
    meaning: "An option, a flag or an argument is unknown, missing or out of its range.",
    remedy: "The message names the nearest known option, or the range.",
    status: 2,
    example: {
      where: "train language-model, --hiden",
      expected: "a known option",
      got: '"--hiden"',
      hint: "Did you mean --hidden?",
    },
  },
  data: {
    meaning: "The user's data cannot be read as the task needs it.",
    remedy: "The message names file, line and column; mend the row, or name the column the label stands in.",
    status: 1,
    example: {
      where: 'names.csv, line 412, column "label"',
      expected: "one of PER, LOC, O",
      got: '"PRE"',
      hint: "Add it with --labels or fix the row.",
    },
  },
  "file-format": {
    meaning: "A model directory or a weight file is damaged, or was written for another model or version.",
    remedy: "Compare the tensor named in the message with config.json; a file that was cut short must be copied again.",
    status: 1,
    example: {
      where: "model.safetensors",
      expected: 'tensor "rnn.weight_ih_l0" [512, 128]',
      got: "[384, 128]",
      hint: "Three gates, so this looks like a GRU.",
    },
  },
  numeric: {
    meaning: "A number became infinite or not a number, or a check of gradients failed.",
    remedy:
      "Clip the gradient norm, take a smaller learning rate, or look for a division by zero in a cell of your own.",
    status: 1,
    example: {
      where: "train step 1840, loss",
      expected: "a finite number",
      got: "NaN",
      hint: "The last gradient norm was 3.1e4: try --clip-norm 5 or a tenth of the learning rate.",
    },
  },
  unsupported: {
    meaning: "This runtime lacks something that is needed, such as WebAssembly SIMD or leave to compile WebAssembly.",
    remedy: "Use a newer runtime, or relax the page's content policy.",
    status: 1,
    example: {
      where: "createEngine",
      expected: "a runtime with WebAssembly SIMD",
      got: "one without",
      hint: "Node 20.19 or a browser of 2023 or later has it.",
    },
  },
  memory: {
    meaning: "The model, the batch or the sequences need more memory than the runtime gives.",
    remedy: "Make the batch, the length of a step or the model smaller.",
    status: 1,
    example: {
      where: "engine memory",
      expected: "room for 3.2 GB more",
      got: "a limit of 4 GB with 1.1 GB in use",
      hint: "Halve the batch or the length of a step.",
    },
  },
  internal: {
    meaning: "Something that Recurra promises to itself does not hold: a bug of ours.",
    remedy: "Report it with the command and the data that led there; `--debug` prints the stack.",
    status: 70,
    example: { where: "schedule", expected: "every affine to be placed in a stage", got: 'affine "u" in none' },
  },
};

/** The members of the ErrorCode type, as core/errors.ts lists them. */
function codesOf(root) {
  const codes = [];
  const file = sourceFiles(root).find(({ path }) => path === "src/core/errors.ts");
  walk(file.tree, (node) => {
    if (!ts.isTypeAliasDeclaration(node) || node.name.text !== "ErrorCode") return;
    walk(node.type, (member) => {
      if (ts.isStringLiteral(member)) codes.push(member.text);
    });
  });
  return codes;
}

async function page(root) {
  const built = pathToFileURL(join(root, "dist", "core", "errors.js"));
  const { RecurraError } = await import(built.href);
  const sections = codesOf(root).map((code) => {
    const { meaning, remedy, status, example } = CODES[code];
    const message = new RecurraError(code, example).message;
    return `## ${code}\n\n${meaning}\n\n\`\`\`text\n${message}\n\`\`\`\n\n${remedy} The command line exits with status ${status}.\n`;
  });
  return `<!-- Written by scripts/errors-doc.mjs: change that, not this page. -->

# Errors

Every error of Recurra is a \`RecurraError\`. Its message has one form, \`where: expected E, got G. Hint.\`, and its parts stand
in \`error.parts\`; \`error.code\` is one of the headings below. An error underneath is kept in \`error.cause\`. Values longer than
80 characters are cut. The command line prints the message on stderr, and the stack only under \`--debug\`.

<!-- ts: declare const model: { run(x: Float32Array): void }; declare const x: Float32Array; -->
\`\`\`ts
import { RecurraError } from "recurra";

try {
  model.run(x);
} catch (error) {
  if (error instanceof RecurraError && error.code === "shape") console.error(error.parts.expected, error.parts.got);
  else throw error;
}
\`\`\`

${sections.join("\n")}`;
}

/**
 * @param {string} root
 * @returns {Promise<string[]>} one line a violation
 */
export async function check(root) {
  const inSource = codesOf(root).sort().join(", ");
  const described = Object.keys(CODES).sort().join(", ");
  if (inSource !== described) return [`scripts/errors-doc.mjs describes ${described}, core/errors.ts has ${inSource}`];
  const path = join(root, PAGE);
  if (existsSync(path) && readFileSync(path, "utf8") === (await page(root))) return [];
  return [`${PAGE}: does not fit core/errors.ts: run npm run errors-doc`];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  writeFileSync(join(root, PAGE), await page(root));
}
