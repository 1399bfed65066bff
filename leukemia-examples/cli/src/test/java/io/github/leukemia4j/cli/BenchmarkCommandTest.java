package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchmarkCommandTest {
  @Test
  void printsEveryFigureAsJson() throws Exception {
    StringWriter out = new StringWriter();
    CommandLine command = Main.commandLine().setOut(new PrintWriter(out));
    assertThat(command.execute("benchmark", "--json", "--size", "16", "--seconds", "0.1")).isZero();
    JsonNode report = new ObjectMapper().readTree(out.toString());
    JsonNode figures = report.get("sizes").get(0);
    assertThat(report.get("startSeconds").isNumber()).isTrue();
    assertThat(figures.get("bareStep").asDouble()).isPositive();
    assertThat(figures.get("loopToBareStep"))
        .extracting(JsonNode::asDouble)
        .hasSize(3)
        .allMatch(ratio -> ratio > 0);
    assertThat(figures.get("one99thPercentileMs").asDouble())
        .isGreaterThanOrEqualTo(figures.get("one50thPercentileMs").asDouble());
    assertThat(figures.get("inference256").asDouble()).isPositive();
  }

  @Test
  void rejectsANetworkWithoutPixels() {
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine().setErr(new PrintWriter(err));
    assertThat(command.execute("benchmark", "--size", "8")).isEqualTo(1);
    assertThat(err.toString()).contains("sizes 16 to 1024", "[8]");
  }
}
