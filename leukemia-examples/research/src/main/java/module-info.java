/** What a researcher does with many trainings: search of settings, studies of methods. */
// Open for Jackson, which writes and reads records.
open module io.github.leukemia4j.research {
  requires transitive io.github.leukemia4j.core;
  requires com.fasterxml.jackson.annotation;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;
  requires commons.math3;
  requires gg.jte.runtime;
  requires java.logging;
  requires libsvm;
  requires io.github.leukemia4j.tf;
  requires org.knowm.xchart;
  requires org.tribuo.classification.core;
  requires org.tribuo.classification.dtree;
  requires org.tribuo.classification.libsvm;
  requires org.tribuo.common.libsvm;
  requires org.tribuo.common.nearest;
  requires org.tribuo.common.tree;
  requires org.tribuo.core;
  requires org.tribuo.math;

  exports io.github.leukemia4j.research.labels;
  exports io.github.leukemia4j.research.search;
  exports io.github.leukemia4j.research.study;
}
