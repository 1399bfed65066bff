/** The command line of leukemia4j. */
// Open for picocli, which fills in options, and for Jackson.
open module io.github.leukemia4j.cli {
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.csv;
  requires commons.math3;
  requires info.picocli;
  requires io.github.leukemia4j.onnx;
  requires io.github.leukemia4j.research;
  requires io.github.leukemia4j.starter;
  requires io.github.leukemia4j.synthetic;
  requires io.github.leukemia4j.tf;
  requires me.tongfei.progressbar;
  requires org.knowm.xchart;
  requires java.logging;
  requires jdk.management;
}
