/**
 * The vocabulary, data safety, losses, pipeline and evaluation of leukemia4j, without TensorFlow.
 */
// Open for Jackson, which writes and reads records that are nobody else's.
open module io.github.leukemia4j.core {
  requires transitive java.desktop;
  requires com.fasterxml.jackson.annotation;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;
  requires commons.math3;
  requires gg.jte.runtime;
  requires org.apache.commons.statistics.distribution;
  requires org.apache.commons.statistics.inference;
  requires static java.compiler;
  requires org.knowm.xchart;

  exports io.github.leukemia4j;
  exports io.github.leukemia4j.backend;
  exports io.github.leukemia4j.calibration;
  exports io.github.leukemia4j.data;
  exports io.github.leukemia4j.data.check;
  exports io.github.leukemia4j.data.csv to
      io.github.leukemia4j.cli;
  exports io.github.leukemia4j.data.split;
  exports io.github.leukemia4j.evaluation;
  exports io.github.leukemia4j.evaluation.crossvalidation;
  exports io.github.leukemia4j.evaluation.inspection to
      io.github.leukemia4j.cli,
      io.github.leukemia4j.research;
  exports io.github.leukemia4j.evaluation.patient to
      io.github.leukemia4j.cli,
      io.github.leukemia4j.research;
  exports io.github.leukemia4j.explanation;
  exports io.github.leukemia4j.field;
  exports io.github.leukemia4j.image;
  exports io.github.leukemia4j.image.augment;
  exports io.github.leukemia4j.image.scale to
      io.github.leukemia4j.cli;
  exports io.github.leukemia4j.inference to
      io.github.leukemia4j.cli,
      io.github.leukemia4j.research,
      io.github.leukemia4j.tf;
  exports io.github.leukemia4j.loss;
  exports io.github.leukemia4j.metric;
  exports io.github.leukemia4j.model;
  exports io.github.leukemia4j.pipeline;
  exports io.github.leukemia4j.report;
  exports io.github.leukemia4j.report.field to
      io.github.leukemia4j.cli;
  exports io.github.leukemia4j.report.inspection to
      io.github.leukemia4j.cli;
  exports io.github.leukemia4j.report.view to
      io.github.leukemia4j.cli,
      io.github.leukemia4j.research;
  exports io.github.leukemia4j.report.view.html to
      io.github.leukemia4j.research;
  exports io.github.leukemia4j.report.view.markdown to
      io.github.leukemia4j.research;
  exports io.github.leukemia4j.serving;
  exports io.github.leukemia4j.statistics to
      io.github.leukemia4j.research;
  exports io.github.leukemia4j.store to
      io.github.leukemia4j.cli,
      io.github.leukemia4j.research,
      io.github.leukemia4j.tf;
  exports io.github.leukemia4j.training;
  exports io.github.leukemia4j.training.input to
      io.github.leukemia4j.cli,
      io.github.leukemia4j.research;
  exports io.github.leukemia4j.training.loop to
      io.github.leukemia4j.cli,
      io.github.leukemia4j.research;

  uses io.github.leukemia4j.backend.Backend;
  uses io.github.leukemia4j.data.DatasetFormat;
  uses io.github.leukemia4j.image.augment.AugmentationFactory;
  uses io.github.leukemia4j.loss.LossFactory;
  uses io.github.leukemia4j.metric.StageMetric;
}
