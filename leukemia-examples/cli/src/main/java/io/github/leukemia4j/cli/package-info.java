/**
 * The command line. Each command reads its options, calls the library and prints.
 *
 * <pre>{@code
 * arguments -> Main -> a command
 *                        | DataOption, LabelledData   labelled images
 *                        | Reading                    reads them once
 *                        | TrainingOptions, Settings  -> TrainingConfig, RunOptions
 *                        | OpenPipeline               a saved pipeline
 *                        v
 *                      the library -> Output, ReportFiles: files that appear whole or not at all
 *                                  -> Progress, ProgressLine: how far it has come
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.cli.Main} has all commands and turns exceptions into messages and
 * exit codes. {@code Settings} is the table of options that stand for settings of a training.
 * {@code TrainingSession} is what {@code train} and {@code quickstart} share. {@code CleanStop}
 * lets a signal end a training with a checkpoint.
 */
package io.github.leukemia4j.cli;
