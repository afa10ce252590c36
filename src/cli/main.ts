#!/usr/bin/env node
import { errorLine, exitStatusOf, stackOf } from "./exit-status.ts";
import { nodeShell } from "./node-shell.ts";
import { runCommandLine } from "./program.ts";

process.on("unhandledRejection", (error) => {
  process.stderr.write(`${errorLine(error)}\n`);
  if (process.argv.includes("--debug")) process.stderr.write(`${stackOf(error)}\n`);
  process.exit(exitStatusOf(error));
});

process.exitCode = await runCommandLine(process.argv.slice(2), nodeShell([], []));
