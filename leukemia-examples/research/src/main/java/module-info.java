/** What a researcher does with many trainings: search of settings, studies of methods. */
// Open for Jackson, which writes and reads records.
open module io.github.leukemia4j.research {
  requires transitive io.github.leukemia4j.core;
  requires com.fasterxml.jackson.annotation;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires commons.math3;
  requires io.github.leukemia4j.tf;
  requires org.knowm.xchart;
}
