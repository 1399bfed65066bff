package io.github.leukemia4j.report;

import io.github.leukemia4j.metric.ReliabilityBin;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.Proportions;
import java.util.List;

/** The bins of a reliability diagram that have samples, each as a point with its interval. */
record Bins(List<ReliabilityBin> bins) {
  /** Bins of fewer samples are drawn pale: they say next to nothing. */
  static final int FEW = 10;

  static Bins of(List<ReliabilityBin> all) {
    return new Bins(all.stream().filter(bin -> bin.samples() > 0).toList());
  }

  void draw(LineChart chart, String name, double level, int colour) {
    part(chart, name, level, colour, false);
    part(chart, name + ", fewer than " + FEW, level, colour, true);
  }

  private void part(LineChart chart, String name, double level, int colour, boolean few) {
    List<ReliabilityBin> some = bins.stream().filter(bin -> bin.samples() < FEW == few).toList();
    List<Interval> intervals = some.stream().map(bin -> interval(bin, level)).toList();
    chart.bars(
        new CurvePlot(
            name,
            some.stream().mapToDouble(bin -> bin.confidence().orElseThrow()).toArray(),
            some.stream().mapToDouble(bin -> bin.accuracy().orElseThrow()).toArray()),
        intervals.stream().mapToDouble(Interval::lower).toArray(),
        intervals.stream().mapToDouble(Interval::upper).toArray(),
        colour,
        few);
  }

  /** As if the samples were independent. */
  static Interval interval(ReliabilityBin bin, double level) {
    long right = Math.round(bin.accuracy().orElseThrow() * bin.samples());
    return Proportions.clopperPearson(right, bin.samples(), level);
  }
}
