#!/usr/bin/env node
import { workloads } from "../tasks/bench-workloads.ts";
import { tasks } from "../tasks/index.ts";
import { reportFault } from "./exit-status.ts";
import { nodeShell } from "./node-shell.ts";
import { runCommandLine } from "./program.ts";

process.on("unhandledRejection", (error) => {
  process.exit(reportFault(error, (text) => process.stderr.write(text), process.argv.includes("--debug")));
});

process.exitCode = await runCommandLine(process.argv.slice(2), nodeShell(tasks, workloads));
