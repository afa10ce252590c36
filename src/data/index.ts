export { augmentWaveform, type WaveformAugmentation } from "./augment-waveform.ts";
export { type BucketedBatchesOptions, bucketedBatches } from "./bucketed-batches.ts";
export { BucketedEpochs } from "./bucketed-epochs.ts";
export type { ByteRanges } from "./byte-ranges.ts";
export { type CalendarDate, dateFromDays, daysFromDate, daysInMonth, isLeapYear, weekdayOf } from "./calendar-date.ts";
export { codePointOrder } from "./code-point-order.ts";
export { DataFaults, type DataFaultsOptions } from "./data-faults.ts";
export { encodeTexts } from "./encode-texts.ts";
export { CalendarFeatures, calendarFeatureNames } from "./encoders/calendar-features.ts";
export { CharVocabulary, type CharVocabularyOptions } from "./encoders/char-vocabulary.ts";
export type { TokenChoice } from "./encoders/choose-tokens.ts";
export type { CharVocabularyJson } from "./encoders/code-point-vocabulary.ts";
export { FrameScaler, type FrameScalerJson } from "./encoders/frame-scaler.ts";
export { FrameStacking } from "./encoders/frame-stacking.ts";
export type { FrameStackingStream } from "./encoders/frame-stacking-stream.ts";
export { LogMel, type LogMelOptions } from "./encoders/log-mel.ts";
export type { LogMelStream } from "./encoders/log-mel-stream.ts";
export { MelFilterBank, type MelFilterBankOptions } from "./encoders/mel-filter-bank.ts";
export { type MelScale, melScales } from "./encoders/mel-scale.ts";
export {
  MidiEventVocabulary,
  type MidiEventVocabularyJson,
  type MidiEventVocabularyOptions,
} from "./encoders/midi-event-vocabulary.ts";
export { normalizeWord } from "./encoders/normalize-word.ts";
export { notesToRoll, PIANO_KEYS, type PianoRoll, type PianoRollOptions, rollToNotes } from "./encoders/piano-roll.ts";
export { RealFft } from "./encoders/real-fft.ts";
export type { WordVocabularyJson } from "./encoders/rule-word-vocabulary.ts";
export { Scaler, type ScalerJson, type Scaling } from "./encoders/scaler.ts";
export { convertTags, entitiesToTags, mayFollow, type TagScheme, tagSchemeOf } from "./encoders/tag-scheme.ts";
export { joinPieces, type PieceUnit, splitPieces } from "./encoders/text-pieces.ts";
export { TokenVocabulary, type TokenVocabularyJson } from "./encoders/token-vocabulary.ts";
export type { Vocabulary } from "./encoders/vocabulary.ts";
export { vocabularyFromJSON } from "./encoders/vocabulary-from-json.ts";
export { WORD_FEATURE_BUCKETS, wordFeatures } from "./encoders/word-features.ts";
export { WORD_SHAPE_FEATURES, type WordShapeFeature, wordShape, wordSuffix } from "./encoders/word-shape.ts";
export { splitWords } from "./encoders/word-splitting.ts";
export { WordVocabulary, type WordVocabularyOptions } from "./encoders/word-vocabulary.ts";
export { type ColumnSearch, findColumn, searchColumn } from "./find-column.ts";
export { joinTexts } from "./join-texts.ts";
export { type LineBatch, LineBatches, type LineBatchesOptions } from "./line-batches.ts";
export { type EncodedLines, encodeLines, linesOf } from "./lines.ts";
export { type FrameMasks, maskFrames } from "./mask-frames.ts";
export { OriginBatches, type OriginBatchesOptions } from "./origin-batches.ts";
export { Resampler } from "./resampler.ts";
export type { ResamplerStream, ResamplerStreamJson } from "./resampler-stream.ts";
export { RunningText, type RunningTextOptions, type RunningTextWindow } from "./running-text.ts";
export type { Source } from "./source.ts";
export { sourceOfFiles } from "./source-of-files.ts";
export { type ConllOptions, readConll } from "./sources/conll.ts";
export { type ConllUColumn, type ConllUOptions, readConllU } from "./sources/conll-u.ts";
export { decodeText } from "./sources/decode-text.ts";
export {
  cellPlace,
  type DelimitedOptions,
  type DelimitedRow,
  type DelimitedTable,
  looksLikeHeader,
  readDelimited,
} from "./sources/delimited.ts";
export { type FastaRecord, readFasta } from "./sources/fasta.ts";
export { type JsonRecord, readJsonLines } from "./sources/json-lines.ts";
export { type JsonRolls, readJsonRolls } from "./sources/json-rolls.ts";
export type { Label, LabelledSequence, NumberSteps, SequenceValue } from "./sources/labelled-sequence.ts";
export { type LabelledSequencesOptions, readLabelledSequences } from "./sources/labelled-sequences.ts";
export {
  type NumericSeries,
  type NumericSeriesOptions,
  numericSeries,
  readNumericSeries,
} from "./sources/numeric-series.ts";
export { type ReadTaggedOptions, readTagged } from "./sources/read-tagged.ts";
export { readTexts, type TextFile } from "./sources/read-texts.ts";
export { readTaggedJson, type TaggedJsonOptions } from "./sources/tagged-json.ts";
export type { TaggedSentence } from "./sources/tagged-sentence.ts";
export { readTextPairs, type TextPair, type TextPairsOptions } from "./sources/text-pairs.ts";
export {
  readTranscribedClips,
  type TranscribedClip,
  type TranscribedClipsOptions,
} from "./sources/transcribed-clips.ts";
export { readWav, type Waveform, writeWav } from "./sources/wav.ts";
export { WavStream } from "./sources/wav-stream.ts";
export { type RunningTextSplit, splitRunningText } from "./split.ts";
export { type SequenceSplit, splitSequences } from "./split-sequences.ts";
export { splitStratified, withoutDuplicates } from "./split-stratified.ts";
export type { StreamedText } from "./streamed-text.ts";
export { formatTime, type ParsedTime, parseTime, TimeAxis, type TimeAxisJson, type TimeUnit } from "./time-axis.ts";
export type { TokenCursor, TokenIds } from "./token-ids.ts";
