/** The row of transcriber in the list of tasks. */
import { readTranscribedClips, type TranscribedClip } from "../data/sources/transcribed-clips.ts";
import type { Task } from "./task.ts";
import { trainTranscriber, transcriberBaselines } from "./train-transcriber.ts";
import { Transcriber } from "./transcriber.ts";
import { transcribeOptions, transcriberOptions } from "./transcriber-options.ts";

export const transcriberTask: Task<readonly TranscribedClip[]> = {
  name: "transcriber",
  summary: "Learns to write down what is said in clips of sound.",
  dataHelp: "a TSV or JSON Lines manifest of wav path and transcript, or a folder of wav files with --label-from",
  options: transcriberOptions,
  predictOptions: transcribeOptions,
  read: readTranscribedClips,
  train: trainTranscriber,
  load: Transcriber.fromFiles,
  baselines: (model, test, train) => transcriberBaselines(model as Transcriber, test, train),
};
